import type { Sample } from "../report/row.js";

/** What came of a scenario. */
export interface Outcome {
  readonly samples: readonly Sample[];
  /** Why a peer has no result, by its name. */
  readonly failures: ReadonlyMap<string, string>;
}

/** Collects {@link Outcome}; a peer that has failed is left out from then on. */
export class OutcomeBuilder implements Outcome {
  readonly samples: Sample[] = [];
  readonly failures = new Map<string, string>();

  /** Runs `step` unless `peer` has failed; if it rejects, the peer has failed. */
  async attempt(peer: string, step: () => Promise<void>): Promise<void> {
    if (this.failures.has(peer)) return;
    try {
      await step();
    } catch (error) {
      this.failures.set(peer, (error as Error).message);
    }
  }
}
