import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeRuntime } from "../runtime/node.js";
import type { DiskImage } from "../runtime/simulated-disk.test.util.js";
import {
  BATCH_HEADER_BYTES,
  BatchKind,
  loadBatchHeader,
  nextBatchOffset,
  storeBatchHeader,
} from "./batch.js";
import { segmentName } from "./file-names.js";
import { bytes, FOLDER, Lab, randomBytes } from "./journal.test.util.js";
import { JournalError } from "./journal-error.js";
import { loadSegmentHeader, type SegmentHeader, storeSegmentHeader } from "./segment-header.js";

const { crc32 } = nodeRuntime();
const FIRST = `${FOLDER}/${segmentName(1)}`;
const SECOND = `${FOLDER}/${segmentName(2)}`;

function headerOf(image: DiskImage, path: string): SegmentHeader {
  return loadSegmentHeader(image.bytes(path), crc32) as SegmentHeader;
}

/** Where the batches of a segment begin. */
function batchesOf(image: DiskImage, path: string): number[] {
  const content = image.bytes(path);
  const { base, salt } = headerOf(image, path);
  const offsets: number[] = [];
  for (let offset = 512; offset + BATCH_HEADER_BYTES <= content.length; ) {
    const header = loadBatchHeader(content, offset, base + offset, salt, crc32);
    if (header === undefined) break;
    offsets.push(offset);
    offset = nextBatchOffset(offset + BATCH_HEADER_BYTES + header.bodyBytes);
  }
  return offsets;
}

/** With `change` made to the bytes of a file. */
function changed(image: DiskImage, path: string, change: (content: Uint8Array) => void): DiskImage {
  const content = image.bytes(path);
  change(content);
  return image.with(path, content);
}

/** A journal with these records, each in a batch of its own, that was not closed. */
async function killedLab(...records: string[]): Promise<Lab> {
  const lab = new Lab();
  await lab.open();
  await lab.outcome(lab.journal.whenRoom());
  for (const record of records) await lab.appendNow(record);
  lab.kill();
  return lab;
}

/** Why it does not open on that image; and that nothing was changed. */
async function refusal(lab: Lab, image: DiskImage): Promise<JournalError> {
  lab.crash(image);
  const error = await lab.openError();
  expect(error).toBeInstanceOf(JournalError);
  expect(lab.image.key).toBe(image.key);
  expect(lab.runtime.storage.openFiles).toBe(0);
  return error as JournalError;
}

describe("the end of a log", () => {
  it("that was torn is cut where the last whole batch ends", async () => {
    const lab = await killedLab("a", "b", "c".repeat(2000));
    const { image } = lab;
    const last = batchesOf(image, FIRST).at(-1)!;
    for (let sector = Math.ceil(last / 512); sector * 512 < last + 2000; sector++) {
      lab.crash(changed(image, FIRST, (content) => content.fill(0, sector * 512, sector * 512 + 512)));
      await lab.open();
      expect(lab.state.texts).toEqual(["a", "b"]);
      expect(lab.journal.warnings).toEqual([]);
      await lab.appendNow("d");
      lab.crash();
      await lab.open();
      expect(lab.state.texts).toEqual(["a", "b", "d"]);
    }
  });

  it("is zero behind that before anything is served", async () => {
    const lab = await killedLab("a", "b".repeat(2000));
    const { image } = lab;
    const last = batchesOf(image, FIRST).at(-1)!;
    // Neither the header nor the middle has come to the disk.
    lab.crash(changed(image, FIRST, (content) => content.fill(0, last, 1536)));
    expect(
      lab.image
        .bytes(FIRST)
        .subarray(1536, 2000)
        .every((byte) => byte !== 0),
    ).toBe(true);
    await lab.open();
    const after = lab.image.bytes(FIRST);
    expect(after.subarray(batchesOf(lab.image, FIRST).at(-1)! + 128).every((byte) => byte === 0)).toBe(true);
  });

  it("that was begun in the next segment is wiped there too", async () => {
    const lab = await killedLab("a".repeat(2500), "b".repeat(2500));
    const { image } = lab;
    lab.crash(changed(image, SECOND, (content) => content.fill(0, 512, 1024)));
    await lab.open();
    expect(lab.state.texts).toEqual(["a".repeat(2500)]);
    expect(
      lab.image
        .bytes(SECOND)
        .subarray(512)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it("never goes on with what an earlier epoch has left behind a tear", async () => {
    // As large as what begins an epoch, so that the next batch stands where the second epoch's would.
    const lab = await killedLab("a", "twelve bytes", "c");
    const { image } = lab;
    const [, , torn, stale] = batchesOf(image, FIRST);
    lab.crash(changed(image, FIRST, (content) => content.fill(0, torn)));
    await lab.open();
    expect(batchesOf(lab.image, FIRST).at(-1)).toBe(torn);
    lab.kill();
    const left = changed(lab.image, FIRST, (content) =>
      content.set(image.bytes(FIRST).subarray(stale), stale),
    );
    expect(batchesOf(left, FIRST)).toEqual(batchesOf(image, FIRST));
    const { fault } = await refusal(lab, left);
    expect(fault).toBe("corrupt");
    expect(lab.state.texts).toEqual(["a"]);
  });

  it("is not what bytes in a record say", async () => {
    // A whole batch, made for that place by somebody who knows all but the salt, with a mark beyond the end.
    const lab = await killedLab("a");
    const { position } = lab.journal;
    const forged = new Uint8Array(2000);
    for (let at = 0; at + 56 < forged.length; at += 56) {
      const header = { bodyBytes: 0, position: position + 56 + at, durablePosition: 4000, epochNumber: 1 };
      const rest = {
        epochId: Number.parseInt(lab.journal.epoch.id, 16),
        previousCrc: 0,
        kind: BatchKind.RECORDS,
      };
      storeBatchHeader(forged.subarray(at), { ...header, ...rest }, 0, crc32);
    }
    lab.crash();
    await lab.open();
    const appended = lab.journal.append(forged);
    await lab.outcome(appended);
    const { image } = lab;
    const last = batchesOf(image, FIRST).at(-1)!;
    lab.crash(changed(image, FIRST, (content) => content.fill(0, last, 1024)));
    await lab.open();
    expect(lab.state.texts).toEqual(["a"]);
  });
});

describe("what is not proven durable", () => {
  it("may be in the cache alone, which a failed write has left there: it is on the disk before it is served", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.outcome(lab.journal.whenRoom());
    await lab.appendNow("a");
    lab.disk.faults = ({ action }) => (action === "write" ? { fails: "other" } : undefined);
    await lab.error(lab.append("b"));
    lab.disk.faults = undefined;
    lab.kill();
    await lab.open();
    expect(lab.state.texts).toEqual(["a", "b"]);
    lab.crash();
    await lab.open();
    expect(lab.state.texts).toEqual(["a", "b"]);
  });

  it("is, after a clean close, the seal alone: nothing else is written again or wiped", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.outcome(lab.journal.whenRoom());
    await lab.appendNow("a".repeat(2000));
    await lab.close();
    const before = lab.asked.length;
    await lab.open();
    const written = lab.asked.slice(before).filter((name) => name.endsWith("write"));
    expect(written.slice(0, 2)).toEqual(["segment write", "segment write"]);
    expect(written.slice(2)).not.toContain("segment write");
  });
});

describe("damage", () => {
  it("below a position that was durable is refused, with its file and place, and what to do", async () => {
    const lab = await killedLab("a", "b", "c");
    const { image } = lab;
    const [, a, b] = batchesOf(image, FIRST);
    const error = await refusal(lab, image.flipped(FIRST, a + BATCH_HEADER_BYTES + 4, 1));
    expect(error.fault).toBe("corrupt");
    expect(error.place).toMatchObject({ file: FIRST, offset: a });
    expect(error.message).toMatch(
      /segment-0000000001, offset \d+: no valid batch goes on from position \d+, and the log was durable up to position \d+/,
    );
    expect(error.message).toContain("Nothing was changed. Restore the whole folder from a backup");
    expect(b).toBeGreaterThan(a);
  });

  it("of any bit that is not behind the end is refused, or harms nothing", async () => {
    const lab = await killedLab("a", "b".repeat(600), "c");
    const { image } = lab;
    const end = batchesOf(image, FIRST).at(-1)! + 64;
    let refused = 0;
    for (let offset = 0; offset < end; offset += 3) {
      const flipped = image.flipped(FIRST, offset, 1 << (offset % 8));
      lab.crash(flipped);
      const error = await lab.outcome(lab.tryOpen());
      if (error === undefined) expect(lab.state.texts).toEqual(["a", "b".repeat(600), "c"]);
      else expect(error).toMatchObject({ fault: "corrupt" });
      if (error !== undefined) refused++;
      // Between the header of the segment and the first batch, and behind each batch, nothing is read.
      if (offset < 52 || (offset >= 512 && offset < 512 + BATCH_HEADER_BYTES)) expect(error).toBeDefined();
    }
    expect(refused).toBeGreaterThan(250);
  });

  it("of a length is found before so much memory is asked for", async () => {
    const lab = await killedLab("a", "b");
    const { image } = lab;
    const last = batchesOf(image, FIRST).at(-1)!;
    const { salt, base } = headerOf(image, FIRST);
    const forged = changed(image, FIRST, (content) => {
      const header = loadBatchHeader(content, last, base + last, salt, crc32)!;
      // The body's checksum covers what there is; its length is beyond all files.
      storeBatchHeader(content.subarray(last), { ...header, bodyBytes: 0xffff_fff0 }, salt, crc32);
    });
    const error = await refusal(lab, forged);
    expect(error.place).toMatchObject({ file: FIRST, offset: last });
  });

  it("of any kind gives an error or nothing that was never written, and never hangs", async () => {
    const lab = await killedLab("a", "b".repeat(700), "c".repeat(2000), "d", "e".repeat(3000));
    await lab.open();
    await lab.appendNow("f");
    await lab.outcome(lab.journal.checkpoint());
    await lab.appendNow("g".repeat(100));
    lab.kill();
    const { image } = lab;
    const written = lab.state.texts;
    const paths = [...image.files.keys()];
    const wound = fc.record({
      path: fc.constantFrom(...paths),
      at: fc.oneof(fc.integer({ min: 0, max: 4096 }), fc.integer({ min: 500, max: 1500 })),
      bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.constant(new Uint8Array(300))),
      isMoved: fc.boolean(),
    });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(wound, { minLength: 1, maxLength: 4 }), async (wounds) => {
        let damaged = image;
        for (const { path, at, bytes, isMoved } of wounds) {
          damaged = changed(damaged, path, (content) => {
            const start = Math.min(at, content.length - 1);
            // What stands elsewhere in the same file looks most like what belongs there.
            const other = isMoved ? content.slice(start >> 1, (start >> 1) + 200) : bytes;
            content.set(other.subarray(0, content.length - start), start);
          });
        }
        lab.crash(damaged);
        const error = await lab.outcome(lab.tryOpen());
        if (error !== undefined) {
          expect(error).toBeInstanceOf(JournalError);
          refused++;
        } else expect(written.slice(0, lab.state.texts.length)).toEqual(lab.state.texts);
        expect(error === undefined || lab.runtime.storage.openFiles === 0).toBe(true);
      }),
      { numRuns: 300 },
    );
    // Some forty of the three hundred, give or take six.
    expect(refused).toBeGreaterThan(10);
  });

  it("at the end is told from a tear where all of the batch was written", async () => {
    const lab = await killedLab("a", "b".repeat(1500));
    const { image } = lab;
    const last = batchesOf(image, FIRST).at(-1)!;
    const error = await refusal(lab, image.flipped(FIRST, last + 700, 4));
    expect(error.message).toContain("was written to its end, and is no longer what was written");
    expect(error.place).toMatchObject({ file: FIRST, offset: last });
  });

  it("of the header of a segment that is needed is refused", async () => {
    const lab = await killedLab("a".repeat(2500), "b".repeat(2500));
    const { image } = lab;
    for (const [path, damage] of [
      [FIRST, "its header is damaged"],
      [SECOND, "its header is damaged"],
    ] as const) {
      const error = await refusal(lab, image.flipped(path, 20, 1));
      expect(error.place).toEqual({ file: path, offset: 0, damage });
    }
    const cut = await refusal(lab, image.with(SECOND, image.bytes(SECOND).subarray(0, 4000)));
    expect(cut.place).toEqual({ file: SECOND, offset: 0, damage: "it has 4000 bytes in place of 4096" });
  });

  it("that takes a segment away is refused, the prepared one behind it telling", async () => {
    const lab = await killedLab("a".repeat(2500), "b".repeat(2500), "c".repeat(2500));
    const { image } = lab;
    const first = await refusal(lab, image.without(FIRST));
    expect(first.place).toMatchObject({ file: FIRST });
    expect(first.message).toContain("it is missing");
    const second = await refusal(lab, image.without(SECOND));
    expect(second.place).toMatchObject({ file: SECOND });
    const third = `${FOLDER}/${segmentName(3)}`;
    const last = await refusal(lab, image.without(third));
    expect(last.place).toMatchObject({ file: third });
  });

  it("of files of another journal among them is refused", async () => {
    const lab = await killedLab("a".repeat(2500), "b".repeat(2500));
    const other = await killedLab("x");
    // Its home is another one only with another seed.
    const foreign = changed(other.image, FIRST, (content) => {
      const { number, base, bytes, salt } = headerOf(other.image, FIRST);
      content.fill(0, 0, 512);
      storeSegmentHeader(
        content,
        { number: number + 1, base: base + 4096, bytes, salt, home: randomBytes(16, 9) },
        crc32,
      );
    }).bytes(FIRST);
    const error = await refusal(lab, lab.image.with(SECOND, foreign));
    expect(error.message).toContain("it belongs to another journal");
  });
});

describe("a folder", () => {
  async function withFiles(lab: Lab, ...names: string[]): Promise<void> {
    const storage = lab.newStorage();
    await lab.outcome(storage.makeFolder(FOLDER));
    for (const name of names) {
      const file = await lab.outcome(storage.open(storage.within(FOLDER, name), { access: "create" }));
      await lab.outcome(file.close());
    }
  }

  it("that is not there is made", async () => {
    const lab = new Lab();
    await lab.open();
    expect(await lab.files()).toContain(segmentName(1));
  });

  it("with other files is refused", async () => {
    const lab = new Lab();
    await withFiles(lab, "thesis.tex");
    const error = (await lab.openError()) as JournalError;
    expect(error.fault).toBe("not-a-journal");
    expect(error.message).toBe("/j has no journal but thesis.tex: a journal needs a folder of its own");
    expect(await lab.files()).toEqual(["thesis.tex"]);
  });

  it("with what file systems and locks need, or what a crash has left, is as good as empty", async () => {
    const lab = new Lab();
    await withFiles(lab, "lock", "lost+found", `${segmentName(1)}.new`);
    await lab.open();
    await lab.close();
    expect((await lab.files()).filter((name) => name.endsWith(".new"))).toEqual([]);
  });

  it("of a journal may have other files, which are told of", async () => {
    const lab = await killedLab("a");
    await withFiles(lab, "notes.txt");
    await lab.open();
    expect(lab.journal.warnings).toEqual(["/j has files that are no journal's: notes.txt"]);
  });

  it("is cleaned of what was being made", async () => {
    const lab = await killedLab("a");
    await withFiles(lab, `${segmentName(7)}.new`, "checkpoint-0000000000000640.new");
    await lab.open();
    await lab.outcome(lab.journal.whenRoom());
    expect((await lab.files()).filter((name) => name.endsWith(".new"))).toEqual([]);
  });

  it("of a newer version is refused", async () => {
    const lab = await killedLab("a");
    const newer = changed(lab.image, FIRST, (content) => {
      content[8] = 2;
      new DataView(content.buffer, content.byteOffset).setUint32(48, crc32(content.subarray(0, 48)), true);
    });
    const error = await refusal(lab, newer);
    expect(error.fault).toBe("unsupported");
    expect(error.message).toContain("written by a newer version of Redoubt");
  });

  it("keeps its segments where another size is asked for, and makes the next ones anew", async () => {
    const lab = await killedLab("a");
    await lab.open({ segmentBytes: 8192 });
    await lab.outcome(lab.journal.whenRoom());
    await lab.appendNow("b".repeat(3000), "c".repeat(6000));
    lab.crash();
    await lab.open({ segmentBytes: 4096 });
    expect(lab.state.texts.map(({ length }) => length)).toEqual([1, 3000, 6000]);
    expect(lab.image.bytes(FIRST).length).toBe(4096);
    expect(lab.image.bytes(SECOND).length).toBe(8192);
  });
});

describe("options", () => {
  it.each([
    [{ segmentBytes: 4095 }, "segmentBytes is 4095"],
    [{ segmentBytes: 4097 }, "segmentBytes is 4097"],
    [{ segmentBytes: 2 ** 31 }, "segmentBytes is 2147483648"],
    [{ checkpointBytes: 0 }, "checkpointBytes is 0"],
    [{ checkpointBytes: Number.NaN }, "checkpointBytes is NaN"],
  ])("%j are out of range", async (options, message) => {
    const lab = new Lab();
    const error = await lab.openError(options);
    expect(error).toBeInstanceOf(RangeError);
    expect(`${error}`).toContain(message);
  });
});

describe("epochs", () => {
  it("begin one after the other, where the last one ended, each with an id of its own", async () => {
    const lab = new Lab();
    const ends: number[] = [];
    for (let life = 0; life < 5; life++) {
      await lab.open();
      await lab.appendNow(`${life}`);
      if (life % 2 === 0) await lab.close();
      else lab.kill();
      ends.push(lab.journal.durablePosition);
    }
    const { epochs, epoch } = await lab.open();
    expect(epochs.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(epochs.map(({ position }) => position)).toEqual([0, ...ends]);
    expect(new Set(epochs.map(({ id }) => id)).size).toBe(6);
    for (const { id } of epochs) expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(epochs.at(-1)).toEqual({ ...epoch, position: ends.at(-1) });
  });

  it("are durable before the journal is open", async () => {
    const lab = new Lab();
    await lab.open();
    const { epoch, home } = lab.journal;
    expect(home).toMatch(/^[\w-]{22}$/);
    lab.crash();
    await lab.open();
    expect(lab.journal.home).toBe(home);
    expect(lab.journal.epochs[0]).toMatchObject(epoch);
  });

  it("are kept by checkpoints", async () => {
    const lab = new Lab();
    for (let life = 0; life < 6; life++) {
      await lab.open();
      await lab.appendNow("x".repeat(2000));
      await lab.outcome(lab.journal.checkpoint());
      lab.crash();
    }
    await lab.open();
    expect(lab.journal.epochs.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await lab.files("segment"))[0]).not.toBe(segmentName(1));
  });
});

describe("reading", () => {
  async function textsOf(lab: Lab, from?: number): Promise<string[]> {
    const found: string[] = [];
    await lab.outcome(
      (async () => {
        for await (const { record, position } of lab.journal.read(from)) {
          expect(position).toBeGreaterThan(from ?? 0);
          found.push(Buffer.from(record).toString());
        }
      })(),
    );
    return found;
  }

  it("gives the records after a position, up to what is durable", async () => {
    const lab = new Lab();
    await lab.open();
    const positions: number[] = [];
    const records = ["a", "b".repeat(2000), "c".repeat(2000), "d", "e".repeat(3000), ""];
    for (const record of records) positions.push(...(await lab.appendNow(record)));
    lab.journal.add(bytes("not durable"));
    expect(await textsOf(lab)).toEqual(records);
    for (const [index, position] of positions.entries())
      expect(await textsOf(lab, position)).toEqual(records.slice(index + 1));
    await lab.close();
    await lab.open();
    expect(await textsOf(lab)).toEqual([...records, "not durable"]);
  });

  it("gives arrays that are the reader's", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.appendNow("a", "b");
    const kept: Uint8Array[] = [];
    await lab.outcome(
      (async () => {
        for await (const { record } of lab.journal.read()) {
          kept.push(record);
          record[0]++;
        }
      })(),
    );
    expect(kept.map((each) => Buffer.from(each).toString())).toEqual(["b", "c"]);
    expect(await textsOf(lab)).toEqual(["a", "b"]);
  });

  it("tells where a checkpoint has replaced what is asked for", async () => {
    const lab = new Lab();
    await lab.open();
    const [first] = await lab.appendNow("a");
    for (let i = 0; i < 4; i++) {
      await lab.appendNow("x".repeat(3000));
      await lab.outcome(lab.journal.checkpoint());
    }
    const next = lab.journal.read(first)[Symbol.asyncIterator]().next();
    expect(await lab.error(next)).toMatchObject({ fault: "trimmed" });
    expect((await textsOf(lab)).length).toBeGreaterThan(0);
  });

  it("tells where a checkpoint replaces what is being read", async () => {
    const lab = new Lab();
    await lab.open();
    for (let i = 0; i < 3; i++) await lab.appendNow("x".repeat(3000));
    const records = lab.journal.read()[Symbol.asyncIterator]();
    await lab.outcome(records.next());
    for (let i = 0; i < 4; i++) {
      await lab.appendNow("y".repeat(3000));
      await lab.outcome(lab.journal.checkpoint());
    }
    expect(await lab.error(records.next())).toMatchObject({ fault: "trimmed" });
  });

  it("tells what is damaged meanwhile", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.appendNow("a");
    await lab.appendNow("b");
    const storage = lab.runtime.storage;
    const file = await lab.outcome(storage.open(FIRST, { access: "write" }));
    await lab.outcome(file.write(new Uint8Array(8), 600));
    await lab.outcome(file.close());
    const next = lab.journal.read()[Symbol.asyncIterator]().next();
    expect(await lab.error(next)).toMatchObject({ fault: "corrupt", place: { file: FIRST } });
  });

  it("closes its file when it is left", async () => {
    const lab = new Lab();
    await lab.open();
    await lab.appendNow("a", "b");
    await lab.outcome(lab.journal.whenRoom());
    const open = lab.runtime.storage.openFiles;
    await lab.outcome(
      (async () => {
        for await (const _ of lab.journal.read()) break;
      })(),
    );
    expect(lab.runtime.storage.openFiles).toBe(open);
  });
});
