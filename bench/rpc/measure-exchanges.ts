import type { Latencies } from "./latencies.js";
import { closedLoop, type Exchange, type RoundTimes } from "./load.js";
import type { RoundResult } from "./questions.js";

/** One round of exchanges, in a process that does nothing else. */
export async function measureExchanges(
  exchange: Exchange,
  options: RoundTimes & { outstanding: number; bodyBytes: number; latencies: Latencies },
): Promise<RoundResult> {
  const { latencies } = options;
  latencies.clear();
  const { windowMs } = await closedLoop(exchange, options);
  const percentiles = latencies.percentiles();
  if (percentiles === null) throw new Error(`not one call ended within a round of ${windowMs} ms`);
  return { perSecond: (latencies.count * 1_000) / windowMs, ...percentiles };
}
