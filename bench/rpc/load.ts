/** The driver loops: one piece of code for all peers, so that only the peer differs. */
import { performance } from "node:perf_hooks";
import { checkSameBytes, patternBody, stamp } from "./bodies.js";
import type { Latencies } from "./latencies.js";

/** Sends `body` and gives the answer's. `body` is the caller's again once the answer is there. */
export type Exchange = (body: Uint8Array) => Promise<Uint8Array>;

/** How long a round takes: the lead-in does not count, the window does. Milliseconds. */
export interface RoundTimes {
  readonly leadInMs: number;
  readonly windowMs: number;
}

/**
 * The window is at least so many times as long as the slowest of the first answers. Under load answers come in waves,
 * and a window of hardly one wave would count one more or less by chance.
 */
const WINDOW_PER_ANSWER_MIN = 2;

/**
 * Keeps `outstanding` exchanges going until time is up. The window begins when the lead-in is over and each caller has
 * had its first answer; an exchange that ends in it is recorded.
 *
 * @returns all exchanges done, also those outside the window; and how long the window was, milliseconds
 * @throws if one fails or brings a wrong answer
 */
export async function closedLoop(
  exchange: Exchange,
  options: RoundTimes & { outstanding: number; bodyBytes: number; latencies: Latencies },
): Promise<{ exchangeCount: number; windowMs: number }> {
  const { outstanding, bodyBytes, latencies } = options;
  const leadInEndMs = performance.now() + options.leadInMs;
  let windowMs = options.windowMs;
  let windowStartMs = Number.POSITIVE_INFINITY;
  let windowEndMs = Number.POSITIVE_INFINITY;
  let exchangeCount = 0;
  let firstAnswerCount = 0;

  const onFirstAnswer = (nowMs: number, durationMs: number) => {
    windowMs = Math.max(windowMs, durationMs * WINDOW_PER_ANSWER_MIN);
    if (++firstAnswerCount < outstanding) return;
    windowStartMs = Math.max(leadInEndMs, nowMs);
    windowEndMs = windowStartMs + windowMs;
  };

  const caller = async (sender: number) => {
    const body = patternBody(bodyBytes, sender);
    let startMs = performance.now();
    for (let sequence = 0; startMs < windowEndMs; sequence++) {
      stamp(body, sequence);
      const answer = await exchange(body);
      checkSameBytes(answer, body);
      const nowMs = performance.now();
      if (nowMs >= windowStartMs && nowMs < windowEndMs) latencies.record(nowMs - startMs);
      if (sequence === 0) onFirstAnswer(nowMs, nowMs - startMs);
      exchangeCount++;
      startMs = nowMs;
    }
  };

  await Promise.all(Array.from({ length: outstanding }, (_, sender) => caller(sender)));
  return { exchangeCount, windowMs };
}

/** Asks for a stream of messages and gives each one's body to `onBody`; resolves after the last. */
export type Produce = (
  request: { count: number; bodyBytes: number },
  onBody: (body: Uint8Array) => void,
) => Promise<void>;

/**
 * Runs whole streams, one after the other, until time is up; at least one counts.
 *
 * @returns messages per second
 * @throws if a stream fails, or brings wrong, too few or too many messages
 */
export async function streamLoop(
  produce: Produce,
  options: RoundTimes & { messagesPerStream: number; bodyBytes: number },
): Promise<number> {
  const { messagesPerStream, bodyBytes } = options;
  const expected = patternBody(bodyBytes);

  const oneStream = async () => {
    let received = 0;
    await produce({ count: messagesPerStream, bodyBytes }, (body) => {
      stamp(expected, received);
      checkSameBytes(body, expected);
      received++;
    });
    if (received !== messagesPerStream) {
      throw new Error(`a stream of ${messagesPerStream} messages brought ${received}`);
    }
  };

  const leadInEndMs = performance.now() + options.leadInMs;
  while (performance.now() < leadInEndMs) await oneStream();

  const startMs = performance.now();
  let nowMs = startMs;
  let streamCount = 0;
  while (nowMs < startMs + options.windowMs) {
    await oneStream();
    streamCount++;
    nowMs = performance.now();
  }
  return (streamCount * messagesPerStream * 1_000) / (nowMs - startMs);
}
