import { expect, it } from "vitest";
import { seeded } from "../soak/mixed-calls.js";
import { drawBlow, drawCall, LISTS, VICTIMS } from "./plan.js";

it("is the same for the same seed", () => {
  const plans = [1, 1, 2].map((seed) => {
    const random = seeded(seed);
    return Array.from({ length: 50 }, (_, i) => [drawBlow(random), drawCall(`call ${i}`, random)]);
  });
  expect(plans[0]).toEqual(plans[1]);
  expect(plans[0]).not.toEqual(plans[2]);
});

it("has everybody killed, alone and together, under load and at any time", () => {
  const random = seeded(3);
  const blows = Array.from({ length: 300 }, () => drawBlow(random));
  for (const victim of VICTIMS) expect(blows.some(({ victims }) => victims.join() === victim)).toBe(true);
  expect(blows.some(({ victims }) => victims.length === VICTIMS.length)).toBe(true);
  expect(new Set(blows.map(({ moment }) => moment.after))).toEqual(new Set(["answers", "time"]));
  expect(blows.some(({ downMs }) => downMs > 0)).toBe(true);
});

it("has calls of every kind", () => {
  const random = seeded(4);
  const calls = Array.from({ length: 500 }, (_, i) => drawCall(`call ${i}`, random));
  expect(new Set(calls.map(({ list }) => list))).toEqual(new Set(LISTS));
  for (const key of ["isRefused", "asksAgain", "asksOutcome"] as const)
    expect(new Set(calls.map((call) => call[key]))).toEqual(new Set([true, false]));
  expect(calls.some(({ timeoutMs }) => timeoutMs !== undefined)).toBe(true);
});
