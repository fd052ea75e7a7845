import type { Runtime } from "../../runtime/runtime.js";
import { IDENTITY_BYTES, identityText } from "../identity.js";
import { RecordWriter } from "../record-writer.js";
import type { OpenCall } from "./session.js";

/**
 * The id that a handler knows a call by: a digest of the session's id, which is random and a secret, of the call's number,
 * its method and its request. A home that was put back gives the same numbers to other sessions, but never the same ids;
 * and a call that it does again, because it has forgotten it, has the id that it had.
 */
export function callIdOf(
  { session, sequence, fingerprint }: OpenCall,
  path: string,
  runtime: Runtime,
): string {
  const name = new RecordWriter().begin(0).text(session.client).number(sequence).text(path);
  return identityText(runtime.sha256(name.characters(fingerprint).view()).subarray(0, IDENTITY_BYTES));
}
