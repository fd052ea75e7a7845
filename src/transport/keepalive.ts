/** How a client finds out that its peer is gone although nobody said so (gRFC A8). */
export interface KeepaliveOptions {
  /**
   * Without a byte received for so long, in milliseconds, the peer is asked whether it is there. Default: never.
   * At least 10,000; agree on it with who runs the server, which takes no more than its `minPingIntervalMs` allows.
   */
  readonly timeMs?: number;
  /** How long it may take to answer, in milliseconds; then the connection ends as UNAVAILABLE. Default 20,000. */
  readonly timeoutMs?: number;
  /** Ask even while no call is open. Default false. */
  readonly withoutCalls?: boolean;
}

/** How a server finds out which clients are gone (gRFC A9), and how often clients may ask (gRFC A8). */
export interface ServerKeepaliveOptions {
  /** Without a byte received for so long, in milliseconds, a client is asked. Default two hours; at least 1,000. */
  readonly timeMs?: number;
  /** How long it may take to answer, in milliseconds; then its connection ends. Default 20,000. */
  readonly timeoutMs?: number;
  /** Clients that ask more often, in milliseconds, are sent away with GOAWAY "too_many_pings". Default five minutes. */
  readonly minPingIntervalMs?: number;
  /** Clients may ask while they have no call open; otherwise every two hours. Default false. */
  readonly permitWithoutCalls?: boolean;
}

/** When to ask a peer whether it is there; times in milliseconds. */
export interface KeepaliveTimes {
  readonly timeMs: number;
  readonly timeoutMs: number;
  readonly withoutCalls: boolean;
}

const CLIENT_TIME_MS_MIN = 10_000;
const SERVER_TIME_MS_MIN = 1_000;
const TIMEOUT_MS = 20_000;
const TWO_HOURS_MS = 2 * 60 * 60 * 1000;

/** Of a channel's options; undefined: it does not ask. @throws TypeError on a time that is none */
export function clientKeepalive(options: KeepaliveOptions = {}): KeepaliveTimes | undefined {
  const { timeMs = Number.POSITIVE_INFINITY, timeoutMs = TIMEOUT_MS, withoutCalls = false } = options;
  checkTime("keepalive.timeMs", timeMs);
  checkTime("keepalive.timeoutMs", timeoutMs);
  if (timeMs === Number.POSITIVE_INFINITY) return undefined;
  return { timeMs: Math.max(timeMs, CLIENT_TIME_MS_MIN), timeoutMs, withoutCalls };
}

/** Of a server's options; undefined: it does not ask. @throws TypeError on a time that is none */
export function serverKeepalive(options: ServerKeepaliveOptions = {}): KeepaliveTimes | undefined {
  const { timeMs = TWO_HOURS_MS, timeoutMs = TIMEOUT_MS } = options;
  checkTime("keepalive.timeMs", timeMs);
  checkTime("keepalive.timeoutMs", timeoutMs);
  if (timeMs === Number.POSITIVE_INFINITY) return undefined;
  return { timeMs: Math.max(timeMs, SERVER_TIME_MS_MIN), timeoutMs, withoutCalls: true };
}

/** For the next connections of a channel whose server has counted too many pings: half as often (gRFC A8), down to every two hours. */
export function slowerKeepalive(times: KeepaliveTimes): KeepaliveTimes {
  return { ...times, timeMs: Math.max(times.timeMs, Math.min(2 * times.timeMs, TWO_HOURS_MS)) };
}

/** @throws TypeError */
export function checkTime(name: string, ms: number): void {
  if (!(ms > 0)) throw new TypeError(`${name} is ${ms}: it must be a number of milliseconds above 0`);
}

/** What to do about a peer that is silent. `dead`: it had its time to answer. */
export type KeepaliveAction = "wait" | "ping" | "dead";

/**
 * Whether a peer is still there: a PING once nothing was received for a while, and the end where no byte follows
 * (gRFC A8). Counted from what was received, never from what was sent, so that a server whose limit is the very
 * same time sees no PING too many.
 */
export class Keepalive {
  /** When to call {@link tick} next; Infinity while no call is open and pings are for calls only, and for the dead. */
  dueMs: number;
  private readonly times: KeepaliveTimes;
  private pingedMs: number | undefined;

  constructor(times: KeepaliveTimes, nowMs: number) {
    this.times = times;
    this.dueMs = nowMs + times.timeMs;
  }

  /** The time has come, or more than that. `receivedMs`: when the last byte came. */
  tick(nowMs: number, receivedMs: number, hasCalls: boolean): KeepaliveAction {
    const { timeMs, timeoutMs, withoutCalls } = this.times;
    if (this.pingedMs !== undefined && receivedMs < this.pingedMs) {
      const isDead = nowMs >= this.pingedMs + timeoutMs;
      this.dueMs = isDead ? Number.POSITIVE_INFINITY : this.pingedMs + timeoutMs;
      return isDead ? "dead" : "wait";
    }
    this.pingedMs = undefined;
    this.dueMs = receivedMs + timeMs;
    if (nowMs < this.dueMs) return "wait";
    if (hasCalls || withoutCalls) return this.ping(nowMs);
    this.dueMs = Number.POSITIVE_INFINITY;
    return "wait";
  }

  /** A call opens after a time without any: a connection that was silent for too long is asked at once. */
  wake(nowMs: number, receivedMs: number): KeepaliveAction {
    return this.tick(nowMs, receivedMs, true);
  }

  private ping(nowMs: number): KeepaliveAction {
    this.pingedMs = nowMs;
    // After `timeMs` an answer that has come is noticed, and the next silence counted from it.
    this.dueMs = nowMs + Math.min(this.times.timeoutMs, this.times.timeMs);
    return "ping";
  }
}
