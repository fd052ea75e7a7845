import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { loadCrypto } from "./node-builtins.js";
import type { PeerCertificate, PipeSecurity } from "./tls.js";

/** What the handshake of `socket`, which is done, has led to. What costs time is read when somebody looks. */
export function securityOf(socket: TLSSocket): PipeSecurity {
  const certificate = peerCertificateOf(socket);
  const { authorized } = socket;
  let facts: PeerCertificate | undefined;
  return {
    protocol: socket.getProtocol() ?? "",
    cipher: socket.getCipher().standardName,
    alpnProtocol: socket.alpnProtocol || undefined,
    isResumed: socket.isSessionReused(),
    get peerCertificate() {
      if (certificate !== undefined) facts ??= factsOf(certificate, authorized);
      return facts;
    },
  };
}

/**
 * What the peer has shown. Not by `getPeerX509Certificate`: on the client that takes the certificate away, from us and
 * from Node's own check of the name.
 */
export function peerCertificateOf(socket: TLSSocket): X509Certificate | undefined {
  const { raw } = socket.getPeerCertificate() as { raw?: Buffer };
  return raw && new (loadCrypto().X509Certificate)(raw);
}

function factsOf(certificate: X509Certificate, isVerified: boolean): PeerCertificate {
  return {
    subject: oneLine(certificate.subject),
    subjectAltNames: subjectAltNames(certificate),
    issuer: oneLine(certificate.issuer),
    serialNumber: certificate.serialNumber,
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    fingerprint256: certificate.fingerprint256,
    raw: new Uint8Array(certificate.raw),
    isVerified,
  };
}

/** The parts of a distinguished name, which Node puts on lines of their own; a certificate may have none. */
export function oneLine(name: string | undefined): string {
  return (name ?? "").replaceAll("\n", ",");
}

/** Names with commas or quotes come as JSON strings (`DNS:"a, b"`), so that none can pretend to be two. */
export function subjectAltNames({ subjectAltName }: X509Certificate): string[] {
  const parts = subjectAltName?.match(/[^,:]+:(?:"(?:[^"\\]|\\.)*"|[^,]*)/g) ?? [];
  return parts.map((part) => part.trim());
}
