import { describe, expect, it } from "vitest";
import { Durability } from "./durability.js";
import { parseTrace } from "./trace.js";

const FOLDER = "/j";

function durability(...lines: string[]): Durability {
  return new Durability(parseTrace(lines.join("\n")), FOLDER);
}

const OPENED = '2  openat(AT_FDCWD</>, "/j/1", O_RDWR|O_DSYNC|O_CLOEXEC) = 20</j/1>';
const OPENED_PLAIN = '2  openat(AT_FDCWD</>, "/j/1", O_RDWR|O_CLOEXEC) = 20</j/1>';
const WRITTEN = '2  pwrite64(20</j/1>, "\\0\\1call 17 \\"x\\"", 12, 4096) = 12';
const SENT = '1  write(9<socket:[77]>, "answer call 17", 14) = 14';

describe("a trace", () => {
  it("has calls, whole and in two parts", () => {
    const text = [
      '1  write(9<socket:[77]>, "a) = b", 6 <unfinished ...>',
      "2  fsync(20</j/1>)        = 0",
      "1  <... write resumed>)            = 6",
      '3  pwrite64(20</j/1>, "x", 1, 0 <unfinished ...>',
      "1  --- SIGCHLD {} ---",
    ].join("\n");
    expect(parseTrace(text)).toEqual([
      { thread: 1, name: "write", args: '9<socket:[77]>, "a) = b", 6', entered: 0, returned: 2, result: "6" },
      { thread: 2, name: "fsync", args: "20</j/1>", entered: 1, returned: 1, result: "0" },
      {
        thread: 3,
        name: "pwrite64",
        args: '20</j/1>, "x", 1, 0',
        entered: 3,
        returned: Infinity,
        result: undefined,
      },
    ]);
  });
});

describe("what leaves", () => {
  it.each([
    ["after a write through", [OPENED, WRITTEN, SENT]],
    ["after a write and a sync", [OPENED_PLAIN, WRITTEN, "2  fdatasync(20</j/1>) = 0", SENT]],
  ])("%s is durable", (_what, lines) => {
    expect(durability(...lines).early("call 17", "answer call 17")).toEqual([]);
  });

  it.each<[what: string, lines: string[], found: string]>([
    [
      "before the write",
      [OPENED, SENT, WRITTEN],
      "answer call 17 leaves in line 2, before call 17 is durable in line 3",
    ],
    [
      "while the write is under way",
      [
        OPENED,
        '2  pwrite64(20</j/1>, "call 17", 7, 0 <unfinished ...>',
        SENT,
        "2  <... pwrite64 resumed>) = 7",
      ],
      "answer call 17 leaves in line 3, before call 17 is durable in line 4",
    ],
    [
      "before the sync",
      [OPENED_PLAIN, WRITTEN, SENT, "2  fsync(20</j/1>) = 0"],
      "answer call 17 leaves in line 3, before call 17 is durable in line 4",
    ],
    ["without a sync", [OPENED_PLAIN, WRITTEN, SENT], "call 17 was never recorded"],
    [
      "after a sync that failed",
      [OPENED_PLAIN, WRITTEN, "2  fsync(20</j/1>) = -1 EIO (Input/output error)", SENT],
      "call 17 was never recorded",
    ],
    [
      "after a sync that began before the write was done",
      [OPENED_PLAIN, "3  fsync(20</j/1> <unfinished ...>", WRITTEN, "3  <... fsync resumed>) = 0", SENT],
      "call 17 was never recorded",
    ],
    [
      "after a write elsewhere",
      [
        '2  openat(AT_FDCWD</>, "/k/1", O_RDWR|O_DSYNC) = 20</k/1>',
        '2  pwrite64(20</k/1>, "call 17", 7, 0) = 7',
        SENT,
      ],
      "call 17 was never recorded",
    ],
    ["not at all", [OPENED, WRITTEN], "answer call 17 was never sent"],
    [
      "again, too early the first time",
      [OPENED, SENT, WRITTEN, SENT],
      "answer call 17 leaves in line 2, before call 17 is durable in line 3",
    ],
  ])("%s is found", (_what, lines, found) => {
    expect(durability(...lines).early("call 17", "answer call 17")).toEqual([found]);
  });

  it("by a descriptor that was closed and is another file's is told apart", () => {
    const reopened = '2  openat(AT_FDCWD</>, "/j/2", O_RDWR) = 20</j/2>';
    expect(
      durability(OPENED, "2  close(20</j/1>) = 0", reopened, WRITTEN, SENT).recorded("call 17"),
    ).toBeUndefined();
  });
});

describe("names", () => {
  const RENAMED = '2  rename("/j/1.tmp", "/j/1") = 0';
  const SYNCED = "3  fsync(21</j>) = 0";

  it("that are synced before they are relied on are durable", () => {
    const found = durability(OPENED, RENAMED, SYNCED, WRITTEN, '2  unlink("/j/0") = 0', SYNCED);
    expect(found.volatileNames()).toEqual([]);
    expect(found.folderSyncs).toBe(2);
  });

  it("that nothing depends on may be there or not", () => {
    const made = '2  openat(AT_FDCWD</>, "/j/1.tmp", O_RDWR|O_CREAT|O_EXCL, 0600) = 5</j/1.tmp>';
    expect(durability(RENAMED, '2  unlink("/j/0") = 0', SYNCED).volatileNames()).toEqual([]);
    expect(durability(made, '2  unlink("/j/1.tmp") = 0').volatileNames()).toEqual([]);
    expect(durability(made, RENAMED, SYNCED).volatileNames()).toEqual([]);
    expect(durability(made).volatileNames({ wasKilled: true })).toEqual([]);
    expect(durability(RENAMED, WRITTEN).volatileNames({ wasKilled: true })).toHaveLength(1);
  });

  it.each<[what: string, lines: string[], found: string]>([
    [
      "written to before the folder is synced",
      [RENAMED, WRITTEN, SYNCED],
      "/j/1 of line 1 is relied on in line 2, and not durable",
    ],
    [
      "in place of what is removed before",
      ['2  rename("/j/checkpoint-1.new", "/j/checkpoint-1") = 0', '2  unlink("/j/0") = 0', SYNCED],
      "/j/checkpoint-1 of line 1 is relied on in line 2, and not durable",
    ],
    ["never synced", [RENAMED], "/j/1 of line 1 is never made durable"],
    [
      "synced too early",
      ["3  fsync(21</j> <unfinished ...>", RENAMED, "3  <... fsync resumed>) = 0"],
      "/j/1 of line 2 is never made durable",
    ],
    [
      "made, and never synced",
      ['2  openat(AT_FDCWD</>, "/j/1.tmp", O_RDWR|O_CREAT|O_EXCL, 0600) = 5</j/1.tmp>'],
      "/j/1.tmp of line 1 is never made durable",
    ],
  ])("%s are found", (_what, lines, found) => {
    expect(durability(...lines).volatileNames()).toEqual([found]);
  });

  it("of the lock may be lost", () => {
    const lock = '2  openat(AT_FDCWD</>, "/j/lock", O_RDWR|O_CREAT, 0600) = 5</j/lock>';
    expect(durability(lock).volatileNames()).toEqual([]);
  });
});

describe("the main thread", () => {
  it("is found at work on files, and may do anything else", () => {
    const first = '1  read(17</etc/hosts>, "", 10) = 0';
    expect(durability(first, OPENED, WRITTEN, SENT).onMainThread()).toEqual([]);
    expect(
      durability(first, OPENED, "1  fsync(20</j/1>) = 0", '1  unlink("/j/0") = 0').onMainThread(),
    ).toEqual([
      "the main thread itself does fsync(20</j/1> in line 3",
      'the main thread itself does unlink("/j/0" in line 4',
    ]);
  });
});
