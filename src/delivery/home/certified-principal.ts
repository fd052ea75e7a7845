import type { CallContext } from "../../rpc/call-context.js";
import type { Runtime } from "../../runtime/runtime.js";
import { IDENTITY_BYTES, IDENTITY_CHARACTERS, identityText } from "../identity.js";

/** Every session's record has it: enough for a name, and for no document. */
export const PRINCIPAL_CHARACTERS_MAX = 1024;

/** Whom the client's verified certificate names, or "". Names last longer than certificates, which are replaced all the time. */
export function certifiedPrincipal({ peer }: CallContext, runtime: Runtime): string {
  const { certificate } = peer;
  if (certificate?.isVerified !== true) return "";
  const name = wellFormed(["tls", certificate.subject, ...certificate.subjectAltNames].join(" "));
  return name.length <= PRINCIPAL_CHARACTERS_MAX ? name : shortened(name, runtime);
}

/** Told apart from others that begin in the same way by a digest of the whole. */
function shortened(name: string, runtime: Runtime): string {
  const digest = runtime.sha256(new TextEncoder().encode(name)).subarray(0, IDENTITY_BYTES);
  const beginning = name.slice(0, PRINCIPAL_CHARACTERS_MAX - IDENTITY_CHARACTERS - 1);
  return `${wellFormed(beginning)} ${identityText(digest)}`;
}

/** Half a character is not what it was once it has been on a disk. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, "\ufffd");
}
