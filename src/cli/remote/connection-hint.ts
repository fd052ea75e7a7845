import type { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";

/** The option that mends a connection that did not come to be, where there is one. */
export function connectionHint(
  error: RpcError,
  { ca }: { readonly ca?: string | undefined },
  isPlaintext: boolean,
): string | undefined {
  if (error.code !== Status.UNAVAILABLE) return undefined;
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  const match = OPTIONS.find(({ codes }) => codes.test(String(code)));
  if (match === UNKNOWN_ISSUER && ca !== undefined)
    return `${ca} does not hold its issuer: give --ca the certificate of the authority that made the server's`;
  if (match !== undefined && !isPlaintext) return match.hint;
  // A server of TLS does not understand us, and hangs up.
  const hungUp = /preface|closed|ended|reset|not HTTP\/2/i.test(error.message);
  return isPlaintext && hungUp ? "leave out --plaintext if the server speaks TLS" : undefined;
}

const UNKNOWN_ISSUER = {
  codes: /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*|CERT_SIGNATURE_FAILURE)$/,
  hint: "trust its issuer with --ca FILE",
};

const OPTIONS: readonly { readonly codes: RegExp; readonly hint: string }[] = [
  {
    codes: /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|BAD_RECORD_TYPE)$/,
    hint: "add --plaintext if the server is meant to speak without TLS",
  },
  UNKNOWN_ISSUER,
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$|UNRECOGNIZED_NAME$/,
    hint: "say whose certificate it has to be with --server-name NAME",
  },
  {
    codes: /ALERT_(?:CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)$/,
    hint: "show the certificate that the server accepts with --cert FILE --key FILE",
  },
];
