import type { CallHeader } from "../call-header.js";
import type { Mark } from "../mark.js";
import type { Refusal } from "../refusal.js";
import { hasSeen } from "./epoch-history.js";
import type { Ledger } from "./ledger.js";
import { type AnsweredCall, type CallUnderWay, OpenCall, RefusedCall, Session } from "./session.js";

/** Calls of a session that may be unanswered: what a busy process has under way, and little enough to remember. */
export const WINDOW_MAX = 1024;

/** How much a home remembers for one principal. */
export interface Quotas {
  readonly sessions: number;
  readonly bytes: number;
}

/** What a client says of its session. */
export interface SessionClaim {
  readonly home: string;
  readonly client: string;
  readonly incarnation: number;
  readonly mark: Mark;
}

/** Why somebody is refused. `session`: whose, where it is known. */
export interface Refused {
  readonly kind: "refuse";
  readonly reason: Refusal;
  readonly detail: string;
  readonly session: Session | undefined;
}

/** What becomes of an attempt of a call. */
export type Verdict =
  | { readonly kind: "execute"; readonly session: Session }
  | { readonly kind: "join"; readonly session: Session; readonly execution: CallUnderWay }
  | { readonly kind: "replay"; readonly session: Session; readonly call: AnsweredCall | RefusedCall }
  | Refused;

/** Decides what becomes of attempts, from what the home remembers. */
export class Tracker {
  private readonly ledger: Ledger;
  private readonly quotas: Quotas;

  constructor(ledger: Ledger, quotas: Quotas) {
    this.ledger = ledger;
    this.quotas = quotas;
  }

  /** Decides about one attempt. `fingerprint`: of its request. */
  decide(header: CallHeader, principal: string, path: string, fingerprint: string): Verdict {
    const session = this.sessionOf(header, principal);
    if (!(session instanceof Session)) return session;
    const { sequence, ack } = header;
    if (ack > session.ack) session.ack = ack;
    const unwanted = this.unwanted(session, sequence);
    if (unwanted !== undefined) return unwanted;
    const execution = session.executions.get(sequence);
    if (execution !== undefined) {
      if (!isSame(execution.path, execution.fingerprint, path, fingerprint))
        return mismatch(session, sequence);
      return { kind: "join", session, execution };
    }
    const call = session.calls.get(sequence);
    if (call instanceof OpenCall) return refuse("starting", "the call is not taken up yet", session);
    if (call !== undefined) {
      const { methods } = this.ledger.state;
      if (
        !(call instanceof RefusedCall) &&
        !isSame(methods[call.method], call.fingerprint, path, fingerprint)
      )
        return mismatch(session, sequence);
      return { kind: "replay", session, call };
    }
    return this.decideNew(session, sequence);
  }

  private decideNew(session: Session, sequence: number): Verdict {
    const outside = this.outsideWindow(session, sequence);
    if (outside !== undefined) return outside;
    const quota = this.beyondQuota(session);
    if (quota !== undefined) return quota;
    session.seen = Math.max(session.seen, sequence);
    return { kind: "execute", session };
  }

  /** Below the lowest number whose answer the client still wants. */
  unwanted(session: Session, sequence: number): Refused | undefined {
    if (sequence >= session.ack) return undefined;
    return refuse("stale", `the client no longer wants the answer of call ${sequence}`, session);
  }

  /** A number too far ahead of what the client still wants. */
  outsideWindow(session: Session, sequence: number): Refused | undefined {
    if (sequence < session.ack + WINDOW_MAX) return undefined;
    return refuse(
      "window",
      `call ${sequence} is too far ahead of ${session.ack}, the lowest unanswered one`,
      session,
    );
  }

  /** As much is kept for the session's principal as may be. */
  beyondQuota(session: Session): Refused | undefined {
    const { name, bytes, underWay } = session.principal;
    const kept = bytes + underWay;
    if (kept < this.quotas.bytes) return undefined;
    return refuse("quota", `as much is kept for ${described(name)} as may be: ${kept} bytes`, session);
  }

  /** Who may open one more session. */
  refusesSession(principal: string): Refused | undefined {
    const { sessions } = this.ledger.state.principal(principal);
    if (sessions < this.quotas.sessions) return undefined;
    return refuse(
      "quota",
      `there are ${sessions} sessions of ${described(principal)}, as many as there may be`,
      undefined,
    );
  }

  /** The session that a client speaks for. */
  sessionOf(claim: SessionClaim, principal: string): Session | Refused {
    const session = this.knownSession(claim, principal);
    if (!(session instanceof Session)) return session;
    if (claim.incarnation !== session.incarnation)
      return refuse(
        "fenced",
        "the session was opened again since: this client, or a copy of it, is outdated",
        session,
      );
    return session;
  }

  /** The same, whatever its incarnation. */
  knownSession({ home, client, mark }: SessionClaim, principal: string): Session | Refused {
    const { journal, state } = this.ledger;
    if (home !== journal.home)
      return refuse("wrong-home", `the call belongs to home ${home}; this is ${journal.home}`, undefined);
    if (!hasSeen(journal, mark))
      return refuse(
        "lost-home",
        "the home has lost what the client has seen of it: it was put back",
        undefined,
      );
    const session = state.byClient.get(client);
    if (session === undefined)
      return refuse("expired", "the home knows no such session, or has forgotten it", undefined);
    if (session.principal.name !== principal)
      return refuse("forbidden", "the session belongs to somebody else", undefined);
    return session;
  }
}

function isSame(knownPath: string, knownFingerprint: string, path: string, fingerprint: string): boolean {
  return knownPath === path && knownFingerprint === fingerprint;
}

function mismatch(session: Session, sequence: number): Refused {
  return refuse(
    "mismatch",
    `call ${sequence} was another one: of another method, or with another request`,
    session,
  );
}

function refuse(reason: Refusal, detail: string, session: Session | undefined): Refused {
  return { kind: "refuse", reason, detail, session };
}

/** Whose a refusal's text is about. */
export function described(principal: string): string {
  return principal === "" ? "those who have not proved who they are" : principal;
}
