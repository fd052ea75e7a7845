import { describe, expect, test } from "vitest";
import {
  clientKeepalive,
  Keepalive,
  type KeepaliveAction,
  type KeepaliveTimes,
  serverKeepalive,
  slowerKeepalive,
} from "./keepalive.js";

const TIMES: KeepaliveTimes = { timeMs: 100, timeoutMs: 20, withoutCalls: false };

interface Step {
  readonly atMs: number;
  /** When the last byte had come by then. */
  readonly receivedMs: number;
  /** Default true. */
  readonly hasCalls?: boolean;
  /** The step is a call that opens. */
  readonly wakes?: boolean;
  readonly action: KeepaliveAction;
  readonly dueMs: number;
}

function check(times: KeepaliveTimes, steps: readonly Step[]): void {
  const keepalive = new Keepalive(times, 0);
  expect(keepalive.dueMs).toBe(times.timeMs);
  for (const { atMs, receivedMs, hasCalls = true, wakes = false, action, dueMs } of steps) {
    const actual = wakes ? keepalive.wake(atMs, receivedMs) : keepalive.tick(atMs, receivedMs, hasCalls);
    expect({ atMs, action: actual, dueMs: keepalive.dueMs }).toEqual({ atMs, action, dueMs });
  }
}

const NEVER = Number.POSITIVE_INFINITY;

describe("a silent peer", () => {
  test("is asked, and dead when it has not answered in time", () =>
    check(TIMES, [
      { atMs: 100, receivedMs: 0, action: "ping", dueMs: 120 },
      { atMs: 119, receivedMs: 0, action: "wait", dueMs: 120 },
      { atMs: 120, receivedMs: 0, action: "dead", dueMs: NEVER },
    ]));

  test("is not asked before its time, counted from the last byte", () =>
    check(TIMES, [
      { atMs: 100, receivedMs: 70, action: "wait", dueMs: 170 },
      { atMs: 170, receivedMs: 71, action: "wait", dueMs: 171 },
      { atMs: 171, receivedMs: 71, action: "ping", dueMs: 191 },
    ]));

  test("lives by any byte, and the next time counts from that", () =>
    check(TIMES, [
      { atMs: 100, receivedMs: 0, action: "ping", dueMs: 120 },
      { atMs: 120, receivedMs: 105, action: "wait", dueMs: 205 },
      { atMs: 205, receivedMs: 105, action: "ping", dueMs: 225 },
    ]));

  test("is asked in time where the timeout is longer than the time", () =>
    check({ ...TIMES, timeoutMs: 500 }, [
      { atMs: 100, receivedMs: 0, action: "ping", dueMs: 200 },
      { atMs: 200, receivedMs: 101, action: "wait", dueMs: 201 },
      { atMs: 201, receivedMs: 101, action: "ping", dueMs: 301 },
      { atMs: 301, receivedMs: 101, action: "wait", dueMs: 701 },
      { atMs: 701, receivedMs: 101, action: "dead", dueMs: NEVER },
    ]));

  test("is left alone while no call is open, and asked at once when one opens", () =>
    check(TIMES, [
      { atMs: 100, receivedMs: 0, hasCalls: false, action: "wait", dueMs: NEVER },
      { atMs: 5000, receivedMs: 0, wakes: true, action: "ping", dueMs: 5020 },
      { atMs: 5020, receivedMs: 0, action: "dead", dueMs: NEVER },
    ]));

  test("is not asked when a call opens soon after a byte", () =>
    check(TIMES, [
      { atMs: 100, receivedMs: 0, hasCalls: false, action: "wait", dueMs: NEVER },
      { atMs: 150, receivedMs: 120, wakes: true, action: "wait", dueMs: 220 },
    ]));

  test("is asked without calls where that is wanted", () =>
    check({ ...TIMES, withoutCalls: true }, [
      { atMs: 100, receivedMs: 0, hasCalls: false, action: "ping", dueMs: 120 },
    ]));

  test("that was asked is dead even if its call has ended since", () =>
    check(TIMES, [
      { atMs: 100, receivedMs: 0, action: "ping", dueMs: 120 },
      { atMs: 120, receivedMs: 0, hasCalls: false, action: "dead", dueMs: NEVER },
    ]));
});

describe("options", () => {
  test.each([
    [undefined, undefined],
    [{}, undefined],
    [{ timeoutMs: 5 }, undefined],
    [{ timeMs: 60_000 }, { timeMs: 60_000, timeoutMs: 20_000, withoutCalls: false }],
    [{ timeMs: 1 }, { timeMs: 10_000, timeoutMs: 20_000, withoutCalls: false }],
    [
      { timeMs: 10_000, timeoutMs: 1, withoutCalls: true },
      { timeMs: 10_000, timeoutMs: 1, withoutCalls: true },
    ],
  ])("of a channel: %j", (options, times) => expect(clientKeepalive(options)).toEqual(times));

  test.each([
    [undefined, { timeMs: 7_200_000, timeoutMs: 20_000, withoutCalls: true }],
    [
      { timeMs: 1, timeoutMs: 1 },
      { timeMs: 1_000, timeoutMs: 1, withoutCalls: true },
    ],
    [{ timeMs: Number.POSITIVE_INFINITY }, undefined],
  ])("of a server: %j", (options, times) => expect(serverKeepalive(options)).toEqual(times));

  test.each([{ timeMs: 0 }, { timeMs: Number.NaN }, { timeoutMs: -1 }])("that are none: %j", (options) => {
    expect(() => clientKeepalive(options)).toThrow(/^keepalive\.time.*Ms is .*: it must be a number/);
    expect(() => serverKeepalive(options)).toThrow(TypeError);
  });
});

test.each([
  [10_000, 20_000],
  [3_600_000, 7_200_000],
  [5_000_000, 7_200_000],
  [7_200_000, 7_200_000],
  [10_000_000, 10_000_000],
])("a server that counts too many pings makes %d ms %d", (timeMs, slowerMs) => {
  expect(slowerKeepalive({ ...TIMES, timeMs }).timeMs).toBe(slowerMs);
});
