import { create, type DescMessage, fromBinary as fromBinaryOfProtobufEs } from "@bufbuild/protobuf";
import { BytesValueSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { fromBinary, toBinary } from "./binary.js";
import { messagesOf } from "./schemas.test.util.js";

const message = messagesOf(`
  syntax = "proto3";
  package t;
  message Maps {
    map<string, int32> texts = 1;
    map<int32, int32> ints = 2;
    map<uint64, int32> longs = 3;
    map<bool, int32> bools = 4;
    map<string, Maps> children = 5;
  }
  message Data { bytes data = 1; repeated bytes list = 2; }
`);
const Maps = message("t.Maps");
const Data = message("t.Data");

describe("toBinary", () => {
  it("takes messages and init shapes", () => {
    const bytes = new Uint8Array([0x0a, 3, 0x61, 0x62, 0x63]);
    expect(toBinary(StringValueSchema, { value: "abc" })).toEqual(bytes);
    expect(toBinary(StringValueSchema, create(StringValueSchema, { value: "abc" }))).toEqual(bytes);
  });

  it("leaves out unknown fields where told so", () => {
    const bytes = new Uint8Array([0x0a, 1, 0x61, 0x78, 5]);
    const value = fromBinary(StringValueSchema, bytes);
    expect(toBinary(StringValueSchema, value)).toEqual(bytes);
    expect(toBinary(StringValueSchema, value, { writeUnknownFields: false })).toEqual(bytes.subarray(0, 3));
  });

  it("writes the entries of maps in the order of their keys where told so", () => {
    const one = { texts: { b: 1, "\uffff": 2, "😀": 3, a: 4 }, longs: { "18446744073709551615": 1, "9": 2 } };
    const other = {
      texts: { a: 4, "😀": 3, "\uffff": 2, b: 1 },
      longs: { "9": 2, "18446744073709551615": 1 },
    };
    expect(toBinary(Maps, one)).not.toEqual(toBinary(Maps, other));
    const bytes = toBinary(Maps, one, { deterministic: true });
    expect(toBinary(Maps, other, { deterministic: true })).toEqual(bytes);
    const { texts, longs } = fromBinary(Maps, bytes) as unknown as Record<string, object>;
    expect(Object.keys(texts)).toEqual(["a", "b", "\uffff", "😀"]);
    expect(Object.keys(longs)).toEqual(["9", "18446744073709551615"]);
  });

  it.each([
    ["ints", { "2": 1, "-3": 1, "10": 1 }, [-3, 2, 10]],
    ["bools", { true: 1, false: 1 }, [0, 1]],
  ])("orders %s by their value", (field, entries, keys) => {
    const bytes = toBinary(Maps, { [field]: entries }, { deterministic: true });
    const order = [...bytes.keys()].filter((i) => bytes[i] === 0x08).map((i) => readInt32(bytes, i + 1));
    expect(order).toEqual(keys);
  });

  it("orders the maps of messages in maps, too", () => {
    const bytes = (texts: object) => toBinary(Maps, { children: { x: { texts } } }, { deterministic: true });
    expect(bytes({ a: 1, b: 2 })).toEqual(bytes({ b: 2, a: 1 }));
  });

  it("gives what nobody else writes to, however much is encoded later", () => {
    const texts = Array.from({ length: 300 }, (_, i) =>
      String.fromCharCode(97 + (i % 26)).repeat((i * 37) % 700),
    );
    const encoded = texts.map((value) => toBinary(StringValueSchema, { value }));
    expect(encoded.map((bytes) => fromBinary(StringValueSchema, bytes).value)).toEqual(texts);
  });

  it("can be called by a getter of what it encodes", () => {
    const inner: Uint8Array[] = [];
    const outer = {
      get value() {
        inner.push(toBinary(StringValueSchema, { value: "i".repeat(100) }));
        return "o".repeat(200);
      },
    };
    expect(fromBinary(StringValueSchema, toBinary(StringValueSchema, outer)).value).toBe("o".repeat(200));
    expect(fromBinary(StringValueSchema, inner[0]).value).toBe("i".repeat(100));
  });
});

describe("fromBinary", () => {
  it("drops unknown fields where told so", () => {
    const bytes = new Uint8Array([0x0a, 1, 0x61, 0x78, 5]);
    const value = fromBinary(StringValueSchema, bytes, { readUnknownFields: false });
    expect(Object.keys(value)).toEqual(["$typeName", "value"]);
  });

  it("goes as deep as it is told", () => {
    const nested = (depth: number): Record<string, unknown> =>
      depth === 1 ? {} : { children: { x: nested(depth - 1) } };
    for (const [depth, limit] of [
      [100, undefined],
      [3, 3],
      [500, 500],
    ] as const) {
      const at = toBinary(Maps, nested(depth));
      const beyond = toBinary(Maps, nested(depth + 1));
      expect(() => fromBinary(Maps, at, { recursionLimit: limit })).not.toThrow();
      expect(() => fromBinary(Maps, beyond, { recursionLimit: limit })).toThrow(
        `messages are nested more than ${limit ?? 100} deep`,
      );
    }
  });

  it("gives a view of bytes where that keeps at most twice as much memory, and a copy otherwise", () => {
    const half = dataOf(toBinary(BytesValueSchema, { value: new Uint8Array(1000).fill(7) }).slice());
    expect(half.value.buffer).toBe(half.bytes.buffer);
    const wide = new Uint8Array(4096);
    const bytes = toBinary(BytesValueSchema, { value: new Uint8Array(1000).fill(7) });
    wide.set(bytes);
    const small = dataOf(wide.subarray(0, bytes.length));
    expect(small.value.buffer.byteLength).toBe(1000);
    expect(small.value).toEqual(half.value);
  });

  it("copies small bytes out of a large message", () => {
    const list = [new Uint8Array(10).fill(1), new Uint8Array(5000).fill(2), new Uint8Array(10).fill(3)];
    const bytes = toBinary(Data, { list }).slice();
    const decoded = fromBinary(Data, bytes) as unknown as { list: Uint8Array[] };
    expect(decoded.list).toEqual(list);
    expect(decoded.list.map(({ buffer }) => buffer === bytes.buffer)).toEqual([false, true, false]);
  });

  it("says what is wrong, and where", () => {
    expect(() => fromBinary(StringValueSchema, new Uint8Array([0x0a, 5, 0x61]))).toThrow(
      "cannot decode google.protobuf.StringValue from binary: a length of 5 reaches beyond the end, at byte 2",
    );
  });

  it("keeps a byte order mark, which belongs to the text", () => {
    const bytes = toBinary(StringValueSchema, { value: "\uFEFFa" });
    expect(fromBinary(StringValueSchema, bytes).value).toBe("\uFEFFa");
  });

  it("takes a map's key __proto__ for a key like any other", () => {
    const polluted = JSON.parse('{ "__proto__": { "texts": { "__proto__": 5 } } }');
    const bytes = toBinary(Maps, { children: polluted });
    const { children } = fromBinary(Maps, bytes) as unknown as { children: Record<string, object> };
    expect(Object.getPrototypeOf(children)).toBe(Object.prototype);
    expect(Object.keys(children)).toEqual(["__proto__"]);
    expect(toBinary(Maps, fromBinary(Maps, bytes))).toEqual(bytes);
    expect(fromBinaryOfProtobufEs(Maps, toBinary(Maps, { texts: { a: 1 } }))).toEqual(
      create(Maps, { texts: { a: 1 } }),
    );
  });
});

function dataOf(bytes: Uint8Array): { bytes: Uint8Array; value: Uint8Array } {
  return {
    bytes,
    value: fromBinary(BytesValueSchema as DescMessage as typeof BytesValueSchema, bytes).value,
  };
}

/** A varint of up to ten bytes as a signed integer of 32 bits. */
function readInt32(bytes: Uint8Array, start: number): number {
  let value = 0n;
  for (let at = start, shift = 0n; ; at++, shift += 7n) {
    value |= BigInt(bytes[at] & 0x7f) << shift;
    if (bytes[at] < 0x80) return Number(BigInt.asIntN(32, value));
  }
}
