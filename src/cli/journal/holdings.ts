import type { ClientState } from "../../delivery/client/client-state.js";
import type { HomeState } from "../../delivery/home/home-state.js";
import { statusName } from "../../rpc/status.js";
import type { Owner } from "./owner.js";

/** What a journal holds, for people and programs. A session's id is a secret: it is not in it. */
export type Holdings =
  | {
      readonly owner: "home";
      /** By session and call. */
      readonly openCalls: readonly HeldOpenCall[];
      readonly sessions: readonly HeldSession[];
      /** Of the store of journaled handlers. */
      readonly storedKeys: number;
    }
  | {
      readonly owner: "durable client";
      /** Undefined: it has none with any home. */
      readonly session: HeldClientSession | undefined;
      readonly unfinishedCalls: readonly HeldUnfinishedCall[];
      /** Those whose calls have their answers. */
      readonly keys: readonly HeldKey[];
    }
  | { readonly owner: "program" | "nobody yet" };

export interface HeldOpenCall {
  readonly method: string;
  readonly conflictKey: string;
  readonly principal: string;
  readonly session: number;
  readonly sequence: number;
  readonly requestBytes: number;
  readonly isNoted: boolean;
}

export interface HeldSession {
  readonly session: number;
  readonly principal: string;
  readonly incarnation: number;
  readonly floor: number;
  readonly answers: number;
  readonly openCalls: number;
  /** It is kept for its open calls only. */
  readonly isEnded: boolean;
}

export interface HeldClientSession {
  /** The home that it belongs to. */
  readonly home: string;
  readonly incarnation: number;
}

export interface HeldUnfinishedCall {
  readonly sequence: number;
  readonly method: string;
  /** Undefined for none. */
  readonly key: string | undefined;
  /** For `channel.outcomeOf`. */
  readonly callId: string | undefined;
  readonly requestBytes: number;
}

export interface HeldKey {
  readonly key: string;
  readonly method: string;
  readonly callId: string;
  /** OK, or how the call has failed. */
  readonly code: string;
  readonly outcome: string;
}

export function holdingsOf(owner: Owner): Holdings {
  if (owner.kind === "home") return homeHoldings(owner.state);
  if (owner.kind === "durable client") return clientHoldings(owner.state);
  return { owner: owner.kind };
}

function homeHoldings({ openCalls, sessions, methods, store }: HomeState): Holdings {
  return {
    owner: "home",
    openCalls: openCalls
      .all()
      .map(({ method, key, session, sequence, request, note }) => ({
        method: methods[method] ?? `method ${method}`,
        conflictKey: key,
        principal: session.principal.name,
        session: session.number,
        sequence,
        requestBytes: request.length,
        isNoted: note !== undefined,
      }))
      .sort((a, b) => a.session - b.session || a.sequence - b.sequence),
    sessions: [...sessions.values()]
      .map(({ number, principal, incarnation, floor, calls, openCalls, ended }) => ({
        session: number,
        principal: principal.name,
        incarnation,
        floor,
        answers: calls.size - openCalls,
        openCalls,
        isEnded: ended,
      }))
      .sort((a, b) => a.session - b.session),
    storedKeys: store.size,
  };
}

function clientHoldings(state: ClientState): Holdings {
  const { session, calls, answers } = state;
  return {
    owner: "durable client",
    session: session && { home: session.home, incarnation: session.incarnation },
    unfinishedCalls: [...calls.values()].map(({ sequence, path, key, request }) => ({
      sequence,
      method: path,
      key: key === "" ? undefined : key,
      callId: session && state.callIdOf(sequence),
      requestBytes: request.length,
    })),
    keys: [...answers.values()].map(({ key, path, callId, answer }) => ({
      key,
      method: path,
      callId,
      code: statusName(answer.code),
      outcome: answer.outcome,
    })),
  };
}
