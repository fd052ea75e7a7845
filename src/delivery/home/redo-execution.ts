import { Backoff } from "../../client/backoff.js";
import { JournalError } from "../../journal/journal-error.js";
import { RpcError } from "../../rpc/error.js";
import { isPromiseLike } from "../../rpc/is-promise-like.js";
import { Status } from "../../rpc/status.js";
import type { Timer } from "../../runtime/runtime.js";
import { answerFromError, answerWith, type RecordedAnswer } from "../recorded-answer.js";
import type { Refusal } from "../refusal.js";
import type { KeyWaiter } from "./conflict-keys.js";
import { type CallIdentity, Execution, type ExecutionHost, LOST, NO_PLACE } from "./execution.js";
import type { GuardedMethod } from "./guarded-method.js";
import type { HeldRoom, RoomWaiter } from "./intent-room.js";
import type { OpenIntent } from "./open-intent.js";
import type { RedoStyle } from "./redo.js";
import { RedoRun } from "./redo-run.js";
import { failedBy, refused } from "./reply.js";
import type { OpenCall } from "./session.js";

/**
 * Carries a call out whose effect is outside: its conflict key, room for its answer, its intent, the handler, its
 * answer; and the handler again until there is one. A call of plain gRPC has the key and the handler only.
 */
export class RedoExecution extends Execution implements KeyWaiter {
  readonly key: string;
  private readonly sinceEpochMs: number;
  private attempts = 0;
  private lastError: unknown = undefined;
  private readonly style: RedoStyle;
  private readonly request: unknown;
  /** Its intent is being recorded, or its handler runs: it is done, or done again, until it has an answer. */
  private begun = false;
  /** Its intent or its answer is being recorded, or its handler runs: now. */
  private atWork = false;
  /** The run of its handler that is under way. */
  private present: RedoRun | undefined = undefined;
  private holdsKey = false;
  /** Its intent, once that is recorded. */
  private open: OpenCall | undefined = undefined;
  /** An earlier run of the server has left it open. */
  private resumed = false;
  private room: HeldRoom | undefined = undefined;
  private roomWaiter: RoomWaiter | undefined = undefined;
  /** An answer that could not be recorded yet. */
  private unplaced: RecordedAnswer | undefined = undefined;
  private readonly backoff: Backoff;
  private timer: Timer | undefined = undefined;

  constructor(
    host: ExecutionHost,
    method: GuardedMethod,
    style: RedoStyle,
    principal: string,
    identity: CallIdentity | undefined,
    request: unknown,
    key: string,
  ) {
    super(host, method, principal, identity);
    this.style = style;
    this.request = request;
    this.key = key;
    this.sinceEpochMs = host.runtime.epochMs();
    const { initial, max } = host.retryMs;
    this.backoff = new Backoff({ initialMs: initial, maxMs: max }, () => host.runtime.random());
  }

  /** Its intent, while that is recorded and no answer is. */
  get openIntent(): OpenIntent | undefined {
    if (this.open === undefined) return undefined;
    const { principal, attempts, lastError, sinceEpochMs } = this;
    return { method: this.method.path, conflictKey: this.key, principal, attempts, lastError, sinceEpochMs };
  }

  // ── Its turn ──────────────────────────────────────────────────────────────────────────────────────────────

  protected start(): void {
    this.enlist();
    const verdict = this.host.keys.take(this);
    if (verdict === "held") this.onKey();
    else if (verdict === "waits") this.leavePlace();
    else this.drop("window", `too many calls wait for ${JSON.stringify(this.key)}: try again later`);
  }

  /** Takes up what an earlier run of the server has left open. */
  resume(open: OpenCall): void {
    this.enlist();
    this.open = open;
    this.resumed = true;
    this.begun = true;
    const { intentRoom, answerBytesMax } = this.host;
    this.room = intentRoom.hold(this.principal, answerBytesMax, true);
    if (!this.reservedIfPossible())
      this.waitForRoom({ onRoom: () => this.reservedIfPossible(), onNoRoom: () => {} });
    if (this.host.keys.take(this) === "held") this.onKey();
  }

  private reservedIfPossible(): boolean {
    try {
      // False: there may be room later.
      return this.room === undefined || this.room.reserve();
    } catch {
      return true;
    }
  }

  private waitForRoom(waiter: RoomWaiter): void {
    this.roomWaiter = waiter;
    this.host.intentRoom.wait(waiter);
  }

  onKey(): void {
    this.holdsKey = true;
    const verdict = this.takePlace();
    if (verdict === "start") this.onPlace();
    else if (verdict === "refuse") this.onNoPlace();
  }

  private onNoPlace(): void {
    if (this.begun) this.pause();
    else this.drop("window", NO_PLACE);
  }

  protected onPlace(): void {
    const { unavailable } = this.host;
    if (unavailable !== undefined) this.fail(unavailable);
    else if (this.begun) this.run();
    else if (this.identity === undefined) this.beginPlain();
    else this.beginRecorded(this.identity);
  }

  /** Who waited is gone before it has begun: it never does. */
  protected override onAbandoned(): void {
    if (!this.begun) this.drop("window", "nobody waits for the call any more");
  }

  /** Ends a call that has not begun. */
  private drop(reason: Refusal, detail: string): void {
    this.settle(refused(reason, detail));
  }

  protected override onFinished(): void {
    this.timer?.cancel();
    if (this.roomWaiter !== undefined) this.host.intentRoom.withdraw(this.roomWaiter);
    this.room?.release();
    if (this.holdsKey) {
      this.holdsKey = false;
      this.host.keys.release(this.key);
    } else this.host.keys.withdraw(this);
  }

  // ── The intent ────────────────────────────────────────────────────────────────────────────────────────────

  override stop(detail: string): void {
    if (!this.atWork) this.fail(detail);
  }

  override fail(detail: string): void {
    super.fail(detail);
    this.present?.abandon(new Error(detail));
  }

  /** What the calls before it on the same key have recorded is durable first: none of them is done again behind it. */
  private beginPlain(): void {
    const { ledger } = this.host;
    this.begun = true;
    this.atWork = true;
    ledger.whenDurable(ledger.position, { onDurable: () => this.run(), onLost: () => this.onLost() });
  }

  private beginRecorded(identity: CallIdentity): void {
    const { intentRoom, answerBytesMax } = this.host;
    const refusal = intentRoom.refusalFor(identity.session);
    if (refusal !== undefined) return this.drop(refusal.reason, refusal.detail);
    const room = intentRoom.hold(this.principal, answerBytesMax);
    this.room = room;
    if (!intentRoom.isAwaited && this.recordWithRoom(identity, room)) return;
    this.waitForRoom({
      onRoom: () => {
        let isPlaced = true;
        this.goOn(() => {
          isPlaced = this.recordWithRoom(identity, room);
        });
        return isPlaced;
      },
      onNoRoom: () => this.goOn(() => this.drop("full", "the home's disk has no room for the call's answer")),
    });
  }

  /** False: there is no room now. */
  private recordWithRoom(identity: CallIdentity, room: HeldRoom): boolean {
    try {
      if (!room.reserve()) return false;
      this.recordIntent(identity);
    } catch (failure) {
      if (failure instanceof JournalError && failure.fault === "full") return false;
      this.onIntentNotTaken(failure);
    }
    return true;
  }

  /** @throws what has kept the intent from being recorded: nothing has changed then */
  private recordIntent({ session, sequence, fingerprint }: CallIdentity): void {
    const { ledger } = this.host;
    if (session.ended) return this.drop("expired", "the session has ended");
    const intended = ledger.record({
      kind: "intent",
      session: session.number,
      sequence,
      floor: session.ack,
      method: ledger.methodNumber(this.method.path),
      fingerprint,
      key: this.key,
      request: this.method.encodeRequest(this.request),
    });
    this.begun = true;
    this.atWork = true;
    this.open = session.calls.get(sequence) as OpenCall;
    this.weigh(0);
    ledger.whenDurable(intended, { onDurable: () => this.run(), onLost: () => this.onLost() });
  }

  private onIntentNotTaken(failure: unknown): void {
    if (!(failure instanceof JournalError))
      return this.settle(failedBy(this.publicError(failure), "not-executed"));
    if (failure.fault !== "too-large") return this.fail(LOST);
    const detail = `the request is too large to be recorded: ${failure.message}`;
    this.settle(failedBy(new RpcError(Status.RESOURCE_EXHAUSTED, detail), "not-executed"));
  }

  // ── The handler ───────────────────────────────────────────────────────────────────────────────────────────

  private run(): void {
    if (this.over) return;
    this.atWork = true;
    const redo = this.resumed || this.attempts > 0;
    this.attempts++;
    const run = new RedoRun(this.host, this.method.method, this.principal, this.open, this.room, redo);
    this.present = run;
    this.host.onRunBegun();
    let result: unknown;
    try {
      result = this.style.handler.call(this.method.owner, this.requestOfRun(), run);
    } catch (error) {
      return this.onThrown(error, run);
    }
    if (isPromiseLike(result)) {
      // Others' thenables may call back twice, and throw.
      Promise.resolve(result).then(
        (message) => this.goOn(() => this.onReturned(message, run)),
        (error) => this.goOn(() => this.onThrown(error, run)),
      );
    } else this.onReturned(result, run);
  }

  /** As it has come, whatever an earlier run has done to it. */
  private requestOfRun(): unknown {
    const isFirst = this.attempts === 1;
    return isFirst || this.open === undefined ? this.request : this.method.decodeRequest(this.open.request);
  }

  private endRun(run: RedoRun): void {
    run.end();
    this.present = undefined;
    this.host.onRunEnded();
  }

  private onReturned(message: unknown, run: RedoRun): void {
    this.endRun(run);
    if (run.refusal !== undefined) return this.onRefused(run.refusal);
    let response: Uint8Array;
    try {
      response = this.method.encodeResponse(message);
    } catch (error) {
      return this.onAccident(error);
    }
    const { answerBytesMax } = this.host;
    if (this.identity === undefined || response.length <= answerBytesMax)
      return this.complete(answerWith(response));
    const detail = `the answer has ${response.length} bytes; at most ${answerBytesMax} are kept`;
    this.complete(this.answerFrom(new RpcError(Status.RESOURCE_EXHAUSTED, detail)));
  }

  private onThrown(error: unknown, run: RedoRun): void {
    this.endRun(run);
    if (run.refusal !== undefined) this.onRefused(run.refusal);
    else this.onAccident(error);
  }

  private onRefused(refusal: RpcError): void {
    if (this.identity === undefined) this.settle(failedBy(refusal, "executed"));
    else this.complete(this.answerFrom(refusal));
  }

  private answerFrom(error: RpcError): RecordedAnswer {
    return answerFromError(error, this.host.answerBytesMax);
  }

  // ── The answer ────────────────────────────────────────────────────────────────────────────────────────────

  private complete(answer: RecordedAnswer): void {
    if (this.over) return;
    if (this.open === undefined) this.settle({ answer, recorded: undefined, outcome: "executed" });
    else this.recordAnswer(this.open, answer);
  }

  private recordAnswer({ session, sequence }: OpenCall, answer: RecordedAnswer): void {
    let answered: number;
    try {
      answered = this.host.ledger.record(
        { kind: "done", session: session.number, sequence, floor: session.ack, answer },
        this.room?.answer,
      );
    } catch (failure) {
      this.unplaced = answer;
      return this.onAccident(failure);
    }
    this.open = undefined;
    this.settleRecorded(answer, answered);
  }

  /** What is recorded as open stays so, and is tried again. */
  protected override onBug(error: unknown): void {
    if (this.open === undefined) super.onBug(error);
    else this.onAccident(error);
  }

  // ── Again ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** A run has come to no end, or its answer could not be recorded: a call of plain gRPC is over, others stay open. */
  private onAccident(error: unknown): void {
    if (this.over) return;
    const intent = this.openIntent;
    if (intent === undefined) return this.settle(failedBy(this.publicError(error), "executed"));
    this.lastError = RpcError.is(error) ? new Error(THROWN, { cause: error }) : error;
    this.leavePlace();
    if (this.attempts === 1) this.publicError(this.lastError);
    this.forgetOrigin();
    this.host.onIntentError(this.lastError, { ...intent, lastError: this.lastError });
    this.pause();
  }

  private pause(): void {
    this.atWork = false;
    const { unavailable } = this.host;
    if (unavailable !== undefined) return this.fail(unavailable);
    this.timer = this.host.runtime.setTimer(() => this.onPaused(), this.backoff.nextMs());
  }

  private onPaused(): void {
    this.timer = undefined;
    if (this.unplaced !== undefined && this.open !== undefined) {
      this.reservedIfPossible();
      return this.recordAnswer(this.open, this.unplaced);
    }
    const verdict = this.takePlace();
    if (verdict === "start") this.run();
    else if (verdict === "refuse") this.pause();
  }
}

const THROWN =
  "the handler has thrown an RpcError, which leaves the call open: call.refuse(code, message) completes it";
