import { expect, it } from "vitest";
import { within } from "./patience.js";

it("tells what is done in time from what is not", async () => {
  expect(await within(60_000, Promise.resolve())).toBe(true);
  expect(await within(1, new Promise(() => {}))).toBe(false);
  await expect(within(60_000, Promise.reject(new Error("no")))).rejects.toThrow("no");
});

it("does not count the time in which it has no turn", async () => {
  const done = new Promise<void>((resolve) => setTimeout(resolve, 150));
  const inTime = within(1000, done);
  const endMs = performance.now() + 1200;
  while (performance.now() < endMs);
  expect(await inTime).toBe(true);
});
