import type { Reservation } from "../../journal/reservations.js";
import type { Refusal } from "../refusal.js";
import type { HomeJournal } from "./home-journal.js";
import { answerRecordBytes, noteRecordBytes } from "./records.js";
import type { Session } from "./session.js";
import { described, WINDOW_MAX } from "./tracker.js";

/** A note that is longer has to find room when it is made: most say yes or no. */
const NOTE_RESERVED_BYTES = 1024;

/** Of all that a journal reserves, one principal may have so much: with the defaults some 4,000 open calls. */
const PRINCIPAL_SHARE = 1 / 4;
/** All together. The rest is for what is not asked here. */
const HOME_SHARE = 7 / 8;

/** So much of a segment no intent takes: sessions, outcomes and what others record find room, also on a disk that is full. */
const SPARE_SHARE = 1 / 4;

/** Who waits for room. */
export interface RoomWaiter {
  /** There may be some now. False: there is not, and it waits on. */
  onRoom(): boolean;
  /** The disk has none. */
  onNoRoom(): void;
}

/**
 * Shares out the room on the disk that open intents hold: for their answers, since those must find their place when the
 * effect is there, and for their notes, without which there is no effect. Who has opened many leaves room for others,
 * and everybody together for all that is no intent.
 */
export class IntentRoom {
  private readonly journal: HomeJournal;
  private readonly ofPrincipal = new Map<string, number>();
  private ofAll = 0;
  private readonly waiting = new Set<RoomWaiter>();
  private isServing = false;

  constructor(journal: HomeJournal) {
    this.journal = journal;
  }

  /** Why no further call of the session is begun now; undefined where one may be. */
  refusalFor({
    openCalls,
    principal,
  }: Session): { readonly reason: Refusal; readonly detail: string } | undefined {
    const { reservedBytesMax } = this.journal;
    if (openCalls >= WINDOW_MAX)
      return {
        reason: "window",
        detail: `${openCalls} calls of the client are under way, as many as may be`,
      };
    const bytes = this.ofPrincipal.get(principal.name) ?? 0;
    if (bytes >= PRINCIPAL_SHARE * reservedBytesMax)
      return {
        reason: "quota",
        detail: `${described(principal.name)} has as many calls under way as the home reserves room for: ${bytes} bytes`,
      };
    if (this.ofAll >= HOME_SHARE * reservedBytesMax)
      return {
        reason: "window",
        detail: `as many calls are under way as the home reserves room for: ${this.ofAll} bytes`,
      };
    return undefined;
  }

  /**
   * Room for the answer and the note of one more intent: counted from now on, reserved once it is asked to be. One that was
   * open before this start had its room, and has it again before anybody else.
   */
  hold(principal: string, answerBytesMax: number, wasOpen = false): HeldRoom {
    const answerBytes = answerRecordBytes(answerBytesMax);
    const noteBytes = noteRecordBytes(NOTE_RESERVED_BYTES);
    this.count(principal, answerBytes + noteBytes);
    const spareBytes = wasOpen ? 0 : Math.floor(SPARE_SHARE * this.journal.recordBytesMax);
    const reserve = (bytes: number) => this.journal.reserve(bytes, spareBytes);
    return new HeldRoom(answerBytes, noteBytes, reserve, () =>
      this.count(principal, -answerBytes - noteBytes),
    );
  }

  /** Whether others wait: who comes now waits behind them. */
  get isAwaited(): boolean {
    return this.waiting.size > 0;
  }

  wait(waiter: RoomWaiter): void {
    this.waiting.add(waiter);
    if (!this.isServing) void this.serve();
  }

  withdraw(waiter: RoomWaiter): void {
    this.waiting.delete(waiter);
  }

  private count(principal: string, bytes: number): void {
    this.ofAll += bytes;
    const before = this.ofPrincipal.get(principal) ?? 0;
    if (before + bytes === 0) this.ofPrincipal.delete(principal);
    else this.ofPrincipal.set(principal, before + bytes);
  }

  /** In order, as long as more room is being made. */
  private async serve(): Promise<void> {
    this.isServing = true;
    while (this.waiting.size > 0) {
      const hasMore = await this.journal.whenRoom();
      if (!this.serveSome() && !hasMore) this.giveUp();
    }
    this.isServing = false;
  }

  private serveSome(): boolean {
    let served = false;
    for (const waiter of this.waiting) {
      if (!waiter.onRoom()) break;
      this.waiting.delete(waiter);
      served = true;
    }
    return served;
  }

  private giveUp(): void {
    for (const waiter of this.waiting) {
      this.waiting.delete(waiter);
      waiter.onNoRoom();
    }
  }
}

/** What one open intent holds. */
export class HeldRoom {
  /** Where the answer's record goes; undefined where nothing is reserved. */
  answer: Reservation | undefined = undefined;
  private note: Reservation | undefined = undefined;
  private readonly answerBytes: number;
  private readonly noteBytes: number;
  private readonly make: (bytes: number) => Reservation | undefined;
  private readonly onReleased: () => void;
  private isReleased = false;

  constructor(
    answerBytes: number,
    noteBytes: number,
    make: (bytes: number) => Reservation | undefined,
    onReleased: () => void,
  ) {
    this.answerBytes = answerBytes;
    this.noteBytes = noteBytes;
    this.make = make;
    this.onReleased = onReleased;
  }

  /** Reserves all that is not reserved yet; false where there is no room now. @throws JournalError */
  reserve(): boolean {
    this.answer ??= this.make(this.answerBytes);
    if (this.answer === undefined) return false;
    this.note ??= this.make(this.noteBytes);
    return this.note !== undefined;
  }

  /** Where the record of a note of so many bytes goes; undefined: where it finds room. */
  forNote(bytes: number): Reservation | undefined {
    return bytes <= NOTE_RESERVED_BYTES ? this.note : undefined;
  }

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.answer?.release();
    this.note?.release();
    this.onReleased();
  }
}
