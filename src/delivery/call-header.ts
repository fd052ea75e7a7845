import { type Mark, parseMark } from "./mark.js";

/** Who calls, and which call it is: the value of the metadata field `redoubt-call`. */
export interface CallHeader {
  /** The identity of the home that the session belongs to. */
  readonly home: string;
  /** The session's id. */
  readonly client: string;
  readonly incarnation: number;
  /** The call's number in its session. */
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
  const match = text.length <= HEADER_CHARACTERS_MAX ? HEADER.exec(text) : null;
  if (match === null) return undefined;
  const incarnation = Number(match[3]);
  const sequence = Number(match[4]);
  const ack = Number(match[5]);
  const mark = parseMark(match[6]);
  if (mark === undefined || ack > sequence) return undefined;
  if (incarnation > Number.MAX_SAFE_INTEGER || sequence > Number.MAX_SAFE_INTEGER) return undefined;
  return { home: match[1], client: match[2], incarnation, sequence, ack, mark };
}

/** Two identities of 22 characters, five numbers of up to 16 digits, an epoch's 8, and 7 separators: more is never right. */
const HEADER_CHARACTERS_MAX = 2 * 22 + 5 * 16 + 8 + 7;

const HEADER =
  /^([\w-]{22})\.([\w-]{22})\.([1-9][0-9]{0,15})\.([1-9][0-9]{0,15})\.([1-9][0-9]{0,15})\.([0-9a-f-]+)$/;
