import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { Home } from "../../delivery/home/home.js";
import { HomeState } from "../../delivery/home/home-state.js";
import { encodeRecord, type HomeRecord } from "../../delivery/home/records.js";
import { RecordWriter } from "../../delivery/record-writer.js";
import { Journal, type JournalOptions } from "../../journal/journal.js";
import { bytes } from "../../journal/journal.test.util.js";
import type { JournaledState } from "../../journal/journaled-state.js";
import { Store } from "../../journal/store.js";
import { OpenRequestSchema } from "../../rpc/gen/redoubt/delivery_pb.js";
import { filesBelow, redoubt, temporaryFolder } from "../world.test.util.js";

const OPTIONS: JournalOptions = { segmentBytes: 8192 };

const methodRecord = (path: string): HomeRecord => ({ kind: "method", path });

/** Something that the journal of a home may have. */
const record = (path: string) => encodeRecord(new RecordWriter(), methodRecord(path));

const newState = () => new HomeState(new Store());

async function append(journal: Journal, state: HomeState | undefined, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await journal.whenRoom();
    const position = journal.add(record(text));
    state?.change(methodRecord(text), position);
    await journal.whenDurable(position);
  }
}

/** A folder `there/journal` with two checkpoints and some log since. */
async function madeJournal(): Promise<string> {
  const folder = temporaryFolder();
  const state = newState();
  const journal = await Journal.open(join(folder, "journal"), state, OPTIONS);
  for (let i = 0; i < 2; i++) {
    await append(journal, state, ..."abcdefgh".split("").map((letter) => letter.repeat(1000)));
    await journal.checkpoint();
  }
  await journal.close();
  const again = await Journal.open(join(folder, "journal"), undefined, OPTIONS);
  await append(again, undefined, ..."abcdefgh".split("").map((letter) => letter.repeat(1000)));
  await again.close();
  return folder;
}

function content(folder: string): Record<string, string> {
  const paths = filesBelow(folder);
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "base64")]));
}

function names(folder: string, kind: string): string[] {
  return readdirSync(join(folder, "journal"))
    .filter((name) => name.startsWith(kind))
    .sort();
}

function damage(folder: string, name: string, offset: number): void {
  const path = join(folder, "journal", name);
  const bytes = readFileSync(path);
  bytes[offset] ^= 1;
  writeFileSync(path, bytes);
}

describe("redoubt journal inspect", () => {
  it("shows what there is, and changes nothing", async () => {
    const folder = await madeJournal();
    const before = content(folder);
    const { exitCode, stdout, stderr } = await redoubt(folder, ["journal", "inspect", "journal"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(
      /^journal {2}[\w-]{22}, a home\nlog {6}ends at position [\d,]+; closed in good order\n/,
    );
    expect(stdout).toMatch(
      /\nepochs\n +number +id +from position +began\n +1 +[0-9a-f]{8} +0\n +2 +[0-9a-f]{8} +[\d,]+ +20\d\d-/,
    );
    expect(stdout).toMatch(/\nsegments\n +segment +position +bytes +filled +batches +use\n/);
    expect(stdout).toMatch(/8,192 +\d+ % +\d+ +has a part of the log\n/);
    expect(stdout).toMatch(/8,192 +6 % +is prepared\n/);
    expect(stdout).toMatch(
      /\ncheckpoints\n +position +bytes +records\n +[\d,]+ +16,\d\d\d +17\n +[\d,]+ +8,\d\d\d +9\n/,
    );
    expect(stdout).toMatch(/\nrecords {2}16 with 16,048 bytes, since position [\d,]+\n/);
    expect(stdout).toMatch(/\nin the log\n +kind +records +bytes\n +method +16 +16,048\n/);
    expect(content(folder)).toEqual(before);
  });

  it("says it in JSON too", async () => {
    const folder = await madeJournal();
    const { exitCode, stdout } = await redoubt(folder, ["journal", "inspect", "journal", "--json"]);
    expect(exitCode).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      ok: true,
      owner: "home",
      id: expect.stringMatching(/^[\w-]{22}$/),
      home: expect.stringMatching(/^[\w-]{22}$/),
      end: { isSealed: true, isTorn: false },
      epochs: [
        { number: 1, position: 0 },
        { number: 2, began: expect.stringMatching(/Z$/) },
      ],
      records: { count: 16, bytes: 16_048, kinds: [{ kind: "method", count: 16, bytes: 16_048 }] },
      problems: [],
      unknownFiles: [],
    });
    expect(found.checkpoints.map(({ records }: { records: number }) => records)).toEqual([17, 9]);
    expect(found.segments.map(({ use }: { use: string }) => use)).toContain("log");
  });

  it("does not name the kinds of records that are none of ours", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(join(folder, "journal"), undefined, OPTIONS);
    await journal.append(bytes("text"));
    await journal.append(record("a"));
    await journal.close();
    const { stdout } = await redoubt(folder, ["journal", "inspect", "journal"]);
    expect(stdout).toMatch(/\nrecords {2}2 with 7 bytes\n$/);
    const other = await Journal.open(join(folder, "other"), undefined, OPTIONS);
    await other.append(bytes("\x01of somebody else"));
    await other.close();
    const { stdout: text } = await redoubt(folder, ["journal", "inspect", "other"]);
    expect(text).toMatch(/\nrecords {2}1 with 17 bytes\n$/);
  });

  it("shows a damaged one as far as it can, and files that are none of its", async () => {
    const folder = await madeJournal();
    damage(folder, names(folder, "segment").at(-3)!, 700);
    writeFileSync(join(folder, "journal", "notes.txt"), "");
    const { exitCode, stdout } = await redoubt(folder, ["journal", "inspect", "journal"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("log      its end was not found");
    expect(stdout).toMatch(/\ndamaged\n {2}\S+segment-\d+, offset \d+: /);
    expect(stdout).toContain("files that are no journal's: notes.txt");
  });
});

describe("redoubt journal verify", () => {
  const verify = (folder: string, ...more: string[]) =>
    redoubt(folder, ["journal", "verify", "journal", ...more]);

  it("tells that one is whole", async () => {
    const folder = await madeJournal();
    const before = content(folder);
    const { exitCode, stdout } = await verify(folder);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^whole {2}journal: \d segments, 2 checkpoints, 16 records in the log\n.*closed in good order\n$/,
    );
    expect(JSON.parse((await verify(folder, "--json")).stdout)).toMatchObject({
      ok: true,
      state: "whole",
      opens: true,
    });
    expect(content(folder)).toEqual(before);
  });

  it("tells that one is whole while it is in use, again and again", async () => {
    const folder = temporaryFolder();
    const state = newState();
    const journal = await Journal.open(join(folder, "journal"), state, OPTIONS);
    let isOver = false;
    const writing = (async () => {
      for (let i = 0; !isOver; i++) {
        await append(journal, state, `${i}`.repeat(100));
        if (i % 50 === 49) await journal.checkpoint();
      }
    })();
    for (let look = 0; look < 30; look++) {
      const { exitCode, stdout, stderr } = await verify(folder);
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 0, stderr: "" });
      expect(stdout).toContain("a program is using it, and its end moves");
    }
    isOver = true;
    await writing;
    await journal.close();
  });

  it("tells that one is torn at its end, which is fine", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(join(folder, "journal"), undefined, OPTIONS);
    await journal.append(record("a"));
    const { position } = journal;
    await journal.append(record("b".repeat(3000)));
    cpSync(join(folder, "journal"), join(folder, "copy"), { recursive: true });
    await journal.close();
    const [first] = names(folder, "segment");
    const path = join(folder, "copy", first);
    writeFileSync(path, readFileSync(path).fill(0, 2048, 2560));
    const { exitCode, stdout } = await redoubt(folder, ["journal", "verify", "copy"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`ends at position ${position}; not closed`);
    expect(stdout).toContain("what was begun behind that was never acknowledged");
    const { stdout: json } = await redoubt(folder, ["journal", "verify", "copy", "--json"]);
    expect(JSON.parse(json)).toMatchObject({ ok: true, state: "torn", opens: true });
    await (await Journal.open(join(folder, "copy"), undefined, OPTIONS)).close();
  });

  it("tells which records a home cannot read, and what to do", async () => {
    const folder = temporaryFolder();
    const home = await Home.open(join(folder, "journal"), { segmentBytes: 8192, maxAnswerBytes: 100 });
    const nonce = new Uint8Array(16);
    await home.delivery.open(create(OpenRequestSchema, { nonce }), "");
    await home.close();
    expect((await verify(folder)).stdout).toContain("whole");
    const state: JournaledState = {
      restore() {},
      apply() {},
      snapshot: () => [Uint8Array.of(32, 0, 2), Uint8Array.of(99), Uint8Array.of(99, 0)],
    };
    const journal = await Journal.open(join(folder, "journal"), state, OPTIONS);
    const position = await journal.append(Uint8Array.of(8, 1));
    await journal.checkpoint();
    await journal.close();
    const { exitCode, stdout } = await verify(folder);
    expect(exitCode).toBe(1);
    const [segment] = names(folder, "segment");
    const [checkpoint] = names(folder, "checkpoint");
    expect(stdout).toContain("unreadable\n");
    expect(stdout).toContain(
      `${segment}, offset ${position - 2}: a record of kind done cannot be read: malformed record: it ends in a number\n`,
    );
    // Behind the head of the checkpoint, of two epochs, and the first record.
    expect(stdout).toContain(
      `${checkpoint}, offset ${16 + 40 + 2 * 16 + 16 + 4 + 3 + 4}: a record of kind 99 cannot be read: malformed record: kind 99 is not known here`,
    );
    expect(stdout).toContain("If a newer version of Redoubt wrote them, take that.");
    const { stdout: json } = await verify(folder, "--json");
    expect(JSON.parse(json)).toMatchObject({ ok: false, state: "unreadable", opens: true, problems: [] });
    expect(JSON.parse(json).unreadable).toHaveLength(3);
    const inspected = await redoubt(folder, ["journal", "inspect", "journal"]);
    expect(inspected.exitCode).toBe(1);
    expect(inspected.stdout).toContain("unreadable\n");
    expect(inspected.stdout).toMatch(/^journal {2}[\w-]{22}, a home\n/);
  });

  it("tells where the log is damaged, and that it does not open", async () => {
    const folder = await madeJournal();
    const segment = names(folder, "segment").at(-2)!;
    damage(folder, segment, 700);
    const { exitCode, stdout } = await verify(folder);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^damaged\n +\\S+${segment}, offset 512: .*the log was durable up to position`),
    );
    expect(stdout).toMatch(/The journal does not open\. Restore the whole folder from a backup/);
    expect(JSON.parse((await verify(folder, "--json")).stdout)).toMatchObject({
      ok: false,
      state: "damaged",
      opens: false,
    });
    await expect(Journal.open(join(folder, "journal"), newState(), OPTIONS)).rejects.toThrow(segment);
  });

  it("tells that the log is damaged where a checkpoint has replaced it, and that it opens", async () => {
    const folder = await madeJournal();
    damage(folder, names(folder, "segment").at(-3)!, 700);
    const { exitCode, stdout } = await verify(folder);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("The journal opens all the same");
    await (await Journal.open(join(folder, "journal"), newState(), OPTIONS)).close();
  });

  it("tells that a checkpoint is damaged, and that it opens with the other one", async () => {
    const folder = await madeJournal();
    const newest = names(folder, "checkpoint").at(-1)!;
    damage(folder, newest, 3000);
    const { exitCode, stdout } = await verify(folder);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`${newest}, offset \\d+: the checkpoint is damaged`));
    expect(stdout).toContain("The journal opens all the same");
    const state = newState();
    const journal = await Journal.open(join(folder, "journal"), state, OPTIONS);
    expect(state.methods).toHaveLength(24);
    expect(journal.warnings).toEqual([expect.stringContaining(newest)]);
    await journal.close();
  });

  it.each([
    ["no folder", {}, /^redoubt: the journal in journal cannot be read: .*no such file/],
    ["other files", { "journal/a.txt": "" }, /^redoubt: there is no journal in journal\n/],
  ])("tells that there is %s", async (_, files, text) => {
    const { exitCode, stderr } = await verify(temporaryFolder(files));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(text);
  });
});
