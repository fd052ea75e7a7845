import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HpackDecoder, type HpackError } from "./decoder.js";
import { HeaderList } from "./header-list.js";
import { octets } from "./hex.test.util.js";
import { switchCacheOff, tableOf } from "./internals.test.util.js";

const INSERT_A_1 = "40 0161 0131";
const INSERT_A_2 = "40 0161 0132";

describe("refused blocks", () => {
  it.each([
    ["index 0 (§6.1)", "80", "no field of index 0"],
    ["an index beyond both tables (§2.3.3)", "be", "no field of index 62"],
    ["a name's index beyond both tables", "7e 00", "no name of index 62"],
    ["a name's index beyond both tables, without indexing", "0f2f 00", "no name of index 62"],
    ["an index without end", "ff80", "block ends within an integer"],
    ["a name's index without end", "7f80", "block ends within an integer"],
    ["no name", "40", "block ends where a string was due"],
    ["no value", "40 0161", "block ends where a string was due"],
    ["a name cut off", "40 0261", "block ends within a string"],
    ["a value cut off", "00 0161 0231", "block ends within a string"],
    ["a table size update behind a field (§4.2)", "82 20", "table size update behind a field"],
    ["a table size update above our maximum (§6.3)", "3fe21f", "table size update to 4097 octets"],
    ["a table size update without end", "3f", "block ends within an integer"],
  ])("%s", (_, hex, detail) => {
    expect(decode(newDecoder(), hex)).toEqual({ kind: "compression", detail });
  });
});

describe("table size updates (§4.2)", () => {
  it("may come several at a time, at the start of a block", () => {
    const decoder = newDecoder();
    expect(fields(decoder, `${INSERT_A_1} be`)).toEqual(["a", "1", "a", "1"]);
    expect(fields(decoder, "20 3fe11f 82")).toEqual([":method", "GET"]);
    expect(decode(decoder, "be")).toHaveProperty("kind", "compression");
  });

  it("may be up to our maximum, however large", () => {
    const decoder = newDecoder({ tableBytesMax: 65_536 });
    expect(fields(decoder, "3fe1ff03")).toEqual([]);
    expect(tableOf(decoder).bytesMax).toBe(65_536);
  });

  it("begin at the protocol's 4096 octets, also if our maximum is smaller", () => {
    const decoder = newDecoder({ tableBytesMax: 0 });
    fields(decoder, INSERT_A_1);
    expect(fields(decoder, "be")).toEqual(["a", "1"]);
    expect(fields(decoder, "20")).toEqual([]);
    expect(decode(decoder, "be")).toHaveProperty("kind", "compression");
    expect(decode(decoder, "21")).toHaveProperty("kind", "compression");
  });
});

describe("too large lists", () => {
  it("are sized as RFC 9113 §10.5.1 says: the largest allowed is kept, one octet more is not", () => {
    const block = `82 ${INSERT_A_1}`;
    expect(decode(newDecoder({ listBytesMax: 76 }), block)).toMatchObject({ listBytes: 76 });
    expect(decode(newDecoder({ listBytesMax: 76 }), block)).toBeInstanceOf(HeaderList);
    expect(decode(newDecoder({ listBytesMax: 75 }), block)).toEqual({ kind: "too-large", listBytes: 76 });
  });

  it("keep the table in step", () => {
    const decoder = newDecoder({ listBytesMax: 50 });
    expect(decode(decoder, `${INSERT_A_1} ${INSERT_A_2}`)).toEqual({ kind: "too-large", listBytes: 68 });
    expect(fields(decoder, "bf")).toEqual(["a", "1"]);
    expect(fields(decoder, "be")).toEqual(["a", "2"]);
  });

  it("cost no memory that grows with the indices sent", () => {
    const decoder = newDecoder({ listBytesMax: 10_000 });
    const bomb = new Uint8Array(1_000_000).fill(0x82);
    expect(decoder.decode(bomb, 0, bomb.length)).toEqual({ kind: "too-large", listBytes: 42_000_000 });
  });

  it("do not excuse a wrong block", () => {
    expect(decode(newDecoder({ listBytesMax: 0 }), "82 80")).toHaveProperty("kind", "compression");
  });
});

describe("repeated blocks", () => {
  it("give the same list, with its memo", () => {
    const decoder = newDecoder();
    const first = decode(decoder, "82 86 00 0161 0131") as HeaderList;
    expect(first.memo).toBeUndefined();
    first.memo = { seen: true };
    expect(decode(decoder, "82 86 00 0161 0131")).toBe(first);
    expect(decode(decoder, "82 86 00 0161 0132")).not.toBe(first);
    expect(decode(decoder, "82 86 00 0161 0131")).toBe(first);
  });

  it("are inserted again if they insert", () => {
    const decoder = newDecoder();
    const first = decode(decoder, INSERT_A_1);
    expect(decode(decoder, INSERT_A_1)).not.toBe(first);
    expect(tableOf(decoder).count).toBe(2);
  });

  it("mean something else once the table has changed", () => {
    const decoder = newDecoder();
    fields(decoder, INSERT_A_1);
    expect(fields(decoder, "be")).toEqual(["a", "1"]);
    fields(decoder, INSERT_A_2);
    expect(fields(decoder, "be")).toEqual(["a", "2"]);
    fields(decoder, "20");
    expect(decode(decoder, "be")).toHaveProperty("kind", "compression");
  });

  it("do not depend on the octets they came in", () => {
    const decoder = newDecoder();
    const bytes = octets("00 0161 0131");
    const list = decoder.decode(bytes, 0, bytes.length);
    bytes.fill(0);
    expect(decode(decoder, "00 0161 0131")).toBe(list);
  });

  it("decode as without a cache", () => {
    const block = fc.oneof(
      fc.constantFrom(
        "82",
        "be",
        "82be",
        "bfbe",
        "",
        INSERT_A_1,
        INSERT_A_2,
        "20",
        "3fe11f",
        "3f21",
        "3fe11f82",
      ),
      fc
        .uint8Array({ maxLength: 3 })
        .map((bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("")),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 40 }), (blocks) => {
        const cached = newDecoder();
        const uncached = newDecoder();
        switchCacheOff(uncached);
        for (const hex of blocks) {
          expect(decode(cached, hex)).toEqual(decode(uncached, hex));
          expect(tableOf(cached)).toEqual(tableOf(uncached));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("hostile octets", () => {
  it("never throw", () => {
    const bytes = fc.uint8Array({ maxLength: 200, size: "max" });
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (blocks) => {
        const decoder = newDecoder({ listBytesMax: 500 });
        for (const block of blocks) checkResult(decoder.decode(block, 0, block.length));
      }),
      { numRuns: 2000 },
    );
  });
});

function checkResult(result: HeaderList | HpackError): void {
  if (!(result instanceof HeaderList)) {
    expect(["compression", "too-large"]).toContain(result.kind);
    return;
  }
  const octetsOfFields = result.fields.reduce((sum, text) => sum + text.length, 0);
  expect(result.listBytes).toBe(octetsOfFields + result.fields.length * 16);
  expect(result.listBytes).toBeLessThanOrEqual(500);
}

function newDecoder(options: { tableBytesMax?: number; listBytesMax?: number } = {}): HpackDecoder {
  return new HpackDecoder({ tableBytesMax: 4096, listBytesMax: 16_384, ...options });
}

function decode(decoder: HpackDecoder, hex: string): HeaderList | HpackError {
  const bytes = octets(hex);
  return decoder.decode(bytes, 0, bytes.length);
}

function fields(decoder: HpackDecoder, hex: string): readonly string[] {
  const list = decode(decoder, hex);
  if (!(list instanceof HeaderList)) throw new Error(JSON.stringify(list));
  return list.fields;
}
