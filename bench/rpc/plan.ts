/** How long and how often is measured. */
export interface Plan {
  /** Rounds per turn. */
  readonly roundCount: number;
  /** Whether ours has a turn beside each other peer's, see `turnsOf`. */
  readonly inPairs: boolean;
  /** The part of a round that counts, milliseconds; longer where calls are slow, see `closedLoop`. */
  readonly windowMs: number;
  /** The part before it that does not, milliseconds: the calls get going again and the caches warm. */
  readonly leadInMs: number;
  /** Load before the first round, milliseconds, so that the engine has compiled what is hot. */
  readonly warmUpMs: number;
  /** Connections per measurement of their memory. */
  readonly connectionCount: number;
  /** Such measurements per peer, each with a fresh server. */
  readonly connectionRoundCount: number;
  /** Loads of each peer's packages. */
  readonly importRoundCount: number;
}

/** Numbers to rely on: all of it takes about ten minutes. */
export const fullPlan: Plan = {
  roundCount: 5,
  inPairs: true,
  windowMs: 1_500,
  leadInMs: 100,
  warmUpMs: 3_000,
  connectionCount: 2_000,
  connectionRoundCount: 3,
  importRoundCount: 11,
};

/** All scenarios and peers in under a minute: shows that everything works, with rough numbers. */
export const quickPlan: Plan = {
  roundCount: 2,
  inPairs: false,
  windowMs: 200,
  leadInMs: 20,
  warmUpMs: 300,
  connectionCount: 200,
  connectionRoundCount: 1,
  importRoundCount: 3,
};
