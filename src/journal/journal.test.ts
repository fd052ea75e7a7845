import { describe, expect, it } from "vitest";
import { Lab } from "./journal.test.util.js";

describe("a journal", () => {
  it("has its records again when it is opened again", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.appendNow("a", "b");
    await lab.appendNow("c");
    await lab.close();
    await lab.open();
    expect(lab.state.texts).toEqual(["a", "b", "c"]);
    await lab.appendNow("d");
    lab.kill();
    await lab.open();
    expect(lab.state.texts).toEqual(["a", "b", "c", "d"]);
    expect(lab.journal.epochs.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it("goes on over segments and checkpoints", async () => {
    const lab = new Lab();
    const all: string[] = [];
    for (let life = 0; life < 6; life++) {
      await lab.open({ checkpointBytes: 10_000 });
      expect(lab.state.texts).toEqual(all);
      for (let i = 0; i < 30; i++) {
        const records = Array.from({ length: 3 }, (_, j) =>
          `${life}-${i}-${j}`.padEnd(1 + ((i * 97 + j * 31) % 700), "."),
        );
        all.push(...records);
        await lab.appendNow(...records);
      }
      if (life % 2 === 0) await lab.close();
      else lab.crash();
    }
    expect(lab.state.restored).toBeGreaterThan(0);
    expect(lab.journal.warnings).toEqual([]);
  });
});
