import { decodeStatusDetails, encodeStatusDetails } from "../grpc/status-details.js";
import { type Outcome, RpcError } from "../rpc/error.js";
import type { MetadataInit } from "../rpc/metadata.js";
import { errorStatusFrom, Status, statusFrom } from "../rpc/status.js";
import { utf8Length } from "../runtime/native-bytes.js";

/** How a call was answered, in the form that is kept and repeated. */
export interface RecordedAnswer {
  readonly code: Status;
  readonly message: string;
  /** The response message's bytes; empty for other codes than OK. */
  readonly response: Uint8Array;
  /** A google.rpc.Status with details; empty without any. */
  readonly statusDetails: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** A success. */
export function answerWith(response: Uint8Array): RecordedAnswer {
  return { code: Status.OK, message: "", response, statusDetails: NOTHING };
}

/** Any other end: with what fits of its message and details into `bytesMax`, since the status must arrive in any case. */
export function answerFromError(error: RpcError, bytesMax: number): RecordedAnswer {
  const code = errorStatusFrom(error.code);
  const message = textWithin(error.message, Math.min(bytesMax, MESSAGE_BYTES_MAX));
  const encoded = statusDetailsFrom(error, code, message);
  const statusDetails = utf8Length(message) + encoded.length <= bytesMax ? encoded : NOTHING;
  return { code, message, response: NOTHING, statusDetails };
}

/** A google.rpc.Status with the error's details, empty without any. Such as cannot be encoded are left out. */
export function statusDetailsFrom({ details }: RpcError, code: Status, message: string): Uint8Array {
  if (details.length === 0) return NOTHING;
  try {
    return encodeStatusDetails(code, message, details);
  } catch {
    return NOTHING;
  }
}

/** The end as the error that a caller gets; not for OK. */
export function errorFromAnswer(answer: RecordedAnswer, outcome: Outcome, metadata?: MetadataInit): RpcError {
  const details = decodeStatusDetails(answer.statusDetails);
  return new RpcError(statusFrom(answer.code), answer.message, { details, outcome, metadata });
}

/** Bytes that an answer brings along, about. */
export function answerBytes({ message, response, statusDetails }: RecordedAnswer): number {
  return message.length + response.length + statusDetails.length;
}

/** More than fits into the trailers that most clients take would never arrive whole. */
const MESSAGE_BYTES_MAX = 8 * 1024;

/** What of `text` takes at most `bytesMax` bytes for certain. */
function textWithin(text: string, bytesMax: number): string {
  if (utf8Length(text) <= bytesMax) return text;
  return text.slice(0, Math.floor(bytesMax / 3)).replace(/[\ud800-\udbff]$/, "");
}
