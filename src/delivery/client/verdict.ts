import type { Outcome } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { type Mark, parseMark } from "../mark.js";
import { REFUSALS, type Refusal, refusalFrom } from "../refusal.js";
import type { AttemptEnd } from "./attempts.js";

/**
 * The mark of an answer that is the call's, for ever: only what the home says it has recorded is one. Undefined for all
 * other ends.
 */
export function recordedMark({ recorded }: AttemptEnd): Mark | undefined {
  return recorded === undefined ? undefined : parseMark(recorded);
}

/** What an end that is not the call's answer means for it. */
export type Verdict =
  /** Nothing came of this attempt; another one may do better. */
  | "again"
  /** It has reached another home: again, and calls that were never sent had better have a session there. */
  | "elsewhere"
  /** Whoever waits gets this end. What became of the call is to be found out still. */
  | "final"
  /** The same, and the home has nothing more to say about the call's number. */
  | "gone"
  /**
   * The session belongs to another principal. Of a call that is `final`: it came with other credentials than the rest. What
   * the session itself is asked with decides about the session.
   */
  | "forbidden"
  /** The session is over, with all its calls. */
  | "session-over";

export function verdictOn(end: AttemptEnd): Verdict {
  const refusal = refusalOf(end);
  if (refusal !== undefined) return VERDICTS[refusal];
  return isWorthAnother(end) ? "again" : "final";
}

/** Whether a session can no longer be used, now that it was opened or kept alive with that end. */
export function isEndOfSession(verdict: Verdict): boolean {
  return verdict === "session-over" || verdict === "forbidden";
}

const VERDICTS: { readonly [Reason in Refusal]: Verdict } = {
  malformed: "final",
  "wrong-home": "elsewhere",
  "lost-home": "session-over",
  expired: "session-over",
  forbidden: "forbidden",
  fenced: "session-over",
  stale: "gone",
  mismatch: "gone",
  window: "again",
  quota: "again",
  full: "again",
  failed: "again",
  "not-guarded": "final",
  starting: "again",
};

/** Why a home has refused; undefined where none did, or for a reason that this version does not know. */
export function refusalOf(end: AttemptEnd): Refusal | undefined {
  return end.refusal === undefined ? undefined : refusalFrom(end.refusal);
}

/**
 * Whether an attempt has failed of the network, or of a server that may be there again: an end that nobody has said is a
 * lost connection, whatever its code. A server's own errors (it could not read the request, had no place for it, did not
 * take the credentials) would come again.
 */
export function isWorthAnother({ code, outcome, isBrokenOff }: AttemptEnd): boolean {
  if (isBrokenOff) return true;
  if (code === Status.CANCELLED) return outcome === "unknown";
  return code === Status.UNAVAILABLE || code === Status.DEADLINE_EXCEEDED;
}

/** What is certain of an attempt that did not bring the answer. */
export function outcomeOfAttempt(end: AttemptEnd): Outcome {
  if (!end.hasLeft) return "not-executed";
  const refusal = refusalOf(end);
  if (refusal === undefined) return end.outcome;
  // Found out before anything else of the call, of this attempt and no other.
  if (refusal === "forbidden") return "not-executed";
  return REFUSALS[refusal].notExecuted ? "not-executed" : "unknown";
}
