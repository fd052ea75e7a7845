import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { isIP } from "node:net";
import { der } from "./der.js";

/** What a certificate is for: to sign others, or to be shown by a server or a client. */
export type CertificateUse = "authority" | "server" | "client";

/** What a certificate says. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly use: CertificateUse;
  /** Host names (a first label of `*` stands for any) and IP addresses that it is for. */
  readonly names?: readonly string[];
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** A certificate and its key, with what is needed to sign others. */
export interface Certificate {
  /** PEM */
  readonly cert: string;
  /** PKCS #8 in PEM, not encrypted. */
  readonly key: string;
  readonly commonName: string;
  readonly privateKey: KeyObject;
}

/**
 * Makes an X.509 certificate (RFC 5280) with a new key on the curve P-256, signed by `issuer`, or by itself without
 * one. Node can read certificates but not make them.
 */
export function makeCertificate(request: CertificateRequest, issuer?: Certificate): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const issuerSpki =
    issuer === undefined ? spki : createPublicKey(issuer.privateKey).export({ type: "spki", format: "der" });
  const body = der.sequence(
    der.explicit(0, der.integer(Uint8Array.of(2))),
    der.integer(serialNumber()),
    ECDSA_WITH_SHA256,
    nameOf(issuer?.commonName ?? request.commonName),
    der.sequence(der.time(request.validFrom), der.time(request.validTo)),
    nameOf(request.commonName),
    spki,
    der.explicit(3, der.sequence(...extensions(request, spki, issuerSpki))),
  );
  const signature = sign("sha256", body, issuer?.privateKey ?? privateKey);
  const bytes = der.sequence(body, ECDSA_WITH_SHA256, der.bits(signature));
  return {
    cert: pem("CERTIFICATE", bytes),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    commonName: request.commonName,
    privateKey,
  };
}

const ECDSA_WITH_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));

/** Positive and hard to guess (RFC 5280 §4.1.2.2). */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] & 0x3f) | 0x40;
  return bytes;
}

function nameOf(commonName: string): Uint8Array {
  return der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.text(commonName))));
}

function* extensions(
  { use, names = [] }: CertificateRequest,
  spki: Uint8Array,
  issuerSpki: Uint8Array,
): Generator<Uint8Array> {
  const isAuthority = use === "authority";
  yield extension("2.5.29.19", isAuthority ? der.sequence(der.boolean(true)) : der.sequence(), true);
  // keyCertSign and cRLSign, or digitalSignature.
  const keyUsage = isAuthority ? der.bits(Uint8Array.of(0x06), 1) : der.bits(Uint8Array.of(0x80), 7);
  yield extension("2.5.29.15", keyUsage, true);
  if (!isAuthority) {
    const purpose = use === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
    yield extension("2.5.29.37", der.sequence(der.oid(purpose)));
  }
  if (names.length > 0) yield extension("2.5.29.17", der.sequence(...names.map(generalName)));
  yield extension("2.5.29.14", der.octets(keyIdentifier(spki)));
  yield extension("2.5.29.35", der.sequence(der.implicit(0, keyIdentifier(issuerSpki))));
}

function extension(oid: string, value: Uint8Array, isCritical = false): Uint8Array {
  const critical = isCritical ? [der.boolean(true)] : [];
  return der.sequence(der.oid(oid), ...critical, der.octets(value));
}

function generalName(name: string): Uint8Array {
  return isIP(name) === 0
    ? der.implicit(2, new TextEncoder().encode(name))
    : der.implicit(7, addressBytes(name));
}

function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split("."), Number);
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head, tail] = canonical.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const groups =
    tail === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]));
}

/** RFC 7093 §2: of the key as it is written down, so that equal keys have equal identifiers. */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  return createHash("sha256").update(spki).digest().subarray(0, 20);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
