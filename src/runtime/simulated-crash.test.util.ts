import { posix } from "node:path";
import type { FileChoices, Pick, SimulatedFile } from "./simulated-file.test.util.js";
import { DiskImage } from "./simulated-image.test.util.js";
import { Content, type SectorTable } from "./simulated-sectors.test.util.js";
import { type Entry, SimulatedFolder, type SimulatedTree } from "./simulated-tree.test.util.js";

/** How far {@link crashImages} goes. */
export interface CrashLimits {
  /** Up to so many states are enumerated, all of them. */
  readonly statesMax: number;
  /** Beyond: all but one or two things lost, and all but one or two kept, up to so many states of each, … */
  readonly pairsMax: number;
  /** … and so many at random. */
  readonly samples: number;
}

export const CRASH_LIMITS: CrashLimits = { statesMax: 256, pairsMax: 400, samples: 32 };

/** What a power failure at this moment may leave on the disk, each state once. */
export function* crashImages(
  tree: SimulatedTree,
  table: SectorTable,
  pick: Pick,
  limits: CrashLimits = CRASH_LIMITS,
): Generator<DiskImage> {
  const seen = new Set<string>();
  const layouts = layoutsOf(tree, pick, limits);
  const files = new Map<SimulatedFile, FileChoices>();
  for (const layout of layouts)
    for (const file of layout.files.values()) if (!files.has(file)) files.set(file, file.choices);
  let count = 0;
  for (const layout of layouts) count += product(choicesIn(layout, files));
  const each = count <= limits.statesMax ? { ...limits, statesMax: count } : { ...limits, statesMax: 0 };
  for (const layout of layouts) {
    for (const choice of choose(choicesIn(layout, files), pick, each)) {
      const image = imageOf(layout, files, choice, table);
      if (seen.has(image.key)) continue;
      seen.add(image.key);
      yield image;
    }
  }
}

/** One of the states at random: what happens if the power fails now. */
export function crashImage(tree: SimulatedTree, table: SectorTable, pick: Pick): DiskImage {
  const folders = foldersOf(tree);
  const undecided = folders.reduce((sum, { names }) => sum + names.undecided, 0);
  const layout = layoutAfter(
    tree,
    folders,
    Array.from({ length: undecided }, () => pick(2)),
  );
  const files = new Map([...layout.files.values()].map((file) => [file, file.choices]));
  return imageOf(layout, files, randomly(choicesIn(layout, files), pick), table);
}

/** Which names lead to which folders and files. */
interface Layout {
  readonly folders: readonly string[];
  readonly files: ReadonlyMap<string, SimulatedFile>;
}

function layoutsOf(tree: SimulatedTree, pick: Pick, limits: CrashLimits): Layout[] {
  const folders = foldersOf(tree);
  const undecided = folders.reduce((sum, { names }) => sum + names.undecided, 0);
  const choices: number[] = Array.from({ length: undecided }, () => 2);
  const layouts = new Map<string, Layout>();
  const files = new Map<SimulatedFile, number>();
  for (const choice of choose(choices, pick, limits)) {
    const layout = layoutAfter(tree, folders, choice);
    for (const file of layout.files.values()) if (!files.has(file)) files.set(file, files.size);
    const key = [
      ...layout.folders,
      ...[...layout.files].map(([path, file]) => `${path} ${files.get(file)}`).sort(),
    ].join("\n");
    layouts.set(key, layout);
  }
  return [...layouts.values()];
}

function layoutAfter(
  tree: SimulatedTree,
  all: readonly SimulatedFolder[],
  choice: readonly number[],
): Layout {
  const folders: string[] = [];
  const files = new Map<string, SimulatedFile>();
  const firstOf = new Map<SimulatedFolder, number>();
  let first = 0;
  for (const folder of all) {
    firstOf.set(folder, first);
    first += folder.names.undecided;
  }
  const walk = (path: string, folder: SimulatedFolder) => {
    folders.push(path);
    const from = firstOf.get(folder) as number;
    for (const [name, entry] of folder.names.after((index) => choice[from + index] === 1)) {
      if (entry instanceof SimulatedFolder) walk(posix.join(path, name), entry);
      else files.set(posix.join(path, name), entry);
    }
  };
  walk("/", tree.root);
  return { folders: folders.sort(), files };
}

/** Every folder that may be there after a crash. */
function foldersOf(tree: SimulatedTree): SimulatedFolder[] {
  const found = new Set<SimulatedFolder>([tree.root]);
  for (const folder of found) {
    const { names } = folder;
    const possible: Entry[] = [...names.after(() => false).values()];
    for (let index = 0; index < names.undecided; index++)
      possible.push(...names.after((each) => each === index).values());
    for (const entry of possible) if (entry instanceof SimulatedFolder) found.add(entry);
  }
  return [...found];
}

/** The number of possibilities of each thing that is undecided, in the order of {@link imageOf}. */
function choicesIn(layout: Layout, files: ReadonlyMap<SimulatedFile, FileChoices>): number[] {
  return [...layout.files.values()].flatMap((file) => {
    const { sectors, sizes } = files.get(file) as FileChoices;
    return [sizes.length, ...sectors.map(({ versions }) => versions.length)];
  });
}

function imageOf(
  layout: Layout,
  files: ReadonlyMap<SimulatedFile, FileChoices>,
  choice: readonly number[],
  table: SectorTable,
): DiskImage {
  let at = 0;
  const contents: [string, Content][] = [];
  for (const [path, file] of layout.files) {
    const { base, sectors, sizes } = files.get(file) as FileChoices;
    const size = sizes[choice[at++]];
    const content = new Content(base.sectors, Number.POSITIVE_INFINITY);
    for (const { index, versions } of sectors) content.sectors[index] = versions[choice[at++]];
    content.resize(size, table);
    contents.push([path, content]);
  }
  return new DiskImage(table, layout.folders, contents);
}

/** All combinations while they are few; else those near to "nothing" and to "all", and some at random. */
function* choose(choices: readonly number[], pick: Pick, limits: CrashLimits): Generator<number[]> {
  if (product(choices) <= limits.statesMax) {
    yield* combinations(choices);
    return;
  }
  const open = choices.flatMap((choice, index) => (choice > 1 ? [index] : []));
  for (const base of [choices.map(() => 0), choices.map((choice) => choice - 1)]) {
    yield base;
    for (const index of open) yield* changed(base, choices, [index]);
    if ((open.length * (open.length - 1)) / 2 <= limits.pairsMax) {
      for (const one of open)
        for (const other of open) if (one < other) yield* changed(base, choices, [one, other]);
    } else {
      for (let count = 0; count < limits.pairsMax; count++)
        yield* changed(base, choices, [open[pick(open.length)], open[pick(open.length)]]);
    }
  }
  for (let count = 0; count < limits.samples; count++) yield randomly(choices, pick);
}

function* combinations(choices: readonly number[]): Generator<number[]> {
  const choice = choices.map(() => 0);
  for (;;) {
    yield choice.slice();
    let index = choices.length - 1;
    while (index >= 0 && choice[index] === choices[index] - 1) choice[index--] = 0;
    if (index < 0) return;
    choice[index]++;
  }
}

/** `base` with other possibilities at `indices`. */
function* changed(
  base: readonly number[],
  choices: readonly number[],
  indices: readonly number[],
): Generator<number[]> {
  for (const choice of combinations(indices.map((index) => choices[index]))) {
    if (indices.some((index, at) => base[index] === choice[at])) continue;
    const next = base.slice();
    indices.forEach((index, at) => {
      next[index] = choice[at];
    });
    yield next;
  }
}

function randomly(choices: readonly number[], pick: Pick): number[] {
  return choices.map((choice) => pick(choice));
}

function product(choices: readonly number[]): number {
  return choices.reduce((count, choice) => count * choice, 1);
}
