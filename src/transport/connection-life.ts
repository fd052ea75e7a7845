import type { Runtime, Timer } from "../runtime/runtime.js";
import { Keepalive, type KeepaliveTimes } from "./keepalive.js";

/** What bounds the life of a connection; times in milliseconds, Infinity: no bound. */
export interface LifeLimits {
  readonly keepalive: KeepaliveTimes | undefined;
  /** Without an open call. */
  readonly idleMs: number;
  /** From its beginning, give or take {@link AGE_JITTER}. */
  readonly ageMs: number;
  /** For open calls to end, once it has reached its age. */
  readonly ageGraceMs: number;
}

/** The time of a connection is over: the texts that gRFC A9 gives for GOAWAY. */
export type Expiry = "max_idle" | "max_age";

/** The connection whose life is bounded. */
export interface Living {
  /** When the last bytes came, in the runtime's time. */
  readonly receivedMs: number;
  readonly hasCalls: boolean;
  ping(): void;
  /** Its time is over: it takes no more calls and lets the open ones end. */
  expire(why: Expiry): void;
  /** The peer was told that the connection is left, and does not say that it knows: no more waiting for that. */
  finishShutdown(): void;
  /** Ends it now; open calls are told `detail`. */
  destroy(detail: string): void;
}

/** Spreads the ends of connections that began together (gRFC A9). */
const AGE_JITTER = 0.1;

/** For the round trip between a server's first GOAWAY and its final one. */
const FINAL_GOAWAY_MS_MAX = 5_000;

/** The most that a {@link Runtime} takes; what is due later is looked at again. */
const TIMER_MS_MAX = 2 ** 31 - 1;

const NEVER = Number.POSITIVE_INFINITY;

/**
 * The times of one connection, with one timer for all of them: keepalive (gRFC A8), the most it may be idle, its
 * age, and the grace after that (gRFC A9). Calls that come and go do not touch the timer: when it fires, it is seen
 * what is due.
 */
export class ConnectionLife {
  private readonly runtime: Runtime;
  private readonly limits: LifeLimits;
  private readonly living: Living;
  private keepalive: Keepalive | undefined;
  private idleSinceMs = NEVER;
  private idleDueMs = NEVER;
  private ageDueMs = NEVER;
  private graceDueMs = NEVER;
  private finalGoAwayDueMs = NEVER;
  private isLeaving = false;
  private isOfAge = false;
  private timer: Timer | undefined;
  private timerDueMs = NEVER;
  private stopped = false;

  constructor(runtime: Runtime, limits: LifeLimits, living: Living) {
    this.runtime = runtime;
    this.limits = limits;
    this.living = living;
  }

  /** The connection stands. */
  start(): void {
    const { keepalive, idleMs, ageMs } = this.limits;
    const nowMs = this.runtime.now();
    if (keepalive !== undefined) this.keepalive = new Keepalive(keepalive, nowMs);
    this.idleSinceMs = nowMs;
    if (!this.isLeaving) {
      this.idleDueMs = nowMs + idleMs;
      this.ageDueMs = nowMs + ageMs * (1 + AGE_JITTER * (2 * this.runtime.random() - 1));
    }
    this.arm(nowMs);
  }

  /** A call is about to be opened. */
  wake(): void {
    if (this.keepalive?.dueMs !== NEVER) return;
    const nowMs = this.runtime.now();
    if (this.keepalive.wake(nowMs, this.living.receivedMs) === "ping") this.living.ping();
    this.arm(nowMs);
  }

  /** The last open call has ended. */
  rest(): void {
    if (this.limits.idleMs !== NEVER) this.idleSinceMs = this.runtime.now();
  }

  /**
   * The connection takes no more calls: neither idleness nor age matter from here on. `awaitsRoundTrip`: the peer
   * has been told, and the final GOAWAY comes when it says that it knows.
   */
  leaving(awaitsRoundTrip: boolean): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    const nowMs = this.runtime.now();
    this.idleDueMs = NEVER;
    this.ageDueMs = NEVER;
    if (awaitsRoundTrip) this.finalGoAwayDueMs = nowMs + FINAL_GOAWAY_MS_MAX;
    this.arm(nowMs);
  }

  /** What the peer sends from now on is not taken any more. */
  left(): void {
    const nowMs = this.runtime.now();
    this.finalGoAwayDueMs = NEVER;
    if (this.isOfAge) this.graceDueMs = nowMs + this.limits.ageGraceMs;
    this.arm(nowMs);
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(nowMs: number): void {
    if (this.stopped) return;
    const dueMs = Math.min(
      this.keepalive?.dueMs ?? NEVER,
      this.idleDueMs,
      this.ageDueMs,
      this.graceDueMs,
      this.finalGoAwayDueMs,
    );
    if (dueMs === this.timerDueMs && this.timer !== undefined) return;
    this.timer?.cancel();
    this.timer = undefined;
    this.timerDueMs = dueMs;
    if (dueMs === NEVER) return;
    this.timer = this.runtime.setTimer(this.onTimer, Math.min(Math.max(0, dueMs - nowMs), TIMER_MS_MAX));
  }

  private readonly onTimer = (): void => {
    this.timer = undefined;
    const nowMs = this.runtime.now();
    const { living } = this;
    if (nowMs >= this.graceDueMs)
      return living.destroy("the connection has reached its age, and its grace is over");
    if (nowMs >= this.finalGoAwayDueMs) {
      this.finalGoAwayDueMs = NEVER;
      living.finishShutdown();
    }
    if (nowMs >= this.ageDueMs) this.expire("max_age");
    else if (nowMs >= this.idleDueMs) this.checkIdle(nowMs);
    if (this.keepalive !== undefined && nowMs >= this.keepalive.dueMs) this.checkPeer(nowMs);
    this.arm(nowMs);
  };

  private expire(why: Expiry): void {
    this.isOfAge = why === "max_age";
    this.idleDueMs = NEVER;
    this.ageDueMs = NEVER;
    this.living.expire(why);
  }

  private checkIdle(nowMs: number): void {
    this.idleDueMs = (this.living.hasCalls ? nowMs : this.idleSinceMs) + this.limits.idleMs;
    if (nowMs >= this.idleDueMs) this.expire("max_idle");
  }

  private checkPeer(nowMs: number): void {
    const { receivedMs, hasCalls } = this.living;
    const action = (this.keepalive as Keepalive).tick(nowMs, receivedMs, hasCalls);
    if (action === "ping") this.living.ping();
    // After a pause of this process, the answer may be at hand and not read yet.
    else if (action === "dead") this.runtime.afterTurn(this.checkDeath);
  }

  private readonly checkDeath = (): void => {
    if (this.stopped) return;
    const { receivedMs, hasCalls } = this.living;
    const nowMs = this.runtime.now();
    const { timeoutMs } = this.limits.keepalive as KeepaliveTimes;
    if ((this.keepalive as Keepalive).tick(nowMs, receivedMs, hasCalls) === "dead")
      this.living.destroy(`keepalive: no answer for ${timeoutMs} ms`);
    else this.arm(nowMs);
  };
}
