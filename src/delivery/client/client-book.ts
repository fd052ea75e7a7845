import { Journal, type JournalOptions } from "../../journal/journal.js";
import { JournalError } from "../../journal/journal-error.js";
import type { Reservation } from "../../journal/reservations.js";
import { checkOptions, type OptionNames } from "../../rpc/check-options.js";
import { nodeRuntime } from "../../runtime/node.js";
import type { Mark } from "../mark.js";
import { strangeOwner } from "../record-owner.js";
import { MalformedRecord } from "../record-reader.js";
import { RecordWriter } from "../record-writer.js";
import { type CallRecord, type ClientRecord, type KeptAnswer, writeClientRecord } from "./client-records.js";
import { ClientState, callBytes } from "./client-state.js";

/** How much a durable client remembers; all optional. */
export interface ClientBookOptions extends JournalOptions {
  /** Calls and answers with keys, at most; default 65,536. Beyond: RESOURCE_EXHAUSTED until some are forgotten. */
  readonly maxKeys?: number;
  /** Bytes of requests without an answer and of answers with keys, at most; default 64 MiB. Beyond: RESOURCE_EXHAUSTED. */
  readonly maxKeptBytes?: number;
}

const OPTIONS: OptionNames<ClientBookOptions> = {
  checkpointBytes: true,
  maxKeptBytes: true,
  maxKeys: true,
  runtime: true,
  segmentBytes: true,
};

/** A durable client's memory: its state, each change of which is recorded in a journal first. */
export class ClientBook {
  readonly state: ClientState;
  readonly maxKeys: number;
  readonly maxKeptBytes: number;
  private readonly journal: Journal;
  private readonly writer = new RecordWriter();
  /** Room for the answers of calls. */
  private readonly room = new Map<number, Reservation>();

  /** @throws JournalError */
  static async open(folder: string, options: ClientBookOptions = {}): Promise<ClientBook> {
    checkOptions("DurableClient.open", options, OPTIONS);
    const { runtime = nodeRuntime(), maxKeys = KEYS_MAX, maxKeptBytes = KEPT_BYTES_MAX, ...rest } = options;
    checkBound("maxKeys", maxKeys);
    checkBound("maxKeptBytes", maxKeptBytes);
    const state = new ClientState(runtime);
    try {
      const journal = await Journal.open(folder, state, { ...rest, runtime });
      return new ClientBook(journal, state, { maxKeys, maxKeptBytes });
    } catch (error) {
      if (!(error instanceof MalformedRecord)) throw error;
      const owner = strangeOwner(error);
      const message =
        owner === undefined
          ? `the journal in ${folder} is not that of a durable client, or of a newer version: ${error.message}`
          : `the journal in ${folder} is that of ${owner}: a durable client needs a folder of its own`;
      throw new JournalError("not-a-journal", message, { cause: error });
    }
  }

  private constructor(
    journal: Journal,
    state: ClientState,
    bounds: Required<Pick<ClientBookOptions, "maxKeys" | "maxKeptBytes">>,
  ) {
    this.journal = journal;
    this.state = state;
    this.maxKeys = bounds.maxKeys;
    this.maxKeptBytes = bounds.maxKeptBytes;
  }

  get failure(): JournalError | undefined {
    return this.journal.failure;
  }

  /** Why no such call can be remembered besides those that are, if so. */
  refusalOf(call: Omit<CallRecord, "sequence">): string | undefined {
    const { state, maxKeys, maxKeptBytes } = this;
    if (call.key !== "" && state.answers.size + state.keys.size >= maxKeys)
      return `the client remembers ${maxKeys} keys already (DurableClientOptions.maxKeys): forget(key) those that are no longer wanted`;
    if (state.keptBytes + callBytes(call) > maxKeptBytes)
      return `the client remembers ${state.keptBytes} bytes already (DurableClientOptions.maxKeptBytes): forget(key) those that are no longer wanted`;
    return undefined;
  }

  /** Records a change, makes it, and resolves once it is durable. @throws JournalError (rejects) */
  async record(record: ClientRecord): Promise<void> {
    await this.journal.whenDurable(this.change(record));
  }

  /**
   * Records that a key names no call any more. Gives the position that must be durable before that is certain; undefined
   * where no recorded call has the key.
   * @throws JournalError where nothing has happened
   */
  forget(key: string): number | undefined {
    const { answers, keys } = this.state;
    return answers.has(key) || keys.has(key) ? this.change({ kind: "forgotten", key }) : undefined;
  }

  /** Records that the session is over with all its calls. @throws JournalError where nothing has happened */
  endSession(answer: KeptAnswer): void {
    this.change({ kind: "over", answer });
    for (const room of this.room.values()) room.release();
    this.room.clear();
  }

  /**
   * Records a call, and keeps room for its answer. Gives the position that must be durable before it is sent.
   * @throws JournalError where nothing has happened
   */
  begin(call: CallRecord): number {
    const room = this.journal.reserve(call.key === "" ? ANSWERED_BYTES : KEPT_ANSWER_BYTES);
    if (room === undefined) throw new JournalError("full", "the client's disk has no room for another call");
    try {
      const position = this.change({ kind: "call", call });
      this.room.set(call.sequence, room);
      return position;
    } catch (error) {
      room.release();
      throw error;
    }
  }

  /**
   * Records that a call has its answer. Gives the position that must be durable before its home may forget it.
   * @throws JournalError where nothing has happened
   */
  end(call: CallRecord, answer: KeptAnswer, mark: Mark | undefined): number {
    const { sequence } = call;
    const room = this.room.get(sequence);
    const position = this.change(this.endRecord(call, answer, mark), room);
    this.room.delete(sequence);
    return position;
  }

  whenDurable(position: number): Promise<void> {
    return this.journal.whenDurable(position);
  }

  /** Resolves once more room is there, or cannot be had. */
  async whenRoom(): Promise<void> {
    await this.journal.whenRoom();
  }

  /** Calls `listener` once, when nothing more can be recorded; at once if that is so. */
  onFailure(listener: (failure: JournalError) => void): void {
    this.journal.onFailure(listener);
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  private endRecord(call: CallRecord, answer: KeptAnswer, mark: Mark | undefined): ClientRecord {
    // Its key may have been forgotten since.
    const key = this.state.calls.get(call.sequence)?.key ?? "";
    if (key === "") return { kind: "answered", sequence: call.sequence, mark };
    return { kind: "kept", answer: this.state.keyed({ ...call, key }, answer), mark };
  }

  private change(record: ClientRecord, room?: Reservation): number {
    const bytes = writeClientRecord(this.writer, record);
    const fits = room !== undefined && bytes.length <= room.bytes;
    const position = this.journal.add(bytes, fits ? room : undefined);
    if (!fits) room?.release();
    this.state.change(record);
    return position;
  }
}

/** As many as anybody will want to know of again; what each costs is bounded by the bytes. */
const KEYS_MAX = 65_536;

/** As much memory as a program gives to calls without noticing. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024;

/** A kind, a number and a mark. */
const ANSWERED_BYTES = 64;

/** An answer of the usual size, with its key; for a larger one there is room, or it is asked for again. */
const KEPT_ANSWER_BYTES = 4096;

function checkBound(name: string, value: number): void {
  if (!(value >= 1)) throw new RangeError(`${name} is ${value}: it must be 1 or more`);
}
