import { describe, expect, it } from "vitest";
import { CHECKPOINT_RECORD_BYTES_MAX } from "./checkpoint-file.js";
import { checkpointName, segmentName } from "./file-names.js";
import { bytes, FOLDER, Lab } from "./journal.test.util.js";
import { JournalError } from "./journal-error.js";

/** Records that fill more than half a segment, so that each takes one. */
const large = (letter: string) => letter.repeat(2500);

async function checkpoint(lab: Lab): Promise<number> {
  const { position } = lab.journal;
  await lab.outcome(lab.journal.checkpoint());
  return position;
}

/** A journal with checkpoints after "a…" and "b…", and a log since. */
async function labWithTwo(): Promise<{ lab: Lab; positions: readonly [number, number] }> {
  const lab = new Lab();
  await lab.open();
  await lab.appendNow(large("a"));
  const first = await checkpoint(lab);
  await lab.appendNow(large("b"));
  const second = await checkpoint(lab);
  await lab.appendNow(large("c"));
  await lab.outcome(lab.journal.whenRoom());
  return { lab, positions: [first, second] };
}

const ALL = [large("a"), large("b"), large("c")];

describe("a checkpoint", () => {
  it("stands for the log before it, which is let go once there are two", async () => {
    const lab = new Lab();
    await lab.open();
    const names: string[] = [];
    for (let i = 0; i < 5; i++) {
      await lab.appendNow(large(`${i}`));
      names.push(checkpointName(await checkpoint(lab)));
      expect(await lab.files("checkpoint")).toEqual(names.slice(-2));
      // From the segment on in which the older one ends.
      expect((await lab.files("segment"))[0]).toBe(segmentName(Math.max(1, i)));
    }
    lab.crash();
    await lab.open();
    expect(lab.state.texts).toEqual(["0", "1", "2", "3", "4"].map(large));
    expect(lab.state.restored).toBe(5);
  });

  it("is made by itself once the log has grown by so much, and again by as much as the last one took", async () => {
    const lab = new Lab();
    await lab.open({ checkpointBytes: 6000 });
    const made: number[] = [];
    for (let i = 0; i < 40; i++) {
      await lab.appendNow("x".repeat(1000));
      await lab.world.settle();
      const newest = Number((await lab.files("checkpoint")).at(-1)?.slice(-16) ?? 0);
      if (newest !== (made.at(-1) ?? 0)) made.push(newest);
    }
    expect(made[0]).toBeGreaterThanOrEqual(6000);
    expect(made[0]).toBeLessThan(9000);
    const steps = made.slice(1).map((position, i) => position - made[i]);
    for (const step of steps) expect(step).toBeGreaterThanOrEqual(6000);
    expect(steps.at(-1)).toBeGreaterThan(12_000);
  });

  it("is written in pieces, between which appends go on", async () => {
    const lab = new Lab();
    await lab.open({ segmentBytes: 1024 * 1024 });
    lab.state.texts.push(...Array.from({ length: 1000 }, (_, i) => `${i} `.repeat(200)));
    await lab.appendNow("first");
    // Turns end while operations are under way, as they do in the real world.
    lab.runtime.afterTurn = (callback) => lab.world.post(callback);
    const before = lab.asked.length;
    const made = lab.journal.checkpoint();
    let appends = 0;
    const appending = (async () => {
      for (; lab.asked.slice(before).every((name) => name !== "new checkpoint rename"); appends++)
        await lab.append("meanwhile");
    })();
    await lab.outcome(Promise.all([made, appending]));
    const asked = lab.asked.slice(before);
    expect(asked.filter((name) => name === "new checkpoint write").length).toBeGreaterThan(5);
    expect(appends).toBeGreaterThan(5);
    lab.kill();
    await lab.open({ segmentBytes: 1024 * 1024 });
    expect(lab.state.restored).toBe(1001);
    expect(lab.state.texts.slice(1001)).toEqual(Array(appends).fill("meanwhile"));
  });

  it("is never ahead of the log: it has its name only once that is durable", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.outcome(lab.journal.whenRoom());
    const order: string[] = [];
    const { onMoment } = lab.disk;
    lab.disk.onMoment = (operation, phase) => {
      onMoment?.(operation, phase);
      if (phase === "after") order.push(operation.name);
    };
    const appended = lab.append("a");
    await lab.outcome(Promise.all([lab.journal.checkpoint(), appended]));
    const written = order.findIndex((name) => name.endsWith("segment write"));
    expect(written).toBeGreaterThanOrEqual(0);
    expect(order.indexOf("new checkpoint rename")).toBeGreaterThan(written);
    expect(order.slice(order.indexOf("new checkpoint close"))).toEqual([
      "new checkpoint close",
      "new checkpoint rename",
      "folder sync",
      "folder list",
    ]);
  });

  it("of what has not changed is not made", async () => {
    const lab = new Lab();
    await lab.open();
    await checkpoint(lab);
    const before = lab.asked.length;
    await checkpoint(lab);
    expect(lab.asked.length).toBe(before);
  });

  it("that is asked for while one is made has what came meanwhile", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.appendNow("a");
    const first = lab.journal.checkpoint();
    await lab.appendNow("b");
    await lab.outcome(Promise.all([first, lab.journal.checkpoint()]));
    lab.kill();
    await lab.open();
    expect(lab.state.texts).toEqual(["a", "b"]);
    expect(lab.state.restored).toBe(2);
  });

  it("of a state that gives nothing is fine", async () => {
    const lab = new Lab();
    await lab.open();
    await checkpoint(lab);
    lab.crash();
    await lab.open();
    expect(lab.state.restored).toBe(0);
  });

  it("has records as large as the state gives them, also where the log's have to be smaller by now", async () => {
    const lab = new Lab();
    await lab.open({ segmentBytes: 1024 * 1024 });
    const largest = "x".repeat(lab.journal.recordBytesMax);
    await lab.appendNow(largest);
    await lab.close();
    await lab.open();
    expect(lab.journal.recordBytesMax).toBeLessThan(4096);
    await lab.appendNow("y");
    await checkpoint(lab);
    expect(lab.journal.warnings).toEqual([]);
    lab.crash();
    await lab.open();
    expect(lab.state.restored).toBe(2);
    expect(lab.state.texts).toEqual([largest, "y"]);
  });

  it("has no record beyond what any log can hold and a little more", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.appendNow("x");
    // Nobody looks into it.
    lab.state.snapshot = function* () {
      yield new Uint8Array(CHECKPOINT_RECORD_BYTES_MAX + 1);
    };
    const error = await lab.error(lab.journal.checkpoint());
    expect(error).toMatchObject({ fault: "too-large" });
    expect(`${error}`).toContain("a record of the snapshot has");
    expect((await lab.files()).filter((name) => name.endsWith(".new"))).toEqual([]);
  });
});

describe("a checkpoint that cannot be written", () => {
  it("harms nobody, and is told of; a later one is made", async () => {
    const lab = new Lab();
    await lab.open({ checkpointBytes: 5000 });
    lab.disk.faults = ({ name }) => (name === "new checkpoint write" ? { fails: "full" } : undefined);
    for (let i = 0; i < 8; i++) await lab.appendNow("x".repeat(1000));
    await lab.world.settle();
    expect(lab.journal.warnings[0]).toContain("a checkpoint could not be made");
    expect(await lab.error(lab.journal.checkpoint())).toMatchObject({ fault: "full" });
    expect(lab.journal.failure).toBeUndefined();
    expect((await lab.files()).filter((name) => name.includes("checkpoint"))).toEqual([]);
    lab.disk.faults = undefined;
    for (let i = 0; i < 8; i++) await lab.appendNow("x".repeat(1000));
    await lab.world.settle();
    expect((await lab.files("checkpoint")).length).toBeGreaterThan(0);
  });

  it("is told of the last hundred times", async () => {
    const lab = new Lab();
    await lab.open({ checkpointBytes: 1 });
    lab.disk.faults = ({ name }) => (name === "new checkpoint create" ? { fails: "full" } : undefined);
    for (let i = 0; i < 130; i++) {
      await lab.appendNow("x".repeat(3500));
      await lab.world.settle();
    }
    expect(lab.journal.warnings).toHaveLength(100);
    expect(new Set(lab.journal.warnings).size).toBe(100);
  });

  it("poisons where nobody knows whether it has its name", async () => {
    const { lab } = await labWithTwo();
    let isRenamed = false;
    lab.disk.faults = ({ name }) => {
      isRenamed ||= name === "new checkpoint rename";
      return isRenamed && name === "folder sync" ? { fails: "other" } : undefined;
    };
    expect(await lab.error(lab.journal.checkpoint())).toMatchObject({ fault: "failed" });
    expect(lab.journal.failure).toBeDefined();
  });

  it("for what the state throws says that", async () => {
    const { lab } = await labWithTwo();
    lab.state.snapshot = () => {
      throw new Error("no snapshot today");
    };
    expect(`${await lab.error(lab.journal.checkpoint())}`).toBe("Error: no snapshot today");
    await lab.appendNow("goes on");
  });

  it("is not what a journal without a state has", async () => {
    const { lab } = await labWithTwo();
    const { checkpointer } = lab.journal as unknown as { checkpointer: unknown };
    expect(checkpointer).toBeDefined();
    await lab.close();
    const { Journal } = await import("./journal.js");
    const journal = await lab.outcome(
      Journal.open(FOLDER, undefined, { runtime: lab.runtime, segmentBytes: 4096 }),
    );
    expect(await lab.error(journal.checkpoint())).toBeInstanceOf(TypeError);
    await lab.outcome(journal.append(bytes(large("d"))));
    await lab.outcome(journal.close());
    await lab.open();
    expect(lab.state.texts).toEqual([...ALL, large("d")]);
  });
});

describe("a damaged checkpoint", () => {
  it("is replaced by the older one and the log since, and told of, wherever it is damaged", async () => {
    const { lab, positions } = await labWithTwo();
    const { image } = lab;
    const path = `${FOLDER}/${checkpointName(positions[1])}`;
    const { length } = image.bytes(path);
    for (let offset = 0; offset < length; offset += offset < 200 ? 1 : 97) {
      lab.crash(image.flipped(path, offset, 0x10));
      await lab.open();
      expect(lab.state.texts).toEqual(ALL);
      expect(lab.journal.warnings).toEqual([
        expect.stringContaining(`the checkpoint ${path} is damaged at offset`),
      ]);
    }
  });

  it("that is cut, or longer than it was, is damaged", async () => {
    const { lab, positions } = await labWithTwo();
    const { image } = lab;
    const path = `${FOLDER}/${checkpointName(positions[1])}`;
    const content = image.bytes(path);
    const longer = new Uint8Array(content.length + 1);
    longer.set(content);
    for (const other of [
      longer,
      ...[0, 1, 60, content.length - 24, content.length - 1].map((end) => content.subarray(0, end)),
    ]) {
      lab.crash(image.with(path, other));
      await lab.open();
      expect(lab.state.texts).toEqual(ALL);
      expect(lab.journal.warnings).toHaveLength(1);
    }
  });

  it("is gone after the next ones", async () => {
    const { lab, positions } = await labWithTwo();
    const damaged = checkpointName(positions[1]);
    lab.crash(lab.image.flipped(`${FOLDER}/${damaged}`, 100, 1));
    await lab.open();
    expect(await lab.files("checkpoint")).toContain(damaged);
    await checkpoint(lab);
    expect(await lab.files("checkpoint")).not.toContain(damaged);
    expect(await lab.files("checkpoint")).toHaveLength(2);
    lab.crash();
    await lab.open();
    expect(lab.state.texts).toEqual(ALL);
  });

  it("beside another one is refused: what they stood for is gone", async () => {
    const { lab, positions } = await labWithTwo();
    await lab.appendNow(large("d"));
    const third = await checkpoint(lab);
    // What they have replaced does not come back any more.
    await lab.outcome(lab.runtime.storage.syncFolder(FOLDER));
    let image = lab.image;
    for (const position of [positions[1], third])
      image = image.flipped(`${FOLDER}/${checkpointName(position)}`, 100, 1);
    lab.crash(image);
    const error = (await lab.openError()) as JournalError;
    expect(error).toBeInstanceOf(JournalError);
    expect(error.fault).toBe("corrupt");
    expect(error.message).toContain("its beginning, and no checkpoint that is whole");
    expect(lab.image.key).toBe(image.key);
  });

  it("still says how far the log was durable", async () => {
    const { lab, positions } = await labWithTwo();
    const path = `${FOLDER}/${checkpointName(positions[1])}`;
    // The log has lost what came before the checkpoint, which has its position in its name.
    let image = lab.image.flipped(path, 100, 1);
    for (const number of [2, 3, 4]) {
      const segment = `${FOLDER}/${segmentName(number)}`;
      image = image.with(segment, image.bytes(segment).fill(0, 512));
    }
    lab.crash(image);
    expect(await lab.openError()).toMatchObject({ fault: "corrupt" });
  });
});

describe("leftovers of a crash", () => {
  it("of a checkpoint that was made, and had not let go yet, go when the journal is opened", async () => {
    const { lab } = await labWithTwo();
    await lab.appendNow(large("d"));
    const before = await lab.files();
    lab.disk.faults = ({ action }) => (action === "remove" ? { fails: "other" } : undefined);
    const third = await checkpoint(lab);
    expect(lab.journal.warnings).toEqual([
      expect.stringContaining("what a checkpoint has replaced could not be removed"),
    ]);
    expect(await lab.files()).toEqual([...before, checkpointName(third)].sort());
    lab.disk.faults = undefined;
    lab.crash();
    await lab.open();
    expect(lab.state.texts).toEqual([...ALL, large("d")]);
    expect(await lab.files("checkpoint")).toHaveLength(2);
    expect((await lab.files("segment"))[0]).toBe(segmentName(2));
  });
});
