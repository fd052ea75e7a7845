import { expect, test } from "vitest";
import { Machine } from "./machine.test.util.js";
import { RandomStream } from "./random.test.util.js";
import { World } from "./world.test.util.js";

test("things happen in the order of their time, with their microtasks in between", async () => {
  const world = new World(1);
  const seen: string[] = [];
  const happen = (name: string) => () => {
    seen.push(name);
    void Promise.resolve().then(() => Promise.resolve().then(() => seen.push(`after ${name}`)));
  };
  world.after(3, happen("c"));
  world.after(1, happen("a"));
  world.after(1, happen("b"));
  world.after(2, happen("never")).isCancelled = true;
  expect(await world.run(() => false, 100)).toBe("idle");
  expect(seen).toEqual(["a", "after a", "b", "after b", "c", "after c"]);
  expect(world.nowMs).toBe(3);
});

test("a run ends when it is done, when it is late, and when it does not end", async () => {
  const world = new World(1);
  const again = () => void world.after(1, again);
  again();
  expect(await world.run(() => world.eventCount === 5, 100)).toBe("done");
  expect(await world.run(() => false, 50)).toBe("late");
  expect(await world.run(() => false, 1e9, 1_000)).toBe("endless");
  expect(world.eventCount).toBe(50 + 1_000);
});

test("what throws ends a run", async () => {
  const world = new World(1);
  world.after(1, () => {
    throw new Error("thrown");
  });
  await expect(world.run(() => false, 100)).rejects.toThrow("thrown");
});

test("many events keep their order", async () => {
  const world = new World(7);
  const random = world.stream("test");
  const times: number[] = [];
  for (let i = 0; i < 500; i++) world.after(random.below(100), () => times.push(world.nowMs));
  await world.run(() => false, 1_000);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times).toHaveLength(500);
});

test("a timer is never due at once, so that what looks at a clock and waits again comes to an end", async () => {
  const world = new World(1);
  const clock = { offsetMs: 1e9, rate: 0.999 };
  const program = new Machine(world, "m", { syncMs: [1, 1], slow: 0 }, clock).start();
  const dueMs = program.now() + 20;
  let looks = 0;
  const look = () => {
    looks++;
    if (program.now() < dueMs) program.setTimer(look, (dueMs - program.now()) / 2 ** looks);
  };
  look();
  expect(await world.run(() => program.now() >= dueMs, 1_000)).toBe("done");
});

test("the hash of a trace is that of its lines", () => {
  const hashOf = (...lines: string[]) => {
    const world = new World(1);
    for (const line of lines) world.note(line);
    return world.traceHash;
  };
  expect(hashOf("a", "b")).toBe(hashOf("a", "b"));
  expect(hashOf("a", "b")).not.toBe(hashOf("b", "a"));
});

test("streams of one seed are independent of each other, and the same each time", () => {
  const draw = (name: string, before = 0) => {
    const stream = new RandomStream(5, name);
    for (let i = 0; i < before; i++) stream.word();
    return [stream.word(), stream.word()];
  };
  expect(draw("network")).toEqual(draw("network"));
  expect(draw("network")).not.toEqual(draw("disk"));
  expect(draw("network", 1)[0]).toBe(draw("network")[1]);
  const stream = new RandomStream(5, "even");
  const below = Array.from({ length: 4_000 }, () => stream.below(4));
  for (const value of [0, 1, 2, 3])
    expect(below.filter((each) => each === value).length).toBeGreaterThan(850);
});
