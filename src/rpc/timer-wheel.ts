import type { Runtime, Timer } from "../runtime/runtime.js";

/** An instant that a {@link TimerWheel} watches; made by {@link TimerWheel.add}. */
export class WheelEntry {
  readonly dueMs: number;
  readonly callback: () => void;
  /** Neighbours in the slot; the entry is in the wheel while `next` is set. */
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
  private slots: WheelEntry[] | undefined;
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
    const slots = (this.slots ??= Array.from({ length: SLOTS }, () => ring()));
    if (this.count === 0) this.cursor = Math.floor(nowMs / SLOT_MS);
    const entry = new WheelEntry(dueMs, callback);
    const slot = Math.max(Math.ceil(dueMs / SLOT_MS), this.cursor);
    const head = slots[slot % SLOTS];
    entry.next = head;
    entry.previous = head.previous;
    (head.previous as WheelEntry).next = entry;
    head.previous = entry;
    this.count++;
    if (this.timer === undefined || slot < this.timerSlot)
      this.arm(Math.min(slot, this.cursor + SLOTS), nowMs);
    return entry;
  }

  /** Takes an entry out; without effect once it has fired or was taken out. */
  remove(entry: WheelEntry): void {
    if (entry.next === undefined) return;
    unlink(entry);
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
    for (const entry of due) entry.callback();
  };

  /** Takes out all entries whose slot is not after `lastSlot`; those of a later turn of the wheel stay. */
  private takeDue(lastSlot: number): WheelEntry[] {
    const slots = this.slots as WheelEntry[];
    const due: WheelEntry[] = [];
    const first = Math.max(this.cursor, lastSlot - SLOTS + 1);
    for (let slot = first; slot <= lastSlot; slot++) {
      const head = slots[slot % SLOTS];
      for (let entry = head.next as WheelEntry; entry !== head; ) {
        const next = entry.next as WheelEntry;
        if (Math.ceil(entry.dueMs / SLOT_MS) <= lastSlot) {
          unlink(entry);
          this.count--;
          due.push(entry);
        }
        entry = next;
      }
    }
    return due;
  }

  private nextFilledSlot(): number {
    const slots = this.slots as WheelEntry[];
    for (let slot = this.cursor; slot < this.cursor + SLOTS; slot++) {
      const head = slots[slot % SLOTS];
      if (head.next !== head) return slot;
    }
    return this.cursor + SLOTS;
  }
}

/** How late an entry may fire, in milliseconds. */
const SLOT_MS = 4;

/** Slots of the wheel; a turn takes SLOTS * SLOT_MS, about two seconds. Longer waits go around several times. */
const SLOTS = 512;

function ring(): WheelEntry {
  const head = new WheelEntry(0, () => {});
  head.previous = head;
  head.next = head;
  return head;
}

function unlink(entry: WheelEntry): void {
  (entry.previous as WheelEntry).next = entry.next;
  (entry.next as WheelEntry).previous = entry.previous;
  entry.previous = undefined;
  entry.next = undefined;
}
