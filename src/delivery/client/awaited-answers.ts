import type { ProcessHold } from "../../client/process-hold.js";
import { markHandled } from "../../client/quiet.js";
import { type CallEnd, errorFromEnd } from "../../rpc/call-end.js";
import { Status } from "../../rpc/status.js";
import type { KeptAnswer } from "./client-records.js";
import { errorFromKept } from "./kept-answer.js";

/**
 * Answers that somebody may wait for, by their calls' numbers. The process lives on for those that somebody does wait
 * for, as long as there is a channel that they can come by.
 */
export class AwaitedAnswers {
  private readonly answers = new Map<number, AwaitedAnswer>();
  private readonly awaited = new Set<AwaitedAnswer>();
  private hold: ProcessHold | undefined = undefined;

  of(sequence: number): Promise<Uint8Array> {
    const known = this.answers.get(sequence);
    if (known !== undefined) return known.promise;
    const answer = new AwaitedAnswer(() => this.onAwaited(sequence, answer));
    this.answers.set(sequence, answer);
    return answer.promise;
  }

  settle(sequence: number, kept: KeptAnswer): void {
    const answer = this.take(sequence);
    if (kept.code === Status.OK) answer?.resolve(kept.response);
    else answer?.reject(errorFromKept(kept));
  }

  fail(sequence: number, end: CallEnd): void {
    this.take(sequence)?.reject(errorFromEnd({ ...end, outcome: "unknown" }));
  }

  failAll(end: CallEnd): void {
    for (const sequence of [...this.answers.keys()]) this.fail(sequence, end);
  }

  /** Answers come by the channel that has this one from now on; undefined: by none. */
  holdWith(hold: ProcessHold | undefined): void {
    this.hold?.change(-this.awaited.size);
    this.hold = hold;
    hold?.change(this.awaited.size);
  }

  private onAwaited(sequence: number, answer: AwaitedAnswer): void {
    if (this.answers.get(sequence) !== answer) return;
    this.awaited.add(answer);
    this.hold?.change(1);
  }

  private take(sequence: number): AwaitedAnswer | undefined {
    const answer = this.answers.get(sequence);
    if (answer === undefined) return undefined;
    this.answers.delete(sequence);
    if (this.awaited.delete(answer)) this.hold?.change(-1);
    return answer;
  }
}

class AwaitedAnswer {
  readonly promise: Promise<Uint8Array>;
  resolve!: (response: Uint8Array) => void;
  reject!: (error: unknown) => void;

  /** `onAwaited`: somebody waits for it, and nobody did before. */
  constructor(onAwaited: () => void) {
    const promise = new WatchedPromise<Uint8Array>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    markHandled(promise);
    promise.onAwaited = onAwaited;
    this.promise = promise;
  }
}

/** Tells once that somebody waits for it: `await` calls the `then` of every promise that is not a plain one. */
class WatchedPromise<T> extends Promise<T> {
  onAwaited: (() => void) | undefined;

  /** What `then` gives is a plain one. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const { onAwaited } = this;
    this.onAwaited = undefined;
    onAwaited?.();
    return super.then(onFulfilled, onRejected);
  }
}
