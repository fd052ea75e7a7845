import { numberOf } from "./crash-record.test.util.js";
import type { Violation } from "./crash-violation.test.util.js";
import type { JournaledState } from "./journaled-state.js";

/** A record as a state remembers it. */
export interface Entry {
  readonly number: number;
  /** Where it ends in the log. */
  readonly position: number;
}

/** All that a journal was ever given: which records, in which order, ending where. Notices what was never written. */
export class RememberingState implements JournaledState {
  readonly entries: Entry[] = [];
  readonly problems: Violation[] = [];

  restore(record: Uint8Array): void {
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    for (let at = 0; at < record.length; at += ENTRY_BYTES)
      this.entries.push({ number: view.getUint32(at), position: view.getFloat64(at + 4) });
  }

  apply(record: Uint8Array, position: number): void {
    const number = numberOf(record);
    if (number === undefined)
      this.problems.push({ oracle: "nothing-invented", detail: `the record that ends at ${position}` });
    else this.entries.push({ number, position });
  }

  snapshot(): Iterable<Uint8Array> {
    return recordsOf(this.entries.slice());
  }
}

/** Records of a few entries, so that there are several. */
function* recordsOf(entries: readonly Entry[]): Generator<Uint8Array> {
  for (let from = 0; from < entries.length; from += 8) {
    const some = entries.slice(from, from + 8);
    const record = new Uint8Array(some.length * ENTRY_BYTES);
    const view = new DataView(record.buffer);
    some.forEach(({ number, position }, index) => {
      view.setUint32(index * ENTRY_BYTES, number);
      view.setFloat64(index * ENTRY_BYTES + 4, position);
    });
    yield record;
  }
}

const ENTRY_BYTES = 12;
