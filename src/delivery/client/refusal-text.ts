import { type Refusal, refusalFrom } from "../refusal.js";

/** What a refusal is called, what it says, and what one can do. `detail`: the server's words. */
export function refusalText(name: string, detail: string): string {
  const refusal = refusalFrom(name);
  if (refusal !== undefined && isOfSession(refusal)) return `${name}: ${OF_SESSIONS[refusal]}`;
  const said = detail === "" ? name : `${name}: ${detail}`;
  return refusal === undefined ? said : `${said}; ${WAYS_OUT[refusal]}`;
}

type OfSession = "expired" | "fenced" | "forbidden" | "lost-home";

function isOfSession(refusal: Refusal): refusal is OfSession {
  return Object.hasOwn(OF_SESSIONS, refusal);
}

/** These say all that the server can say of them. */
const OF_SESSIONS: { readonly [Reason in OfSession]: string } = {
  expired:
    "the home has forgotten this client's session, since it had heard nothing from it for too long: calls made from now on have a new session; find out by hand what became of those that are in doubt",
  fenced:
    "another copy of this client was used since: only the latest can go on. Throw this copy of its folder away, or open a new folder",
  forbidden:
    "the session belongs to another principal: let the channel authenticate, by its credentials or an interceptor, as the one who has opened it; calls of others need a channel, and a durable client, of their own",
  "lost-home":
    "the home has lost what this client has seen of it: its journal was put back to an older state, or replaced. Find out by hand what became of the unfinished calls, then go on in a new session: a durable client needs a new folder",
};

/** Behind the server's words. */
const WAYS_OUT: { readonly [Reason in Exclude<Refusal, OfSession>]: string } = {
  malformed: "no client sends that: something on the way may change header fields",
  "wrong-home": "let the channel lead to the server that has that home",
  stale: "what became of the call cannot be told any more: find out by hand",
  mismatch: "the client's memory was put back, or somebody else uses its session: open a new folder",
  window: "have fewer calls under way, or let them wait longer",
  quota:
    "close clients that are no longer needed, or let HomeOptions.maxSessions or maxRememberedBytes be higher",
  full: "make room on the home's disk",
  failed: "the server has to be started again",
  "not-guarded":
    "add the method's service to the server that has the home, and let both ends use the same .proto",
  starting: "wait until the server listens",
};
