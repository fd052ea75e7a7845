/** What is looked for in every run, by name. None of it asks the code under test. */
export const ORACLES = {
  "exactly-once": "an acknowledged call has had exactly one effect",
  "at-most-once": "no call has had its effect twice",
  "refused-without-effect": "a call whose recorded answer refuses it has had no effect",
  "not-executed-is-never": "a call reported as not executed has had no effect, and has none later",
  "one-answer": "every attempt of a call gets the same recorded answer",
  "own-answer": "no call gets the answer of another",
  "forged-never-runs":
    "calls with ids that are foreign, guessed or used already for something else never run",
  "named-home-only": "a call runs at no home but the one that it names",
  "lost-home-never-runs": "a home that was set back runs nothing for a client that has seen more",
  "answers-kept": "an answer that is still wanted is never forgotten",
  "refusals-have-causes": "a terminal refusal has its cause in what happened in this world",
  "outage-expires-nobody": "a session expires only by time in which its home served",
  "redo-is-told": "a handler that runs again knows it, and what it has noted",
  "one-intent-for-a-key": "two calls with one conflict key are never under way together",
  "begun-is-finished": "a call that has begun is finished, however often its home crashes",
  serializable:
    "what transactions have read and written fits one order of them, in which later calls see earlier ones",
  "told-is-durable": "what an answer has told is never lost",
  "sum-is-kept": "transfers leave the sum of all accounts as it was",
  "client-remembers": "a durable client has every call that was submitted, until it is forgotten",
  "resolved-after-healing": "when all is well again everything is resolved in bounded time",
  "nothing-left": "when all is resolved nothing is remembered but what has to be",
  "starts-again": "a program that was killed can be started again",
  "no-stray-errors": "there is no unhandled rejection, and no exception outside a call",
  "same-trace": "the same seed gives the same trace",
} as const;

export type Oracle = keyof typeof ORACLES;

/** Thrown where an oracle has found something: the run is over. */
export class OracleFailure extends Error {
  readonly oracle: Oracle;

  constructor(oracle: Oracle, detail: string) {
    super(`${oracle} (${ORACLES[oracle]}): ${detail}`);
    this.name = "OracleFailure";
    this.oracle = oracle;
  }
}
