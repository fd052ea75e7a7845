import { OURS, type Row, type Sample } from "./row.js";
import { median, relativeSpread } from "./statistics.js";

/**
 * One row per peer, in the order of `peers`.
 *
 * A ratio is the median of our rounds that were measured next to that peer's over the median of that peer's: what the
 * machine does meanwhile (other load, a change of its clock) then weighs on both alike.
 */
export function compare(options: {
  readonly peers: readonly string[];
  readonly unit: string;
  readonly samples: readonly Sample[];
  /** Why a peer has no result; it then has none even if it has samples. */
  readonly failures: ReadonlyMap<string, string>;
  /** What is to be said of a peer. */
  readonly remarks?: ReadonlyMap<string, string>;
}): Row[] {
  const { peers, unit, samples, failures } = options;
  return peers.map((peer) => {
    const failure = failures.get(peer);
    const remark = options.remarks?.get(peer) ?? null;
    const own = samples.filter((sample) => sample.peer === peer);
    if (failure !== undefined || own.length === 0) {
      const nothing = { value: null, p50Ms: null, p99Ms: null, ratio: null, spread: null };
      return { peer, unit, ...nothing, failure: failure ?? "no round was measured", remark };
    }
    const values = own.map((sample) => sample.value);
    const value = median(values);
    const ours =
      failures.has(OURS) || peer === OURS ? [] : samples.filter((sample) => isOursNextTo(sample, peer));
    return {
      peer,
      unit,
      value,
      p50Ms: medianOrNull(own.map((sample) => sample.p50Ms)),
      p99Ms: medianOrNull(own.map((sample) => sample.p99Ms)),
      ratio: ours.length === 0 ? null : median(ours.map((sample) => sample.value)) / value,
      spread: relativeSpread(values),
      failure: null,
      remark,
    };
  });
}

function isOursNextTo(sample: Sample, peer: string): boolean {
  return sample.peer === OURS && (sample.against === peer || sample.against === null);
}

function medianOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}
