import { generateKeyPairSync, sign } from "node:crypto";
import {
  type Certificate,
  type CertificateRequest,
  makeCertificate,
} from "../cli/certificates/certificate.js";
import { der } from "../cli/certificates/der.js";

export type { Certificate };

const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate that is valid since yesterday; what is not said is that of a server on this machine. */
export function certificate(
  request: Partial<CertificateRequest> = {},
  issuer: Certificate | "self" = testAuthority(),
): Certificate {
  const defaults = {
    commonName: "test-server",
    use: "server",
    names: request.use === undefined || request.use === "server" ? ["localhost", "127.0.0.1", "::1"] : [],
    validFrom: daysFromNow(-1),
    validTo: daysFromNow(30),
  } as const;
  return makeCertificate({ ...defaults, ...request }, issuer === "self" ? undefined : issuer);
}

/** A self-signed certificate that may sign others. */
export function authority(commonName = "test-ca"): Certificate {
  const validity = { validFrom: daysFromNow(-1), validTo: daysFromNow(30) };
  return makeCertificate({ commonName, use: "authority", ...validity });
}

/** The authority of certificates that name no other: one for the whole file of tests. */
export function testAuthority(): Certificate {
  common ??= authority();
  return common;
}

let common: Certificate | undefined;

/** A certificate that is well-formed, with its key, an RSA key of 512 bits: OpenSSL reads it but serves nobody with it. */
export function weakCertificate(): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 512 });
  const ecdsaWithSha256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));
  const name = (text: string) => der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.text(text))));
  const { commonName, privateKey: issuerKey } = testAuthority();
  const body = der.sequence(
    der.explicit(0, der.integer(Uint8Array.of(2))),
    der.integer(Uint8Array.of(1)),
    ecdsaWithSha256,
    name(commonName),
    der.sequence(der.time(daysFromNow(-1)), der.time(daysFromNow(30))),
    name("weak"),
    publicKey.export({ type: "spki", format: "der" }),
  );
  const bytes = der.sequence(body, ecdsaWithSha256, der.bits(sign("sha256", body, issuerKey)));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString("base64")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}
