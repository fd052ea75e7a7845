import type { LifeLimits } from "../transport/connection-life.js";
import { checkTime, serverKeepalive } from "../transport/keepalive.js";
import { type PingLimits, pingLimits } from "../transport/ping-strikes.js";
import type { ServerOptions } from "./server.js";

/** What holds for every connection of a server. */
export interface ConnectionRules {
  readonly life: LifeLimits;
  readonly pingLimits: PingLimits;
}

/** @throws TypeError on a time that is none */
export function connectionRules(options: ServerOptions): ConnectionRules {
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
