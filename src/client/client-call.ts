import type { Marshaller } from "../codec/marshaller.js";
import { type CallCredentials, NOT_PRIVATE, proveCall, serviceUrlOf } from "../rpc/call-credentials.js";
import { type CallEnd, endFromError, localEnd } from "../rpc/call-end.js";
import { type Compression, checkCompression } from "../rpc/compression.js";
import { type Outcome, RpcError } from "../rpc/error.js";
import { marshalled } from "../rpc/marshal.js";
import { Metadata, metadataFrom } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import { type CallObservation, observe } from "../rpc/observer.js";
import { Status } from "../rpc/status.js";
import { throwLater } from "../rpc/throw-later.js";
import type { WheelEntry } from "../rpc/timer-wheel.js";
import type {
  CallTransport,
  OutgoingCall,
  OutgoingCallListener,
  OutgoingRequest,
  ReceivedMetadata,
} from "../transport/call-transport.js";
import type { Abortable, AbortWatch } from "./abort-hub.js";
import { abortedEnd } from "./aborted-end.js";
import type { CallCarrier, WaitingCall } from "./call-carrier.js";
import type { CallOptions, SendOptions } from "./call-options.js";
import { effectiveCredentials, effectiveSignals, effectiveTimeout } from "./effective-options.js";
import { isRetried, Retries } from "./retries.js";
import { deadlineMessage, timeSpent } from "./time-spent.js";

/** What a {@link ClientCall} tells. It may be told from inside `start` or `resume`. */
export interface ClientCallListener<Response = unknown> {
  onHeaders(headers: ReceivedMetadata): void;
  /** `compressed`: it came so. */
  onMessage(message: Response, compressed: boolean): void;
  onWritable(): void;
  /** The call is over; nothing more comes. */
  onEnd(end: CallEnd): void;
}

/**
 * One call, with callbacks: what promise stubs are made of.
 *
 * `start` once, then `send` and `halfClose`. It finds a transport, keeps the deadline, and opens the call again
 * elsewhere where a transport knows that nobody acted on it; or after a pause where the server is unavailable and the
 * method may be carried out more than once.
 */
export class ClientCall<Request = unknown, Response = unknown>
  implements OutgoingCallListener, WaitingCall, Abortable
{
  readonly method: Method<Request, Response>;
  readonly waitForReady: boolean;
  private readonly carrier: CallCarrier;
  private metadata: Metadata | undefined;
  private readonly timeoutMs: number | undefined;
  private readonly compression: Compression;
  private readonly signals: readonly AbortSignal[];
  /** Undefined for none. */
  private readonly credentials: readonly CallCredentials[] | undefined;
  /** With what the credentials gave for the next attempt; undefined before. */
  private proof: Metadata | undefined = undefined;
  private proving = false;
  private listener: ClientCallListener<Response> | undefined = undefined;
  private transportCall: OutgoingCall | undefined = undefined;
  private over = false;
  private paused = false;
  /** Messages that wait for a transport or a free stream; afterwards, while `repeatable`, the one that was sent. */
  private kept: readonly Kept<Request>[] = NOTHING_KEPT;
  private halfClosed = false;
  /** Nothing has come back yet and `kept` holds all that was sent. */
  private repeatable = true;
  private attempts = 0;
  /** Attempts that have reached a server, which did nothing about them. */
  private refusals = 0;
  /** The call is made again where the server is unavailable: no message has come yet. */
  private retried: boolean;
  private retries: Retries | undefined = undefined;
  /** Sends since the transport last was writable. */
  private unsent = 0;
  /** The clock is read only for calls with a deadline or an observer. */
  private timed = false;
  private startedMs = 0;
  private dispatchedMs = 0;
  private begunMs = 0;
  private wheelEntry: WheelEntry | undefined = undefined;
  private watches: AbortWatch[] = NO_WATCHES;
  private observation: CallObservation | undefined = undefined;

  /** @throws TypeError on malformed metadata or options */
  constructor(carrier: CallCarrier, method: Method<Request, Response>, options: CallOptions = {}) {
    this.carrier = carrier;
    this.method = method;
    this.metadata = options.metadata === undefined ? undefined : metadataFrom(options.metadata);
    this.timeoutMs = effectiveTimeout(options, carrier.defaultTimeoutMs);
    this.compression =
      options.compression === undefined
        ? carrier.compression
        : checkCompression(options.compression, carrier.runtime.compressor);
    this.signals = effectiveSignals(options);
    this.credentials = effectiveCredentials(options, carrier.callCredentials);
    this.waitForReady = options.waitForReady ?? false;
    this.retried = isRetried(method);
    if (options.key !== undefined) throw new TypeError(KEY_WITHOUT_PROMISE);
  }

  /** Starts the call; `listener` may be told of its end before this returns. */
  start(listener: ClientCallListener<Response>): void {
    const { carrier } = this;
    this.listener = listener;
    carrier.counters.started++;
    this.observation = observe(carrier.observer, this.method.path, this.method as Method);
    if (this.signals.length > 0) this.watches = [];
    for (const signal of this.signals) {
      if (signal.aborted) return this.finish(abortedEnd(signal, "not-executed"));
      this.watches.push(carrier.aborts.watch(signal, this));
    }
    this.timed = this.timeoutMs !== undefined || this.observation !== undefined;
    if (this.timed) this.startedMs = carrier.runtime.now();
    if (this.timeoutMs !== undefined) {
      if (this.timeoutMs <= 0)
        return this.finish(
          localEnd(
            Status.DEADLINE_EXCEEDED,
            "the deadline had passed before the call was made",
            "not-executed",
          ),
        );
      this.wheelEntry = carrier.wheel.add(this.startedMs + this.timeoutMs, () => this.onDeadline());
    }
    if (this.credentials !== undefined && !carrier.isPrivate) return this.finish(NOT_PRIVATE);
    this.dispatch();
  }

  /**
   * Sends a message; `last` also half-closes. False: wait for `onWritable`. Without effect once the call is over.
   * @throws RpcError where the message cannot be encoded or is too large, or too many wait; nothing was sent then
   */
  send(message: Request, last = false, options?: SendOptions): boolean {
    if (this.over) return true;
    if (this.halfClosed) throw new Error("send() after the last message");
    if (this.unsent >= UNSENT_MESSAGES_MAX)
      throw new RpcError(
        Status.RESOURCE_EXHAUSTED,
        `${UNSENT_MESSAGES_MAX} messages wait to be sent: await each send`,
      );
    if (last) this.halfClosed = true;
    const compress = options?.compress ?? true;
    if (this.transportCall === undefined) {
      this.kept = [...this.kept, { message: this.snapshot(message), last, compress }];
      this.unsent++;
      return false;
    }
    this.observation?.onMessageSent?.();
    if (this.repeatable) {
      if (this.kept.length === 0 && last) this.kept = [{ message, last, compress }];
      else if (this.transportCall.begun) this.commit();
      else this.kept = [...this.kept, { message: this.snapshot(message), last, compress }];
    }
    const writable = this.transportCall.send(message, last, compress);
    if (!writable) this.unsent++;
    return writable;
  }

  /** No more messages come. */
  halfClose(): void {
    if (this.over || this.halfClosed) return;
    this.halfClosed = true;
    this.transportCall?.halfClose();
  }

  /** Takes the call back: it ends with CANCELLED. */
  cancel(message = "the call was cancelled"): void {
    if (!this.over) this.finish(localEnd(Status.CANCELLED, message, this.leave()));
  }

  /** Ends a call whose only request could not be sent: without it no server can have started a handler. */
  refuse(error: unknown): void {
    if (this.over) return;
    this.leave();
    this.finish(endFromError(error, "not-executed"));
  }

  /** Ends the call with an error of the caller's own, such as one thrown by its stream of requests. */
  fail(error: unknown): void {
    if (!this.over) this.finish(endFromError(error, this.leave()));
  }

  /** Holds messages back from now on. */
  pause(): void {
    this.paused = true;
    this.transportCall?.pause();
  }

  /** Delivers held messages, before it returns, until paused again. */
  resume(): void {
    this.paused = false;
    this.transportCall?.resume();
  }

  // ── Transport ─────────────────────────────────────────────────────────────────────────────────────────────

  onTransport(transport: CallTransport): void {
    if (this.over) return;
    if (this.credentials !== undefined && this.proof === undefined) return void this.prove(this.credentials);
    const { carrier } = this;
    const nowMs = this.timed ? carrier.runtime.now() : 0;
    this.dispatchedMs = nowMs;
    this.attempts++;
    const timeoutMs = this.timeoutMs === undefined ? undefined : this.startedMs + this.timeoutMs - nowMs;
    const request: OutgoingRequest = {
      method: this.method as Method,
      metadata: this.proof ?? this.metadata,
      timeoutMs: this.attempts === 1 && nowMs - this.startedMs < 1 ? this.timeoutMs : timeoutMs,
      receiveBytesMax: carrier.receiveBytesMax,
      sendBytesMax: carrier.sendBytesMax,
      compression: this.compression,
    };
    try {
      this.transportCall = transport.open(request, this);
    } catch (error) {
      return this.finish(endFromError(error, "not-executed"));
    }
    const { remoteAddress } = this.transportCall;
    this.observation?.onAttempt?.({ number: this.attempts, remoteAddress, queuedMs: nowMs - this.startedMs });
    if (this.paused) this.transportCall.pause();
    this.sendKept();
  }

  onNoTransport(end: CallEnd): void {
    if (!this.over) this.endAttempt(end);
  }

  onHeaders(headers: ReceivedMetadata): void {
    if (this.retried) this.repeatable = false;
    else this.commit();
    try {
      (this.listener as ClientCallListener<Response>).onHeaders(headers);
    } catch (error) {
      this.blame(error);
    }
  }

  onMessage(message: unknown, compressed: boolean): void {
    this.retried = false;
    this.observation?.onMessageReceived?.({ compressed });
    try {
      (this.listener as ClientCallListener<Response>).onMessage(message as Response, compressed);
    } catch (error) {
      this.blame(error);
    }
  }

  onWritable(): void {
    this.unsent = 0;
    this.tellWritable();
  }

  onBegun(): void {
    if (this.timed) this.begunMs = this.carrier.runtime.now();
    if (this.transportCall !== undefined) this.keepOne();
  }

  onEnd(end: CallEnd, unprocessed: boolean): void {
    if (this.over) return;
    // A server that keeps the deadline too may reset the stream a moment before our timer fires.
    const late = end.code === Status.CANCELLED && end.outcome === "unknown" && this.deadlineHasPassed();
    if (late) this.onDeadline();
    else if (unprocessed && this.mayRepeat()) {
      this.transportCall = undefined;
      this.proof = undefined;
      this.dispatch();
    } else this.endAttempt(end);
  }

  /** Nobody has acted on the call. What never left is tried until the deadline; what a server has seen, once more (gRFC A6). */
  private mayRepeat(): boolean {
    if (!this.repeatable) return false;
    const hasLeft = this.transportCall?.begun ?? false;
    return !hasLeft || ++this.refusals <= REFUSALS_MAX;
  }

  /**
   * There is a connection: the credentials are asked now, so that what they give is fresh. Where it has gone meanwhile
   * they are asked again when there is another.
   */
  private async prove(credentials: readonly CallCredentials[]): Promise<void> {
    const { carrier, method } = this;
    const refusal = carrier.setAside(this);
    if (refusal !== undefined) return this.finish(refusal);
    this.proving = true;
    this.keepMetadata();
    const call = { method: method as Method, serviceUrl: serviceUrlOf(method as Method, carrier.authority) };
    const proof = await proveCall(credentials, call, this.metadata);
    this.proving = false;
    if (this.over) return;
    carrier.takeBack(this);
    if ("outcome" in proof) return this.endAttempt(proof);
    const transport = carrier.readyTransport();
    if (transport === undefined) return this.wait();
    this.proof = proof;
    this.onTransport(transport);
  }

  private endAttempt(end: CallEnd): void {
    const isOver = end.code !== Status.UNAVAILABLE || !this.retried || !this.pauseAfter(end);
    if (isOver) this.finish(end);
  }

  /** Lets some time pass before the call is made again. False: it is not. */
  private pauseAfter(end: CallEnd): boolean {
    const { carrier } = this;
    const nowMs = carrier.runtime.now();
    this.retries ??= new Retries(this.timed ? this.startedMs : nowMs, this.timeoutMs !== undefined, () =>
      carrier.runtime.random(),
    );
    const delayMs = this.retries.fail(end, nowMs);
    if (delayMs === undefined || carrier.setAside(this) !== undefined) return false;
    this.keepMetadata();
    this.transportCall = undefined;
    this.retries.pause = carrier.wheel.add(nowMs + delayMs, () => this.retry());
    return true;
  }

  private retry(): void {
    (this.retries as Retries).pause = undefined;
    this.carrier.takeBack(this);
    this.proof = undefined;
    this.repeatable = true;
    this.dispatch();
  }

  private dispatch(): void {
    const transport = this.carrier.readyTransport();
    if (transport === undefined) this.wait();
    else this.onTransport(transport);
  }

  /** A copy, so that what the caller does to a message that waits is not sent. @throws RpcError as `send` */
  private snapshot(message: Request): Request {
    const { request } = this.method;
    const bytes = marshalled(request as Marshaller, message, this.carrier.sendBytesMax);
    return request.decode(bytes, 0, bytes.length);
  }

  private wait(): void {
    this.keepMetadata();
    this.carrier.wait(this);
  }

  /** Changes that the caller makes to its metadata from now on are not for this call. */
  private keepMetadata(): void {
    if (this.metadata !== undefined) this.metadata = new Metadata(this.metadata);
  }

  /** Sends what was kept while there was no transport, or again on another one. */
  private sendKept(): void {
    const { kept, transportCall } = this;
    if (transportCall === undefined) return;
    this.unsent = 0;
    let writable = true;
    try {
      for (const { message, last, compress } of kept) {
        this.observation?.onMessageSent?.();
        writable = transportCall.send(message, last, compress);
      }
    } catch (error) {
      this.finish(sendFailure(error, this.leave()));
      return;
    }
    const sentLast = kept.length > 0 && kept[kept.length - 1].last;
    if (transportCall.begun) this.keepOne();
    if (this.halfClosed && !sentLast) transportCall.halfClose();
    if (!writable) this.unsent = kept.length;
    else if (kept.length > 0 && !this.over) this.tellWritable();
  }

  private tellWritable(): void {
    try {
      (this.listener as ClientCallListener<Response>).onWritable();
    } catch (error) {
      this.blame(error);
    }
  }

  /** What was kept has left: only a request that is whole may be sent again. */
  private keepOne(): void {
    const { kept } = this;
    if (kept.length > 1 || (kept.length === 1 && !kept[0].last)) this.commit();
  }

  /** From here on the call cannot be opened again. */
  private commit(): void {
    this.repeatable = false;
    this.kept = NOTHING_KEPT;
  }

  // ── End ───────────────────────────────────────────────────────────────────────────────────────────────────

  onAborted(signal: AbortSignal): void {
    if (!this.over) this.finish(abortedEnd(signal, this.leave()));
  }

  private onDeadline(): void {
    if (this.over) return;
    const message = this.describeDeadline();
    this.finish(localEnd(Status.DEADLINE_EXCEEDED, message, this.leave()));
  }

  /** Gives up the transport or the place in the queue; returns what is certain of the outcome. */
  private leave(): Outcome {
    if (this.transportCall !== undefined) return this.transportCall.cancel();
    this.carrier.stopWaiting(this);
    return "not-executed";
  }

  private finish(lastEnd: CallEnd): void {
    const end = this.retries === undefined ? lastEnd : this.retries.conclude(lastEnd);
    this.over = true;
    this.commit();
    if (this.retries?.pause !== undefined) this.carrier.wheel.remove(this.retries.pause);
    if (this.wheelEntry !== undefined) this.carrier.wheel.remove(this.wheelEntry);
    for (let i = 0; i < this.signals.length; i++) this.watches[i]?.end();
    this.carrier.counters.end(end.code);
    this.observation?.onEnd?.(end);
    try {
      (this.listener as ClientCallListener<Response>).onEnd(end);
    } catch (error) {
      throwLater(error);
    }
  }

  /** A callback of the caller's has thrown: that ends the call, and nothing else. */
  private blame(error: unknown): void {
    if (this.over) return;
    const text = error instanceof Error ? error.message : String(error);
    const end = localEnd(
      Status.INTERNAL,
      `a callback of the caller has thrown: ${text}`,
      this.leave(),
      error,
    );
    this.finish(end);
  }

  private deadlineHasPassed(): boolean {
    if (this.timeoutMs === undefined) return false;
    return this.carrier.runtime.now() >= this.startedMs + this.timeoutMs;
  }

  private describeWait(): string {
    if (this.retries?.pause !== undefined) return "waiting to try again";
    return this.proving ? "waiting for the call credentials" : this.carrier.describeWait();
  }

  private describeDeadline(): string {
    return deadlineMessage(this.timeoutMs as number, this.describe());
  }

  /** Where the time since it was started went; for calls with a deadline. */
  describe(): string[] {
    const { carrier, startedMs, dispatchedMs, begunMs, transportCall: call } = this;
    const parts = timeSpent({
      sinceMs: this.retries?.failedMs ?? startedMs,
      nowMs: carrier.runtime.now(),
      lookedUpMs: carrier.lookedUpMs,
      waiting: this.describeWait(),
      carried: call && { call, dispatchedMs, begunMs },
    });
    if (this.retries !== undefined) parts.unshift(this.retries.describe());
    return parts;
  }
}

/** Messages given to a call that has no transport or whose peer does not read: beyond it the sender must wait. */
const UNSENT_MESSAGES_MAX = 1024;

/** How often a call that a server has refused is made again: more would be load where there is too much (gRFC A6). */
const REFUSALS_MAX = 1;

interface Kept<Request> {
  readonly message: Request;
  readonly last: boolean;
  readonly compress: boolean;
}

const KEY_WITHOUT_PROMISE =
  "key: only calls of exactly-once methods can have one, on a channel with a DurableClient as its delivery";

const NO_WATCHES: AbortWatch[] = [];

const NOTHING_KEPT: readonly never[] = [];

function sendFailure(error: unknown, outcome: Outcome): CallEnd {
  if (RpcError.is(error)) return localEnd(error.code, error.message, outcome, error.cause);
  return localEnd(Status.INTERNAL, error instanceof Error ? error.message : String(error), outcome, error);
}
