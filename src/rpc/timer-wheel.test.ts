import { expect, test } from "vitest";
import { ManualRuntime } from "../runtime/manual-runtime.test.util.js";
import { TimerWheel } from "./timer-wheel.js";

function setUp() {
  const runtime = new ManualRuntime();
  const wheel = new TimerWheel(runtime);
  const startMs = runtime.now();
  const fired: string[] = [];
  const add = (name: string, inMs: number) => wheel.add(runtime.now() + inMs, () => void fired.push(name));
  return { runtime, wheel, startMs, fired, add };
}

/** How late an entry may fire. */
const LATE_MS = 4;

test.each([0, 0.5, 1, 3, 4, 5, 100, 2043, 2044, 2047, 2048, 2049, 2052, 4096, 10_000, 3_600_000, 1e8])(
  "an entry due in %d ms fires at its time: not before, and hardly after",
  (inMs) => {
    const { runtime, fired, add } = setUp();
    add("a", inMs);
    runtime.advance(Math.max(0, inMs - 0.01));
    if (inMs > 0) expect(fired).toEqual([]);
    runtime.advance(LATE_MS + 0.01);
    expect(fired).toEqual(["a"]);
    expect(runtime.pendingMs).toEqual([]);
  },
);

test("an instant that has passed already fires at the next chance", () => {
  const { runtime, fired, add } = setUp();
  add("past", -5000);
  expect(fired).toEqual([]);
  runtime.advance(LATE_MS);
  expect(fired).toEqual(["past"]);
});

test("an entry that was removed does not fire, and the last one takes the timer along", () => {
  const { runtime, wheel, fired, add } = setUp();
  const first = add("first", 100);
  const second = add("second", 200);
  wheel.remove(first);
  wheel.remove(first);
  runtime.advance(150);
  expect(fired).toEqual([]);
  wheel.remove(second);
  expect(runtime.pendingMs).toEqual([]);
  runtime.advance(1000);
  expect(fired).toEqual([]);
});

test("removing after firing is harmless", () => {
  const { runtime, wheel, fired, add } = setUp();
  const first = add("first", 10);
  add("second", 50);
  runtime.advance(20);
  wheel.remove(first);
  runtime.advance(50);
  expect(fired).toEqual(["first", "second"]);
});

test("there is one timer for any number of entries", () => {
  const { runtime, add } = setUp();
  for (let i = 0; i < 1000; i++) add("x", 10_000 - i * 10);
  expect(runtime.pendingMs.length).toBe(1);
});

test("entries of one slot, a turn of the wheel apart, fire each in its turn", () => {
  const { runtime, fired, add } = setUp();
  add("second turn", 2048 + 100);
  add("first turn", 100);
  add("third turn", 2 * 2048 + 100);
  runtime.advance(104);
  expect(fired).toEqual(["first turn"]);
  runtime.advance(2048);
  expect(fired).toEqual(["first turn", "second turn"]);
  runtime.advance(2048);
  expect(fired).toEqual(["first turn", "second turn", "third turn"]);
});

test("a clock that jumps ahead loses nothing", () => {
  const { runtime, fired, wheel } = setUp();
  const startMs = runtime.now();
  for (const inMs of [3, 700, 2047, 2048, 5000])
    wheel.add(startMs + inMs, () => void fired.push(String(inMs)));
  // The event loop was held up: the timer fires late.
  const { setTimer } = runtime;
  expect(setTimer).toBeDefined();
  runtime.advance(0);
  runtime.advance(10_000);
  expect([...fired].sort()).toEqual(["2047", "2048", "3", "5000", "700"]);
  expect(runtime.pendingMs).toEqual([]);
});

test("an entry may add and remove others when it fires", () => {
  const { runtime, wheel, fired, add } = setUp();
  const victim = wheel.add(runtime.now() + 50, () => void fired.push("victim"));
  wheel.add(runtime.now() + 10, () => {
    fired.push("first");
    wheel.remove(victim);
    add("added", 20);
  });
  runtime.advance(100);
  expect(fired).toEqual(["first", "added"]);
  expect(runtime.pendingMs).toEqual([]);
});

test("an entry that another one removes does not fire, even where both are due", () => {
  const { runtime, wheel, fired, add } = setUp();
  const startMs = runtime.now();
  const entries = [10, 50].map((inMs, i) =>
    wheel.add(startMs + inMs, () => {
      fired.push(String(i));
      wheel.remove(entries[1 - i]!);
    }),
  );
  add("last", 60);
  // The event loop was held up.
  runtime.stand(1_000);
  runtime.advance(0);
  expect(fired).toEqual(["0", "last"]);
  expect(runtime.pendingMs).toEqual([]);
});

test("fractions of milliseconds do not fire early", () => {
  const { runtime, fired, wheel, startMs } = setUp();
  runtime.advance(0.7);
  wheel.add(startMs + 4.2, () => void fired.push("a"));
  runtime.advance(3.3);
  expect(fired).toEqual([]);
  runtime.advance(LATE_MS + 0.3);
  expect(fired).toEqual(["a"]);
});

test("fires what many random adds and removes leave, in time", () => {
  const { runtime, wheel } = setUp();
  let seed = 42;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const live = new Map<ReturnType<TimerWheel["add"]>, number>();
  let worst = 0;
  let early = 0;
  for (let step = 0; step < 3000; step++) {
    const action = random();
    if (action < 0.6) {
      const dueMs = runtime.now() + random() * 9000;
      const entry = wheel.add(dueMs, () => {
        live.delete(entry);
        worst = Math.max(worst, runtime.now() - dueMs);
        if (runtime.now() < dueMs) early++;
      });
      live.set(entry, dueMs);
    } else if (action < 0.8 && live.size > 0) {
      const [entry] = [...live.keys()].slice(Math.floor(random() * live.size));
      wheel.remove(entry);
      live.delete(entry);
    } else {
      runtime.advance(random() * 50);
    }
  }
  runtime.advance(20_000);
  expect({ left: live.size, early, late: worst <= LATE_MS, timers: runtime.pendingMs }).toEqual({
    left: 0,
    early: 0,
    late: true,
    timers: [],
  });
});
