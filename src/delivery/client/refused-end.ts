import { type CallEnd, localEnd } from "../../rpc/call-end.js";
import { REFUSAL_FIELD } from "../../rpc/delivery-fields.js";
import { Metadata } from "../../rpc/metadata.js";
import { Status } from "../../rpc/status.js";
import { REFUSALS, type Refusal } from "../refusal.js";
import type { AttemptEnd } from "./attempts.js";
import { refusalOf } from "./verdict.js";

/** The end of all calls of a session that its home refuses for good, or of one call of it; their outcomes are their own. */
export function endOfSession(end: AttemptEnd): CallEnd {
  const refusal = refusalOf(end) as Refusal;
  return withRefusal(localEnd(REFUSALS[refusal].code, end.message, "unknown", end.cause), refusal);
}

/** The same end, which tells by its trailers what was refused; unchanged without a refusal. */
export function withRefusal(end: CallEnd, refusal: string | undefined): CallEnd {
  return refusal === undefined ? end : { ...end, trailers: () => refusalTrailers(refusal) };
}

export function refusalTrailers(refusal: string | undefined): Metadata {
  return new Metadata(refusal === undefined ? [] : { [REFUSAL_FIELD]: refusal });
}

/** A server without redoubt.Delivery. */
export function noDelivery(): CallEnd {
  const message =
    "the server has no redoubt.Delivery, so it cannot promise to carry a call out exactly once: give it a home, new Server({ home: await Home.open(folder) }), or declare the method without EXACTLY_ONCE";
  return localEnd(Status.UNIMPLEMENTED, message, "not-executed");
}

/** A method that the home does not call exactly once. */
export function notGuarded(path: string): CallEnd {
  const message = `the server does not call ${path} exactly once: its interface says otherwise, or it was not added to the server that has the home; let both ends use the same .proto`;
  return localEnd(Status.FAILED_PRECONDITION, message, "not-executed");
}

/** Both kinds of clients let so many calls wait, as channels do: messages of the usual size for a quarter of a gigabyte. */
export const WAITING_CALLS_MAX = 65_536;

export const TOO_MANY_WAIT = localEnd(
  Status.RESOURCE_EXHAUSTED,
  `${WAITING_CALLS_MAX} exactly-once calls wait for their session, or for others to be answered`,
  "not-executed",
);

/** The channel was closed; the outcome is each call's own. */
export const CLOSED = localEnd(Status.CANCELLED, "the channel was closed", "unknown");
