import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Journal } from "./journal.js";
import { bytes, FOLDER, Lab } from "./journal.test.util.js";
import { JournalError } from "./journal-error.js";
import type { Reservation } from "./reservations.js";

/** No file can be made or made longer any more. */
function fill(lab: Lab): void {
  lab.disk.quotaBytes = lab.disk.tree.allocatedBytes;
}

function makeRoom(lab: Lab): void {
  lab.disk.quotaBytes = undefined;
}

/** Lets the journal's time pass. */
async function pass(lab: Lab, ms: number): Promise<void> {
  await lab.outcome(new Promise<void>((resolve) => void lab.runtime.setTimer(resolve, ms)));
}

async function fullLab(): Promise<Lab> {
  const lab = new Lab();
  await lab.open();
  await lab.outcome(lab.journal.whenRoom());
  fill(lab);
  return lab;
}

/** Appends until there is no room; how many it took. */
async function appendUntilFull(lab: Lab, record: string): Promise<number> {
  for (let count = 0; ; count++) {
    try {
      await lab.appendNow(record);
    } catch (error) {
      expect(error).toMatchObject({ fault: "full" });
      return count;
    }
  }
}

describe("a full disk", () => {
  it("refuses records, and nothing has happened; the journal lives on", async () => {
    const lab = await fullLab();
    const count = await appendUntilFull(lab, "x".repeat(100));
    expect(count).toBeGreaterThan(20);
    const { position } = lab.journal;
    const refused = () => lab.journal.add(new Uint8Array(100));
    expect(refused).toThrow(
      "there is no room for the journal in /j: it takes records again once the disk has some",
    );
    expect(lab.journal.position).toBe(position);
    expect(lab.journal.failure).toBeUndefined();
    expect(lab.journal.reserve(100)).toBeUndefined();
    makeRoom(lab);
    await pass(lab, 300);
    await lab.appendNow("y".repeat(100));
    lab.crash();
    await lab.open();
    expect(lab.state.texts).toHaveLength(count + 1);
    expect((await lab.files()).filter((name) => name.endsWith(".new"))).toEqual([]);
  });

  it("is not asked for room all the time", async () => {
    const lab = await fullLab();
    await appendUntilFull(lab, "x".repeat(100));
    await lab.world.settle();
    const before = lab.asked.length;
    for (let i = 0; i < 100; i++) expect(() => lab.journal.add(new Uint8Array(100))).toThrow(JournalError);
    await lab.world.settle();
    expect(lab.asked.slice(before).filter((name) => name === "new segment create")).toEqual([]);
    await pass(lab, 300);
    expect(() => lab.journal.add(new Uint8Array(100))).toThrow(JournalError);
    await lab.world.settle();
    expect(lab.asked.slice(before).filter((name) => name === "new segment create").length).toBeLessThan(2);
  });

  it("does not keep the journal from being closed and opened, again and again", async () => {
    const lab = await fullLab();
    const count = await appendUntilFull(lab, "x".repeat(20));
    for (let i = 0; i < 4; i++) {
      await lab.close();
      await lab.open();
      expect(lab.state.texts).toHaveLength(count);
    }
    expect(lab.journal.epoch.number).toBe(5);
  });

  it("that gives no room for a new journal leaves nothing behind", async () => {
    const lab = new Lab({ quotaBytes: 2000 });
    expect(await lab.openError()).toMatchObject({ fault: "full" });
    expect(await lab.files()).toEqual([]);
    makeRoom(lab);
    await lab.open();
  });

  it("is made less full by a checkpoint, which lets the log go", async () => {
    const lab = new Lab();
    await lab.open();
    const text = "x".repeat(1000);
    for (let i = 0; i < 20; i++) await lab.appendNow(text);
    // A small state, for which there is room.
    lab.state.texts.splice(0, lab.state.texts.length - 1);
    await lab.outcome(lab.journal.whenRoom());
    lab.disk.quotaBytes = lab.disk.tree.allocatedBytes + 4000;
    let refused = 0;
    for (let i = 0; i < 40; i++) {
      try {
        await lab.appendNow(text);
        lab.state.texts.pop();
      } catch {
        refused++;
        await pass(lab, 1100);
      }
    }
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(20);
    expect(await lab.files("checkpoint")).toHaveLength(2);
  });
});

describe("a reservation", () => {
  it("keeps room for its record on a full disk", async () => {
    const lab = await fullLab();
    const reservation = lab.journal.reserve(500)!;
    expect(reservation.bytes).toBe(500);
    await appendUntilFull(lab, "x".repeat(50));
    expect(() => lab.journal.add(new Uint8Array(50))).toThrow("no room");
    const position = lab.journal.add(new Uint8Array(500).fill(7), reservation);
    await lab.outcome(lab.journal.whenDurable(position));
  });

  it("is used once", async () => {
    const lab = await fullLab();
    const reservation = lab.journal.reserve(500)!;
    await appendUntilFull(lab, "x".repeat(50));
    lab.journal.add(new Uint8Array(1), reservation);
    reservation.release();
    // What it has not used is there for others.
    expect(await appendUntilFull(lab, "x".repeat(50))).toBeGreaterThan(2);
    expect(() => lab.journal.add(new Uint8Array(50), reservation)).toThrow("no room");
  });

  it("gives its room back", async () => {
    const lab = await fullLab();
    const reservation = lab.journal.reserve(500)!;
    await appendUntilFull(lab, "x".repeat(50));
    reservation.release();
    reservation.release();
    expect(await appendUntilFull(lab, "x".repeat(50))).toBeGreaterThan(2);
  });

  it("is for a record of at most its size", async () => {
    const lab = await fullLab();
    const reservation = lab.journal.reserve(10)!;
    expect(() => lab.journal.add(new Uint8Array(11), reservation)).toThrow(
      "a record of 11 bytes is too large: here 10 are the most",
    );
    lab.journal.add(new Uint8Array(10), reservation);
  });

  /** Reserves until there is none to be had, waiting for room that is being made. */
  async function reserveAll(lab: Lab, bytes: number, spareBytes?: number): Promise<Reservation[]> {
    const held: Reservation[] = [];
    for (let hasMore = true; ; ) {
      const reservation = lab.journal.reserve(bytes, spareBytes);
      if (reservation !== undefined) held.push(reservation);
      else if (!hasMore) return held;
      else hasMore = await lab.outcome(lab.journal.whenRoom());
    }
  }

  it.each([3000, 2000, 400])("of %i bytes has room made for it, and others keep theirs", async (bytes) => {
    const lab = new Lab();
    await lab.open();
    const held = await reserveAll(lab, bytes);
    // As many as make up RESERVED_SEGMENTS_MAX segments of 4 KiB, with what each takes beside its bytes.
    expect(held.length).toBe(Math.ceil((64 * 4096 - 8 * 128 - bytes + 1) / (bytes + 64)));
    expect(lab.journal.reserve(0)).toBeDefined();
    await lab.appendNow(...Array.from({ length: 20 }, () => "x".repeat(300)));
    fill(lab);
    for (const reservation of held) await lab.outcome(lab.journal.append(new Uint8Array(bytes), reservation));
  });

  it("is not made where it would take what is to be left for others", async () => {
    const lab = await fullLab();
    const before = await reserveAll(lab, 50, 1000);
    expect(before.length).toBeGreaterThan(10);
    expect(await appendUntilFull(lab, "x".repeat(96))).toBeGreaterThan(4);
    for (const reservation of before) await lab.outcome(lab.journal.append(new Uint8Array(50), reservation));
  });

  it("holds, whatever else is reserved, released, used and appended, in any order, on a disk that fills up", async () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 3520 }));
    const step = fc.oneof(
      fc.record({ kind: fc.constant("reserve" as const), size }),
      fc.record({ kind: fc.constant("append" as const), size }),
      fc.record({ kind: fc.constant("use" as const), which: fc.nat() }),
      fc.record({ kind: fc.constant("release" as const), which: fc.nat() }),
      fc.record({ kind: fc.constant("turn" as const) }),
      fc.record({ kind: fc.constant("room" as const) }),
    );
    let used = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 30, maxLength: 150, size: "max" }),
        fc.nat(100),
        async (steps, fullAt) => {
          const lab = new Lab();
          await lab.open();
          const held: Reservation[] = [];
          const use = (which: number) => {
            const [reservation] = held.splice(which % held.length, 1);
            lab.journal.add(new Uint8Array(reservation.bytes), reservation);
            used++;
          };
          for (const [index, each] of steps.entries()) {
            if (index === fullAt) fill(lab);
            if (each.kind === "reserve") {
              const reservation = lab.journal.reserve(each.size);
              if (reservation !== undefined) held.push(reservation);
            } else if (each.kind === "append") {
              try {
                lab.journal.add(new Uint8Array(each.size));
              } catch (error) {
                expect(error).toMatchObject({ fault: "full" });
              }
            } else if (each.kind === "turn") await lab.outcome(lab.journal.whenDurable(lab.journal.position));
            else if (each.kind === "room") await lab.outcome(lab.journal.whenRoom());
            else if (held.length > 0 && each.kind === "use") use(each.which);
            else if (held.length > 0 && each.kind === "release")
              held.splice(each.which % held.length, 1)[0].release();
          }
          while (held.length > 0) use(0);
          await lab.close();
          expect(lab.journal.failure).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
    // Some three hundred and forty, give or take forty.
    expect(used).toBeGreaterThan(100);
  });
});

describe("appends without a state", () => {
  async function plainLab(): Promise<Lab> {
    const lab = new Lab();
    lab.journal = await lab.outcome(
      Journal.open(FOLDER, undefined, { runtime: lab.runtime, segmentBytes: 4096 }),
    );
    return lab;
  }

  it("wait for room that is being made, in order", async () => {
    const lab = await plainLab();
    const records = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(400, "."));
    const positions = await lab.outcome(Promise.all(records.map((each) => lab.journal.append(bytes(each)))));
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
    const found: string[] = [];
    await lab.outcome(
      (async () => {
        for await (const { record } of lab.journal.read()) found.push(Buffer.from(record).toString());
      })(),
    );
    expect(found).toEqual(records);
  });

  it("are copied at once, Buffers too", async () => {
    const lab = await plainLab();
    const buffer = Buffer.alloc(400);
    const appended = Array.from({ length: 100 }, (_, i) => lab.journal.append(buffer.fill(i)));
    await lab.outcome(Promise.all(appended));
    const found: number[] = [];
    await lab.outcome(
      (async () => {
        for await (const { record } of lab.journal.read()) found.push(record[0]);
      })(),
    );
    expect(found).toEqual(appended.map((_, i) => i));
  });

  it("fail where the disk has none", async () => {
    const lab = await plainLab();
    await lab.outcome(lab.journal.whenRoom());
    fill(lab);
    const settled = await lab.outcome(
      Promise.allSettled(Array.from({ length: 100 }, () => lab.journal.append(new Uint8Array(400)))),
    );
    const taken = settled.findIndex(({ status }) => status === "rejected");
    expect(taken).toBeGreaterThan(5);
    for (const each of settled.slice(taken)) expect(each).toMatchObject({ reason: { fault: "full" } });
  });

  it("are refused beyond what may wait", async () => {
    const lab = await plainLab();
    const record = new Uint8Array(3000);
    const appended: Promise<number>[] = [];
    for (let i = 0; i < 6000; i++) appended.push(lab.journal.append(record));
    const error = await lab.error(appended.at(-1)!);
    expect(error).toMatchObject({ fault: "busy" });
    expect(`${error}`).toContain("more is appended than the disk takes");
    const settled = await lab.outcome(Promise.allSettled([...appended.slice(0, 20), lab.journal.close()]));
    expect(settled.at(-1)!.status).toBe("fulfilled");
  });
});
