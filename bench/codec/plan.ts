/** How long and how often is measured. */
export interface Plan {
  /** Times that everybody begins anew with a fresh process, in which the engine may compile otherwise. */
  readonly sittingCount: number;
  /** Rounds of each turn in a sitting. */
  readonly roundCount: number;
  /** Whether ours has a turn beside each other peer's, see `turnsOf`. */
  readonly inPairs: boolean;
  /** How long a round is, milliseconds of processor time. */
  readonly windowMs: number;
  /** Work before the first round of a sitting, milliseconds of processor time, so that the engine has compiled what is hot. */
  readonly warmUpMs: number;
}

/** Numbers to rely on: all of it takes about six minutes. */
export const fullPlan: Plan = {
  sittingCount: 3,
  roundCount: 5,
  inPairs: true,
  windowMs: 100,
  warmUpMs: 400,
};

/** All scenarios and peers in under a minute: shows that everything works, with rough numbers. */
export const quickPlan: Plan = {
  sittingCount: 1,
  roundCount: 2,
  inPairs: false,
  windowMs: 100,
  warmUpMs: 100,
};
