import { expect, it } from "vitest";
import type { Runtime } from "../runtime/runtime.js";
import { BusyPoll, TURNS_MAX } from "./busy-poll.js";

function setUp() {
  let nowMs = 0;
  let turns: (() => void)[] = [];
  const runtime = {
    now: () => nowMs,
    afterTurn: (callback: () => void) => void turns.push(callback),
  } as Partial<Runtime> as Runtime;
  const poll = new BusyPoll(runtime);
  return {
    poll,
    exchange(gapMs: number) {
      poll.wrote();
      nowMs += gapMs;
      poll.received(nowMs);
    },
    /** Runs turns until none is asked for; returns how many. */
    drain(): number {
      let count = 0;
      for (; turns.length > 0; count++) {
        const due = turns;
        turns = [];
        for (const turn of due) turn();
      }
      return count;
    },
  };
}

it("polls only after prompt answers in a row, and for a bounded number of turns", () => {
  const { poll, exchange, drain } = setUp();
  for (let i = 0; i < 4; i++) exchange(0.05);
  expect(drain()).toBe(0);
  poll.wrote();
  expect(drain()).toBe(TURNS_MAX + 1);
});

it("ends its poll when the answer is there", () => {
  const { exchange, drain } = setUp();
  for (let i = 0; i < 5; i++) exchange(0.05);
  expect(drain()).toBe(1);
});

it("never polls for answers that take their time", () => {
  const { exchange, drain } = setUp();
  for (let i = 0; i < 100; i++) exchange(i % 4 === 0 ? 1 : 0.05);
  expect(drain()).toBe(0);
});

it("takes twice as many prompt answers to try again after a poll in vain", () => {
  const { poll, exchange, drain } = setUp();
  for (let needed = 4; needed <= 64; needed *= 2) {
    for (let i = 0; i < needed; i++) exchange(0.05);
    expect(drain()).toBe(0);
    poll.wrote();
    expect(drain()).toBe(TURNS_MAX + 1);
    poll.received(1e9);
  }
});

it("stops with its connection", () => {
  const { poll, exchange, drain } = setUp();
  for (let i = 0; i < 4; i++) exchange(0.05);
  poll.wrote();
  poll.stop();
  expect(drain()).toBe(1);
});
