import { IDENTITY_CHARACTERS } from "./identity.js";
import { type Mark, readMark } from "./mark.js";
import { TextCursor } from "./text-cursor.js";

/** The highest number that a call may have: whatever is counted on from there can still be written and read. */
export const CALL_NUMBER_MAX = 2 ** 52;

/** Who calls, and which call it is: the value of the metadata field `redoubt-call`. */
export interface CallHeader {
  /** The identity of the home that the session belongs to. */
  readonly home: string;
  /** The session's id. */
  readonly client: string;
  readonly incarnation: number;
  /** The call's number in its session: 1 … 2^52. */
  readonly sequence: number;
  /** The lowest number whose answer the client still wants; at most `sequence`. */
  readonly ack: number;
  /** The latest mark of the home that the client has seen. */
  readonly mark: Mark;
}

/** `HOME.CLIENT.INCARNATION.SEQUENCE.ACK.MARK`; `mark` as {@link formatMark} gives it, since one serves many calls. */
export function formatCallHeader(
  session: { readonly home: string; readonly client: string; readonly incarnation: number },
  sequence: number,
  ack: number,
  mark: string,
): string {
  return `${session.home}.${session.client}.${session.incarnation}.${sequence}.${ack}.${mark}`;
}

/** Undefined where `text` is no such value. */
export function parseCallHeader(text: string): CallHeader | undefined {
  const cursor = new TextCursor(text);
  const home = cursor.base64url(IDENTITY_CHARACTERS);
  cursor.skip(".");
  const client = cursor.base64url(IDENTITY_CHARACTERS);
  cursor.skip(".");
  const incarnation = cursor.number(1);
  cursor.skip(".");
  const sequence = cursor.number(1);
  cursor.skip(".");
  const ack = cursor.number(1);
  cursor.skip(".");
  const mark = readMark(cursor);
  if (!cursor.isDone || sequence > CALL_NUMBER_MAX || ack > sequence) return undefined;
  return { home, client, incarnation, sequence, ack, mark };
}
