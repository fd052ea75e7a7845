import { Status } from "../rpc/status.js";

/** Why a home, or a server without one, refuses a call before its handler: the value of the trailer `redoubt-refusal`. */
export type Refusal =
  /** The call's header, or the request, is none that a client may send. */
  | "malformed"
  /** The call belongs to another home. */
  | "wrong-home"
  /** The home has lost what the client has seen of it. */
  | "lost-home"
  /** No session has this id, or has it any longer. */
  | "expired"
  /** The session belongs to another principal. */
  | "forbidden"
  /** The session was opened again since, by this client or by a copy of it. */
  | "fenced"
  /** The client has said that it no longer wants this call's answer. */
  | "stale"
  /** The number was used for another call. */
  | "mismatch"
  /** Too many calls of the client are unanswered, or too many wait for the same thing. */
  | "window"
  /** The principal has as many sessions, or as much remembered for it, as it may have. */
  | "quota"
  /** There is no room for the call's answer on the home's disk. */
  | "full"
  /** The home can record nothing any more until it is opened again. */
  | "failed"
  /** The method is not called exactly once here. */
  | "not-guarded"
  /** The home is not ready yet. */
  | "starting";

/** What a refusal means to a client. */
export interface RefusalRule {
  readonly code: Status;
  /** Whether the same attempt may succeed later. A refusal that is not is the call's end. */
  readonly retry: boolean;
  /**
   * What it proves not to have been executed: this attempt (nor a copy of it), or the call, with all attempts so far. Who
   * cannot read the number, or remembers no calls, knows nothing of earlier attempts, and a client puts together what it
   * knows of all; what the server found out before it knew of the call, or when it knew nothing of it any more, proves
   * nothing.
   */
  readonly notExecuted: "call" | "attempt" | undefined;
}

/** What each refusal means. */
export const REFUSALS: { readonly [Reason in Refusal]: RefusalRule } = {
  malformed: { code: Status.INVALID_ARGUMENT, retry: false, notExecuted: "attempt" },
  "wrong-home": { code: Status.FAILED_PRECONDITION, retry: true, notExecuted: undefined },
  "lost-home": { code: Status.DATA_LOSS, retry: false, notExecuted: undefined },
  expired: { code: Status.FAILED_PRECONDITION, retry: false, notExecuted: undefined },
  forbidden: { code: Status.PERMISSION_DENIED, retry: false, notExecuted: undefined },
  fenced: { code: Status.FAILED_PRECONDITION, retry: false, notExecuted: undefined },
  stale: { code: Status.FAILED_PRECONDITION, retry: false, notExecuted: undefined },
  mismatch: { code: Status.INVALID_ARGUMENT, retry: false, notExecuted: undefined },
  window: { code: Status.RESOURCE_EXHAUSTED, retry: true, notExecuted: "call" },
  quota: { code: Status.RESOURCE_EXHAUSTED, retry: true, notExecuted: "call" },
  full: { code: Status.RESOURCE_EXHAUSTED, retry: true, notExecuted: "call" },
  failed: { code: Status.UNAVAILABLE, retry: true, notExecuted: undefined },
  "not-guarded": { code: Status.FAILED_PRECONDITION, retry: false, notExecuted: "attempt" },
  starting: { code: Status.UNAVAILABLE, retry: true, notExecuted: undefined },
};

/** The refusal that a trailer names; undefined for one that is not known. */
export function refusalFrom(text: string): Refusal | undefined {
  return Object.hasOwn(REFUSALS, text) ? (text as Refusal) : undefined;
}
