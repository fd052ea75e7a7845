import type { LifeLimits } from "../transport/connection-life.js";
import { checkTime, type ServerKeepaliveOptions, serverKeepalive } from "../transport/keepalive.js";
import { type PingLimits, pingLimits } from "../transport/ping-strikes.js";

/** How long a server's connections live (gRFC A9). */
export interface ConnectionLifeOptions {
  /** Finds clients that are gone, and sends away those that ask too often. On by default, every two hours. */
  readonly keepalive?: ServerKeepaliveOptions;
  /** Connections without a call are closed after so many milliseconds. Default: never. */
  readonly maxConnectionIdleMs?: number;
  /**
   * Connections are closed when they are so many milliseconds old, give or take a tenth, so that clients spread over
   * the servers there are; open calls may end. Default: never.
   */
  readonly maxConnectionAgeMs?: number;
  /** For those calls to end, in milliseconds; then they end with UNAVAILABLE. Default: as long as they take. */
  readonly maxConnectionAgeGraceMs?: number;
}

/** What holds for every connection of a server. */
export interface ConnectionRules {
  readonly life: LifeLimits;
  readonly pingLimits: PingLimits;
}

/** @throws TypeError on a time that is none */
export function connectionRules(options: ConnectionLifeOptions): ConnectionRules {
  return {
    life: {
      keepalive: serverKeepalive(options.keepalive),
      idleMs: time("maxConnectionIdleMs", options.maxConnectionIdleMs),
      ageMs: time("maxConnectionAgeMs", options.maxConnectionAgeMs),
      ageGraceMs: time("maxConnectionAgeGraceMs", options.maxConnectionAgeGraceMs),
    },
    pingLimits: pingLimits(options.keepalive),
  };
}

function time(name: string, ms = Number.POSITIVE_INFINITY): number {
  checkTime(name, ms);
  return ms;
}
