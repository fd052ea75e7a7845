import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Long enough for the clock ticks in which the system counts (10 ms). */
const SAMPLE_MS = 250;

/** Beyond this share of all cores, what is measured says more about the other processes. */
const SHARE_TO_WARN_OF = 0.2;

/** Watches the machine for a moment in which we do nothing: a warning if others keep it busy, else null. */
export async function warnOfOtherLoad(): Promise<string | null> {
  const before = coreTimes();
  await sleep(SAMPLE_MS);
  const after = coreTimes();
  const busyShare = 1 - (after.idleMs - before.idleMs) / (after.totalMs - before.totalMs);
  if (!(busyShare > SHARE_TO_WARN_OF)) return null;
  return `other processes keep ${Math.round(busyShare * 100)} % of the machine busy: the numbers below are not to be trusted`;
}

function coreTimes(): { idleMs: number; totalMs: number } {
  let idleMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idleMs, totalMs };
}
