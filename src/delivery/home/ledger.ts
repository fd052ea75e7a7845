import { JournalError } from "../../journal/journal-error.js";
import type { Reservation } from "../../journal/reservations.js";
import { formatMark } from "../mark.js";
import { RecordWriter } from "../record-writer.js";
import { DurableQueue, type DurableWaiter } from "./durable-queue.js";
import type { HomeJournal } from "./home-journal.js";
import type { HomeState } from "./home-state.js";
import { encodeRecord, type HomeRecord } from "./records.js";
import { type RecordedMark, recordedMark } from "./reply.js";
import type { Session } from "./session.js";

/** The state and its journal: whatever changes the one is recorded in the other, in one step. */
export class Ledger {
  readonly state: HomeState;
  readonly journal: HomeJournal;
  /** Where the last record ends that has changed the store. */
  storePosition = 0;
  private readonly durable: DurableQueue;
  private readonly writer = new RecordWriter();
  private markedAt = -1;
  private present: RecordedMark = recordedMark("");

  constructor(state: HomeState, journal: HomeJournal) {
    this.state = state;
    this.journal = journal;
    this.durable = new DurableQueue(journal);
  }

  /** Where the last record ends: whoever waits for it waits for everything that can be known. */
  get position(): number {
    return this.journal.position;
  }

  /** The home's mark, as text. */
  get mark(): string {
    return this.recorded.text;
  }

  /** The same with how a call ends whose answer is recorded: one object for all that is answered at one position. */
  get recorded(): RecordedMark {
    const { durablePosition: position, epoch } = this.journal;
    if (position !== this.markedAt) {
      this.markedAt = position;
      this.present = recordedMark(formatMark({ epoch: epoch.number, epochId: epoch.id, position }));
    }
    return this.present;
  }

  /** Records a change and makes it; gives the record's end. @throws JournalError where it is not taken: nothing has changed then */
  record(record: HomeRecord, reservation?: Reservation): number {
    const position = this.journal.add(encodeRecord(this.writer, record), reservation);
    this.state.change(record, position);
    if (record.kind === "changed" || (record.kind === "executed" && record.changes.length > 0))
      this.storePosition = position;
    return position;
  }

  /** Records what may as well be lost: where there is no room, nothing happens. */
  recordIfRoom(record: HomeRecord): void {
    try {
      this.record(record);
    } catch (error) {
      // A later one says the same, or the failure of the journal is told to all.
      if (!(error instanceof JournalError)) throw error;
    }
  }

  /** Records a sign of life of a session, and what it no longer wants, where that is news. */
  touch(session: Session): void {
    if (session.ack > session.floor || session.activeMs < this.state.logMs)
      this.recordIfRoom({ kind: "touched", session: session.number, floor: session.ack });
  }

  /** The same where a record of the session comes anyhow, but perhaps not soon: once in each step of the log's clock. */
  touchSoon(session: Session): void {
    if (session.activeMs < this.state.logMs) this.touch(session);
  }

  /** The number of a method, which gets one if it has none. @throws JournalError as {@link record} */
  methodNumber(path: string): number {
    const known = this.state.methodNumber(path);
    if (known !== undefined) return known;
    this.record({ kind: "method", path });
    return this.state.methods.length - 1;
  }

  /** Tells `waiter` once everything up to `position` is durable, at once if it is. */
  whenDurable(position: number, waiter: DurableWaiter): void {
    this.durable.wait(position, waiter);
  }
}
