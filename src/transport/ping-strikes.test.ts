import { describe, expect, test } from "vitest";
import { PingStrikes, pingLimits } from "./ping-strikes.js";

const MINUTE = 60_000;

interface Ping {
  readonly atMs: number;
  /** Default true. */
  readonly hasCalls?: boolean;
  /** HEADERS or DATA were sent before it. Default false. */
  readonly busy?: boolean;
}

/** `allowed`: so many of the pings are; the next is one too many, unless there is none. */
function check(options: Parameters<typeof pingLimits>[0], pings: readonly Ping[], allowed: number): void {
  const strikes = new PingStrikes(pingLimits(options));
  const answers = pings.map(({ atMs, hasCalls = true, busy = false }) =>
    strikes.allows(atMs, hasCalls, busy),
  );
  expect(answers).toEqual(pings.map((_, index) => index < allowed));
}

const every = (ms: number, count: number, more: Partial<Ping> = {}): Ping[] =>
  Array.from({ length: count }, (_, index) => ({ atMs: 1000 + index * ms, ...more }));

describe("a client may ask", () => {
  test("every five minutes", () => check({}, every(5 * MINUTE, 50), 50));
  test("three times too often, and no more", () => check({}, every(10, 4), 3));
  test("a little too early three times in all", () => check({}, every(5 * MINUTE - 1, 6), 5));
  test("as often as it is told", () => check({ minPingIntervalMs: 100 }, every(100, 50), 50));
  test("as often as it likes, where there is no limit", () =>
    check({ minPingIntervalMs: 0 }, every(0, 50), 50));
  test("as often as it likes while it is answered", () => check({}, every(1, 50, { busy: true }), 50));

  test("three times more after an answer", () =>
    check(
      {},
      [...every(10, 3), { atMs: 1100, busy: true }, { atMs: 1110 }, { atMs: 1120 }, { atMs: 1130 }],
      6,
    ));

  test("every two hours without a call", () => check({}, every(120 * MINUTE, 20, { hasCalls: false }), 20));
  test("not every five minutes without a call", () =>
    check({}, every(5 * MINUTE, 4, { hasCalls: false }), 3));
  test("every five minutes without a call where that is permitted", () =>
    check({ permitWithoutCalls: true }, every(5 * MINUTE, 20, { hasCalls: false }), 20));
  test("every three hours where that is the least, calls or not", () =>
    check({ minPingIntervalMs: 180 * MINUTE }, every(120 * MINUTE, 5, { hasCalls: false }), 5));
});

test.each([-1, Number.NaN])("an interval of %d ms is an error", (minPingIntervalMs) => {
  expect(() => pingLimits({ minPingIntervalMs })).toThrow(TypeError);
});
