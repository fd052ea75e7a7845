import { JournalError } from "../../journal/journal-error.js";
import type { Runtime, Timer } from "../../runtime/runtime.js";
import type { Mark } from "../mark.js";
import type { ClientBook } from "./client-book.js";
import type { KeptAnswer } from "./client-records.js";
import type { DurableCall } from "./durable-call.js";
import { maySoonBeTaken } from "./durable-ends.js";
import { tooLargeToKeep } from "./kept-answer.js";
import type { Session } from "./session.js";

/** Told what becomes of answers. */
export interface RecorderListener {
  /** The answer of a call is on its way to the disk. */
  onRecorded(call: DurableCall): void;
  /** The number of a call is done: there may be room in the window. */
  onReleased(): void;
}

/** Records the answers of calls, and lets their home forget them once they are durable here. */
export class AnswerRecorder {
  private readonly runtime: Runtime;
  private readonly book: ClientBook;
  private readonly listener: RecorderListener;
  /** Those that the disk had no room for, with the marks that came with their answers; at most a window of them. */
  private readonly delayed = new Map<DurableCall, Mark | undefined>();
  private timer: Timer | undefined = undefined;

  constructor(runtime: Runtime, book: ClientBook, listener: RecorderListener) {
    this.runtime = runtime;
    this.book = book;
    this.listener = listener;
  }

  record(call: DurableCall, answer: KeptAnswer, mark: Mark | undefined): void {
    const { openSession } = call;
    let position: number;
    try {
      position = this.book.end(call.record, answer, mark);
    } catch (error) {
      return this.onRefused(call, answer, mark, error);
    }
    this.listener.onRecorded(call);
    this.book.whenDurable(position).then(
      () => this.release(openSession, call.sequence),
      // A journal that has failed finds the call unanswered when it is opened again.
      () => {},
    );
  }

  /** Tries again to record what was delayed. @returns whether all of it is recorded now */
  recordDelayed(): boolean {
    this.timer?.cancel();
    this.timer = undefined;
    const delayed = [...this.delayed];
    this.delayed.clear();
    for (const [call, mark] of delayed) this.record(call, call.answer as KeptAnswer, mark);
    return this.delayed.size === 0;
  }

  /** Records nothing more of what was delayed. */
  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.delayed.clear();
  }

  private release(session: Session | undefined, sequence: number): void {
    session?.numbers.finish(sequence);
    this.listener.onReleased();
  }

  private onRefused(call: DurableCall, answer: KeptAnswer, mark: Mark | undefined, error: unknown): void {
    const isTooLarge = error instanceof JournalError && error.fault === "too-large";
    if (isTooLarge && answer === call.answer) return this.record(call, tooLargeToKeep(answer), mark);
    // What cannot be recorded is asked for again when the journal is opened again, with larger files or on another disk.
    if (!maySoonBeTaken(error)) return;
    this.delayed.set(call, mark);
    this.timer ??= this.runtime.setTimer(() => this.recordDelayed(), RECORD_AGAIN_MS);
  }
}

/** How long to wait before an answer that the disk had no room for is recorded again, in milliseconds. */
const RECORD_AGAIN_MS = 1_000;
