import { expect, test } from "vitest";
import { ConcurrencyLimiter, type LimitedCall } from "./call-limiter.js";

function setUp(maxConcurrent: number, maxQueued: number) {
  const limiter = new ConcurrencyLimiter(maxConcurrent, maxQueued);
  const started: string[] = [];
  const call = (name: string, onStart: () => void = () => {}): LimitedCall => ({
    onStart() {
      started.push(name);
      onStart();
    },
  });
  return { limiter, started, call };
}

test("starts up to the limit, queues up to the bound, refuses beyond", () => {
  const { limiter, call } = setUp(2, 1);
  expect(["a", "b", "c", "d"].map((name) => limiter.enter(call(name)))).toEqual([
    "start",
    "start",
    "wait",
    "refuse",
  ]);
});

test("starts those that wait in order, one a place", () => {
  const { limiter, started, call } = setUp(1, 10);
  for (const name of ["a", "b", "c"]) limiter.enter(call(name));
  limiter.leave();
  expect(started).toEqual(["b"]);
  limiter.leave();
  expect(started).toEqual(["b", "c"]);
  limiter.leave();
  expect(limiter.enter(call("d"))).toBe("start");
});

test("one that withdraws is passed over, and frees its place in the queue", () => {
  const { limiter, started, call } = setUp(1, 1);
  limiter.enter(call("a"));
  const waiting = call("b");
  limiter.enter(waiting);
  expect(limiter.enter(call("c"))).toBe("refuse");
  limiter.withdraw(waiting);
  limiter.withdraw(waiting);
  expect(limiter.enter(call("d"))).toBe("wait");
  limiter.leave();
  expect(started).toEqual(["d"]);
});

test("a long queue of calls that end as they start needs no deep stack", () => {
  const { limiter, started, call } = setUp(1, 100_000);
  limiter.enter(call("first"));
  for (let i = 0; i < 100_000; i++) limiter.enter(call("next", () => limiter.leave()));
  limiter.leave();
  expect(started.length).toBe(100_000);
  expect(limiter.enter(call("last"))).toBe("start");
});

test("a call that comes while others are started waits its turn", () => {
  const { limiter, started, call } = setUp(1, 10);
  limiter.enter(call("first"));
  const verdicts: string[] = [];
  limiter.enter(
    call("a", () => {
      limiter.leave();
      verdicts.push(limiter.enter(call("late")));
    }),
  );
  limiter.enter(call("b"));
  limiter.leave();
  expect(verdicts).toEqual(["wait"]);
  expect(started).toEqual(["a", "b"]);
  limiter.leave();
  expect(started).toEqual(["a", "b", "late"]);
});
