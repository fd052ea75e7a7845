import type { CallDelivery, CallingChannel, ChannelDelivery } from "../../client/call-delivery.js";
import type { JournalError } from "../../journal/journal-error.js";
import { type CallEnd, errorFromEnd, localEnd } from "../../rpc/call-end.js";
import type { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { AwaitedAnswers } from "./awaited-answers.js";
import { ChannelAttempts } from "./channel-attempts.js";
import { ClientBook, type ClientBookOptions } from "./client-book.js";
import { DurableDelivery, type DurableDeliveryListener } from "./durable-delivery.js";
import { OutcomeBook } from "./outcome-book.js";

/** How much a durable client remembers, and how its journal works; all optional. */
export interface DurableClientOptions extends ClientBookOptions {}

/** A call that has no answer yet. */
export interface UnfinishedCall {
  /** As `RpcError.callId` and `channel.outcomeOf` have it. */
  readonly id: string;
  /** `/package.Service/Method` */
  readonly method: string;
  /** Undefined for none. */
  readonly key: string | undefined;
  /** The request message's bytes: `fromBinary(schema, request)`. */
  readonly request: Uint8Array;
  /**
   * How the last attempt ended that brought no answer; undefined before there was one. The call is sent again, whatever this
   * says: UNAVAILABLE passes by itself, UNAUTHENTICATED and PERMISSION_DENIED need a channel with other credentials.
   */
  readonly failure: RpcError | undefined;
  /**
   * The answer's bytes, once they are there: `fromBinary(schema, await answer)`. Rejects with the RpcError that the call
   * was answered with, or with what keeps it from being made: `unfinished()` has it still then. It may be left alone: the
   * process lives on for it only while somebody waits for it, and there is a channel.
   */
  readonly answer: Promise<Uint8Array>;
}

/**
 * A client that remembers its exactly-once calls beyond restarts and crashes, in a folder of its own. Each such call is
 * durable there before it is sent for the first time, and is sent until it has its answer: when the folder is opened
 * again, and a channel made with it, calls without an answer go on.
 *
 *     const client = await DurableClient.open("./client");
 *     const channel = new Channel(target, { credentials, delivery: client });
 *
 * It belongs to one home and serves one channel at a time. It has to reach that home once each time that it is opened: until
 * then calls wait in memory, are not kept, and are gone if the process dies. A copy of the folder does not make a second
 * client: of the two the home refuses one, and it refuses one that was put back to an earlier state.
 */
export class DurableClient implements CallDelivery {
  private readonly book: ClientBook;
  private readonly answers = new AwaitedAnswers();
  private readonly outcomes = new OutcomeBook();
  private delivery: DurableDelivery | undefined = undefined;
  private closing: Promise<void> | undefined = undefined;

  /**
   * Opens the client in `folder`, which is made if it is not there and must be empty the first time.
   * @throws JournalError where that cannot be: another process has it open, the disk is full, what it holds is damaged, …
   */
  static async open(folder: string, options: DurableClientOptions = {}): Promise<DurableClient> {
    return new DurableClient(await ClientBook.open(folder, options));
  }

  private constructor(book: ClientBook) {
    this.book = book;
    book.onFailure((failure) => this.delivery?.onJournalFailure(failure));
  }

  /** Set once its disk has failed: it takes no more calls until it is opened again. */
  get failure(): JournalError | undefined {
    return this.book.failure;
  }

  /** The calls that have no answer yet, in the order in which they were made; those of an earlier process among them. */
  unfinished(): UnfinishedCall[] {
    const { state } = this.book;
    return Array.from(state.calls.values(), ({ sequence, path, key, request }) => ({
      id: state.callIdOf(sequence),
      method: path,
      key: key === "" ? undefined : key,
      request: request.slice(),
      failure: this.failureOf(sequence),
      answer: this.answerOf(sequence),
    }));
  }

  /**
   * The answer of the call with that key is no longer wanted; resolves once that is durable. From then on the key names
   * no call. A call that has no answer yet is made all the same.
   * @throws JournalError (rejects) where it cannot be recorded: the key names the same call as before then
   */
  async forget(key: string): Promise<void> {
    // Throws where it cannot be recorded: the key names the same call as before then.
    const position = this.book.forget(key);
    this.delivery?.forget(key);
    if (position !== undefined) await this.book.whenDurable(position);
  }

  /** For `new Channel(target, { delivery: client })`. @throws Error where it serves another channel, or is closed */
  attach(channel: CallingChannel): ChannelDelivery {
    if (this.closing !== undefined) throw new Error("this DurableClient is closed: open its folder again");
    if (this.delivery !== undefined)
      throw new Error(
        "this DurableClient serves another channel: close that one first, or open a client in another folder",
      );
    const listener: DurableDeliveryListener = {
      onAnswer: (sequence, answer) => this.answers.settle(sequence, answer),
      onTrouble: (end, sequence) => this.onTrouble(end, sequence),
      onRefused: (end) => this.answers.failAll(end),
      onClosed: () => {
        this.delivery = undefined;
        this.answers.holdWith(undefined);
      },
    };
    this.answers.holdWith(channel.hold);
    const attempts = new ChannelAttempts(channel);
    this.delivery = new DurableDelivery(this.book, channel, attempts, listener, this.outcomes);
    return this.delivery;
  }

  /** Makes no more calls and gives the folder free. Those without an answer go on when it is opened again. */
  close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async closeNow(): Promise<void> {
    await this.delivery?.close(0, CLOSED);
    this.answers.failAll(CLOSED);
    await this.book.close();
  }

  private failureOf(sequence: number): RpcError | undefined {
    const failure = this.delivery?.failureOf(sequence);
    return failure && errorFromEnd({ ...failure, outcome: "unknown" });
  }

  private answerOf(sequence: number): Promise<Uint8Array> {
    const answer = this.answers.of(sequence);
    const end = this.closing === undefined ? this.delivery?.refusal : CLOSED;
    const known = this.delivery?.answerOf(sequence);
    if (known !== undefined) this.answers.settle(sequence, known);
    else if (end !== undefined) this.answers.failAll(end);
    return answer;
  }

  private onTrouble(end: CallEnd, sequence: number | undefined): void {
    if (sequence === undefined) this.answers.failAll(end);
    else this.answers.fail(sequence, end);
  }
}

const CLOSED = localEnd(Status.CANCELLED, "the durable client was closed", "unknown");
