import type { HeaderList } from "./header-list.js";

/**
 * Remembers received blocks with what they decoded to, for as long as the dynamic table stays the same.
 *
 * A block selects one of {@link SETS} pairs of places by its hash. Two places per set, the one used last first, keep
 * two frequent blocks of one set from driving each other out, and blocks that come only once from driving out more. Nothing is allocated before the first block.
 */
export class BlockCache {
  private readonly places: (CachedBlock | undefined)[] = [];

  /** What `bytes[start, end)` decoded to while the table had this `revision`, if that is remembered. */
  find(
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    revision: number,
  ): HeaderList | undefined {
    if (this.places.length === 0) return undefined;
    const first = placeOf(hash);
    const recent = this.places[first];
    if (recent?.is(bytes, start, end, hash, revision)) return recent.list;
    const older = this.places[first + 1];
    if (!older?.is(bytes, start, end, hash, revision)) return undefined;
    this.places[first] = older;
    this.places[first + 1] = recent;
    return older.list;
  }

  /** Remembers `bytes[start, end)`, which is copied, instead of that block of its set which was not used last. */
  keep(
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    revision: number,
    list: HeaderList,
  ): void {
    const { places } = this;
    while (places.length < SETS * 2) places.push(undefined);
    const first = placeOf(hash);
    const block = places[first + 1] ?? new CachedBlock();
    places[first + 1] = places[first];
    places[first] = block;
    block.set(bytes, start, end, hash, revision, list);
  }
}

/** Pairs of blocks. A connection sees few forms of blocks: two per method and a few for errors. */
const SETS = 16;

/** Blocks longer than this, in octets, carry long literals, and are unlikely to repeat or expensive to compare. */
export const CACHED_BLOCK_BYTES_MAX = 64;

/** FNV-1a, its high bits folded into those that select the set. */
export function hashBlock(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  return hash ^ (hash >>> 15);
}

function placeOf(hash: number): number {
  return (hash & (SETS - 1)) * 2;
}

class CachedBlock {
  list: HeaderList | undefined = undefined;
  private bytes: Uint8Array = NO_BYTES;
  private length = 0;
  private hash = 0;
  private revision = 0;

  is(bytes: Uint8Array, start: number, end: number, hash: number, revision: number): boolean {
    if (hash !== this.hash || revision !== this.revision || end - start !== this.length) return false;
    const own = this.bytes;
    let i = 0;
    for (let at = start; at < end; at++) if (own[i++] !== bytes[at]) return false;
    return true;
  }

  set(bytes: Uint8Array, start: number, end: number, hash: number, revision: number, list: HeaderList): void {
    this.length = end - start;
    if (this.bytes.length < this.length) this.bytes = new Uint8Array(Math.ceil(this.length / 32) * 32);
    for (let i = 0; i < this.length; i++) this.bytes[i] = bytes[start + i];
    this.hash = hash;
    this.revision = revision;
    this.list = list;
  }
}

const NO_BYTES = new Uint8Array(0);
