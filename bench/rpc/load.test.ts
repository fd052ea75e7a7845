import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { streamBody } from "./bodies.js";
import { Latencies } from "./latencies.js";
import { closedLoop, type Produce, streamLoop } from "./load.js";

const times = { leadInMs: 5, windowMs: 20 };

/** What the loops' clock says: it goes on only while {@link pass} lets it. */
let nowMs = 0;

beforeEach(() => {
  nowMs = 0;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
});
afterEach(() => vi.restoreAllMocks());

/** Lets others run, and then so much time pass. */
async function pass(ms: number): Promise<void> {
  await setImmediate();
  nowMs += ms;
}

test("keeps so many exchanges outstanding, and counts those of the window", async () => {
  const latencies = new Latencies(1 << 16);
  let outstanding = 0;
  let outstandingMax = 0;
  let started = 0;
  const echo = async (body: Uint8Array) => {
    started++;
    outstandingMax = Math.max(outstandingMax, ++outstanding);
    await pass(1);
    outstanding--;
    return body.slice();
  };
  const { exchangeCount, windowMs } = await closedLoop(echo, {
    ...times,
    outstanding: 7,
    bodyBytes: 16,
    latencies,
  });
  expect(outstandingMax).toBe(7);
  expect(exchangeCount).toBe(started);
  // There is an answer each millisecond. The window begins with the seventh, and ends with the 27th.
  expect(latencies.count).toBe(19);
  expect(latencies.count).toBeLessThan(exchangeCount);
  expect(windowMs).toBe(times.windowMs);
});

test("slow answers make the window longer", async () => {
  const slow = async (body: Uint8Array) => {
    await pass(25);
    return body;
  };
  const latencies = new Latencies(100);
  const { windowMs } = await closedLoop(slow, { ...times, outstanding: 2, bodyBytes: 16, latencies });
  expect(windowMs).toBeGreaterThan(40);
  expect(latencies.count).toBeGreaterThan(0);
});

test("an answer that belongs to another call is an error", async () => {
  const first: Uint8Array[] = [];
  const confused = async (body: Uint8Array) => {
    first.push(body.slice());
    await setImmediate();
    return first[0]!;
  };
  const options = { ...times, outstanding: 2, bodyBytes: 16, latencies: new Latencies(16) };
  await expect(closedLoop(confused, options)).rejects.toThrow("a wrong answer");
});

const produceWith =
  (change: (index: number, count: number) => number[]): Produce =>
  async ({ count, bodyBytes }, onBody) => {
    for (let index = 0; index < count; index++) {
      for (const sent of change(index, count)) onBody(streamBody(sent, bodyBytes));
    }
    await pass(1);
  };

test("counts the messages of whole streams", async () => {
  const produce = produceWith((index) => [index]);
  expect(await streamLoop(produce, { ...times, messagesPerStream: 10, bodyBytes: 16 })).toBe(10_000);
});

test.each([
  {
    name: "a lost last message",
    change: (i: number, n: number) => (i === n - 1 ? [] : [i]),
    says: "brought 9",
  },
  { name: "a repeated last message", change: (i: number) => (i === 9 ? [9, 10] : [i]), says: "brought 11" },
  { name: "messages out of order", change: (i: number) => [i ^ 1], says: "a wrong answer" },
])("$name is an error", async ({ change, says }) => {
  const run = streamLoop(produceWith(change), { ...times, messagesPerStream: 10, bodyBytes: 16 });
  await expect(run).rejects.toThrow(says);
});
