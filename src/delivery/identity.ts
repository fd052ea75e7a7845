import { encodeBase64 } from "../bytes/base64.js";

/** Bytes of a home's identity, of a session's id and of a nonce: nobody guesses 128 bits, and none come twice. */
export const IDENTITY_BYTES = 16;

/** The same, as it is written: base64url (RFC 4648 §5) without padding. */
export const IDENTITY_CHARACTERS = 22;

/** An identity as it is written. Identities are compared as text and never read back. */
export function identityText(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_");
}
