import type { Any } from "@bufbuild/protobuf/wkt";
import { type Outcome, RpcError } from "./error.js";
import { Metadata } from "./metadata.js";
import { errorStatusFrom, Status } from "./status.js";

/** How a call ended, success included. Immutable: ends that repeat share one object. */
export interface CallEnd {
  readonly code: Status;
  readonly message: string;
  readonly outcome: Outcome;
  readonly cause?: unknown;
  /** See {@link RpcError.callId}. */
  readonly callId?: string | undefined;
  /** Nobody has said it: the stream was reset, or ended without a status. The code stands for how. */
  readonly isBrokenOff?: boolean | undefined;
  /** A fresh copy of the trailers. */
  trailers(): Metadata;
  details(): readonly Any[];
}

/** An end that did not come as trailers from the peer. */
export function localEnd(code: Status, message: string, outcome: Outcome, cause?: unknown): CallEnd {
  return { code, message, outcome, cause, trailers: noTrailers, details: noDetails };
}

/** An end without a status from the peer, or anybody else. */
export function brokenOffEnd(code: Status, message: string, outcome: Outcome): CallEnd {
  return { ...localEnd(code, message, outcome), isBrokenOff: true };
}

/** Whether an end was made by {@link localEnd}: no peer has said it. */
export function isLocal(end: CallEnd): boolean {
  return end.trailers === noTrailers;
}

/** Success without trailers: transports know it by identity and have its encoded form ready. */
export const OK_END: CallEnd = localEnd(Status.OK, "", "executed");

/** The end as the error that a caller gets; not for OK. */
export function errorFromEnd(end: CallEnd): RpcError {
  return new RpcError(end.code, end.message, {
    metadata: end.trailers(),
    details: end.details(),
    outcome: end.outcome,
    cause: end.cause,
    callId: end.callId,
  });
}

/** The end that an error stands for: its own for an RpcError, UNKNOWN for any other. */
export function endFromError(error: unknown, outcome: Outcome): CallEnd {
  if (!RpcError.is(error))
    return localEnd(Status.UNKNOWN, error instanceof Error ? error.message : String(error), outcome, error);
  return {
    code: errorStatusFrom(error.code),
    message: error.message,
    outcome,
    cause: error,
    trailers: () => Metadata.received(() => [...error.metadata].flat()),
    details: () => error.details,
  };
}

function noTrailers(): Metadata {
  return new Metadata();
}

function noDetails(): readonly Any[] {
  return [];
}
