import { ClientState } from "../../delivery/client/client-state.js";
import { HomeState } from "../../delivery/home/home-state.js";
import type { RecoveredState } from "../../journal/journaled-state.js";
import { Store } from "../../journal/store.js";
import { nodeRuntime } from "../../runtime/node.js";

/** Whose journal it is, and what its records make. */
export type Owner =
  | { readonly kind: "home"; readonly state: HomeState }
  | { readonly kind: "durable client"; readonly state: ClientState }
  /** Its records are neither's, as far as this version knows. */
  | { readonly kind: "program" }
  /** Nothing is recorded. */
  | { readonly kind: "nobody yet" };

/** Finds out whose journal it is: that of the one who can read all of its records. */
export class OwnerSearch implements RecoveredState {
  private readonly candidates = new Set<Candidate>([
    { kind: "home", state: new HomeState(new Store()) },
    { kind: "durable client", state: new ClientState(nodeRuntime()) },
  ]);
  private hasRecords = false;

  restore(record: Uint8Array): void {
    this.feed((state) => state.restore(record));
  }

  apply(record: Uint8Array, position: number): void {
    this.feed((state) => state.apply(record, position));
  }

  get owner(): Owner {
    if (!this.hasRecords) return { kind: "nobody yet" };
    const [owner] = this.candidates;
    return owner ?? { kind: "program" };
  }

  private feed(take: (state: RecoveredState) => void): void {
    this.hasRecords = true;
    for (const candidate of this.candidates) {
      try {
        take(candidate.state);
      } catch {
        // A program's records can be anything, and whatever a state says of them, they are not its own.
        this.candidates.delete(candidate);
      }
    }
  }
}

type Candidate = Extract<Owner, { readonly state: RecoveredState }>;
