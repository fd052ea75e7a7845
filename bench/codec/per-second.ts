/** The clock is looked at about so often, milliseconds: seldom enough to cost nothing. */
const BATCH_MS = 1;

/**
 * Does something over and over for at least `windowMs`.
 *
 * @param repeat does it so many times
 * @param now milliseconds
 * @returns how many times a second
 */
export function perSecond(repeat: (count: number) => void, windowMs: number, now: () => number): number {
  const startMs = now();
  let batchStartMs = startMs;
  let batchCount = 1;
  let count = 0;
  for (;;) {
    repeat(batchCount);
    count += batchCount;
    const nowMs = now();
    if (nowMs - startMs >= windowMs) return (count * 1_000) / (nowMs - startMs);
    if (nowMs - batchStartMs < BATCH_MS) batchCount *= 2;
    batchStartMs = nowMs;
  }
}
