import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { fieldsOf, rawFiles } from "./descriptor-set.js";

describe("rawFiles", () => {
  it("takes a set apart without encoding anything anew", () => {
    const set = create(FileDescriptorSetSchema, {
      file: [
        { name: "a.proto", package: "a", sourceCodeInfo: { location: [{ path: [4, 0], span: [1, 2, 3] }] } },
        { name: "größe.proto", syntax: "proto3" },
      ],
    });
    const files = rawFiles(toBinary(FileDescriptorSetSchema, set));
    expect([...files.keys()]).toEqual(["a.proto", "größe.proto"]);
    const { bytes, descriptor, sourceInfo } = files.get("a.proto")!;
    expect(Buffer.from(descriptor).toString("latin1")).toBe("\n\x07a.proto\x12\x01a");
    expect(Buffer.concat([descriptor, sourceInfo])).toEqual(Buffer.from(bytes));
    expect(files.get("größe.proto")!.sourceInfo).toHaveLength(0);
  });
});

describe("fieldsOf", () => {
  it.each([
    ["an empty message", "", []],
    ["a varint", "0896 01", [1, 0, "9601"]],
    ["64 bits", "1101020304 05060708", [2, 1, "0102030405060708"]],
    ["32 bits", "1d01020304", [3, 5, "01020304"]],
    ["bytes", "a2b51802 0102", [50004, 2, "0102"]],
  ])("reads %s", (_, hex, expected) => {
    const fields = [...fieldsOf(Buffer.from(hex.replaceAll(" ", ""), "hex"))];
    const seen = fields.map(({ number, wireType, content }) => [
      number,
      wireType,
      Buffer.from(content).toString("hex"),
    ]);
    expect(seen).toEqual(expected.length === 0 ? [] : [expected]);
  });

  it.each(["08", "0a05 01", "1d0102", "0b", "00", "ffffffffffffffffffffff"])("refuses %s", (hex) => {
    expect(() => [...fieldsOf(Buffer.from(hex.replaceAll(" ", ""), "hex"))]).toThrow();
  });
});
