/** Those who look at a journal from outside, by name, and what each of them demands. */
export const ORACLES = {
  "acknowledged-is-there": "what was acknowledged, or read, is there",
  order: "what is there is what was given, in that order, without a gap",
  "nothing-invented": "no record is there that was never written",
  "same-home": "the identity stays the same",
  "epochs-kept": "an epoch in which somebody was served is in the history, and each opening has a new one",
  "durable-stays-durable": "what was durable once is durable",
  "opens-again": "whatever a crash or a fault leaves opens",
  "goes-on": "a journal that was opened takes records, makes checkpoints, is closed and opened again",
  "reads-what-was-written": "a reader finds what the state has",
  "names-are-durable": "no name is relied on that no sync of its folder has covered",
  "damage-is-reported":
    "damage to what was durable is reported, and never cut off, unless nobody needs what is damaged",
  "one-checkpoint-is-enough": "of two checkpoints one can be damaged or lost",
  "refused-is-unchanged": "a journal that is not opened stays as it is",
  "never-synced-again":
    "after a failed write or sync nothing is synced or written to the log by that program",
  "nothing-after-failure": "after a failure nothing is acknowledged",
  "errors-are-clear": "what goes wrong is told by kind, with the folder",
  "lengths-are-bounded": "a length is not believed beyond the file it stands in",
  "room-is-kept": "room that was promised is there, also for closing and opening",
  "one-writer": "one program has a journal open at a time",
  "files-are-closed-once": "no file is closed twice",
  serializable: "transactions do what some order of them does, one at a time",
  "snapshot-of-one-moment": "a snapshot has what was there when it was taken",
  "nothing-waits-for-ever": "what was asked for comes to an end",
  "no-stray-errors": "no error is thrown where nobody expects it",
} as const;

export type Oracle = keyof typeof ORACLES;

/** What an oracle has found. */
export interface Violation {
  readonly oracle: Oracle;
  readonly detail: string;
}

export class ViolationError extends Error {
  readonly violation: Violation;

  constructor(violation: Violation) {
    super(`${violation.oracle}: ${violation.detail}`);
    this.name = "ViolationError";
    this.violation = violation;
  }
}

/** What an error says: what an oracle has found, or else what `oracle` is to say of it. */
export function violationOf(error: unknown, oracle: Oracle, doing = ""): Violation {
  const violation =
    error instanceof ViolationError
      ? error.violation
      : { oracle, detail: error instanceof Error ? `${error.stack}` : `${error}` };
  return doing === "" ? violation : { ...violation, detail: `${doing}: ${violation.detail}` };
}

/** Throws the first of them, if there is any. */
export function expectNone(violations: readonly Violation[]): void {
  if (violations.length > 0) throw new ViolationError(violations[0]);
}
