import { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { throwLater } from "../../rpc/throw-later.js";
import type { Runtime } from "../../runtime/runtime.js";
import type { CallLimiter, LimitedCall } from "../../server/call-limiter.js";
import type { AnswerKind } from "../../server/execution-gate.js";
import { RingPlace } from "../call-ring.js";
import type { RecordedAnswer } from "../recorded-answer.js";
import type { Attempt } from "./attempt.js";
import type { ConflictKeys } from "./conflict-keys.js";
import type { DurableWaiter } from "./durable-queue.js";
import type { GuardedMethod } from "./guarded-method.js";
import type { IntentRoom } from "./intent-room.js";
import type { Ledger } from "./ledger.js";
import type { OpenIntent } from "./open-intent.js";
import { failedBy, type Reply, refused } from "./reply.js";
import { CALL_BYTES, type CallUnderWay, type Session } from "./session.js";

/** What executions share. */
export interface ExecutionHost {
  readonly runtime: Runtime;
  readonly ledger: Ledger;
  readonly keys: ConflictKeys;
  readonly intentRoom: IntentRoom;
  readonly limiter: CallLimiter | undefined;
  /** Why no handler starts any more; undefined while they do. */
  readonly unavailable: string | undefined;
  /** An answer may have at most this many bytes. */
  readonly answerBytesMax: number;
  /** How long to wait before an intent is tried again, in milliseconds: at first, and at most. */
  readonly retryMs: { readonly initial: number; readonly max: number };
  /** A run of an open intent has failed. */
  onIntentError(error: unknown, intent: OpenIntent): void;
  onBegun(execution: Execution): void;
  onOver(execution: Execution): void;
  /** A handler with effects outside begins to run. */
  onRunBegun(): void;
  onRunEnded(): void;
}

/** Which call it is, where it has a number. */
export interface CallIdentity {
  readonly session: Session;
  readonly sequence: number;
  readonly fingerprint: string;
  /** Of the request as it has come; 0 where that is recorded already. */
  readonly requestBytes: number;
}

/** A call that is being carried out, for as many attempts as wait for its answer, or none. */
export abstract class Execution extends RingPlace implements CallUnderWay, DurableWaiter, LimitedCall {
  readonly method: GuardedMethod;
  readonly principal: string;
  /** Undefined for a call of plain gRPC. */
  readonly identity: CallIdentity | undefined;
  protected readonly host: ExecutionHost;
  /** The attempt that has begun it. */
  private first: Attempt | undefined = undefined;
  /** The same, whether it still waits or not. */
  private origin: Attempt | undefined = undefined;
  /** Those that came later. */
  private joined: Set<Attempt> | undefined = undefined;
  private holdsPlace = false;
  /** What it takes of its principal's quota. */
  private weight = 0;
  /** What is recorded, and leaves when that is durable. */
  private answer: RecordedAnswer | undefined = undefined;
  /** What is not recorded, and leaves when all is durable that it may tell of. */
  private unrecorded: Reply | undefined = undefined;
  private finished = false;
  /** Who has waited has been answered. */
  protected over = false;

  constructor(
    host: ExecutionHost,
    method: GuardedMethod,
    principal: string,
    identity: CallIdentity | undefined,
  ) {
    super();
    this.host = host;
    this.method = method;
    this.principal = principal;
    this.identity = identity;
    host.onBegun(this);
  }

  get path(): string {
    return this.method.path;
  }

  /** 0 for a call of plain gRPC. */
  get sequence(): number {
    return this.identity?.sequence ?? 0;
  }

  /** Empty for a call of plain gRPC. */
  get fingerprint(): string {
    return this.identity?.fingerprint ?? "";
  }

  /** Begins with what the first attempt brings along. */
  begin(attempt: Attempt): void {
    this.first = attempt;
    this.origin = attempt;
    attempt.execution = this;
    this.holdsPlace = attempt.takePlace();
    if (this.identity !== undefined) this.weigh(CALL_BYTES + this.identity.requestBytes);
    this.start();
  }

  /** Takes so much of the principal's quota until it is over, or what is recorded of it counts. */
  protected weigh(bytes: number): void {
    if (this.identity === undefined) return;
    this.identity.session.principal.underWay += bytes - this.weight;
    this.weight = bytes;
  }

  /** It is asked no more what an accident says: nothing is kept of it for that. */
  protected forgetOrigin(): void {
    this.origin = undefined;
  }

  /** Further attempts find it from now on. To be called before anything else can happen. */
  protected enlist(): void {
    const executions = this.identity?.session.executions;
    if (executions?.get(this.sequence) !== this) executions?.add(this);
  }

  /** Another attempt of the same call waits for its answer, too. */
  join(attempt: Attempt): void {
    this.joined ??= new Set();
    this.joined.add(attempt);
    attempt.execution = this;
  }

  /** An attempt waits no longer. */
  leave(attempt: Attempt): void {
    if (this.first === attempt) this.first = undefined;
    else this.joined?.delete(attempt);
    if (!this.isAwaited) this.onAbandoned();
  }

  /** The home can do nothing for it any more. */
  fail(detail: string): void {
    this.settle(refused("failed", detail));
  }

  /** The home closes: what has not begun, or waits to begin again, does not. */
  stop(_detail: string): void {}

  protected get isAwaited(): boolean {
    return this.first !== undefined || (this.joined?.size ?? 0) > 0;
  }

  protected abstract start(): void;

  /** Nobody waits for the answer any more. */
  protected onAbandoned(): void {}

  // ── Places among the running calls ────────────────────────────────────────────────────────────────────────

  /** `start`: it has a place now. `wait`: `onPlace` is called later. */
  protected takePlace(): "start" | "wait" | "refuse" {
    const { limiter } = this.host;
    if (this.holdsPlace || limiter === undefined) return "start";
    const verdict = limiter.enter(this);
    this.holdsPlace = verdict === "start";
    return verdict;
  }

  onStart(): void {
    this.holdsPlace = true;
    this.onPlace();
  }

  /** It has waited for a place, and has one now. */
  protected abstract onPlace(): void;

  protected leavePlace(): void {
    if (!this.holdsPlace) return;
    this.holdsPlace = false;
    this.host.limiter?.leave();
  }

  // ── The end ───────────────────────────────────────────────────────────────────────────────────────────────

  /** The answer's record ends at `position`: nothing leaves before it is durable. */
  protected settleRecorded(answer: RecordedAnswer, position: number): void {
    this.finish();
    this.answer = answer;
    this.host.ledger.whenDurable(position, this);
  }

  /** Nothing is recorded of the call. What it has read is durable up to `position`, before the reply leaves. */
  protected settleUnrecorded(reply: Reply, position: number): void {
    this.finish();
    this.unrecorded = reply;
    this.host.ledger.whenDurable(position, this);
  }

  /** What was to be durable before a reply leaves is so. */
  onDurable(): void {
    const { answer, unrecorded } = this;
    if (answer !== undefined)
      this.settle({ answer, recorded: this.host.ledger.recorded, outcome: "executed" });
    else if (unrecorded !== undefined) this.settle(unrecorded);
  }

  onLost(): void {
    this.fail(LOST);
  }

  /** Nothing of it runs any more, and further attempts do not find it. */
  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.identity?.session.executions.remove(this);
    this.weigh(0);
    try {
      if (this.holdsPlace) this.leavePlace();
      else this.host.limiter?.withdraw(this);
    } finally {
      this.onFinished();
    }
  }

  /** What is left to be given back. */
  protected onFinished(): void {}

  protected settle(reply: Reply): void {
    if (this.over) return;
    this.over = true;
    this.finish();
    this.host.onOver(this);
    this.reply("execute", this.first, reply);
    if (this.joined === undefined) return;
    for (const attempt of this.joined) this.reply("join", attempt, reply);
  }

  private reply(kind: AnswerKind, attempt: Attempt | undefined, reply: Reply): void {
    if (attempt === undefined) return;
    attempt.execution = undefined;
    try {
      attempt.settle(kind, reply);
    } catch (error) {
      // A bug, which does not keep the others waiting.
      throwLater(error);
    }
  }

  /** Does what comes next; where that throws, which is a bug of ours or of what we were given, nobody waits for nothing. */
  protected goOn(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.onBug(error);
    }
  }

  protected onBug(error: unknown): void {
    this.settle(failedBy(this.publicError(error), "unknown"));
  }

  /** What an accident says to the client; it is reported to the server that the first attempt has come to. */
  protected publicError(error: unknown): RpcError {
    return (
      this.origin?.publicError(error) ??
      new RpcError(Status.UNKNOWN, "the handler has failed", { cause: error })
    );
  }
}

/** What is said where the journal has failed before an answer was durable. */
export const LOST = "the home's journal has failed: the server has to be started again";

/** What is said where neither a place among the running calls nor one in their queue is to be had. */
export const NO_PLACE = "the server has as many calls as it takes";
