import { crc32 } from "node:zlib";
import { below, seededRandom } from "../runtime/seeded-random.test.util.js";
import { type DiskImage, SECTOR_BYTES, type SimulatedDisk } from "../runtime/simulated-disk.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { BATCH_HEADER_BYTES } from "./batch.js";
import { newDisk } from "./crash-explorer.test.util.js";
import { History } from "./crash-history.test.util.js";
import { FOLDER, Life, SEGMENT_BYTES, type Step } from "./crash-life.test.util.js";
import { type Violation, ViolationError } from "./crash-violation.test.util.js";
import { namedFile } from "./file-names.js";
import { JournalError } from "./journal-error.js";
import { storeUint32 } from "./little-endian.js";
import { loadSegmentHeader, SEGMENT_HEADER_BYTES } from "./segment-header.js";

// A disk that has lost or changed what was durable: the journal says so, or what is damaged was needed by nobody.

/** A journal that nobody uses, and what it has acknowledged. */
export interface Rest {
  readonly image: DiskImage;
  readonly history: History;
}

export const RESTS: readonly { readonly name: string; readonly steps: readonly Step[] }[] = [
  { name: "closed", steps: ["small", "large", "small", "close"] },
  { name: "closed after a large record", steps: ["small", "large", "close"] },
  {
    name: "closed, with checkpoints",
    steps: ["small", "checkpoint", "large", "checkpoint", "roll", "small", "close"],
  },
  {
    name: "opened again, with checkpoints and without the log before them",
    steps: ["roll", "checkpoint", "roll", "checkpoint", "reopen", "small"],
  },
  { name: "closed, with one checkpoint", steps: ["roll", "small", "checkpoint", "roll", "close"] },
  { name: "not closed", steps: ["small", "large", "small"] },
  {
    name: "not closed, with checkpoints",
    steps: ["small", "checkpoint", "large", "checkpoint", "roll", "small"],
  },
];

/** Goes through a workload, on a new disk or where another journal rests; the power fails once all is quiet. */
export async function restOf(steps: readonly Step[], from?: Rest, seed = 1): Promise<Rest> {
  const world = new SimulatedWorld();
  const disk = newDisk(world, from?.image);
  const history = from?.history.copy() ?? new History();
  const life = new Life(world, disk, history, { firstNumber: 100 * seed, seed });
  await world.outcome(life.begin());
  for (const step of steps) await world.outcome(life.step(step));
  await world.settle();
  return { image: disk.crash(), history };
}

/** A journal after something has happened to its disk. */
export interface Damage {
  readonly name: string;
  readonly image: DiskImage;
  /** The files that are no longer whole. */
  readonly paths: readonly string[];
}

/** How a journal takes damage. */
export type Verdict = "reported" | "harmless" | Violation;

export async function verdictOn({ name, image, paths }: Damage, history: History): Promise<Verdict> {
  const world = new SimulatedWorld();
  const disk = newDisk(world, image);
  const excess = watchLengths(disk, image);
  const life = new Life(world, disk, history.copy(), { firstNumber: 1_000, seed: 1_000 });
  const verdict = await takes(world, disk, life, image.key);
  if (excess.length > 0) return { oracle: "lengths-are-bounded", detail: `${name}: ${excess[0]}` };
  if (verdict === "reported" && isOneCheckpoint(paths))
    return { oracle: "one-checkpoint-is-enough", detail: name };
  return typeof verdict === "string" ? verdict : { ...verdict, detail: `${name}: ${verdict.detail}` };
}

async function takes(world: SimulatedWorld, disk: SimulatedDisk, life: Life, key: string): Promise<Verdict> {
  try {
    await world.outcome(life.begin());
  } catch (error) {
    if (!isReport(error)) return unreported(error);
    return disk.crash().key === key
      ? "reported"
      : { oracle: "refused-is-unchanged", detail: "a journal that it did not open was changed" };
  }
  try {
    await world.outcome(life.read());
  } catch (error) {
    if (!isReport(error)) return unreported(error);
  }
  return "harmless";
}

function isReport(error: unknown): boolean {
  return error instanceof JournalError && error.fault === "corrupt" && error.message.includes(FOLDER);
}

function unreported(error: unknown): Violation {
  if (error instanceof ViolationError) return { oracle: "damage-is-reported", detail: error.message };
  return { oracle: "errors-are-clear", detail: error instanceof Error ? `${error.stack}` : `${error}` };
}

/** Reads that ask for more than there is. */
function watchLengths(disk: SimulatedDisk, image: DiskImage): readonly string[] {
  const excess: string[] = [];
  disk.faults = ({ action, path, bytes = 0 }) => {
    const most = Math.max(SEGMENT_HEADER_BYTES, image.files.get(path)?.size ?? SEGMENT_BYTES);
    if (action === "read" && bytes > most) excess.push(`${bytes} bytes of ${path} are asked for`);
    return undefined;
  };
  return excess;
}

/** There are two of them, and the log since the older one, or one and all of the log: each can be done without. */
function isOneCheckpoint(paths: readonly string[]): boolean {
  return paths.length === 1 && paths[0].includes("checkpoint");
}

/** What happens to files. */
export const DAMAGES = {
  /** A bit flips in every few bytes of what is written, and in some of what is empty. */
  flips: (rest: Rest, strideMax = 9) => flipped(rest, [...rest.image.files.keys()], strideMax),

  /** The same in checkpoints. */
  "flips in checkpoints": (rest: Rest) =>
    flipped(
      rest,
      [...rest.image.files.keys()].filter((path) => path.includes("checkpoint")),
    ),

  /** A bit flips in each byte around the end of the log. */
  *"flips at the end"({ image, history: { durablePosition } }: Rest): Generator<Damage> {
    for (const [path, base] of bases(image)) {
      const end = durablePosition - base;
      for (let offset = Math.max(0, end - 64); offset < Math.min(end, SEGMENT_BYTES); offset++)
        yield { name: `${path}, byte ${offset}`, image: image.flipped(path, offset, 1), paths: [path] };
    }
  },

  /** A sector becomes zeros; but for the one in which the log ends: without it, the disk is one that never had it. */
  *zeroed({ image, history: { durablePosition } }: Rest): Generator<Damage> {
    for (const [path, base] of bases(image)) {
      const bytes = image.bytes(path);
      for (let offset = 0; offset < bytes.length; offset += SECTOR_BYTES) {
        if (Math.floor((durablePosition - 1 - base) / SECTOR_BYTES) === offset / SECTOR_BYTES) continue;
        const changed = bytes.slice().fill(0, offset, offset + SECTOR_BYTES);
        const name = `${path}, sector ${offset / SECTOR_BYTES}`;
        yield { name, image: image.with(path, changed), paths: [path] };
      }
    }
  },

  /**
   * One or two names are lost, unless these are the end of the log and all behind it: then the disk is one that never had
   * them.
   */
  *lost({ image, history: { durablePosition } }: Rest): Generator<Damage> {
    const end = [...bases(image)].filter(([, base]) => base + SEGMENT_BYTES > durablePosition);
    const all = [...image.files.keys()];
    for (const one of all) {
      for (const other of all.filter((path) => path >= one)) {
        if (end.every(([path]) => path === one || path === other)) continue;
        const paths = one === other ? [one] : [one, other];
        yield { name: `without ${paths.join(", ")}`, image: image.without(one).without(other), paths };
      }
    }
  },

  /** A file is cut. */
  *cut({ image }: Rest): Generator<Damage> {
    for (const path of image.files.keys()) {
      const bytes = image.bytes(path);
      // The last part of a checkpoint has 24 bytes.
      for (const length of [0, 1, SECTOR_BYTES, bytes.length - 24, bytes.length - 1])
        yield {
          name: `${path}, ${length} bytes`,
          image: image.with(path, bytes.slice(0, length)),
          paths: [path],
        };
    }
  },

  /** Two files have each other's name. */
  *exchanged({ image }: Rest): Generator<Damage> {
    const all = [...image.files.keys()];
    for (const one of all) {
      for (const other of all.filter((path) => path > one)) {
        const changed = image.with(one, image.bytes(other)).with(other, image.bytes(one));
        yield { name: `${one} and ${other} exchanged`, image: changed, paths: [one, other] };
      }
    }
  },

  /** A length says more than there is: what has it is right in itself, or not looked at before. */
  *lengths({ image }: Rest): Generator<Damage> {
    for (const path of image.files.keys()) {
      if (path.includes("checkpoint")) yield longer(image, path, 8);
      else for (const at of batchesIn(image.bytes(path))) yield longer(image, path, at + 4, at);
    }
  },
} as const;

export type DamageKind = keyof typeof DAMAGES;

function* flipped({ image }: Rest, paths: readonly string[], strideMax = 9): Generator<Damage> {
  const random = seededRandom(1);
  for (const path of paths) {
    const bytes = image.bytes(path);
    for (let offset = 0; offset < bytes.length; ) {
      const mask = 1 << below(8, random);
      yield {
        name: `${path}, byte ${offset}, ${mask}`,
        image: image.flipped(path, offset, mask),
        paths: [path],
      };
      const sector = Math.floor(offset / SECTOR_BYTES) * SECTOR_BYTES;
      const isEmpty = bytes.subarray(sector, sector + SECTOR_BYTES).every((byte) => byte === 0);
      offset += strideMax === 1 ? 1 : 1 + below(isEmpty ? 150 : strideMax, random);
    }
  }
}

/** The length at `lengthAt` says 16 MiB; with the checksum of the batch that begins at `at`, if there is one. */
function longer(image: DiskImage, path: string, lengthAt: number, at?: number): Damage {
  const bytes = image.bytes(path).slice();
  storeUint32(bytes, lengthAt, 16 * 1024 * 1024);
  const header = loadSegmentHeader(bytes.subarray(0, SEGMENT_HEADER_BYTES), crc32);
  if (at !== undefined && typeof header !== "string")
    storeUint32(bytes, at, crc32(bytes.subarray(at + 4, at + BATCH_HEADER_BYTES), header.salt));
  return { name: `${path}, length at ${lengthAt}`, image: image.with(path, bytes), paths: [path] };
}

/** Where the batches of a segment seem to begin. */
function batchesIn(bytes: Uint8Array): number[] {
  const magic = [0xd1, 0x9e, 0x7c, 0xb4];
  const found: number[] = [];
  for (let at = SEGMENT_HEADER_BYTES; at + BATCH_HEADER_BYTES <= bytes.length; at += 8)
    if (magic.every((byte, index) => bytes[at + BATCH_HEADER_BYTES - 4 + index] === byte)) found.push(at);
  return found;
}

/** A journal and others of the same size, file by file: what a hand that copies files can make of them. */
export async function mixtures(): Promise<{ readonly rest: Rest; readonly damages: readonly Damage[] }[]> {
  const all: readonly (readonly Step[])[] = [
    ["small"],
    ["small", "checkpoint"],
    ["small", "roll", "kill", "small", "checkpoint", "roll", "small"],
  ];
  const others = all.map(async (steps) => {
    const rest = await restOf(steps);
    const another = await restOf(steps, undefined, 2);
    return { rest, damages: replaced(rest.image, another.image, "another journal") };
  });
  const fork = await restOf(["small"]);
  const after: readonly Step[] = ["roll", "kill", "small"];
  const rest = await restOf(after, fork, 2);
  const copy = await restOf(after, fork, 3);
  const damages = replaced(rest.image, copy.image, "a copy that went another way");
  return [...(await Promise.all(others)), { rest, damages }];
}

/** Each file in turn is the other's. */
function replaced(image: DiskImage, other: DiskImage, whose: string): Damage[] {
  return [...image.files.keys()]
    .filter((path) => other.files.has(path))
    .map((path) => ({
      name: `${path} of ${whose}`,
      image: image.with(path, other.bytes(path)),
      paths: [],
    }));
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

/** A journal whose newest checkpoint is damaged, and its end, and both: only then nothing else tells of the end. */
export async function damagedEnds(): Promise<{ readonly rest: Rest; readonly damages: readonly Damage[] }> {
  const rest = await restOf(["small", "checkpoint", "small", "checkpoint"]);
  const { image, history } = rest;
  const newest = [...image.files.keys()]
    .filter((path) => path.includes("checkpoint"))
    .sort()
    .at(-1) as string;
  const path = [...bases(image)].find(([, base]) => base === 0)?.[0] as string;
  const end = history.entries.at(-1)?.position as number;
  const ended = image.with(path, image.bytes(path).fill(0, end - 40));
  return {
    rest,
    damages: [
      { name: "the end", image: ended, paths: [path] },
      { name: "the newest checkpoint", image: image.flipped(newest, 20, 1), paths: [newest] },
      { name: "both", image: ended.flipped(newest, 20, 1), paths: [path, newest] },
    ],
  };
}
