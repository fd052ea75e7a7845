import { OURS } from "../report/row.js";

/** One server and client under load in every round, and for our own whose rounds they stand beside. */
export interface Turn {
  readonly peer: string;
  /** The other peer; null in its own turn, or where ours counts for every peer. */
  readonly against: string | null;
}

/**
 * The turns of one round.
 *
 * In pairs, every other peer has a turn of ours before its own: each ratio comes from neighbours in time, and as a turn
 * keeps its processes from round to round, both have run equally long. Otherwise everybody has one turn.
 */
export function turnsOf(peers: readonly string[], inPairs: boolean): Turn[] {
  const others = peers.filter((peer) => peer !== OURS);
  if (!inPairs || others.length === 0 || others.length === peers.length) {
    return peers.map((peer) => ({ peer, against: null }));
  }
  return others.flatMap((peer) => [
    { peer: OURS, against: peer },
    { peer, against: null },
  ]);
}
