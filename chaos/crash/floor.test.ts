import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { aboveFloor, clientFloor, type FolderSize, homeFloor, sizeOf } from "./floor.js";

it("looks at all files, and at the newest checkpoint", () => {
  const folder = mkdtempSync(join(tmpdir(), "redoubt-floor-"));
  try {
    expect(sizeOf(folder, '{"ok":true,"checkpoints":[]}')).toEqual({
      bytes: 0,
      records: 0,
      kinds: {},
      isWhole: true,
    });
    const files = { "checkpoint-0000000000000100": 20, "segment-0000000001": 80, lock: 1 };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), Buffer.alloc(bytes));
    const checkpoints = [
      {
        records: 5,
        kinds: [
          { kind: "home", count: 1 },
          { kind: "session", count: 4 },
        ],
      },
      { records: 7, kinds: [] },
    ];
    expect(sizeOf(folder, JSON.stringify({ ok: false, checkpoints }))).toEqual({
      bytes: 101,
      records: 5,
      kinds: { home: 1, session: 4 },
      isWhole: false,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const SEGMENT_BYTES = 1000;

const HOME: FolderSize = {
  bytes: 5000,
  records: 6,
  kinds: { home: 1, method: 3, session: 1, "answered-call": 1 },
  isWhole: true,
};

it.each<[what: string, size: Partial<FolderSize>, found: string[]]>([
  ["what has to be", {}, []],
  ["segments that are not removed", { bytes: 10_001 }, ["it has 10001 bytes on disk, where 10000 would do"]],
  [
    "a session too many",
    { kinds: { ...HOME.kinds, session: 2 } },
    ["its checkpoint has 2 records of session, where 1 would do"],
  ],
  [
    "answers that were acknowledged",
    { kinds: { ...HOME.kinds, "answered-call": 3 } },
    ["its checkpoint has 3 records of answered-call, where 2 would do"],
  ],
  [
    "a refusal",
    { kinds: { ...HOME.kinds, "refused-call": 1 } },
    ["its checkpoint has 1 records of refused-call, where 0 would do"],
  ],
  [
    "state that was removed",
    { kinds: { ...HOME.kinds, store: 1 } },
    ["its checkpoint has 1 records of store, where 0 would do"],
  ],
  ["more records than it should", { records: 9 }, ["its checkpoint has 9 records, where 8 would do"]],
  ["no checkpoint", { records: 0, kinds: {} }, ["it has no checkpoint"]],
  ["records of no kind", { kinds: {} }, ["nobody can tell what its records are"]],
  ["damage", { isWhole: false }, ["it is damaged"]],
])("a home with %s", (_what, size, found) => {
  expect(aboveFloor({ ...HOME, ...size }, homeFloor(SEGMENT_BYTES))).toEqual(found);
});

it.each<[records: number, found: string[]]>([
  [2, []],
  [4, []],
  [5, ["its checkpoint has 5 records, where 4 would do"]],
])("a durable client with %d records", (records, found) => {
  const size = { bytes: 5000, records, kinds: {}, isWhole: true };
  expect(aboveFloor(size, clientFloor(SEGMENT_BYTES))).toEqual(found);
});
