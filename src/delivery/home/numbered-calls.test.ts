import fc from "fast-check";
import { expect, it } from "vitest";
import { NumberedCalls } from "./numbered-calls.js";

/** Numbers as a session has them: most of them near each other, some left behind. */
const numbers = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 5_000, max: 6_100 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map((windows) => windows * 1_024) },
  { weight: 1, arbitrary: fc.maxSafeInteger().filter((number) => number > 0) },
);

const steps = fc.array(fc.record({ number: numbers, removes: fc.boolean() }), { maxLength: 300 });

it("has what a Map would have", () => {
  fc.assert(
    fc.property(steps, (steps) => {
      const calls = new NumberedCalls<{ readonly sequence: number }>();
      const model = new Map<number, { readonly sequence: number }>();
      for (const { number, removes } of steps) {
        const known = model.get(number);
        expect(calls.get(number)).toBe(known);
        if (known === undefined) {
          const call = { sequence: number };
          calls.add(call);
          model.set(number, call);
        } else if (removes) {
          calls.remove(known);
          model.delete(number);
        }
      }
      expect(calls.size).toBe(model.size);
      expect(calls.all()).toEqual([...model.values()].sort((a, b) => a.sequence - b.sequence));
      for (const call of model.values()) expect(calls.get(call.sequence)).toBe(call);
    }),
  );
});

it("removes nothing in the place of another call of that number", () => {
  const calls = new NumberedCalls<{ readonly sequence: number }>();
  const call = { sequence: 7 };
  calls.add(call);
  calls.remove({ sequence: 7 });
  expect(calls.get(7)).toBe(call);
  calls.remove(call);
  calls.remove(call);
  expect(calls.size).toBe(0);
  expect(calls.get(7)).toBeUndefined();
});

it("has as many calls as there are, wherever their numbers lie", () => {
  const calls = new NumberedCalls<{ readonly sequence: number }>();
  const count = 150_000;
  for (let i = 1; i <= count; i++) calls.add({ sequence: i * 1_024 });
  expect(calls.all()).toHaveLength(count);
});

it.each([
  ["in one window", 1, 1_024],
  ["each in a window of its own", 1_024, 1_024],
])("finds a thousand calls %s", (_, step, count) => {
  const calls = new NumberedCalls<{ readonly sequence: number }>();
  for (let i = 1; i <= count; i++) calls.add({ sequence: i * step });
  expect(calls.size).toBe(count);
  for (let i = 1; i <= count; i++) expect(calls.get(i * step)).toEqual({ sequence: i * step });
  expect(calls.get(step * (count + 1))).toBeUndefined();
});
