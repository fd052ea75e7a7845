import { copyOf } from "../bytes/copy.js";
import { quietly } from "./commit-queue.js";
import { JournalError } from "./journal-error.js";

/** What waiting records need of their journal. */
export interface RoomForRecords {
  /** The end of the record, durable some time; undefined where there is no room for it. */
  tryAdd(record: Uint8Array): Promise<number> | undefined;
  /** Has room made for a record of that size, and resolves once that is done; false if there is no more than before. */
  moreRoom(recordBytes: number): Promise<boolean>;
  /** Why there is no room. */
  refusal(): JournalError;
}

/** Records that came faster than the disk makes room for them: they wait until there is some, in order. */
export class WaitingRecords {
  private readonly room: RoomForRecords;
  private readonly records: WaitingRecord[] = [];
  private bytes = 0;
  private isWaiting = false;

  constructor(room: RoomForRecords) {
    this.room = room;
  }

  get isEmpty(): boolean {
    return this.records.length === 0;
  }

  /** Takes a copy; resolves like `append`. */
  add(record: Uint8Array): Promise<number> {
    if (this.bytes + record.length > WAITING_BYTES_MAX)
      return quietly(
        Promise.reject(
          new JournalError("busy", "more is appended than the disk takes: wait for what is under way"),
        ),
      );
    this.bytes += record.length;
    const added = new Promise<number>((resolve, reject) => {
      this.records.push({ record: copyOf(record), resolve, reject });
    });
    if (!this.isWaiting) void this.wait();
    return quietly(added);
  }

  fail(error: JournalError): void {
    for (const { reject } of this.records.splice(0)) reject(error);
    this.bytes = 0;
  }

  private async wait(): Promise<void> {
    this.isWaiting = true;
    while (this.records.length > 0) {
      const hasMore = await this.room.moreRoom(this.records[0].record.length);
      if (this.drain() === 0 && !hasMore) this.fail(this.room.refusal());
    }
    this.isWaiting = false;
  }

  /** Gives what fits to the journal; returns how many. */
  private drain(): number {
    let count = 0;
    for (; this.records.length > 0; count++) {
      const { record, resolve } = this.records[0];
      const added = this.room.tryAdd(record);
      if (added === undefined) break;
      this.records.shift();
      this.bytes -= record.length;
      resolve(added);
    }
    return count;
  }
}

interface WaitingRecord {
  readonly record: Uint8Array;
  resolve(added: Promise<number>): void;
  reject(error: JournalError): void;
}

/** A disk that is one segment behind its program catches up; further behind, the program has to know. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;
