import type { Told } from "./judge.test.util.js";
import type { Work } from "./work.test.util.js";

/** How a call, or a question for its outcome, has ended. */
export interface CallEnd {
  readonly told: Told;
  /** What to ask for its outcome with, where it is not known. */
  readonly callId: string | undefined;
  /** Nobody can ever tell more. */
  readonly isFinal: boolean;
}

/** A call that a durable client has found in its folder. */
export interface Unfinished {
  readonly key: string | undefined;
  /** The request, as text. */
  readonly text: string;
  readonly end: Promise<CallEnd>;
}

/** The delivery half of a client, as an application uses it. Nothing in here rejects. */
export interface ClientPort {
  call(work: Work, options: { timeoutMs: number; key?: string }): Promise<CallEnd>;
  outcomeOf(callId: string, timeoutMs: number): Promise<CallEnd>;
  /** What a durable client has not finished. */
  unfinished(): readonly Unfinished[];
  /** Whether a durable client has that call, or its answer. */
  knows(key: string): boolean;
  /** Its answer is no longer wanted. */
  forget(key: string): void;
  close(): Promise<void>;
}
