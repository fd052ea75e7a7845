import type { Stream } from "./stream.js";

/**
 * Streams by id: a hash table with linear probing.
 *
 * A `Map` whose keys come and go copies itself every few dozen changes, and its old copies, once promoted, keep
 * dead streams alive until the next full collection: measured, that made half a call's garbage survive. Ids rise
 * in steps of two, so their low bits without the lowest spread the open streams evenly, and a look-up is one probe.
 */
export class StreamMap {
  size = 0;
  private slots: (Stream | undefined)[] = new Array(SLOTS_MIN).fill(undefined);

  get(id: number): Stream | undefined {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let at = (id >>> 1) & mask; ; at = (at + 1) & mask) {
      const stream = slots[at];
      if (stream === undefined || stream.id === id) return stream;
    }
  }

  /** Adds a stream, whose id is not in the map. */
  add(stream: Stream): void {
    if ((this.size + 1) * 2 > this.slots.length) this.resize(this.slots.length * 2);
    this.size++;
    put(this.slots, stream);
  }

  /** False if the stream is not in the map. */
  delete(stream: Stream): boolean {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = (stream.id >>> 1) & mask;
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
      const home = (stream.id >>> 1) & mask;
      if (((at - home) & mask) >= ((at - gap) & mask)) {
        slots[gap] = stream;
        gap = at;
      }
    }
    slots[gap] = undefined;
  }

  private resize(length: number): void {
    const slots: (Stream | undefined)[] = new Array(length).fill(undefined);
    for (const stream of this.slots) if (stream !== undefined) put(slots, stream);
    this.slots = slots;
  }
}

/** What a connection starts with: 64 bytes. */
const SLOTS_MIN = 16;

/** Up to this size a table does not shrink again: 1 KiB at the most for an idle connection. */
const SLOTS_KEPT = 256;

function put(slots: (Stream | undefined)[], stream: Stream): void {
  const mask = slots.length - 1;
  let at = (stream.id >>> 1) & mask;
  while (slots[at] !== undefined) at = (at + 1) & mask;
  slots[at] = stream;
}
