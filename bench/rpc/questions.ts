/** What the parent asks its server and client processes. Every message is plain JSON. */
import type { RoundTimes } from "./load.js";
import type { Load } from "./scenarios.js";

/** Questions by name, each with what it carries and what comes back. */
export type Questions<Name extends PropertyKey> = Record<Name, { question: object; answer: object }>;

export interface ServerQuestions {
  /** Start the peer's server. */
  serve: { question: { peer: string; realCalls: boolean }; answer: { address: string } };
  /** How much memory is resident after garbage collection? */
  memory: { question: object; answer: { residentBytes: number } };
}

export interface ClientQuestions {
  /** Make the client that the rounds will use, and try it. */
  connect: { question: { peer: string; address: string; load: Load }; answer: object };
  /** One round of the load given to `connect`. */
  round: { question: RoundTimes; answer: RoundResult };
  /** Open so many connections more, with one call on each, and keep them. */
  open: { question: { peer: string; address: string; count: number }; answer: object };
}

export interface RoundResult {
  readonly perSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** A round may take so much longer than it should: the last calls, and streams that are under way. Milliseconds. */
export const ROUND_GRACE_MS = 10_000;
