/** How long and how often is measured. */
export interface Plan {
  readonly roundCount: number;
  readonly inPairs: boolean;
  readonly windowMs: number;
  readonly leadInMs: number;
  readonly warmUpMs: number;
  /** The log that is recovered. */
  readonly recoveryBytes: number;
  readonly recoveryRoundCount: number;
  /** Sessions and answers whose memory is measured. */
  readonly rememberedCount: number;
}

/** Numbers to rely on. */
export const fullPlan: Plan = {
  roundCount: 5,
  inPairs: true,
  windowMs: 1_500,
  leadInMs: 100,
  warmUpMs: 2_000,
  recoveryBytes: 1 << 30,
  recoveryRoundCount: 3,
  rememberedCount: 50_000,
};

/** Shows that everything works, with rough numbers. */
export const quickPlan: Plan = {
  roundCount: 2,
  inPairs: false,
  windowMs: 200,
  leadInMs: 20,
  warmUpMs: 300,
  recoveryBytes: 1 << 26,
  recoveryRoundCount: 1,
  rememberedCount: 2_000,
};
