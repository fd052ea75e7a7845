import {
  Content,
  SECTOR_BYTES,
  type Sector,
  type SectorTable,
  type Slice,
  slicesOf,
} from "./simulated-sectors.test.util.js";

/** Something that the cache has, or is about to have, and the disk perhaps not. */
interface Unsynced {
  /** The operation that brought it. */
  readonly id: number;
  /** When the cache took it; `UNDER_WAY` until then. */
  order: number;
  /** A sync of it has failed: the system takes it for written now, and will not write it again by itself. */
  isClean: boolean;
}

/** One of so many possibilities, counted from 0. */
export type Pick = (choices: number) => number;

interface UnsyncedSlice extends Unsynced, Slice {}

interface UnsyncedSize extends Unsynced {
  /** The sizes that the file has on its way to the last of them. */
  readonly sizes: readonly number[];
  /** A write makes a file only larger. */
  readonly isGrowth: boolean;
}

const UNDER_WAY = Number.POSITIVE_INFINITY;

/**
 * A file as the system sees it (its cache), as the disk has it, and what may or may not have gone from the one to the
 * other yet: any of the unsynced slices of each sector, in any order, and any of the sizes.
 */
export class SimulatedFile {
  /** Where it is, for the names of operations. */
  path: string;
  private readonly table: SectorTable;
  private cache: Content;
  private disk: Content;
  private slices = new Map<number, UnsyncedSlice[]>();
  private sizes: UnsyncedSize[] = [];
  private order = 0;

  constructor(path: string, table: SectorTable, content: Content = new Content()) {
    this.path = path;
    this.table = table;
    this.cache = content.copy();
    this.disk = content.copy();
  }

  /** An independent file in the same state. */
  copy(): SimulatedFile {
    const copy = new SimulatedFile(this.path, this.table, this.disk);
    copy.cache = this.cache.copy();
    copy.order = this.order;
    for (const [index, slices] of this.slices)
      copy.slices.set(
        index,
        slices.map((slice) => ({ ...slice })),
      );
    copy.sizes = this.sizes.map((size) => ({ ...size }));
    return copy;
  }

  get size(): number {
    return this.cache.size;
  }

  read(into: Uint8Array, offset: number): number {
    return this.cache.read(into, offset);
  }

  /** The room that it takes, with what is being written. */
  get allocatedBytes(): number {
    let sectors = 0;
    this.cache.sectors.forEach((sector, index) => {
      if (sector !== undefined && !this.slices.has(index)) sectors++;
    });
    return (sectors + this.slices.size) * SECTOR_BYTES;
  }

  /** The room that writing there would take beyond that. */
  bytesToAllocate(length: number, offset: number): number {
    let sectors = 0;
    for (let index = Math.floor(offset / SECTOR_BYTES); index * SECTOR_BYTES < offset + length; index++) {
      if (this.cache.sectors[index] === undefined && !this.slices.has(index)) sectors++;
    }
    return sectors * SECTOR_BYTES;
  }

  /** From here on any part of the write may be on the disk. */
  startWrite(id: number, bytes: Uint8Array, offset: number): void {
    for (const slice of slicesOf(bytes.slice(), offset)) this.addSlice(id, slice);
    const end = offset + bytes.length;
    if (end > this.cache.size) this.addSize(id, sizesBetween(this.cache.size, end), true);
  }

  startResize(id: number, size: number): void {
    const first = Math.floor(size / SECTOR_BYTES);
    for (let index = first; index * SECTOR_BYTES < this.cache.size; index++) {
      if (this.disk.sectors[index] === undefined && !this.slices.has(index)) continue;
      const from = Math.max(0, size - index * SECTOR_BYTES);
      this.addSlice(id, { index, from, bytes: new Uint8Array(SECTOR_BYTES - from) });
    }
    this.addSize(id, [size], false);
  }

  /** The cache has taken what operation `id` brought. */
  finish(id: number): void {
    this.order++;
    for (const slice of this.slicesBy(id)) {
      this.cache.sectors[slice.index] = this.patched(this.cache.sectors[slice.index], slice);
      slice.order = this.order;
    }
    for (const size of this.sizes) {
      if (size.id !== id) continue;
      this.resize(this.cache, size);
      size.order = this.order;
    }
  }

  /** The process is gone in the middle of operation `id`: the cache has taken as many of its sectors as `pick` says. */
  interrupt(id: number, pick: Pick): void {
    const slices = this.slicesBy(id).sort((a, b) => a.index - b.index);
    const taken = pick(slices.length + 1);
    const dropped = new Set(slices.slice(taken));
    for (const { index } of dropped) this.keepSlices(index, (slice) => !dropped.has(slice));
    if (dropped.size > 0)
      this.sizes = this.sizes.flatMap((size) => (size.id === id ? cutShort(size, slices[taken]) : size));
    this.finish(id);
  }

  /** What a sync that begins now covers. */
  get syncMark(): number {
    return this.order;
  }

  /** All that the cache had at `mark` is on the disk, but for what the system takes for written already. */
  synced(mark: number): void {
    for (const index of this.slices.keys()) this.sectorSynced(index, mark);
    if (this.sizes.some(({ order, isClean }) => order <= mark && !isClean)) this.sizeSynced(mark);
  }

  /** The same for what operation `id` has written, and the size if the file has grown by it; or it has failed. */
  writeSynced(id: number, isDone: boolean): void {
    for (const { index } of this.slicesBy(id)) {
      if (isDone) this.sectorSynced(index, this.order);
      else markClean(this.slices.get(index) as UnsyncedSlice[], this.order);
    }
    if (!isDone) markClean(this.sizes, this.order);
    else if (this.sizes.some((size) => size.id === id)) this.sizeSynced(this.order);
  }

  /** Nobody knows what of this is on the disk, and the system has forgotten that it is not. */
  syncFailed(mark: number): void {
    for (const slices of this.slices.values()) markClean(slices, mark);
    markClean(this.sizes, mark);
  }

  /** The system drops from its cache what it takes for written, and reads what is there when somebody asks. */
  evict(pick: Pick): void {
    for (const [index, slices] of this.slices) {
      if (!slices.every(({ isClean }) => isClean)) continue;
      const versions = this.versions(index);
      this.cache.sectors[index] = this.disk.sectors[index] = versions[pick(versions.length)];
      this.slices.delete(index);
    }
  }

  /** What the disk may have: first all that is certain, last all that the cache has. */
  get choices(): FileChoices {
    const sectors = [...this.slices.keys()].map((index) => ({ index, versions: this.versions(index) }));
    return {
      base: this.disk,
      sectors: sectors.filter(({ versions }) => versions.length > 1),
      sizes: [...new Set([this.disk.size, ...this.sizes.flatMap(({ sizes }) => sizes)])],
    };
  }

  private versions(index: number): (Sector | undefined)[] {
    const disk = this.disk.sectors[index];
    const slices = [...(this.slices.get(index) ?? [])].sort(byOrder);
    const versionOf = (chosen: readonly UnsyncedSlice[]) =>
      chosen.reduce<Sector | undefined>((sector, slice) => this.patched(sector, slice), disk);
    const newest = versionOf(slices);
    const others = new Map<number, Sector>();
    for (const chosen of arrangements(slices)) {
      const version = versionOf(chosen) as Sector;
      if (!isSame(version, disk) && !isSame(version, newest)) others.set(version.id, version);
    }
    return others.size === 0 && isSame(newest, disk) ? [disk] : [disk, ...others.values(), newest];
  }

  private sectorSynced(index: number, mark: number): void {
    const slices = (this.slices.get(index) ?? []).filter(({ order }) => order <= mark);
    if (!slices.some(({ isClean }) => !isClean)) return;
    for (const slice of slices.sort(byOrder))
      this.disk.sectors[index] = this.patched(this.disk.sectors[index], slice);
    this.keepSlices(index, ({ order }) => order > mark);
  }

  private sizeSynced(mark: number): void {
    const covered = this.sizes.filter(({ order }) => order <= mark).sort(byOrder);
    for (const size of covered) this.resize(this.disk, size);
    this.sizes = this.sizes.filter(({ order }) => order > mark);
  }

  private resize(content: Content, { sizes, isGrowth }: UnsyncedSize): void {
    const size = sizes.at(-1) as number;
    content.resize(isGrowth ? Math.max(content.size, size) : size, this.table);
  }

  private keepSlices(index: number, isKept: (slice: UnsyncedSlice) => boolean): void {
    const kept = (this.slices.get(index) ?? []).filter(isKept);
    if (kept.length === 0) this.slices.delete(index);
    else this.slices.set(index, kept);
  }

  private slicesBy(id: number): UnsyncedSlice[] {
    const found: UnsyncedSlice[] = [];
    for (const slices of this.slices.values())
      for (const slice of slices) if (slice.id === id) found.push(slice);
    return found;
  }

  private addSlice(id: number, slice: Slice): void {
    const slices = this.slices.get(slice.index) ?? [];
    const { index, from, bytes } = slice;
    slices.push({ index, from, bytes, id, order: UNDER_WAY, isClean: false });
    this.slices.set(index, slices);
  }

  private addSize(id: number, sizes: readonly number[], isGrowth: boolean): void {
    this.sizes.push({ id, sizes, isGrowth, order: UNDER_WAY, isClean: false });
  }

  private patched(sector: Sector | undefined, { bytes, from }: Slice): Sector {
    return this.table.patched(sector, bytes, from);
  }
}

/** The size that a write brings if the cache takes none of it from `first` on. */
function cutShort(size: UnsyncedSize, first: Slice): UnsyncedSize[] {
  const start = first.index * SECTOR_BYTES + first.from;
  return size.isGrowth && first.from === 0 ? [{ ...size, sizes: [start] }] : [];
}

/** What a file on the disk may be. */
export interface FileChoices {
  readonly base: Content;
  readonly sectors: readonly { readonly index: number; readonly versions: readonly (Sector | undefined)[] }[];
  readonly sizes: readonly number[];
}

function markClean(unsynced: readonly Unsynced[], mark: number): void {
  for (const each of unsynced) if (each.order <= mark) each.isClean = true;
}

function isSame(a: Sector | undefined, b: Sector | undefined): boolean {
  return (a?.id ?? 0) === (b?.id ?? 0);
}

function byOrder(a: Unsynced, b: Unsynced): number {
  return a.order === b.order ? a.id - b.id : a.order - b.order;
}

/** The end, and of what is on the way to it each sector's or else some. */
function sizesBetween(from: number, to: number): number[] {
  const sizes: number[] = [];
  for (let at = (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES; at < to; at += SECTOR_BYTES)
    sizes.push(at);
  const middle = Math.floor(sizes.length / 2);
  const some = sizes.length <= 3 ? sizes : [sizes[0], sizes[middle], sizes[sizes.length - 1]];
  return [...some, to];
}

/** The subsets of a few, in all orders; of many, those that end early, have one of them only, or lack one. */
function* arrangements<T>(all: readonly T[]): Generator<readonly T[]> {
  if (all.length <= 3) {
    yield* ordered(all, []);
    return;
  }
  for (let index = 0; index < all.length; index++) {
    yield all.slice(0, index + 1);
    yield [all[index]];
    yield all.filter((_, at) => at !== index);
  }
}

function* ordered<T>(rest: readonly T[], chosen: readonly T[]): Generator<readonly T[]> {
  if (chosen.length > 0) yield chosen;
  for (const next of rest) {
    yield* ordered(
      rest.filter((each) => each !== next),
      [...chosen, next],
    );
  }
}
