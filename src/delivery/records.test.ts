import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MalformedRecord, RecordReader } from "./record-reader.js";
import { RecordWriter } from "./record-writer.js";

const number = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const bytes = fc.uint8Array({ maxLength: 300 });

describe("a record", () => {
  it("reads as it was written", () => {
    const writer = new RecordWriter();
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.nat(255), number, bytes, text, number, bytes, (kind, a, b, c, d, e) => {
        const record = writer.begin(kind).number(a).bytes(b).text(c).number(d).raw(e).view().slice();
        const reader = new RecordReader(record);
        expect(reader.kind).toBe(kind);
        expect(reader.number()).toBe(a);
        expect(reader.bytes()).toEqual(b);
        expect(reader.text()).toBe(c);
        expect(reader.number()).toBe(d);
        expect(reader.raw(e.length)).toEqual(e);
        reader.end();
      }),
    );
  });

  it.each([0, 127, 128, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 49, Number.MAX_SAFE_INTEGER])(
    "holds %d",
    (value) => {
      expect(new RecordReader(new RecordWriter().begin(1).number(value).view()).number()).toBe(value);
    },
  );

  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, "7", undefined])(
    "is not written with %s for a number, which nobody could read",
    (value) => {
      expect(() => new RecordWriter().begin(1).number(value as number)).toThrow("is no number of a record");
    },
  );

  it.each([
    ["2^53", [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], "beyond 2^53-1"],
    ["an endless number", [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], "beyond 2^53-1"],
    ["half a number", [1, 0x80], "ends in a number"],
    ["a length beyond its end", [1, 5, 0, 0], "ends in a field"],
    ["a length far beyond it", [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], "ends in a field"],
  ])("with %s is malformed", (_what, record, reason) => {
    expect(() => new RecordReader(Uint8Array.from(record)).bytes()).toThrow(reason);
  });

  it("that is empty, or longer than its fields, is malformed", () => {
    expect(() => new RecordReader(new Uint8Array())).toThrow(MalformedRecord);
    expect(() => new RecordReader(Uint8Array.of(1, 2)).end()).toThrow("1 bytes follow its last field");
  });

  it("of any bytes is read or malformed", () => {
    fc.assert(
      fc.property(bytes, (record) => {
        try {
          const reader = new RecordReader(record);
          reader.number();
          reader.bytes();
          reader.text();
          reader.end();
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedRecord);
        }
      }),
    );
  });
});
