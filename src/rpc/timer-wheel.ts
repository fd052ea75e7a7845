import type { Runtime, Timer } from "../runtime/runtime.js";
import { throwLater } from "./throw-later.js";

/** An instant that a {@link TimerWheel} watches; made by {@link TimerWheel.add}. */
export class WheelEntry {
  readonly dueMs: number;
  readonly callback: () => void;
  /** Where the entry stands in the wheel; -1: in no slot. */
  slot = -1;
  removed = false;
  previous: WheelEntry | undefined = undefined;
  next: WheelEntry | undefined = undefined;

  constructor(dueMs: number, callback: () => void) {
    this.dueMs = dueMs;
    this.callback = callback;
  }
}

/**
 * One timer for any number of deadlines: adding and removing costs a few assignments, so that a call that ends in
 * time pays next to nothing for its deadline. (A hashed timing wheel, Varghese and Lauck, SOSP 1987, scheme 6.)
 *
 * An entry fires at or after its instant, up to {@link SLOT_MS} late plus the lateness of the runtime's timers.
 * The runtime's timer is armed only while there are entries.
 */
export class TimerWheel {
  private readonly runtime: Runtime;
  /** The first entry of each slot. */
  private slots: (WheelEntry | undefined)[] | undefined;
  private count = 0;
  /** The slot number (time divided by SLOT_MS) that is looked at next. */
  private cursor = 0;
  private timer: Timer | undefined;
  private timerSlot = 0;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /** Calls `callback` once `dueMs` (in the runtime's time) has come. */
  add(dueMs: number, callback: () => void): WheelEntry {
    const nowMs = this.runtime.now();
    if (this.count === 0) this.cursor = Math.floor(nowMs / SLOT_MS);
    const entry = new WheelEntry(dueMs, callback);
    const slot = Math.max(Math.ceil(dueMs / SLOT_MS), this.cursor);
    this.link(entry, slot % SLOTS);
    this.count++;
    if (this.timer === undefined || slot < this.timerSlot)
      this.arm(Math.min(slot, this.cursor + SLOTS), nowMs);
    return entry;
  }

  /** Takes an entry out: it does not fire any more, not even where it is due by now. */
  remove(entry: WheelEntry): void {
    entry.removed = true;
    if (entry.slot < 0) return;
    this.unlink(entry);
    if (--this.count === 0) this.disarm();
  }

  private arm(slot: number, nowMs: number): void {
    this.timer?.cancel();
    this.timerSlot = slot;
    this.timer = this.runtime.setTimer(this.onTimer, Math.max(0, slot * SLOT_MS - nowMs));
  }

  private disarm(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private readonly onTimer = (): void => {
    this.timer = undefined;
    const nowMs = this.runtime.now();
    const nowSlot = Math.floor(nowMs / SLOT_MS);
    const due = this.takeDue(nowSlot);
    this.cursor = nowSlot + 1;
    if (this.count > 0) this.arm(this.nextFilledSlot(), nowMs);
    for (const entry of due) {
      if (entry.removed) continue;
      try {
        entry.callback();
      } catch (error) {
        throwLater(error);
      }
    }
  };

  /** Takes out all entries whose slot is not after `lastSlot`; those of a later turn of the wheel stay. */
  private takeDue(lastSlot: number): WheelEntry[] {
    const slots = this.slots as (WheelEntry | undefined)[];
    const due: WheelEntry[] = [];
    const first = Math.max(this.cursor, lastSlot - SLOTS + 1);
    for (let slot = first; slot <= lastSlot; slot++) {
      for (let entry = slots[slot % SLOTS]; entry !== undefined; ) {
        const { next } = entry;
        if (Math.ceil(entry.dueMs / SLOT_MS) <= lastSlot) {
          this.unlink(entry);
          this.count--;
          due.push(entry);
        }
        entry = next;
      }
    }
    return due;
  }

  private nextFilledSlot(): number {
    const slots = this.slots as (WheelEntry | undefined)[];
    for (let slot = this.cursor; slot < this.cursor + SLOTS; slot++)
      if (slots[slot % SLOTS] !== undefined) return slot;
    return this.cursor + SLOTS;
  }

  private link(entry: WheelEntry, slot: number): void {
    this.slots ??= new Array<WheelEntry | undefined>(SLOTS).fill(undefined);
    const head = this.slots[slot];
    entry.slot = slot;
    entry.next = head;
    if (head !== undefined) head.previous = entry;
    this.slots[slot] = entry;
  }

  private unlink(entry: WheelEntry): void {
    const { previous, next, slot } = entry;
    if (previous !== undefined) previous.next = next;
    else (this.slots as (WheelEntry | undefined)[])[slot] = next;
    if (next !== undefined) next.previous = previous;
    entry.slot = -1;
    entry.previous = undefined;
    entry.next = undefined;
  }
}

/** How late an entry may fire, in milliseconds. */
const SLOT_MS = 4;

/** Slots of the wheel; a turn takes SLOTS * SLOT_MS, about two seconds. Longer waits go around several times. */
const SLOTS = 512;
