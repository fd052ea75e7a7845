import { type CallEnd, localEnd } from "../../rpc/call-end.js";
import { Status } from "../../rpc/status.js";
import { REFUSALS } from "../refusal.js";
import type { AttemptEnd } from "./attempts.js";
import { refusalOf } from "./verdict.js";

/** The end of all calls of a session that its home refuses for good, or of one call of it; their outcomes are their own. */
export function endOfSession(end: AttemptEnd): CallEnd {
  const refusal = refusalOf(end) as keyof typeof WORDS;
  const detail = end.message === "" ? "" : ` (${end.message})`;
  return localEnd(REFUSALS[refusal].code, `${WORDS[refusal]}${detail}`, "unknown", end.cause);
}

const WORDS = {
  expired: "the home has forgotten this client's session: it had heard nothing from it for too long",
  fenced:
    "another copy of this client was used since this one was last: go on with that one, or with a new folder",
  forbidden:
    "the session belongs to another principal: let the channel authenticate, by its credentials or an interceptor, as the one who has opened it; calls of others need a channel, and a durable client, of their own",
  "lost-home":
    "the home has lost what it had recorded before: its journal was set back to an older state, or replaced",
};

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
