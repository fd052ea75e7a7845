import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { AnySchema, anyPack, DurationSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeStatusDetails, encodeStatusDetails } from "./status-details.js";

const NOTE = anyPack(StringValueSchema, create(StringValueSchema, { value: "é" }));
const PAUSE = anyPack(DurationSchema, create(DurationSchema, { seconds: 3n }));

describe("encodeStatusDetails", () => {
  it("writes a google.rpc.Status: code, message and details", () => {
    const reader = new BinaryReader(encodeStatusDetails(5, "no ☃", [NOTE, PAUSE]));
    expect(reader.tag()).toEqual([1, 0]);
    expect(reader.int32()).toBe(5);
    expect(reader.tag()).toEqual([2, 2]);
    expect(reader.string()).toBe("no ☃");
    for (const detail of [NOTE, PAUSE]) {
      expect(reader.tag()).toEqual([3, 2]);
      expect(reader.bytes()).toEqual(toBinary(AnySchema, detail));
    }
    expect(reader.pos).toBe(reader.len);
  });
});

describe("decodeStatusDetails", () => {
  it("reads what encodeStatusDetails writes", () => {
    expect(decodeStatusDetails(encodeStatusDetails(5, "m", [NOTE, PAUSE]))).toEqual([NOTE, PAUSE]);
    expect(decodeStatusDetails(encodeStatusDetails(5, "m", []))).toEqual([]);
  });

  it("skips fields that it does not know", () => {
    const known = encodeStatusDetails(5, "m", [NOTE]);
    const unknown = [0x20, 0x01, 0x2a, 0x01, 0x61];
    expect(decodeStatusDetails(new Uint8Array([...unknown, ...known, ...unknown]))).toEqual([NOTE]);
  });

  it("gives none of a truncated one", () => {
    const whole = encodeStatusDetails(5, "m", [NOTE, PAUSE]);
    expect(decodeStatusDetails(whole.subarray(0, whole.length - 1))).toEqual([]);
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(Array.isArray(decodeStatusDetails(bytes))).toBe(true);
      }),
    );
  });
});
