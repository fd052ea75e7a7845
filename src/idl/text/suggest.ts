/** No more candidates than this are looked at: who has so many names gets along without a suggestion. */
export const CANDIDATES_MAX = 10_000;

/**
 * The candidate that a misspelt word most likely stands for: with few letters added, left out, changed or swapped, or
 * in another case. Undefined where none is near; the first one where several are as near.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(Math.floor(word.length / 3), 3) + 1;
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > CANDIDATES_MAX) break;
    if (candidate === word || Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(lower, candidate.toLowerCase(), bestDistance);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
    if (distance === 0) break;
  }
  return best;
}

/**
 * How many letters must be added, left out, changed or swapped with their neighbour to make one word of another; or
 * `limit`, where it is at least that. Looks only at cells of the matrix that can stay below the limit.
 */
function editDistance(from: string, to: string, limit: number): number {
  let beforeLast: number[] = [];
  let last: number[] = [];
  let current = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    [beforeLast, last, current] = [last, current, beforeLast];
    const first = Math.max(1, i - limit);
    const end = Math.min(to.length, i + limit);
    current[first - 1] = first === 1 ? i : limit;
    let least = current[first - 1];
    for (let j = first; j <= end; j++) {
      const isSame = from[i - 1] === to[j - 1];
      let cost = Math.min(
        (last[j - 1] ?? limit) + (isSame ? 0 : 1),
        (last[j] ?? limit) + 1,
        current[j - 1] + 1,
      );
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (isSwapped) cost = Math.min(cost, (beforeLast[j - 2] ?? limit) + 1);
      current[j] = cost;
      if (cost < least) least = cost;
    }
    current[end + 1] = limit;
    if (least >= limit) return limit;
  }
  return Math.min(current[to.length], limit);
}
