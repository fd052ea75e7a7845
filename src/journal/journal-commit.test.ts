import { describe, expect, it } from "vitest";
import { Journal } from "./journal.js";
import { bytes, FOLDER, Lab, ListState, text } from "./journal.test.util.js";
import { JournalError } from "./journal-error.js";

/** How often the log was written to since `before`. */
function writesSince(lab: Lab, before: number): number {
  return lab.asked.slice(before).filter((name) => name === "segment write").length;
}

/** A journal that is open, with room ahead, so that nothing but its log is written. */
async function quietLab(): Promise<Lab> {
  const lab = new Lab();
  await lab.open({ segmentBytes: 64 * 1024 });
  await lab.outcome(lab.journal.whenRoom());
  await lab.close();
  await lab.open({ segmentBytes: 64 * 1024 });
  await lab.outcome(lab.journal.whenRoom());
  return lab;
}

function fault(error: unknown): string {
  expect(error).toBeInstanceOf(JournalError);
  return (error as JournalError).fault;
}

describe("appending", () => {
  it("is one write for all that is appended in one turn", async () => {
    const lab = await quietLab();
    const before = lab.asked.length;
    await lab.appendNow(...Array.from({ length: 256 }, (_, i) => `record ${i}`));
    expect(writesSince(lab, before)).toBe(1);
  });

  it("shares a write among 256 that each append again once they are durable", async () => {
    const lab = await quietLab();
    const before = lab.asked.length;
    const loop = async (name: number) => {
      for (let i = 0; i < 5; i++) await lab.append(`${name} ${i}`);
    };
    await lab.outcome(Promise.all(Array.from({ length: 256 }, (_, i) => loop(i))));
    expect(writesSince(lab, before)).toBe(5);
  });

  it("writes one at a time, and what comes meanwhile next", async () => {
    const lab = await quietLab();
    let underWay = 0;
    let most = 0;
    const { onMoment } = lab.disk;
    lab.disk.onMoment = (operation, phase) => {
      onMoment?.(operation, phase);
      if (operation.name !== "segment write" || phase === "middle") return;
      underWay += phase === "before" ? 1 : -1;
      most = Math.max(most, underWay);
      if (phase === "before" && lab.state.texts.length < 20) last = lab.append("more");
    };
    let last = lab.append("first");
    await lab.world.run(() => lab.state.texts.length === 20);
    await lab.outcome(last);
    await lab.close();
    expect(most).toBe(1);
    expect(lab.state.texts.length).toBe(20);
  });

  it("makes writes of about a megabyte where more is at hand", async () => {
    const lab = new Lab();
    const options = { segmentBytes: 8 * 1024 * 1024 };
    await lab.open(options);
    await lab.outcome(lab.journal.whenRoom());
    await lab.close();
    await lab.open(options);
    const before = lab.asked.length;
    await lab.appendNow(...Array.from({ length: 30 }, () => "x".repeat(100_000)), "y".repeat(3_000_000));
    // Ten to a write, and the large one alone.
    expect(writesSince(lab, before)).toBe(4);
  });

  it("needs one turn and one write: nothing else comes in between", async () => {
    const lab = await quietLab();
    const before = lab.asked.length;
    await lab.appendNow("a");
    expect(lab.asked.slice(before)).toEqual(["segment write"]);
  });

  it("gives positions that only grow, the ends of the records", async () => {
    const lab = await quietLab();
    const [a, b] = await lab.appendNow("a", "b");
    expect(b).toBe(a + 4 + 1);
    const c = lab.journal.add(bytes("c"));
    expect(c).toBeGreaterThan(b);
    expect([lab.journal.position, lab.journal.durablePosition]).toEqual([c, b]);
    await lab.outcome(lab.journal.whenDurable(c));
    expect(lab.journal.durablePosition).toBe(c);
  });

  it.each([
    ["an array", bytes],
    ["a Buffer", (text: string) => Buffer.from(text)],
  ])("copies the record, %s, at once", async (_, made) => {
    const lab = await quietLab();
    const record = made("kept");
    const appended = lab.journal.append(record);
    record.fill(0);
    await lab.outcome(appended);
    await lab.close();
    await lab.open();
    expect(lab.state.texts).toEqual(["kept"]);
  });

  it("takes records of any size up to the bound, and none beyond", async () => {
    const lab = new Lab();
    await lab.open();
    const { recordBytesMax } = lab.journal;
    const sizes = [0, 1, recordBytesMax - 1, recordBytesMax, 3, recordBytesMax];
    for (const size of sizes) await lab.appendNow("x".repeat(size));
    const error = await lab.error(lab.journal.append(new Uint8Array(recordBytesMax + 1)));
    expect(fault(error)).toBe("too-large");
    expect(`${error}`).toContain(`${recordBytesMax} are the most`);
    expect(() => lab.journal.add(new Uint8Array(recordBytesMax + 1))).toThrow("too large");
    expect(() => lab.journal.reserve(recordBytesMax + 1)).toThrow("too large");
    lab.crash();
    await lab.open();
    expect(lab.state.texts.map(({ length }) => length)).toEqual(sizes);
  });

  it("goes on writing where the disk takes less than was given", async () => {
    const lab = await quietLab();
    lab.disk.faults = ({ action }) => (action === "write" ? { bytesMax: 100 } : undefined);
    await lab.appendNow("a".repeat(1000), "b".repeat(1000));
    lab.disk.faults = undefined;
    lab.crash();
    await lab.open();
    expect(lab.state.texts).toEqual(["a".repeat(1000), "b".repeat(1000)]);
  });

  it("whenDurable resolves at once for what is durable, and knows nothing of what was never given", async () => {
    const lab = await quietLab();
    const [a] = await lab.appendNow("a");
    await lab.journal.whenDurable(a);
    await lab.journal.whenDurable(0);
    expect(() => lab.journal.whenDurable(a + 1)).toThrow(RangeError);
  });
});

describe("a write that fails", () => {
  async function failedLab() {
    const lab = await quietLab();
    await lab.appendNow("durable");
    const failures: JournalError[] = [];
    lab.journal.onFailure((failure) => failures.push(failure));
    const { position } = lab.journal;
    lab.disk.faults = ({ name }) => (name === "segment write" ? { fails: "other" } : undefined);
    const pending = [lab.append("lost"), lab.append("lost too")];
    const waiting = lab.journal.whenDurable(lab.journal.position);
    const settled = await lab.outcome(Promise.allSettled([...pending, waiting]));
    const errors = settled.map((each) => (each.status === "rejected" ? each.reason : undefined));
    lab.disk.faults = undefined;
    return { lab, errors, failures, position };
  }

  it("poisons: all that is pending fails, and all that comes", async () => {
    const { lab, errors, failures } = await failedLab();
    expect(errors.map(fault)).toEqual(["failed", "failed", "failed"]);
    expect(lab.journal.failure).toBe(errors[0]);
    expect(failures).toEqual([errors[0]]);
    expect(() => lab.journal.add(bytes("x"))).toThrow(lab.journal.failure);
    expect(() => lab.journal.reserve(1)).toThrow(lab.journal.failure);
    expect(await lab.error(lab.journal.append(bytes("x")))).toBe(lab.journal.failure);
    expect(await lab.error(lab.journal.checkpoint())).toBe(lab.journal.failure);
    expect(`${lab.journal.failure}`).toMatch(/the journal in \/j has failed.*segment-0000000001/);
  });

  it("is never tried again, nor is anything synced", async () => {
    const { lab } = await failedLab();
    const before = lab.asked.length;
    await lab.error(lab.journal.append(bytes("x")));
    await lab.close();
    expect(lab.asked.slice(before).filter((name) => /write|sync/.test(name))).toEqual([]);
  });

  it("leaves what was durable durable, and readable", async () => {
    const { lab, position } = await failedLab();
    expect(lab.journal.durablePosition).toBe(position);
    await lab.outcome(lab.journal.whenDurable(position));
    expect(fault(await lab.error(lab.journal.whenDurable(lab.journal.position)))).toBe("failed");
    const records: string[] = [];
    await lab.outcome(
      (async () => {
        for await (const { record } of lab.journal.read()) records.push(text(record));
      })(),
    );
    expect(records).toEqual(["durable"]);
    await lab.close();
    expect(lab.runtime.storage.openFiles).toBe(0);
    lab.crash();
    await lab.open();
    expect(lab.state.texts[0]).toBe("durable");
  });

  it("is told once to each who listens, at once if it has happened", async () => {
    const { lab, failures } = await failedLab();
    lab.journal.onFailure((failure) => failures.push(failure));
    expect(failures).toHaveLength(2);
    await lab.close();
    expect(failures).toHaveLength(2);
  });

  it("while the names of a new segment are synced poisons too", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.outcome(lab.journal.whenRoom());
    lab.disk.faults = ({ name }) => (name === "folder sync" ? { fails: "other" } : undefined);
    await lab.appendNow("x".repeat(3000));
    await lab.error(lab.append("y".repeat(3000)));
    expect(fault(lab.journal.failure)).toBe("failed");
  });

  it.each([0, 1, 2, 3])(
    "of names keeps all others from theirs: a checkpoint that is begun %i operations after a segment",
    async (later) => {
      const lab = new Lab();
      await lab.open();
      const syncs: string[] = [];
      lab.disk.faults = ({ name }) =>
        name === "folder sync" && syncs.length === 1 ? { fails: "other" } : undefined;
      let operations = 0;
      lab.disk.onMoment = ({ name }, phase) => {
        if (phase === "before") operations++;
        if (phase !== "middle" && name === "folder sync") syncs.push(phase);
      };
      await lab.world.run(() => operations >= later);
      expect(fault(await lab.error(lab.journal.checkpoint()))).toBe("failed");
      await lab.world.settle();
      expect(syncs).toEqual(["before", "after"]);
    },
  );

  it("is not gone on with where something else has failed meanwhile", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.outcome(lab.journal.whenRoom());
    lab.disk.faults = ({ name }) => {
      if (name === "segment write") return { bytesMax: 20 };
      return name === "folder sync" ? { fails: "other" } : undefined;
    };
    const appended = lab.append("x".repeat(1000)).catch((error) => error);
    await lab.world.run(() => lab.asked.at(-1) === "segment write");
    for (let i = 0; i < 3; i++) lab.journal.reserve(3000);
    await lab.world.run(() => lab.journal.failure !== undefined);
    const before = lab.asked.length;
    await lab.world.settle();
    expect(fault(await appended)).toBe("failed");
    expect(lab.asked.slice(before)).not.toContain("segment write");
  });

  it("harms nobody who does not look", async () => {
    const lab = await quietLab();
    lab.disk.faults = () => ({ fails: "other" });
    void lab.journal.append(bytes("a"));
    void lab.journal.whenDurable(lab.journal.add(bytes("b")));
    await lab.world.run(() => lab.journal.failure !== undefined);
    void lab.journal.append(bytes("c"));
    void lab.journal.whenDurable(lab.journal.position);
    await lab.close();
  });
});

describe("closing", () => {
  it("waits for what was appended", async () => {
    const lab = await quietLab();
    const appended = lab.append("a");
    await lab.close();
    await appended;
    expect(lab.runtime.storage.openFiles).toBe(0);
    await lab.open();
    expect(lab.state.texts).toEqual(["a"]);
  });

  it("ends the same way however often it is asked for, and nothing works afterwards", async () => {
    const lab = await quietLab();
    const { journal } = lab;
    await lab.outcome(Promise.all([journal.close(), journal.close(), journal[Symbol.asyncDispose]()]));
    expect(() => journal.add(bytes("x"))).toThrow("the journal in /j was closed");
    expect(() => journal.reserve(1)).toThrow("was closed");
    expect(fault(await lab.error(journal.append(bytes("x"))))).toBe("closed");
    expect(fault(await lab.error(journal.checkpoint()))).toBe("closed");
    const next = journal.read()[Symbol.asyncIterator]().next();
    expect(fault(await lab.error(next))).toBe("closed");
  });

  it("gives up a checkpoint, and the room that is being made", async () => {
    const lab = new Lab();
    await lab.open({ segmentBytes: 4 * 1024 * 1024 });
    const big = Array.from({ length: 30 }, (_, i) => `${i}`.repeat(20_000));
    await lab.appendNow(...big);
    let ended = 0;
    lab.state.snapshot = function* () {
      try {
        for (const each of this.texts) yield bytes(each);
      } finally {
        ended++;
      }
    };
    const checkpoint = lab.journal.checkpoint();
    await lab.world.run(() => lab.asked.includes("new checkpoint write"));
    const error = lab.error(checkpoint);
    await lab.close();
    expect(fault(await error)).toBe("closed");
    expect(ended).toBe(1);
    expect((await lab.files()).filter((name) => name.endsWith(".new"))).toEqual([]);
    expect(lab.runtime.storage.openFiles).toBe(0);
    await lab.open({ segmentBytes: 4 * 1024 * 1024 });
    expect(lab.state.texts).toEqual(big);
  });

  it("gives the folder free, also where opening has failed", async () => {
    const lab = await quietLab();
    const second = () => Journal.open(FOLDER, new ListState(), { runtime: lab.runtime });
    expect(fault(await lab.error(second()))).toBe("locked");
    await lab.close();
    lab.disk.faults = ({ name }) => (name === "segment write" ? { fails: "other" } : undefined);
    expect(fault(await lab.openError())).toBe("failed");
    expect(lab.runtime.storage.openFiles).toBe(0);
    lab.disk.faults = undefined;
    await lab.open();
    await lab.close();
  });
});
