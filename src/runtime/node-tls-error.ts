import type { X509Certificate } from "node:crypto";
import { toPipeError } from "./node-error.js";
import { oneLine, subjectAltNames } from "./node-peer-certificate.js";
import { PipeError } from "./runtime.js";

/** What is known of a handshake when it fails. */
export interface HandshakeFacts {
  /** The name or address that the server's certificate has to be for. */
  readonly serverName: string;
  /** What the server has shown. */
  readonly certificate: X509Certificate | undefined;
  /** We have shown a certificate of our own, if asked. */
  readonly hasOwnCertificate: boolean;
}

/** Says what is wrong with the server, its certificate or ours, as a client sees it, and what to do about it. */
export function clientTlsError(error: Error, subject: string, facts: HandshakeFacts): PipeError {
  if (error instanceof PipeError) return error;
  const { code = "" } = error as NodeJS.ErrnoException;
  const reason = serverCertificateFault(code, facts) ?? clientHandshakeFault(code, error.message, facts);
  if (reason === undefined) return toPipeError(error, subject);
  return new PipeError(code, `${subject} failed: ${reason} (${code})`, { cause: error });
}

function serverCertificateFault(
  code: string,
  { certificate, serverName }: HandshakeFacts,
): string | undefined {
  const whose = certificate === undefined ? "" : ` (${oneLine(certificate.subject) || "without a subject"})`;
  const issuer = certificate === undefined ? "" : `, ${oneLine(certificate.issuer) || "without a name"},`;
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return `the server's certificate${whose} ${validityFault(certificate, "validTo") ?? "or one behind it has expired"}; the server needs a new one`;
    case "CERT_NOT_YET_VALID":
      return `the server's certificate${whose} ${validityFault(certificate, "validFrom") ?? "or one behind it is not valid yet"}; is a clock wrong?`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `the server's certificate${whose} is for ${namesOf(certificate)}, not for ${serverName}; connect by one of these names, or give it as serverName`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return `the server's certificate${whose} is self-signed and not trusted; give it as ca if it is the right one`;
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return `the authority of the server's certificate${whose} is not trusted; give its certificate as ca`;
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `the issuer of the server's certificate${whose}${issuer} is not known; give its certificate as ca, or let the server send it behind its own (in cert)`;
    case "INVALID_PURPOSE":
      return `the certificate${whose} that the server shows is not made for servers; it needs one with the extended key usage serverAuth`;
    case "CERT_SIGNATURE_FAILURE":
      return `the server's certificate${whose} was not signed by the authority that it names${issuer.slice(0, -1)}; is ca an older one of the same name?`;
    case "CERT_REVOKED":
      return `the server's certificate${whose} has been revoked; the server needs a new one`;
    case "INVALID_CA":
      return `the server's certificate${whose} was signed with one that may not sign others`;
    case SERVER_NOT_VERIFIED:
      return `the server's certificate${whose} was not verified; give the certificate of its authority as ca`;
    default:
      return undefined;
  }
}

/** Ours, for a handshake that ended without a verified certificate and without a word about why. */
export const SERVER_NOT_VERIFIED = "ERR_TLS_SERVER_NOT_VERIFIED";

/** Undefined where it is not this certificate that is out of date, or its date is none. */
function validityFault(
  certificate: X509Certificate | undefined,
  end: "validFrom" | "validTo",
): string | undefined {
  if (certificate === undefined) return undefined;
  const timeMs = Date.parse(certificate[end]);
  if (Number.isNaN(timeMs)) return undefined;
  const time = new Date(timeMs).toISOString().replace(".000Z", "Z");
  if (end === "validTo") return timeMs <= Date.now() ? `expired on ${time}` : undefined;
  return timeMs > Date.now() ? `is valid from ${time} on, not yet` : undefined;
}

function namesOf(certificate: X509Certificate | undefined): string {
  if (certificate === undefined) return "other names";
  const names = subjectAltNames(certificate).map((name) => name.replace(/^(?:DNS|IP Address):/, ""));
  if (names.length === 0) return "no host name at all";
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(", ");
  return names.length > NAMES_SHOWN_MAX ? `${shown} and ${names.length - NAMES_SHOWN_MAX} more` : shown;
}

/** A shared certificate may be for hundreds. */
const NAMES_SHOWN_MAX = 8;

function clientHandshakeFault(code: string, message: string, facts: HandshakeFacts): string | undefined {
  if (/ALERT_PROTOCOL_VERSION$/.test(code) || code === "ERR_SSL_UNSUPPORTED_PROTOCOL")
    return "the server speaks no TLS version that is allowed here: TLS 1.2 is the oldest";
  if (/NO_APPLICATION_PROTOCOL$/.test(code))
    return "the server does not speak HTTP/2 over TLS (ALPN h2), which gRPC needs";
  if (/ALERT_CERTIFICATE_REQUIRED$/.test(code)) return ownCertificateMissing;
  if (/ALERT_HANDSHAKE_FAILURE$/.test(code))
    return facts.hasOwnCertificate
      ? "the server refused the handshake: no cipher in common, or it does not accept our certificate"
      : `the server refused the handshake: no cipher in common, or ${ownCertificateMissing}`;
  if (
    /ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)$/.test(
      code,
    )
  )
    return "the server does not accept our certificate (cert): its ca has to have the issuer";
  if (/ALERT_CERTIFICATE_(?:EXPIRED|REVOKED)$/.test(code))
    return "the server does not accept our certificate (cert): it is out of date or revoked";
  if (/ALERT_UNRECOGNIZED_NAME$/.test(code))
    return `the server does not know the name ${facts.serverName}; give the right one as serverName`;
  if (/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|BAD_RECORD_TYPE)$/.test(code))
    return "the server does not speak TLS on this port; for plaintext there is Credentials.insecure()";
  if (code === "ECONNRESET" && /before secure TLS connection/.test(message))
    return "the server ended the connection during the TLS handshake";
  return undefined;
}

const ownCertificateMissing = "the server asks for a certificate of the client: give cert and key";

/** The server has ended the connection after the handshake without having said a word. */
export function endedAfterHandshake(subject: string, { hasOwnCertificate }: HandshakeFacts): PipeError {
  const reason = hasOwnCertificate
    ? "does not accept the client's certificate (cert)"
    : "asks for a certificate of the client (cert and key)";
  return new PipeError(
    "ECONNRESET",
    `${subject} ended by the server right after the TLS handshake, as by one that ${reason} (ECONNRESET)`,
  );
}

/** Says why a listener refused a connection. `verifyCode`: what is wrong with the client's certificate, if anything. */
export function serverTlsError(error: Error, subject: string, verifyCode: string | undefined): PipeError {
  const { code = "EUNKNOWN" } = error as NodeJS.ErrnoException;
  const told = verifyCode === undefined ? code : verifyCode;
  const reason = clientCertificateFault(verifyCode) ?? serverHandshakeFault(code);
  if (reason === undefined) return toPipeError(error, subject);
  return new PipeError(told, `${subject} failed: ${reason} (${told})`, { cause: error });
}

function clientCertificateFault(code: string | undefined): string | undefined {
  switch (code) {
    case undefined:
      return undefined;
    case "CERT_HAS_EXPIRED":
      return "the client's certificate has expired";
    case "CERT_NOT_YET_VALID":
      return "the client's certificate is not valid yet; is a clock wrong?";
    case "INVALID_PURPOSE":
      return "the client's certificate is not made for clients; it needs one with the extended key usage clientAuth";
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_SIGNATURE_FAILURE":
      return "the client's certificate was issued by nobody in ca";
    default:
      return "the client's certificate does not hold good";
  }
}

function serverHandshakeFault(code: string): string | undefined {
  if (
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|PACKET_LENGTH_TOO_LONG|BAD_RECORD_TYPE)$/.test(
      code,
    )
  )
    return "the client does not speak TLS; one of ours needs Credentials.tls()";
  if (/NO_APPLICATION_PROTOCOL$/.test(code)) return NO_H2;
  if (code === "ERR_SSL_UNSUPPORTED_PROTOCOL" || /ALERT_PROTOCOL_VERSION$/.test(code))
    return "the client speaks no TLS version that is allowed here: TLS 1.2 is the oldest";
  if (/PEER_DID_NOT_RETURN_A_CERTIFICATE$/.test(code)) return "the client has shown no certificate";
  if (/NO_SHARED_CIPHER$/.test(code)) return "the client has no cipher in common with us";
  if (/ALERT_UNKNOWN_CA$/.test(code)) return "the client does not know who issued our certificate";
  if (/ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED)$/.test(code))
    return "the client does not accept our certificate";
  if (code === "ECONNRESET") return "the client ended the connection during the TLS handshake";
  return undefined;
}

/** A connection without HTTP/2 negotiated is of no use (PROTOCOL-HTTP2, "Security"). */
export const NO_H2 = "the client does not offer HTTP/2 over TLS (ALPN h2), which gRPC needs";
