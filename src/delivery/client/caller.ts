import type { AbortWatch } from "../../client/abort-hub.js";
import type { CallingChannel } from "../../client/call-delivery.js";
import type { CallOptions } from "../../client/call-options.js";
import type { ClientCallListener } from "../../client/client-call.js";
import { effectiveCredentials, effectiveSignals, effectiveTimeout } from "../../client/effective-options.js";
import { type CallEnd, localEnd } from "../../rpc/call-end.js";
import { checkCompression } from "../../rpc/compression.js";
import { CALL_FIELD } from "../../rpc/delivery-fields.js";
import type { Outcome } from "../../rpc/error.js";
import { Metadata, metadataFrom } from "../../rpc/metadata.js";
import type { Method } from "../../rpc/method.js";
import { type CallObservation, observe } from "../../rpc/observer.js";
import { Status } from "../../rpc/status.js";
import { throwLater } from "../../rpc/throw-later.js";
import type { WheelEntry } from "../../rpc/timer-wheel.js";
import type { AttemptEnd, AttemptOptions } from "./attempts.js";

/** What callers need of their channel. */
export type CallerHost = Pick<
  CallingChannel,
  "runtime" | "wheel" | "aborts" | "observer" | "counters" | "defaultTimeoutMs" | "sendBytesMax" | "hold"
>;

/** What a {@link Caller} waits for. */
export interface Awaited {
  /** The deadline had passed before. `end` says so, of a call that nobody has made. */
  onLate(caller: Caller, end: CallEnd): void;
  onDeadline(caller: Caller): void;
  onAborted(caller: Caller, signal: AbortSignal): void;
}

/**
 * Somebody who waits for an exactly-once call: with a deadline, signals, and a listener for the answer. The call itself
 * lives on when its caller has left.
 */
export class Caller implements AttemptOptions {
  readonly method: Method;
  readonly metadata: Metadata | undefined;
  readonly credentials: AttemptOptions["credentials"];
  readonly compression: AttemptOptions["compression"];
  readonly waitForReady: boolean;
  /** Undefined for none. */
  readonly timeoutMs: number | undefined;
  startedMs = 0;
  /** How many attempts to open the session have failed while it waited. */
  failuresOfOpening = 0;
  observation: CallObservation | undefined = undefined;
  private readonly carrier: CallerHost;
  private readonly listener: ClientCallListener;
  private readonly signals: readonly AbortSignal[];
  private awaited!: Awaited;
  private deadline: WheelEntry | undefined = undefined;
  private watches: AbortWatch[] | undefined = undefined;
  private over = false;

  /** @throws TypeError on malformed options */
  constructor(
    carrier: CallerHost,
    method: Method,
    options: CallOptions | undefined,
    listener: ClientCallListener,
  ) {
    const { metadata, compression, waitForReady = false } = options ?? {};
    this.carrier = carrier;
    this.method = method;
    this.listener = listener;
    // A copy: what is sent again later is what was given now.
    this.metadata = metadata === undefined ? undefined : new Metadata(metadataFrom(metadata));
    if (this.metadata?.has(CALL_FIELD))
      throw new TypeError(`metadata "${CALL_FIELD}" is made by the channel`);
    this.credentials = options === undefined ? undefined : effectiveCredentials(options, []);
    this.compression =
      compression === undefined ? undefined : checkCompression(compression, carrier.runtime.compressor);
    this.waitForReady = waitForReady;
    this.timeoutMs = effectiveTimeout(options ?? {}, carrier.defaultTimeoutMs);
    this.signals = effectiveSignals(options ?? {});
  }

  /** Starts to wait. False: it has ended already. */
  begin(awaited: Awaited): boolean {
    const { carrier, method, timeoutMs } = this;
    this.awaited = awaited;
    carrier.counters.started++;
    carrier.hold.change(1);
    this.observation = observe(carrier.observer, method.path, method);
    this.startedMs = carrier.runtime.now();
    const aborted = this.signals.find((signal) => signal.aborted);
    if (aborted !== undefined) awaited.onAborted(this, aborted);
    else if (timeoutMs !== undefined && timeoutMs <= 0) awaited.onLate(this, TOO_LATE);
    else this.watch();
    return !this.over;
  }

  /** What is left of the deadline, in milliseconds; Infinity without one. */
  leftMs(nowMs: number): number {
    return this.timeoutMs === undefined ? Number.POSITIVE_INFINITY : this.startedMs + this.timeoutMs - nowMs;
  }

  get isOver(): boolean {
    return this.over;
  }

  /** The recorded answer has come. */
  answer(end: AttemptEnd): void {
    if (this.over) return;
    try {
      if (end.headers !== undefined) this.listener.onHeaders(end.headers);
    } catch (error) {
      return this.end(blamed(error, end.outcome));
    }
    if (end.code === Status.OK) this.deliver(end.response ?? NO_BYTES, end);
    else this.end(end);
  }

  /** The call is over for its caller, who is not told of any answer. */
  end(end: CallEnd): void {
    if (this.over) return;
    this.over = true;
    const { carrier } = this;
    if (this.deadline !== undefined) carrier.wheel.remove(this.deadline);
    if (this.watches !== undefined) for (const watch of this.watches) watch.end();
    carrier.hold.change(-1);
    carrier.counters.end(end.code);
    this.observation?.onEnd?.(end);
    try {
      this.listener.onEnd(end);
    } catch (error) {
      throwLater(error);
    }
  }

  private watch(): void {
    const { carrier, timeoutMs, signals } = this;
    if (timeoutMs !== undefined)
      this.deadline = carrier.wheel.add(this.startedMs + timeoutMs, () => this.awaited.onDeadline(this));
    if (signals.length === 0) return;
    const abortable = { onAborted: (signal: AbortSignal) => this.awaited.onAborted(this, signal) };
    this.watches = signals.map((signal) => carrier.aborts.watch(signal, abortable));
  }

  private deliver(response: Uint8Array, end: CallEnd): void {
    let message: unknown;
    try {
      message = this.method.response.decode(response, 0, response.length);
    } catch (error) {
      const detail = `the message cannot be decoded: ${textOf(error)}`;
      return this.end(localEnd(Status.INTERNAL, detail, "executed", error));
    }
    try {
      this.listener.onMessage(message, false);
    } catch (error) {
      return this.end(blamed(error, end.outcome));
    }
    this.end(end);
  }
}

const NO_BYTES = new Uint8Array(0);

const TOO_LATE = localEnd(
  Status.DEADLINE_EXCEEDED,
  "the deadline had passed before the call was made",
  "not-executed",
);

/** A callback of the caller's has thrown: that ends the call for it, and nothing else. */
function blamed(error: unknown, outcome: Outcome): CallEnd {
  return localEnd(Status.INTERNAL, `a callback of the caller has thrown: ${textOf(error)}`, outcome, error);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
