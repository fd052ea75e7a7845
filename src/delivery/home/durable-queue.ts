import { throwLater } from "../../rpc/throw-later.js";
import type { HomeJournal } from "./home-journal.js";

/** What waits until a position of the journal is durable. */
export interface DurableWaiter {
  onDurable(): void;
  /** It may never be: the journal has failed, or was closed. */
  onLost(): void;
}

/** Lets many wait for a journal: those whose records go to the disk together cost it one promise. */
export class DurableQueue {
  private readonly journal: HomeJournal;
  private waiting: { readonly position: number; readonly waiter: DurableWaiter }[] = [];
  private isWatching = false;

  constructor(journal: HomeJournal) {
    this.journal = journal;
  }

  /** Tells `waiter` once everything up to `position` is durable, at once if it is. */
  wait(position: number, waiter: DurableWaiter): void {
    if (position <= this.journal.durablePosition) return waiter.onDurable();
    this.waiting.push({ position, waiter });
    if (!this.isWatching) this.watch(position);
  }

  private watch(position: number): void {
    this.isWatching = true;
    this.journal.whenDurable(position).then(this.onDurable, this.onLost);
  }

  private readonly onDurable = (): void => {
    const { waiting, journal } = this;
    const { durablePosition } = journal;
    this.waiting = waiting.filter(({ position }) => position > durablePosition);
    for (const { position, waiter } of waiting) if (position <= durablePosition) tell(waiter, "onDurable");
    this.isWatching = false;
    const next = this.waiting.reduce(
      (least, { position }) => Math.min(least, position),
      Number.POSITIVE_INFINITY,
    );
    if (this.waiting.length > 0) this.watch(next);
  };

  private readonly onLost = (): void => {
    this.isWatching = false;
    for (const { waiter } of this.waiting.splice(0)) tell(waiter, "onLost");
  };
}

/** What one throws is a bug, and does not keep the others waiting. */
function tell(waiter: DurableWaiter, what: "onDurable" | "onLost"): void {
  try {
    waiter[what]();
  } catch (error) {
    throwLater(error);
  }
}
