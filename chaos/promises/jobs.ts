/** What a process with a bundle of the simulation is asked to do, and what it answers. */
export type Job =
  /** Worlds with the seeds `from`, `from + step`, …, `count` of them, or until one fails. */
  | {
      readonly kind: "worlds";
      readonly from: number;
      readonly step: number;
      readonly count: number;
      /** Worlds of one family only. */
      readonly family?: string | undefined;
      readonly stopsAtFailure: boolean;
      /** How many worlds are run a second time, to see the same trace. */
      readonly again?: number | undefined;
    }
  /** Every order of a duplicate and a crash; each of `parts` processes does its part. */
  | { readonly kind: "orders"; readonly part: number; readonly parts: number }
  /** A crash at every named point. */
  | { readonly kind: "points"; readonly stopsAtFailure: boolean }
  /** One check of the journal alone. */
  | { readonly kind: "journal"; readonly check: string };

export interface Failure {
  /** What makes the same world again. */
  readonly seed: string;
  readonly oracle: string;
  readonly detail: string;
  /** The last events of its trace. */
  readonly lines: readonly string[];
}

export interface JobReport {
  /** Worlds that were run. */
  readonly runs: number;
  readonly failures: readonly Failure[];
  /** What has happened how often. */
  readonly counts: Readonly<Record<string, number>>;
  /** What was covered, in words. */
  readonly notes: readonly string[];
  /** The trace of a world of which it is asked for. */
  readonly trace: readonly string[];
}

export type JobMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly runs: number }
  | { readonly kind: "report"; readonly report: JobReport };
