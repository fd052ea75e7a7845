import { afterEach, beforeEach, expect, test } from "vitest";
import { quietly, quietRejection } from "./quiet.js";

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", onUnhandled);
});
afterEach(async () => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled).toEqual([]);
});

const FAILURES: [string, () => Promise<never>][] = [
  [
    "in its turn",
    () => {
      throw new Error("mine");
    },
  ],
  ["at once", () => Promise.reject(new Error("mine"))],
  ["later", () => new Promise((_, reject) => setImmediate(() => reject(new Error("mine"))))],
];

test.each(FAILURES)(
  "work that fails %s harms nobody who does not look, and fails for who does",
  async (_, work) => {
    quietly(work);
    await expect(quietly(work)).rejects.toThrow("mine");
  },
);

test("gives what the work gives", async () => {
  expect(await quietly(async () => 5)).toBe(5);
});

test("a rejection of ours is quiet too", async () => {
  quietRejection(new Error("mine"));
  await expect(quietRejection(new Error("mine"))).rejects.toThrow("mine");
});

test("the stack of an error shows who waits", async () => {
  async function fails(): Promise<never> {
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error("mine");
  }
  async function whoWaits() {
    return await quietly(fails);
  }
  await expect(whoWaits()).rejects.toMatchObject({ stack: expect.stringContaining("whoWaits") });
});
