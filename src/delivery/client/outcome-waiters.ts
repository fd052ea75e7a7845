import type { Abortable, AbortWatch } from "../../client/abort-hub.js";
import { abortedEnd } from "../../client/aborted-end.js";
import type { CallOutcome, OutcomeOptions } from "../../client/call-delivery.js";
import { effectiveTimeout } from "../../client/effective-options.js";
import { deadlineMessage, duration } from "../../client/time-spent.js";
import { type CallEnd, errorFromEnd, localEnd } from "../../rpc/call-end.js";
import { Status } from "../../rpc/status.js";
import type { WheelEntry } from "../../rpc/timer-wheel.js";
import type { CallerHost } from "./caller.js";

/** Those who have asked what became of calls, by the calls' ids. */
export class OutcomeWaiters {
  private readonly host: CallerHost;
  private readonly waiters = new Map<string, Set<Waiter>>();
  private count = 0;

  constructor(host: CallerHost) {
    this.host = host;
  }

  /**
   * `standing`: what is known so far.
   * @throws TypeError where the time is not a number
   * @throws RpcError (rejects) where it cannot be told, or not in time
   */
  wait(callId: string, options: OutcomeOptions, standing: () => string | undefined): Promise<CallOutcome> {
    const timeoutMs = effectiveTimeout(options, this.host.defaultTimeoutMs);
    if (this.count >= WAITERS_MAX) {
      const message = `${WAITERS_MAX} wait to be told what became of calls`;
      const end = localEnd(Status.RESOURCE_EXHAUSTED, message, "unknown");
      return Promise.reject(errorFromEnd({ ...end, callId }));
    }
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(resolve, reject);
      this.add(callId, waiter);
      this.limit(callId, waiter, { timeoutMs, signal: options.signal }, standing);
    });
  }

  isAwaited(callId: string): boolean {
    return this.waiters.has(callId);
  }

  tell(callId: string, outcome: CallOutcome): void {
    for (const waiter of this.takeAll(callId)) waiter.resolve(outcome);
  }

  /** It cannot be told. */
  fail(callId: string, { code, message, trailers }: CallEnd): void {
    const error = errorFromEnd({ ...localEnd(code, message, "unknown"), trailers, callId });
    for (const waiter of this.takeAll(callId)) waiter.reject(error);
  }

  failAll(end: CallEnd): void {
    for (const callId of [...this.waiters.keys()]) this.fail(callId, end);
  }

  private limit(
    callId: string,
    waiter: Waiter,
    { timeoutMs: limitMs, signal }: OutcomeOptions,
    standing: () => string | undefined,
  ): void {
    const { runtime, wheel, aborts } = this.host;
    const leave = (end: CallEnd) => {
      this.remove(callId, waiter);
      waiter.end(this.host);
      waiter.reject(errorFromEnd({ ...end, callId }));
    };
    if (signal?.aborted) return leave(abortedEnd(signal, "unknown"));
    if (signal !== undefined)
      waiter.watch = aborts.watch(signal, {
        onAborted: (by) => leave(abortedEnd(by, "unknown")),
      } as Abortable);
    if (limitMs === undefined) return;
    const startedMs = runtime.now();
    waiter.deadline = wheel.add(startedMs + limitMs, () => {
      const known = standing() ?? "the session is not open";
      const waited = `${duration(startedMs, runtime.now())} waiting to be told what became of the call`;
      const parts = [`${waited} (${known})`];
      leave(localEnd(Status.DEADLINE_EXCEEDED, deadlineMessage(limitMs, parts), "unknown"));
    });
  }

  private add(callId: string, waiter: Waiter): void {
    const waiters = this.waiters.get(callId) ?? new Set();
    this.waiters.set(callId, waiters.add(waiter));
    this.count++;
    this.host.hold.change(1);
  }

  private remove(callId: string, waiter: Waiter): void {
    const waiters = this.waiters.get(callId);
    if (!waiters?.delete(waiter)) return;
    this.count--;
    this.host.hold.change(-1);
    if (waiters.size === 0) this.waiters.delete(callId);
  }

  private takeAll(callId: string): Waiter[] {
    const waiters = [...(this.waiters.get(callId) ?? [])];
    for (const waiter of waiters) {
      this.remove(callId, waiter);
      waiter.end(this.host);
    }
    return waiters;
  }
}

/** Far more than calls can be in doubt at once. */
const WAITERS_MAX = 65_536;

class Waiter {
  readonly resolve: (outcome: CallOutcome) => void;
  readonly reject: (error: unknown) => void;
  deadline: WheelEntry | undefined = undefined;
  watch: AbortWatch | undefined = undefined;

  constructor(resolve: (outcome: CallOutcome) => void, reject: (error: unknown) => void) {
    this.resolve = resolve;
    this.reject = reject;
  }

  end({ wheel }: CallerHost): void {
    if (this.deadline !== undefined) wheel.remove(this.deadline);
    this.watch?.end();
  }
}
