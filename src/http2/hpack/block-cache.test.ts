import { describe, expect, it } from "vitest";
import { BlockCache, CACHED_BLOCK_BYTES_MAX, hashBlock } from "./block-cache.js";
import { HpackDecoder } from "./decoder.js";
import { HeaderList } from "./header-list.js";
import { octets } from "./hex.test.util.js";
import { cachePlaceCount } from "./internals.test.util.js";

const REVISION = 7;

describe("block cache", () => {
  it("gives a block's very list, wherever the block stands", () => {
    const cache = new BlockCache();
    const list = keep(cache, octets("828684"));
    const within = octets("ff828684ff");
    expect(cache.find(within, 1, 4, hashBlock(within, 1, 4), REVISION)).toBe(list);
  });

  it("does not know a block of another table, nor one that only shares the hash", () => {
    const cache = new BlockCache();
    const block = octets("828684");
    keep(cache, block);
    const hash = hashBlock(block, 0, 3);
    expect(cache.find(block, 0, 3, hash, REVISION + 1)).toBeUndefined();
    expect(cache.find(octets("828685"), 0, 3, hash, REVISION)).toBeUndefined();
    expect(cache.find(block, 0, 2, hash, REVISION)).toBeUndefined();
  });

  it("keeps two blocks of one set, and drops the one not used last for a third", () => {
    const cache = new BlockCache();
    const [a, b, c] = blocksOfOneSet(3);
    const lists = [keep(cache, a), keep(cache, b)];
    expect([find(cache, a), find(cache, b)]).toEqual(lists);
    find(cache, a);
    const third = keep(cache, c);
    expect([find(cache, a), find(cache, b), find(cache, c)]).toEqual([lists[0], undefined, third]);
  });

  it("never holds more than 32 blocks", () => {
    const cache = new BlockCache();
    const blocks = Array.from({ length: 1000 }, (_, i) => Uint8Array.of(i >> 8, i & 0xff));
    for (const block of blocks) keep(cache, block);
    expect(blocks.filter((block) => find(cache, block) !== undefined)).toHaveLength(32);
    expect(cachePlaceCount(cache)).toBe(32);
  });

  it("holds nothing before the first block", () => {
    expect(cachePlaceCount(new BlockCache())).toBe(0);
  });

  it("remembers blocks of up to 128 octets", () => {
    const decoder = new HpackDecoder({ tableBytesMax: 4096, listBytesMax: 65_536 });
    const longest = new Uint8Array(CACHED_BLOCK_BYTES_MAX).fill(0x82);
    const longer = new Uint8Array(CACHED_BLOCK_BYTES_MAX + 1).fill(0x82);
    const decode = (block: Uint8Array) => decoder.decode(block, 0, block.length);
    expect(decode(longest)).toBe(decode(longest));
    expect(decode(longer)).not.toBe(decode(longer));
    expect(decode(longer)).toEqual(decode(longer));
  });
});

function keep(cache: BlockCache, block: Uint8Array): HeaderList {
  const list = new HeaderList([String(block)], 0);
  cache.keep(block, 0, block.length, hashBlock(block, 0, block.length), REVISION, list);
  return list;
}

function find(cache: BlockCache, block: Uint8Array): HeaderList | undefined {
  return cache.find(block, 0, block.length, hashBlock(block, 0, block.length), REVISION);
}

function blocksOfOneSet(count: number): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let octet = 0; blocks.length < count; octet++) {
    if ((hashBlock(Uint8Array.of(octet), 0, 1) & 15) === 0) blocks.push(Uint8Array.of(octet));
  }
  return blocks;
}
