import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Certificate, type CertificateRequest, makeCertificate } from "./certificate.js";

const VALIDITY = { validFrom: new Date("2024-02-29T01:02:03Z"), validTo: new Date("2051-12-31T23:59:59Z") };

function make(request: Partial<CertificateRequest>, issuer?: Certificate): Certificate {
  return makeCertificate({ commonName: "a", use: "server", ...VALIDITY, ...request }, issuer);
}

describe("a certificate", () => {
  it("says what it was asked to say", () => {
    const { cert } = make({
      commonName: "Übung",
      names: ["localhost", "*.example.com", "127.0.0.1", "::1", "2001:db8::8a2e:370:7334", "::ffff:1.2.3.4"],
    });
    const read = new X509Certificate(cert);
    expect(read.subject).toBe("CN=Übung");
    expect(read.subjectAltName).toBe(
      "DNS:localhost, DNS:*.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, " +
        "IP Address:2001:DB8:0:0:0:8A2E:370:7334, IP Address:0:0:0:0:0:FFFF:102:304",
    );
    expect(new Date(read.validFrom)).toEqual(VALIDITY.validFrom);
    expect(new Date(read.validTo)).toEqual(VALIDITY.validTo);
    expect(read.ca).toBe(false);
    expect(read.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  });

  it("has a key of its own and a number of its own", () => {
    const one = make({});
    const other = make({});
    const read = new X509Certificate(one.cert);
    expect(read.checkPrivateKey(one.privateKey)).toBe(true);
    expect(read.checkPrivateKey(other.privateKey)).toBe(false);
    expect(read.serialNumber).not.toBe(new X509Certificate(other.cert).serialNumber);
  });

  it("is signed by its issuer", () => {
    const authority = make({ use: "authority", commonName: "ca" });
    const read = new X509Certificate(authority.cert);
    expect(read.ca).toBe(true);
    expect(read.verify(read.publicKey)).toBe(true);
    const leaf = new X509Certificate(make({ use: "client" }, authority).cert);
    expect(leaf.issuer).toBe("CN=ca");
    expect(leaf.checkIssued(read)).toBe(true);
    expect(leaf.verify(read.publicKey)).toBe(true);
    expect(leaf.verify(leaf.publicKey)).toBe(false);
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  });
});
