import type { ServerKeepaliveOptions } from "./keepalive.js";
import { checkTime } from "./keepalive.js";

/** What a server sends clients away with that ask too often whether it is there (gRFC A8). */
export const TOO_MANY_PINGS = "too_many_pings";

/** PINGs that come too early and are forgiven, between two times that the server sends HEADERS or DATA (gRFC A8). */
const STRIKES_MAX = 2;

const MIN_INTERVAL_MS = 5 * 60 * 1000;

/** How often a client without calls may ask, where it is not permitted to: as TCP's own keepalive (RFC 1122 §4.2.3.6). */
const MIN_INTERVAL_WITHOUT_CALLS_MS = 2 * 60 * 60 * 1000;

/** The least time between two PINGs of a client, in milliseconds. */
export interface PingLimits {
  readonly withCallsMs: number;
  readonly withoutCallsMs: number;
}

/** Of a server's options. @throws TypeError on a time that is none */
export function pingLimits(options: ServerKeepaliveOptions = {}): PingLimits {
  const { minPingIntervalMs = MIN_INTERVAL_MS, permitWithoutCalls = false } = options;
  if (minPingIntervalMs !== 0) checkTime("keepalive.minPingIntervalMs", minPingIntervalMs);
  return {
    withCallsMs: minPingIntervalMs,
    withoutCallsMs: permitWithoutCalls
      ? minPingIntervalMs
      : Math.max(minPingIntervalMs, MIN_INTERVAL_WITHOUT_CALLS_MS),
  };
}

/** Counts the PINGs of one client that come too early, as gRFC A8 suggests. */
export class PingStrikes {
  private readonly limits: PingLimits;
  private strikes = 0;
  private lastValidMs = Number.NEGATIVE_INFINITY;

  constructor(limits: PingLimits) {
    this.limits = limits;
  }

  /** A PING has come; false if it was one too many. `busy`: since the last one HEADERS or DATA were sent. */
  allows(nowMs: number, hasCalls: boolean, busy: boolean): boolean {
    if (busy) {
      this.strikes = 0;
      this.lastValidMs = Number.NEGATIVE_INFINITY;
    }
    const intervalMs = hasCalls ? this.limits.withCallsMs : this.limits.withoutCallsMs;
    if (nowMs - this.lastValidMs >= intervalMs) this.lastValidMs = nowMs;
    else this.strikes++;
    return this.strikes <= STRIKES_MAX;
  }
}
