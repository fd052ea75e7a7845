/**
 * A map whose keys are in order, by UTF-16 code units: blocks of sorted keys beside their values. Finding is a binary
 * search; what comes and goes leaves no gaps behind.
 */
export class SortedMap<T> {
  private readonly blocks: Block<T>[] = [];
  private count = 0;
  /** Counts insertions and removals: places found before one may be wrong after it. */
  private moves = 0;
  private changes = 0;

  get size(): number {
    return this.count;
  }

  /** One more with each change. */
  get version(): number {
    return this.changes;
  }

  get(key: string): T | undefined {
    const block = this.blocks[this.blockFor(key)];
    if (block === undefined) return undefined;
    const at = lowerBound(block.keys, key);
    return block.keys[at] === key ? block.values[at] : undefined;
  }

  set(key: string, value: T): void {
    this.changes++;
    const index = this.blockFor(key);
    const block = this.blocks[index];
    if (block === undefined) {
      this.blocks.push({ keys: [key], values: [value] });
      this.count++;
      this.moves++;
      return;
    }
    const at = lowerBound(block.keys, key);
    if (block.keys[at] === key) {
      block.values[at] = value;
      return;
    }
    block.keys.splice(at, 0, key);
    block.values.splice(at, 0, value);
    this.count++;
    this.moves++;
    if (block.keys.length > BLOCK_KEYS_MAX) this.split(index, block, at);
  }

  delete(key: string): void {
    const index = this.blockFor(key);
    const block = this.blocks[index];
    if (block === undefined) return;
    const at = lowerBound(block.keys, key);
    if (block.keys[at] !== key) return;
    block.keys.splice(at, 1);
    block.values.splice(at, 1);
    this.count--;
    this.moves++;
    this.changes++;
    if (block.keys.length === 0) this.blocks.splice(index, 1);
  }

  /** Gives all entries in order; the map must not change meanwhile. */
  forEach(visit: (key: string, value: T) => void): void {
    for (const { keys, values } of this.blocks)
      for (let i = 0; i < keys.length; i++) visit(keys[i], values[i]);
  }

  /** Goes up from the first key at or after `from`, or down from the last one before it. Changes meanwhile are seen from there on. */
  walk(from: string | undefined, isDown = false): SortedWalk<T> {
    return new Walk(this, from, isDown);
  }

  /** @internal the place of the first key at or after `key`; undefined: behind all. */
  seek(key: string | undefined): Place {
    const block = key === undefined ? this.blocks.length : this.blockFor(key);
    const keys = this.blocks[block]?.keys;
    const at = keys === undefined || key === undefined ? 0 : lowerBound(keys, key);
    return { block, at, moves: this.moves };
  }

  /** @internal */
  isStale({ moves }: Place): boolean {
    return moves !== this.moves;
  }

  /** @internal Moves on and gives what it passes: the entry at the place, or, down, the one before it. */
  step(place: Place, isDown: boolean): [key: string, value: T] | undefined {
    if (isDown) {
      if (place.at === 0) {
        if (place.block === 0) return undefined;
        place.block--;
        place.at = this.blocks[place.block].keys.length;
      }
      place.at--;
    } else if (place.at === this.blocks[place.block]?.keys.length) {
      place.block++;
      place.at = 0;
    }
    const block = this.blocks[place.block];
    if (block === undefined) return undefined;
    const { keys, values } = block;
    const entry: [string, T] = [keys[place.at], values[place.at]];
    if (!isDown) place.at++;
    return entry;
  }

  /** The block in which a key is, or belongs: the last one that begins at or before it. */
  private blockFor(key: string): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.blocks[middle].keys[0] <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** In the middle; but where keys come in order, the full block stays full. */
  private split(index: number, block: Block<T>, at: number): void {
    const isGrowing = index === this.blocks.length - 1 && at === block.keys.length - 1;
    const from = isGrowing ? at : block.keys.length >>> 1;
    const behind = { keys: block.keys.splice(from), values: block.values.splice(from) };
    this.blocks.splice(index + 1, 0, behind);
  }
}

export interface SortedWalk<T> {
  /** The next entry; undefined when there is none any more. */
  next(): [key: string, value: T] | undefined;
}

interface Block<T> {
  readonly keys: string[];
  readonly values: T[];
}

/** Between two entries, or before or behind one. */
interface Place {
  block: number;
  at: number;
  readonly moves: number;
}

class Walk<T> implements SortedWalk<T> {
  private readonly map: SortedMap<T>;
  private readonly isDown: boolean;
  private place: Place;
  /** What has not been passed begins, or down ends, here; undefined: behind all keys. */
  private from: string | undefined;

  constructor(map: SortedMap<T>, from: string | undefined, isDown: boolean) {
    this.map = map;
    this.isDown = isDown;
    this.from = isDown ? from : (from ?? "");
    this.place = map.seek(this.from);
  }

  next(): [key: string, value: T] | undefined {
    const { map, isDown } = this;
    if (map.isStale(this.place)) this.place = map.seek(this.from);
    const entry = map.step(this.place, isDown);
    if (entry !== undefined) this.from = isDown ? entry[0] : `${entry[0]}\0`;
    return entry;
  }
}

/** The index of the first key at or after `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Moving that many is as fast as finding the place. */
const BLOCK_KEYS_MAX = 256;
