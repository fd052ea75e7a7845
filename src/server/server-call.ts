import type { CallContext, Peer } from "../rpc/call-context.js";
import type { CallCounters } from "../rpc/call-counters.js";
import { type CallEnd, endFromError, localEnd, OK_END } from "../rpc/call-end.js";
import { type Compression, checkCompression } from "../rpc/compression.js";
import { type Outcome, RpcError } from "../rpc/error.js";
import type { ReplyMessages, RequestMessages } from "../rpc/interceptor.js";
import { isPromiseLike } from "../rpc/is-promise-like.js";
import { MessageStream } from "../rpc/message-stream.js";
import { Metadata } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import { type CallObservation, type CallObserver, observe } from "../rpc/observer.js";
import type { ServerInterceptor } from "../rpc/server-interceptor.js";
import { Status } from "../rpc/status.js";
import { throwLater } from "../rpc/throw-later.js";
import type { TimerWheel, WheelEntry } from "../rpc/timer-wheel.js";
import { WritableGate } from "../rpc/writable-gate.js";
import { formatAddress } from "../runtime/address.js";
import type { Address, Runtime } from "../runtime/runtime.js";
import type { IncomingCall, IncomingCallListener, MessageLimits } from "../transport/call-transport.js";
import type { CallLimiter, LimitedCall } from "./call-limiter.js";
import { EncodedMessage } from "./encoded-message.js";
import type { Execution } from "./execution.js";
import type { GuardedAnswer, MethodGuard } from "./execution-gate.js";
import { FingerprintedMethod } from "./fingerprinted-request.js";
import { GatedExecution } from "./gated-execution.js";
import { runIntercepted } from "./intercepted-execution.js";
import type { Route } from "./route.js";

/** What a call needs of its server. */
export interface ServerCallHost {
  readonly runtime: Runtime;
  readonly wheel: TimerWheel;
  readonly limits: MessageLimits;
  readonly limiter: CallLimiter | undefined;
  readonly interceptors: readonly ServerInterceptor[];
  readonly observer: CallObserver | undefined;
  readonly counters: CallCounters;
  readonly showErrors: boolean;
  /** How answers are compressed, for calls that do not say. */
  readonly compression: Compression;
  /** A handler has thrown something other than an RpcError. */
  onHandlerError(error: unknown, call: CallContext): void;
}

/**
 * One call that is being served, from its arrival to its status: deadline, limits, interceptors, execution gate,
 * handler, answer. It is also the context that the handler sees.
 */
export class ServerCall implements IncomingCallListener, LimitedCall, Execution {
  readonly method: Method;
  private readonly host: ServerCallHost;
  private readonly route: Route;
  private readonly call: IncomingCall;
  private readonly requestStream: boolean;
  private readonly arrivedMs: number;
  private readonly observation: CallObservation | undefined;
  private wheelEntry: WheelEntry | undefined = undefined;
  /** The one request, or the stream of them. */
  private request: unknown = undefined;
  private requestCount = 0;
  /** For streams of answers: lets them wait for room. */
  private readonly writable: WritableGate | undefined;
  /** Interceptors, gate or handler are at work. */
  private running = false;
  /** What is certain of the execution so far. */
  private outcome: Outcome = "not-executed";
  private holdsPlace = false;
  /** The answer is complete, or nobody waits for it any more. */
  private over = false;
  private controller: AbortController | undefined = undefined;
  private cancelDetail: string | undefined = undefined;
  private metadataMade: Metadata | undefined = undefined;
  private headersMade: Metadata | undefined = undefined;
  private trailersMade: Metadata | undefined = undefined;
  private headersSent = false;
  private compressionSet: Compression;
  /** What the answer has begun with. */
  private compressionBegun: Compression = "identity";
  /** Whether the last request message came compressed. */
  requestCompressed = false;
  /** Set once the call is with its guard. */
  private gated: GatedExecution | undefined = undefined;
  /** For calls that are known by their request's bytes. */
  private readonly fingerprinted: FingerprintedMethod | undefined;
  private success: CallEnd = OK_END;

  constructor(host: ServerCallHost, route: Route, call: IncomingCall) {
    this.host = host;
    this.route = route;
    this.method = route.method;
    this.call = call;
    this.compressionSet = host.compression;
    const { kind } = route.method;
    this.requestStream = kind === "client-streaming" || kind === "bidirectional";
    this.writable = kind === "server-streaming" || kind === "bidirectional" ? new WritableGate() : undefined;
    this.observation = observe(host.observer, call.path, route.method);
    const timed = call.timeoutMs !== undefined || this.observation !== undefined;
    this.arrivedMs = timed ? host.runtime.now() : 0;
    if (call.timeoutMs !== undefined)
      this.wheelEntry = host.wheel.add(this.arrivedMs + call.timeoutMs, () => this.onDeadline());
    const { guarded } = route;
    this.fingerprinted =
      guarded !== undefined && call.callField !== undefined
        ? new FingerprintedMethod(guarded.method, host.runtime)
        : undefined;
    call.begin(this.fingerprinted ?? guarded?.method ?? route.method, this, host.limits);
    if (this.requestStream) {
      this.request = new MessageStream<unknown>({
        pause: () => call.pause(),
        resume: () => call.resume(),
        cancel: () => {},
      });
      this.enter();
    }
  }

  // ── What the handler sees ─────────────────────────────────────────────────────────────────────────────────

  get metadata(): Metadata {
    return (this.metadataMade ??= this.call.headers.metadata());
  }

  get peer(): Peer {
    const { remoteAddress, security } = this.call;
    return { address: addressText(remoteAddress), security, certificate: security?.peerCertificate };
  }

  get localAddress(): string {
    return addressText(this.call.localAddress);
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.cancelDetail !== undefined)
        this.controller.abort(new RpcError(Status.CANCELLED, this.cancelDetail));
    }
    return this.controller.signal;
  }

  get responseHeaders(): Metadata {
    return (this.headersMade ??= new Metadata());
  }

  get responseTrailers(): Metadata {
    return (this.trailersMade ??= new Metadata());
  }

  get compression(): Compression {
    return this.compressionSet;
  }

  set compression(compression: Compression) {
    checkCompression(compression, this.host.runtime.compressor);
    if (this.headersSent && compression !== "identity" && compression !== this.compressionBegun)
      throw new Error(
        `the answer has begun with compression ${this.compressionBegun}: set ${compression} before the first message, or before sendHeaders()`,
      );
    this.compressionSet = compression;
  }

  timeRemainingMs(): number | undefined {
    const { timeoutMs } = this.call;
    return timeoutMs === undefined
      ? undefined
      : Math.max(0, this.arrivedMs + timeoutMs - this.host.runtime.now());
  }

  sendHeaders(): void {
    if (this.headersSent) throw new Error("the response headers were sent already");
    if (!this.over) this.beginAnswer();
    this.headersSent = true;
  }

  // ── What the transport tells ──────────────────────────────────────────────────────────────────────────────

  onMessage(message: unknown, compressed: boolean): void {
    if (this.over) return;
    this.requestCompressed = compressed;
    this.observation?.onMessageReceived?.({ compressed });
    if (this.requestStream) (this.request as MessageStream<unknown>).push(message);
    else if (++this.requestCount === 1) this.request = message;
    else this.onFault(Status.UNIMPLEMENTED, "more than one request message, where one is due");
  }

  onHalfClose(): void {
    if (this.over) return;
    if (this.requestStream) (this.request as MessageStream<unknown>).finish(OK_END);
    else if (this.requestCount === 1) this.enter();
    else
      this.finish(
        localEnd(
          Status.UNIMPLEMENTED,
          `${this.requestCount} request messages, where one is due`,
          this.outcome,
        ),
      );
  }

  onWritable(): void {
    this.writable?.open();
  }

  onFault(code: Status, detail: string): void {
    if (this.over) return;
    this.abandon(detail);
    this.finish(localEnd(code, detail, this.outcome));
  }

  onCancel(detail: string): void {
    if (this.over) return;
    this.abandon(detail);
    this.close(localEnd(Status.CANCELLED, detail, this.outcome));
  }

  // ── Limits ────────────────────────────────────────────────────────────────────────────────────────────────

  onStart(): void {
    this.holdsPlace = true;
    this.run();
  }

  /** Numbered calls take their places from the gate, once that knows that they are not under way or done already. */
  private enter(): void {
    if (this.fingerprinted !== undefined || !this.route.isLimited) return this.run();
    const verdict = this.host.limiter?.enter(this) ?? "start";
    if (verdict === "refuse") {
      this.finish(
        localEnd(Status.RESOURCE_EXHAUSTED, "the server has as many calls as it takes", "not-executed"),
      );
    } else if (verdict === "start") {
      this.holdsPlace = this.host.limiter !== undefined;
      this.run();
    }
  }

  takePlace(): boolean {
    const held = this.holdsPlace;
    this.holdsPlace = false;
    return held;
  }

  private leavePlace(): void {
    if (this.takePlace()) this.host.limiter?.leave();
  }

  // ── Execution ─────────────────────────────────────────────────────────────────────────────────────────────

  private run(): void {
    const { host } = this;
    this.observation?.onHandlerStart?.(host.runtime.now() - this.arrivedMs);
    this.running = true;
    if (host.interceptors.length > 0) {
      runIntercepted(host.interceptors, this.route.guarded?.guard, this, this.requestMessages())
        .then((reply) => this.answer(reply))
        .catch((error) => this.fail(error));
    } else {
      this.execute(this.request);
    }
  }

  /** Without interceptors: straight to the handler, and from a plain value straight to the answer. */
  private execute(request: unknown): void {
    const { guarded } = this.route;
    if (guarded !== undefined) {
      this.enterGuard(guarded.guard, request, (answer) => this.replyGuarded(answer));
      return;
    }
    let result: unknown;
    try {
      result = this.enterHandler(request);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.writable !== undefined) void this.replyMany(result as AsyncIterable<unknown>);
    else if (isPromiseLike(result)) {
      result.then(
        (message) => this.replyOnce(message),
        (error) => this.fail(error),
      );
    } else this.replyOnce(result);
  }

  throwIfOver(): void {
    if (this.over) throw new RpcError(Status.CANCELLED, this.cancelDetail ?? "the call is over");
  }

  enterHandler(request: unknown): unknown {
    this.outcome = "executed";
    return this.route.handler(request, this);
  }

  get callField(): string | undefined {
    return this.call.callField;
  }

  get fingerprint(): string {
    return this.fingerprinted?.request.fingerprint ?? "";
  }

  get requestBytes(): number {
    return this.fingerprinted?.request.length ?? 0;
  }

  enterGuard(guard: MethodGuard, request: unknown, onAnswer: (answer: GuardedAnswer) => void): void {
    this.gated = new GatedExecution(this, request, onAnswer);
    this.gated.enter(guard);
  }

  setSuccess(end: CallEnd): void {
    this.success = end;
  }

  setOutcome(outcome: Outcome): void {
    this.outcome = outcome;
  }

  private requestMessages(): RequestMessages {
    const { kind } = this.method;
    return kind === "unary" || kind === "server-streaming"
      ? { kind, message: this.request }
      : { kind, messages: this.request as MessageStream<unknown> };
  }

  // ── Answer ────────────────────────────────────────────────────────────────────────────────────────────────

  private answer(reply: ReplyMessages): void {
    if ("messages" in reply) void this.replyMany(reply.messages);
    else this.replyOnce(reply.message);
  }

  private replyGuarded(answer: GuardedAnswer): void {
    if ("error" in answer) return this.fail(answer.error);
    this.success = answer.end;
    this.replyOnce(new EncodedMessage(answer.response));
  }

  private replyOnce(message: unknown): void {
    if (!this.over) {
      try {
        this.sendMessage(message);
        this.finish(this.successEnd());
      } catch (error) {
        this.finish(this.errorEnd(error));
      }
    }
    this.release();
  }

  /** Sends the answers at the pace of the client. Ends the handler's iteration when nobody waits any more. */
  private async replyMany(messages: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
    try {
      for await (const message of messages) {
        if (this.over) break;
        if (!this.sendMessage(message)) await (this.writable as WritableGate).wait();
        if (this.over) break;
      }
      if (!this.over) this.finish(this.successEnd());
    } catch (error) {
      this.reportError(error);
      if (!this.over) this.finish(this.errorEnd(error));
    }
    this.release();
  }

  private sendMessage(message: unknown): boolean {
    if (!this.headersSent) this.beginAnswer();
    this.observation?.onMessageSent?.();
    try {
      return this.call.send(message, this.compressionSet !== "identity");
    } catch (error) {
      this.report(error);
      throw error;
    }
  }

  private beginAnswer(): void {
    this.headersSent = true;
    this.compressionBegun = this.compressionSet;
    this.call.sendHeaders(this.headersMade, this.compressionSet);
  }

  private successEnd(): CallEnd {
    const { success, trailersMade: trailers } = this;
    if (trailers === undefined || trailers.size === 0) return success;
    return {
      ...success,
      trailers: () => Metadata.received(() => [...trailers.entries, ...success.trailers().entries]),
    };
  }

  private fail(error: unknown): void {
    this.reportError(error);
    if (!this.over) this.finish(this.errorEnd(error));
    this.release();
  }

  private reportError(error: unknown): void {
    if (!RpcError.is(error)) this.report(error);
  }

  /** What a handler has thrown, as the error to answer with; what was not meant for the client is reported. */
  publicError(error: unknown): RpcError {
    if (RpcError.is(error)) return error;
    this.report(error);
    return new RpcError(Status.UNKNOWN, this.publicText(error), { cause: error });
  }

  private publicText(error: unknown): string {
    if (!this.host.showErrors) return "the handler has failed";
    return error instanceof Error ? error.message : String(error);
  }

  private report(error: unknown): void {
    try {
      this.host.onHandlerError(error, this);
    } catch (failure) {
      throwLater(failure);
    }
  }

  private errorEnd(error: unknown): CallEnd {
    const end = RpcError.is(error)
      ? endFromError(error, this.outcome)
      : localEnd(Status.UNKNOWN, this.publicText(error), this.outcome);
    const trailers = this.trailersMade;
    if (trailers === undefined) return end;
    return {
      ...end,
      trailers: () => Metadata.received(() => [...trailers.entries, ...end.trailers().entries]),
    };
  }

  // ── End ───────────────────────────────────────────────────────────────────────────────────────────────────

  private onDeadline(): void {
    if (this.over) return;
    const detail = `the caller's deadline of ${this.call.timeoutMs} ms has passed at the server`;
    this.abandon(detail);
    this.finish(localEnd(Status.DEADLINE_EXCEEDED, detail, this.outcome));
  }

  /** Nobody waits for the answer any more: a call that has not started does not, a running handler is told. */
  private abandon(detail: string): void {
    this.cancelDetail = detail;
    if (!this.running) this.host.limiter?.withdraw(this);
    if (this.requestStream)
      (this.request as MessageStream<unknown> | undefined)?.finish(
        localEnd(Status.CANCELLED, detail, "unknown"),
      );
    this.controller?.abort(new RpcError(Status.CANCELLED, detail));
  }

  private finish(end: CallEnd): void {
    this.close(end);
    try {
      if (!this.headersSent && this.headersMade !== undefined && this.headersMade.size > 0)
        this.call.sendHeaders(this.headersMade);
      this.call.finish(end);
    } catch (error) {
      // Headers too large, or details that cannot be encoded: the status arrives all the same.
      this.report(error);
      this.call.finish(
        localEnd(end.code === Status.OK ? Status.INTERNAL : end.code, end.message, end.outcome),
      );
    }
  }

  private close(end: CallEnd): void {
    this.over = true;
    if (this.wheelEntry !== undefined) this.host.wheel.remove(this.wheelEntry);
    this.writable?.open();
    if (this.requestStream) (this.request as MessageStream<unknown> | undefined)?.finish(CALL_OVER);
    this.observation?.onEnd?.(end);
    this.host.counters.end(end.code);
    this.gated?.leave();
    if (!this.running) this.release();
  }

  /** The handler has returned, or will never be entered. */
  private release(): void {
    this.leavePlace();
    this.call.release();
  }
}

/** What those see that still read requests of a call that is over. */
const CALL_OVER = localEnd(Status.CANCELLED, "the call is over", "unknown");

function addressText(address: Address | undefined): string {
  return address === undefined ? "in-process" : formatAddress(address);
}
