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

/** Finds out whose journal it is: that of the one who can read all of its records, or has read its own session among them. */
export class OwnerSearch implements RecoveredState {
  private readonly candidates: Candidate[] = [
    { kind: "home", state: new HomeState(new Store()), isReading: true },
    { kind: "durable client", state: new ClientState(nodeRuntime()), isReading: true },
  ];
  private hasRecords = false;

  restore(record: Uint8Array): void {
    this.feed((state) => state.restore(record));
  }

  apply(record: Uint8Array, position: number): void {
    this.feed((state) => state.apply(record, position));
  }

  /** What it holds is shown up to the first record that it cannot read. */
  get owner(): Owner {
    if (!this.hasRecords) return { kind: "nobody yet" };
    const readers = this.candidates.filter(({ isReading }) => isReading);
    return readers[0] ?? this.candidates.find(hasSession) ?? { kind: "program" };
  }

  private feed(take: (state: RecoveredState) => void): void {
    this.hasRecords = true;
    for (const candidate of this.candidates) {
      if (!candidate.isReading) continue;
      try {
        take(candidate.state);
      } catch {
        // A program's records can be anything, and whatever a state says of them, they are not its own.
        candidate.isReading = false;
      }
    }
  }
}

type Candidate = Extract<Owner, { readonly state: RecoveredState }> & { isReading: boolean };

function hasSession(candidate: Candidate): boolean {
  return candidate.kind === "home" ? candidate.state.nextSession > 1 : candidate.state.session !== undefined;
}
