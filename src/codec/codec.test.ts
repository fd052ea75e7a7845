import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { AnySchema, DurationSchema, StringValueSchema, StructSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Output } from "../bytes/output.js";
import { codecFor } from "./codec.js";

const strings = codecFor(StringValueSchema);
const anys = codecFor(AnySchema);

describe("codecFor", () => {
  it("encodes messages and init shapes alike, behind what the output holds", () => {
    for (const message of [{ value: "é" }, create(StringValueSchema, { value: "é" })]) {
      const output = new Output();
      output.append(new Uint8Array([9]));
      strings.encode(message, output);
      expect(output.view()).toEqual(
        new Uint8Array([9, ...toBinary(StringValueSchema, create(StringValueSchema, { value: "é" }))]),
      );
    }
  });

  it("encodes an empty message as nothing", () => {
    const output = new Output();
    strings.encode({}, output);
    expect(output.length).toBe(0);
    expect(strings.decode(new Uint8Array(0), 0, 0)).toEqual(create(StringValueSchema));
  });

  it("decodes the given range only", () => {
    const bytes = toBinary(StringValueSchema, create(StringValueSchema, { value: "abc" }));
    const lent = new Uint8Array([0xff, ...bytes, 0xff]);
    expect(strings.decode(lent, 1, lent.length - 1)).toEqual(create(StringValueSchema, { value: "abc" }));
  });

  it("keeps nothing of the bytes, which were only lent", () => {
    const bytes = toBinary(AnySchema, create(AnySchema, { typeUrl: "t", value: new Uint8Array([1, 2, 3]) }));
    const message = anys.decode(bytes, 0, bytes.length);
    bytes.fill(0xee);
    expect(message).toEqual(create(AnySchema, { typeUrl: "t", value: new Uint8Array([1, 2, 3]) }));
  });

  it("keeps unknown fields, so that a message can be passed on whole, and these are not lent either", () => {
    const bytes = toBinary(AnySchema, create(AnySchema, { typeUrl: "t", value: new Uint8Array([1, 2, 3]) }));
    const passedOn = new Output();
    const lent = bytes.slice();
    const message = codecFor(StructSchema).decode(lent.subarray(3), 0, lent.length - 3);
    lent.fill(0xee);
    codecFor(StructSchema).encode(message, passedOn);
    expect(passedOn.view()).toEqual(bytes.subarray(3));
  });

  it.each([
    ["truncated", [0x0a, 5, 0x61]],
    ["no UTF-8", [0x0a, 1, 0xff]],
    ["an illegal tag", [0x00, 0x00]],
  ])("throws on bytes that are malformed: %s", (_, octets) => {
    expect(() => strings.decode(new Uint8Array(octets), 0, octets.length)).toThrow();
  });

  it("throws on a message that cannot be encoded", () => {
    expect(() => codecFor(DurationSchema).encode({ nanos: 2 ** 40 }, new Output())).toThrow();
  });

  it("reads what protobuf-es writes, and the reverse", () => {
    const struct = { fields: { a: { kind: { case: "numberValue", value: 1 } } } } as const;
    const output = new Output();
    codecFor(StructSchema).encode(struct, output);
    expect(fromBinary(StructSchema, output.view())).toEqual(create(StructSchema, struct));
  });
});
