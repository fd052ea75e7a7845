import { Backoff } from "../../client/backoff.js";
import { RETRY_BACKOFF } from "../../client/retries.js";
import { Status } from "../../rpc/status.js";
import type { Timer } from "../../runtime/runtime.js";
import type { Attempt, AttemptEnd, AttemptListener } from "./attempts.js";
import type { DeliveryWorld } from "./delivered-call.js";
import { type Verdict, verdictOn } from "./verdict.js";

/** An attempt to ask something of a home itself; it is soon answered, or not at all. In milliseconds. */
const CONTROL_MS_MAX = 10_000;

/** What is asked, and who wants to know. */
export interface Question<Reply> {
  readonly path: string;
  /** Pauses grow to so many milliseconds; default as between attempts of calls. */
  readonly backoffMsMax?: number;
  /** The request, for each attempt. */
  request(): Uint8Array;
  /** @throws Error where the reply is malformed */
  read(response: Uint8Array): Reply;
  onReply(reply: Reply): void;
  /** An attempt has failed; whether there is to be another. */
  onFailure(end: AttemptEnd): boolean;
  /** Another attempt would end the same way. */
  onRefused(end: AttemptEnd, verdict: Verdict): void;
}

/** A call of redoubt.Delivery: all of them are idempotent, and made again until they are answered. */
export class ControlCall<Reply> implements AttemptListener {
  private readonly world: DeliveryWorld;
  private readonly question: Question<Reply>;
  private readonly backoff: Backoff;
  private attempt: Attempt | undefined = undefined;
  private isUnderWay = false;
  private pause: Timer | undefined = undefined;
  private attempts = 0;

  constructor(world: DeliveryWorld, question: Question<Reply>) {
    this.world = world;
    this.question = question;
    const { initialMs, maxMs } = RETRY_BACKOFF;
    const backoff = { initialMs, maxMs: question.backoffMsMax ?? maxMs };
    this.backoff = new Backoff(backoff, () => world.runtime.random());
  }

  /** Makes it now, in place of a pause; nothing where it is under way. */
  send(): void {
    if (this.isUnderWay) return;
    this.endPause();
    this.attempts++;
    this.isUnderWay = true;
    const { attempts: number, question } = this;
    const timeoutMs = CONTROL_MS_MAX;
    const attempt = this.world.attempts.make(
      {
        path: question.path,
        call: undefined,
        number,
        request: question.request(),
        timeoutMs,
        options: undefined,
      },
      this,
    );
    if (this.isUnderWay) this.attempt = attempt;
  }

  /** Makes it after a pause, as after a failure. */
  sendLater(): void {
    this.endPause();
    this.pause = this.world.runtime.setTimer(() => this.send(), this.backoff.nextMs());
  }

  stop(): void {
    this.endPause();
    this.attempt?.cancel();
    this.attempt = undefined;
    this.isUnderWay = false;
  }

  describe(): string | undefined {
    return this.attempt?.describe();
  }

  onAttemptEnd(end: AttemptEnd): void {
    this.attempt = undefined;
    this.isUnderWay = false;
    if (end.code === Status.OK) return this.answer(end);
    const verdict = verdictOn(end);
    // A server that limits its calls may have room soon, and many calls may wait for this one.
    const isOverload = end.code === Status.RESOURCE_EXHAUSTED && end.outcome === "not-executed";
    const isWorthAnother = verdict === "again" || verdict === "elsewhere" || isOverload;
    if (!isWorthAnother) this.question.onRefused(end, verdict);
    else if (this.question.onFailure(end)) this.sendLater();
  }

  private answer(end: AttemptEnd): void {
    let reply: Reply;
    try {
      reply = this.question.read(end.response as Uint8Array);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const message = `the answer to ${this.question.path} is malformed: ${detail}`;
      const malformed = { ...end, code: Status.INTERNAL, message, outcome: "unknown" } as const;
      return this.question.onRefused(malformed, "final");
    }
    this.question.onReply(reply);
  }

  private endPause(): void {
    this.pause?.cancel();
    this.pause = undefined;
  }
}
