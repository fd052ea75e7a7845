import { describe, expect, test } from "vitest";
import { below, seededRandom } from "../runtime/seeded-random.test.util.js";
import { type DiskImage, SECTOR_BYTES } from "../runtime/simulated-disk.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { newDisk } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { FOLDER, Life, SEGMENT_BYTES, type Step } from "./crash-life.test.util.js";
import { scaled, TIMEOUT_MS } from "./crash-scale.test.util.js";
import { namedFile } from "./file-names.js";
import { JournalError } from "./journal-error.js";

// A disk that has lost or changed what was durable: the journal says so, or what is damaged was needed by nobody.

/** A journal that nobody uses, and what it has acknowledged. */
interface Rest {
  readonly image: DiskImage;
  readonly history: History;
}

/** Goes through a workload; the power fails once all is quiet. */
async function restOf(steps: readonly Step[]): Promise<Rest> {
  const world = new SimulatedWorld();
  const disk = newDisk(world);
  const life = new Life(world, disk, new History());
  await world.outcome(life.begin());
  for (const step of steps) await world.outcome(life.step(step));
  await world.settle();
  return { image: disk.crash(), history: life.history };
}

/** How a journal takes damage: "reported", "harmless", or what is wrong with how it takes it. */
async function verdict(image: DiskImage, history: History): Promise<string> {
  const world = new SimulatedWorld();
  const disk = newDisk(world, image);
  const life = new Life(world, disk, history.copy(), { firstNumber: 1_000, seed: 1_000 });
  try {
    await world.outcome(life.begin());
  } catch (error) {
    if (!isReport(error)) return `${error}`;
    return disk.crash().key === image.key ? "reported" : "changed a journal that it did not open";
  }
  try {
    await world.outcome(life.expectReadable());
  } catch (error) {
    return isReport(error) ? "harmless" : `${error}`;
  }
  return "harmless";
}

function isReport(error: unknown): boolean {
  return error instanceof JournalError && error.fault === "corrupt" && error.message.includes("/journal");
}

/** Counts the verdicts; all of them have to be good ones. */
async function expectFair(
  damaged: Iterable<readonly [string, DiskImage]>,
  history: History,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const problems: string[] = [];
  for (const [name, image] of damaged) {
    const found = await verdict(image, history);
    counts.set(found, (counts.get(found) ?? 0) + 1);
    const isFair = found === "harmless" || (found === "reported" && !isOneCheckpoint(name));
    if (!isFair) problems.push(`${name}: ${found}`);
  }
  expect(problems.slice(0, 5)).toEqual([]);
  return counts;
}

/** There are two of them, and the log since the older one: each can be done without. */
function isOneCheckpoint(name: string): boolean {
  return name.includes("checkpoint") && !name.includes("segment") && name.split("checkpoint").length === 2;
}

const RESTS: readonly { readonly name: string; readonly steps: readonly Step[] }[] = [
  { name: "closed", steps: ["small", "large", "small", "close"] },
  {
    name: "closed, with checkpoints",
    steps: ["small", "checkpoint", "large", "checkpoint", "roll", "small", "close"],
  },
  { name: "not closed", steps: ["small", "large", "small"] },
  {
    name: "not closed, with checkpoints",
    steps: ["small", "checkpoint", "large", "checkpoint", "roll", "small"],
  },
];

describe.each(RESTS)("a journal, $name", ({ steps }) => {
  test("with a bit that has flipped, anywhere", { timeout: TIMEOUT_MS }, async () => {
    const { image, history } = await restOf(steps);
    const counts = await expectFair(flips(image), history);
    expect(counts.get("reported")).toBeGreaterThan(100);
    expect(counts.get("harmless")).toBeGreaterThan(100);
  });

  test("with a sector that has become zeros", async () => {
    const { image, history } = await restOf(steps);
    const counts = await expectFair(zeroed(image, history), history);
    expect(counts.get("reported")).toBeGreaterThan(1);
  });

  test("with one or two files whose names are lost", async () => {
    const { image, history } = await restOf(steps);
    const counts = await expectFair(lost(image, history), history);
    expect(counts.get("reported")).toBeGreaterThan(1);
  });

  test("with a file that was cut", async () => {
    const { image, history } = await restOf(steps);
    const counts = await expectFair(cut(image), history);
    expect(counts.get("reported")).toBeGreaterThan(1);
  });
});

test("a journal whose newest checkpoint and end are both damaged", async () => {
  const { image, history } = await restOf(["small", "checkpoint", "small", "checkpoint"]);
  const newest = [...image.files.keys()]
    .filter((path) => path.includes("checkpoint"))
    .sort()
    .at(-1) as string;
  const path = [...bases(image)].find(([, base]) => base === 0)?.[0] as string;
  const end = history.entries.at(-1)?.position as number;
  const bytes = image.bytes(path).fill(0, end - 40);
  expect(await verdict(image.with(path, bytes), history)).toBe("harmless");
  expect(await verdict(image.flipped(newest, 20, 1), history)).toBe("harmless");
  expect(await verdict(image.with(path, bytes).flipped(newest, 20, 1), history)).toBe("reported");
});

/** A bit in every few bytes of what is written, and in some of what is empty. */
function* flips(image: DiskImage): Generator<[string, DiskImage]> {
  const random = seededRandom(1);
  for (const path of image.files.keys()) {
    const bytes = image.bytes(path);
    for (let offset = 0; offset < bytes.length; ) {
      const mask = 1 << below(8, random);
      yield [`${path}, byte ${offset}, ${mask}`, image.flipped(path, offset, mask)];
      const sector = Math.floor(offset / SECTOR_BYTES) * SECTOR_BYTES;
      const isEmpty = bytes.subarray(sector, sector + SECTOR_BYTES).every((byte) => byte === 0);
      offset += scaled(1 + below(isEmpty ? 150 : 9, random), 1);
    }
  }
}

/** Each sector, but for the one in which the log ends: without it, the disk is one that never had it. */
function* zeroed(image: DiskImage, { durablePosition }: History): Generator<[string, DiskImage]> {
  for (const [path, base] of bases(image)) {
    const bytes = image.bytes(path);
    for (let offset = 0; offset < bytes.length; offset += SECTOR_BYTES) {
      if (Math.floor((durablePosition - 1 - base) / SECTOR_BYTES) === offset / SECTOR_BYTES) continue;
      const changed = bytes.slice().fill(0, offset, offset + SECTOR_BYTES);
      yield [`${path}, sector ${offset / SECTOR_BYTES}`, image.with(path, changed)];
    }
  }
}

/** One or two files, unless these are the end of the log and all behind it: then the disk is one that never had them. */
function* lost(image: DiskImage, { durablePosition }: History): Generator<[string, DiskImage]> {
  const end = [...bases(image)].filter(([, base]) => base + SEGMENT_BYTES > durablePosition);
  const paths = [...image.files.keys()];
  for (const one of paths) {
    for (const other of paths.filter((path) => path >= one)) {
      if (end.every(([path]) => path === one || path === other)) continue;
      const name = one === other ? one : `${one}, ${other}`;
      yield [name, image.without(one).without(other)];
    }
  }
}

/** The files, and where in the log they begin; checkpoints before everything. */
function bases(image: DiskImage): Map<string, number> {
  return new Map(
    [...image.files.keys()].map((path) => {
      const named = namedFile(path.slice(FOLDER.length + 1));
      return [path, named.kind === "segment" ? (named.number - 1) * SEGMENT_BYTES : Number.NEGATIVE_INFINITY];
    }),
  );
}

function* cut(image: DiskImage): Generator<[string, DiskImage]> {
  for (const path of image.files.keys()) {
    const bytes = image.bytes(path);
    for (const length of [0, 1, SECTOR_BYTES, bytes.length - 1])
      yield [`${path}, ${length} bytes`, image.with(path, bytes.slice(0, length))];
  }
}
