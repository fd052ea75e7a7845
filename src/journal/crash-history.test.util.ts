import type { Entry } from "./crash-state.test.util.js";
import type { Oracle, Violation } from "./crash-violation.test.util.js";
import type { PastEpoch } from "./epochs.js";

/** What a journal was found to have when it was opened. */
export interface Found {
  readonly home: string;
  readonly epochs: readonly PastEpoch[];
  readonly durablePosition: number;
  readonly entries: readonly Entry[];
  /** What was wrong with it in itself. */
  readonly problems: readonly Violation[];
}

/**
 * What those outside know of a journal, which it must never contradict: what it was given, in which order; how much of that
 * it has acknowledged; and who it said it was.
 */
export class History {
  /** What was given, in order; none after the last one. */
  entries: Entry[] = [];
  /** So many of them were acknowledged. */
  acknowledged = 0;
  home: string | undefined;
  /** The epochs in which somebody was served. */
  epochs: readonly PastEpoch[] = [];
  /** What it said was durable. */
  durablePosition = 0;

  copy(): History {
    const copy = new History();
    copy.entries = this.entries.slice();
    copy.acknowledged = this.acknowledged;
    copy.home = this.home;
    copy.epochs = this.epochs;
    copy.durablePosition = this.durablePosition;
    return copy;
  }

  /** The same as long as nobody outside has learnt anything new. */
  get summary(): string {
    return `${this.entries.length} ${this.acknowledged} ${this.epochs.length} ${this.durablePosition}`;
  }

  /** How `found` contradicts this; nothing if it does not. */
  contradictions(found: Found): Violation[] {
    return [...found.problems, ...this.aboutEntries(found), ...this.aboutIdentity(found)];
  }

  /** The journal was opened: what it has is certain from now on. */
  opened({ home, epochs, durablePosition, entries }: Found): void {
    this.entries = entries.slice();
    this.acknowledged = entries.length;
    this.home = home;
    this.epochs = epochs;
    this.durablePosition = durablePosition;
  }

  given(entry: Entry): void {
    this.entries.push(entry);
  }

  wasAcknowledged(entry: Entry): void {
    this.acknowledged = Math.max(this.acknowledged, this.entries.indexOf(entry) + 1);
  }

  private aboutEntries({ entries }: Found): Violation[] {
    const told: Violation[] = [];
    if (entries.length < this.acknowledged)
      told.push({
        oracle: "acknowledged-is-there",
        detail: `${this.acknowledged} records were acknowledged, ${entries.length} are there`,
      });
    const wrong = entries.findIndex(
      ({ number, position }, index) =>
        number !== this.entries[index]?.number || position !== this.entries[index].position,
    );
    if (wrong >= 0) {
      const text = (entry: Entry | undefined) => entry && `number ${entry.number} at ${entry.position}`;
      told.push({
        oracle: "order",
        detail: `record ${wrong} is ${text(entries[wrong])} and was ${text(this.entries[wrong]) ?? "never given"}`,
      });
    }
    return told;
  }

  private aboutIdentity({ home, epochs, durablePosition }: Found): Violation[] {
    const found: Violation[] = [];
    const tell = (oracle: Oracle, detail: string) => found.push({ oracle, detail });
    if (this.home !== undefined && home !== this.home) tell("same-home", "its identity is another one");
    for (const { number, id, position } of this.epochs) {
      const same = epochs.find((epoch) => epoch.number === number);
      if (same?.id !== id || same.position !== position)
        tell("epochs-kept", `epoch ${number} is not in its history`);
    }
    const last = this.epochs.at(-1);
    const next = epochs.find(({ number }) => number > (last?.number ?? 0));
    if (next === undefined) tell("epochs-kept", "its epoch is not a new one");
    else if (last !== undefined && next.position < this.durablePosition)
      tell("epochs-kept", `the next one begins at ${next.position}, and ${this.durablePosition} was durable`);
    if (durablePosition < this.durablePosition)
      tell("durable-stays-durable", `${this.durablePosition} was durable, now only ${durablePosition} is`);
    return found;
  }
}
