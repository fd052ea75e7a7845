import { describe, expect, test } from "vitest";
import { OPEN } from "./delivery-requests.js";
import { fakePair, installChecks, pass, WRITE } from "./fake-home.test.util.js";

installChecks();

describe("an exactly-once call", () => {
  test("opens a session first, and gets its answer", async () => {
    const { home, notes } = fakePair();
    expect(await notes.write({ text: "a" })).toMatchObject({ text: "done: a" });
    expect(home.seen.map(({ path }) => path)).toEqual([OPEN, WRITE]);
    expect(home.effects).toEqual(["a"]);
  });

  test("is sent again under the same number until it is answered", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(
      WRITE,
      (a) => a.lose(),
      (a) => a.loseAnswer(),
      (a) => a.lose(),
    );
    const reply = notes.write({ text: "a" }, { timeoutMs: 10_000 });
    await pass(runtime, 1_000);
    expect(await reply).toMatchObject({ text: "done: a" });
    expect(home.effects).toEqual(["a"]);
    expect(home.attempts(WRITE).map(({ sequence }) => sequence)).toEqual([1, 1, 1, 1]);
  });
});
