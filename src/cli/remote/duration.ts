import { UsageError } from "../world.js";

/** What timers can count to. */
const DURATION_MS_MAX = 2 ** 31 - 1;

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `5s`, `1.5m`, `1h` in milliseconds. @throws UsageError */
export function durationMs(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const duration = digits === undefined ? Number.NaN : Number(digits) * UNITS_MS[unit];
  if (duration > 0 && duration <= DURATION_MS_MAX) return duration;
  throw new UsageError(`\`${text}\` is no duration`, "write it with its unit: 500ms, 5s, 2m, 1h");
}
