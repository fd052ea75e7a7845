import type { Stream } from "./stream.js";

/**
 * Streams by id: a hash table with linear probing.
 *
 * A `Map` whose keys come and go copies itself every few dozen changes, and its old copies, once promoted, keep
 * dead streams alive until the next full collection: measured, that made half a call's garbage survive.
 *
 * The hash is Fibonacci's (Knuth, TAOCP 6.4): ids in a row come to stand far apart, so that thousands of streams
 * that stay open in a row do not make one long run that every later id has to pass. A peer that picks ids to meet
 * in one place gets another multiplier instead.
 */
export class StreamMap {
  size = 0;
  private slots: (Stream | undefined)[] = new Array(SLOTS_MIN).fill(undefined);
  /** 32 less the bits of a place. */
  private shift = Math.clz32(SLOTS_MIN) + 1;
  /** Odd. */
  private multiplier = GOLDEN_RATIO;

  get(id: number): Stream | undefined {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let at = this.home(id); ; at = (at + 1) & mask) {
      const stream = slots[at];
      if (stream === undefined || stream.id === id) return stream;
    }
  }

  /** Adds a stream, whose id is not in the map. */
  add(stream: Stream): void {
    if ((this.size + 1) * 2 > this.slots.length) this.resize(this.slots.length * 2);
    this.size++;
    if (this.put(stream) <= PROBES_MAX) return;
    this.multiplier = Math.imul(this.multiplier, GOLDEN_RATIO);
    this.resize(this.slots.length);
  }

  /** False if the stream is not in the map. */
  delete(stream: Stream): boolean {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = this.home(stream.id);
    while (slots[at] !== stream) {
      if (slots[at] === undefined) return false;
      at = (at + 1) & mask;
    }
    this.size--;
    this.closeGap(at);
    if (slots.length > SLOTS_KEPT && this.size * 8 < slots.length) this.resize(slots.length / 2);
    return true;
  }

  /** The streams that are in the map now, in no order; the map may change while they are looked at. */
  all(): Stream[] {
    return this.slots.filter((stream) => stream !== undefined);
  }

  /** Moves those behind a gap up that a look-up could no longer find (Knuth, TAOCP 6.4, algorithm R). */
  private closeGap(gap: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let at = (gap + 1) & mask; ; at = (at + 1) & mask) {
      const stream = slots[at];
      if (stream === undefined) break;
      const home = this.home(stream.id);
      if (((at - home) & mask) >= ((at - gap) & mask)) {
        slots[gap] = stream;
        gap = at;
      }
    }
    slots[gap] = undefined;
  }

  private resize(length: number): void {
    const { slots } = this;
    this.slots = new Array(length).fill(undefined);
    this.shift = Math.clz32(length) + 1;
    for (const stream of slots) if (stream !== undefined) this.put(stream);
  }

  /** Where the search for an id begins. */
  private home(id: number): number {
    return Math.imul(id, this.multiplier) >>> this.shift;
  }

  /** Returns how many places were taken. */
  private put(stream: Stream): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let probes = 0;
    let at = this.home(stream.id);
    for (; slots[at] !== undefined; at = (at + 1) & mask) probes++;
    slots[at] = stream;
    return probes;
  }
}

/** 2^32 divided by the golden ratio: consecutive multiples fall into the widest gaps left. */
const GOLDEN_RATIO = 0x9e3779b1 | 0;

/** More than this is no accident in a table that is half empty at least. */
const PROBES_MAX = 128;

/** What a connection starts with: 64 bytes. */
const SLOTS_MIN = 16;

/** Up to this size a table does not shrink again: 1 KiB at the most for an idle connection. */
const SLOTS_KEPT = 256;
