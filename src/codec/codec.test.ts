import { create, type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { AnySchema, DurationSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Output } from "../bytes/output.js";
import { codecFor } from "./codec.js";
import { messagesOf } from "./schemas.test.util.js";
import { canGenerateCode } from "./source.js";

const message = messagesOf(`
  edition = "2023";
  package t;
  message Node { Node child = 1; repeated Node children = 2; Node group = 3 [features.message_encoding = DELIMITED]; }
  message Packed {
    repeated int32 ints = 1;
    repeated bool bools = 2;
    repeated double doubles = 3;
    repeated sint64 longs = 4;
    map<string, bytes> map = 5;
    string text = 6;
    bytes data = 7;
    fixed64 fixed = 8;
  }
  message Inherited { string has_own_property = 1; Node is_prototype_of = 2; int32 constructor = 3; }
  message Required { int32 value = 1 [features.field_presence = LEGACY_REQUIRED]; }
`);

describe.each(["generated", "closures"] as const)("codecFor, %s", (mode) => {
  const strings = codecFor(StringValueSchema, mode);
  const anys = codecFor(AnySchema, mode);

  it("encodes messages and init shapes alike, behind what the output holds", () => {
    for (const value of [{ value: "é" }, create(StringValueSchema, { value: "é" })]) {
      const output = new Output();
      output.append(new Uint8Array([9]));
      strings.encode(value, output);
      expect([...output.view()]).toEqual([9, 0x0a, 2, 0xc3, 0xa9]);
    }
  });

  it("encodes an empty message as nothing", () => {
    expect(encoded(StringValueSchema, {})).toEqual([]);
    expect(strings.decode(new Uint8Array(0), 0, 0)).toEqual(create(StringValueSchema));
  });

  it("decodes the given range only", () => {
    const bytes = new Uint8Array([0xff, 0x0a, 3, 0x61, 0x62, 0x63, 0xff]);
    expect(strings.decode(bytes, 1, 6)).toEqual(create(StringValueSchema, { value: "abc" }));
    expect(() => strings.decode(bytes, 1, 5)).toThrow("reaches beyond the end");
  });

  it("keeps nothing of the bytes, which were only lent, not even large or unknown ones", () => {
    const value = { typeUrl: "t", value: new Uint8Array(1000).fill(3) };
    const bytes = new Uint8Array([...toBinary(AnySchema, create(AnySchema, value)), 0x7a, 2, 5, 6]);
    const decoded = anys.decode(bytes, 0, bytes.length);
    bytes.fill(0xee);
    expect(decoded).toEqual({
      ...create(AnySchema, value),
      $unknown: [{ no: 15, wireType: 2, data: new Uint8Array([2, 5, 6]) }],
    });
  });

  it("writes lengths of one byte and of more, whatever the last message took", () => {
    const Node = message("t.Node");
    const chain = (length: number): Record<string, unknown> =>
      length === 0 ? {} : { child: chain(length - 1) };
    for (const length of [40, 80, 10, 80]) {
      const value = { children: [chain(length), chain(3), {}, chain(length)] };
      expect(encoded(Node, value)).toEqual([...toBinary(Node, create(Node, value))]);
    }
  });

  it.each([
    [
      "an int32 that is none",
      "t.Packed",
      { ints: [1, 2.5] },
      "field t.Packed.ints",
      "an integer from -2^31 to 2^31-1, not 2.5",
    ],
    ["text for a number", "t.Packed", { ints: ["x"] }, "field t.Packed.ints", 'not the string "x"'],
    ["a number for text", "t.Packed", { text: 5 }, "field t.Packed.text", "a string, not 5"],
    ["a number for a bool", "t.Packed", { bools: [1] }, "field t.Packed.bools", "a boolean, not 1"],
    ["null among values", "t.Packed", { doubles: [null] }, "field t.Packed.doubles", "a number, not null"],
    [
      "too large a long",
      "t.Packed",
      { longs: [2n ** 63n] },
      "field t.Packed.longs",
      "an integer from -2^63 to 2^63-1, not 9223372036854775808n",
    ],
    [
      "a fraction for a long",
      "t.Packed",
      { fixed: 0.5 },
      "field t.Packed.fixed",
      "an integer from 0 to 2^64-1, not 0.5",
    ],
    ["text for bytes", "t.Packed", { data: "x" }, "field t.Packed.data", "a Uint8Array"],
    ["a value for a list", "t.Packed", { ints: 5 }, "field t.Packed.ints", "an array, not 5"],
    [
      "a Map for a map",
      "t.Packed",
      { map: new Map() },
      "field t.Packed.map",
      "properties are the map's entries",
    ],
    ["text for a message", "t.Node", { child: "x" }, "field t.Node.child", "a message"],
    ["an array for a message", "t.Node", { child: [] }, "t.Node", "this is an array"],
    [
      "a message of another type",
      "t.Node",
      { child: create(StringValueSchema) },
      "t.Node",
      "of type google.protobuf.StringValue",
    ],
    ["nothing for what is required", "t.Required", {}, "field t.Required.value", "required field not set"],
  ])("refuses %s, and says of which field", (_, name, value, where, what) => {
    expect(() => encoded(message(name), value)).toThrow(where);
    expect(() => encoded(message(name), value)).toThrow(what);
  });

  it("refuses what it would have to leave out of a message", () => {
    const Packed = message("t.Packed");
    const broken = Object.assign(create(Packed), { ints: undefined });
    expect(() => encoded(Packed, broken)).toThrow("an array, not undefined");
    expect(encoded(Packed, { ints: undefined, text: null })).toEqual([]);
    expect(() => encoded(DurationSchema, { nanos: 2 ** 40 })).toThrow("not 1099511627776");
  });

  it.each([
    ["a varint cut off", "t.Packed", [0x08, 0x80], "a varint reaches beyond the end"],
    ["a varint of eleven bytes", "t.Packed", [0x08, ...Array(10).fill(0x80), 0], "more than 10 bytes"],
    ["the same, where bytes follow", "t.Packed", [0x08, ...Array(40).fill(0x80)], "more than 10 bytes"],
    [
      "an unknown varint of eleven bytes",
      "t.Packed",
      [0x78, ...Array(10).fill(0x80), 0],
      "more than 10 bytes",
    ],
    [
      "a length beyond the end",
      "t.Packed",
      [0x32, 0xff, 0xff, 0xff, 0xff, 0x0f, 1],
      "a length of 4294967295",
    ],
    ["a length beyond the enclosing message's end", "t.Node", [0x0a, 2, 0x0a, 1, 0x12, 0], "a length of 1"],
    ["a number cut off", "t.Packed", [0x41, 1, 2], "a value of 8 bytes reaches beyond the end"],
    ["half a number in a packed list", "t.Packed", [0x1a, 9, ...Array(9).fill(0)], "a value of 8 bytes"],
    ["a varint beyond a packed list's end", "t.Packed", [0x0a, 1, 0x80, 1], "a varint reaches"],
    ["text that is no UTF-8", "t.Packed", [0x32, 1, 0xff], "a string is not UTF-8"],
    ["long text that is no UTF-8", "t.Packed", [0x32, 100, ...Array(99).fill(0x61), 0xff], "not UTF-8"],
    ["field number 0", "t.Packed", [0x02, 0], "field number 0"],
    ["wire type 6", "t.Packed", [0x0e, 0], "wire type 6"],
    ["a tag of 33 bits", "t.Packed", [0x88, 0x80, 0x80, 0x80, 0x10, 0], "larger than 32 bits"],
    ["an end of a group that was not begun", "t.Packed", [0x0c], "end of group 1 that was not begun"],
    ["another group's end", "t.Node", [0x1b, 0x24], "end of group 4 that was not begun"],
    ["a group without an end", "t.Node", [0x1b, 0x0a, 0], "group 3 has no end"],
    ["an unknown group without an end", "t.Node", [0x7b, 0x08, 1], "a varint reaches beyond the end"],
  ])("throws on %s", (_, name, octets, reason) => {
    expect(() => decoded(name, octets)).toThrow(reason);
  });

  it("reads a message up to a hundred deep, by whatever kind of field", () => {
    for (const wrap of [
      (inner: number[]) => [0x0a, ...varint(inner.length), ...inner],
      (inner: number[]) => [0x12, ...varint(inner.length), ...inner],
      (inner: number[]) => [0x1b, ...inner, 0x1c],
      (inner: number[]) => [0x7b, ...inner, 0x7c],
    ]) {
      let octets: number[] = [];
      for (let depth = 1; depth < 100; depth++) octets = wrap(octets);
      expect(() => decoded("t.Node", octets)).not.toThrow();
      expect(() => decoded("t.Node", wrap(octets))).toThrow("nested more than 100 deep");
    }
  });

  it("takes memory in proportion to what it reads", () => {
    // A list that says that it has 2^32 - 1 bytes, and one of a million values of a byte each.
    expect(() => decoded("t.Packed", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1])).toThrow("a length of");
    const values = 3_000_000;
    const bytes = new Uint8Array(5 + values);
    bytes.set([0x0a, ...varint(values)]);
    const { ints } = codecFor(message("t.Packed"), mode).decode(
      bytes,
      0,
      1 + varint(values).length + values,
    ) as unknown as {
      ints: number[];
    };
    expect(ints).toHaveLength(values);
  });

  it("is not confused by fields that are named like what every object has", () => {
    const Inherited = message("t.Inherited");
    expect(encoded(Inherited, {})).toEqual([]);
    expect(encoded(Inherited, create(Inherited))).toEqual([]);
    const octets = [0x0a, 1, 0x61, 0x12, 2, 0x0a, 0, 0x18, 5];
    expect(encoded(Inherited, decoded("t.Inherited", octets))).toEqual(octets);
  });

  function encoded(schema: DescMessage, value: Record<string, unknown> | Message): number[] {
    const output = new Output();
    codecFor(schema, mode).encode(value, output);
    return [...output.view()];
  }

  function decoded(name: string, octets: number[]): Message {
    return codecFor(message(name), mode).decode(new Uint8Array(octets), 0, octets.length) as Message;
  }
});

it("generates code where that is allowed", () => {
  expect(canGenerateCode()).toBe(true);
});

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** Never has more room than it was asked for, so that losing bytes in growing shows. */
class TightOutput extends Output {
  override reserve(count: number): void {
    this.reserveExactly(count);
  }
}

it.each(["generated", "closures"] as const)(
  "keeps what stands behind a length when it is stored, %s",
  (mode) => {
    const output = new TightOutput();
    codecFor(message("t.Packed"), mode).encode({ bools: [true, true] }, output);
    expect([...output.view()]).toEqual([0x12, 2, 1, 1]);
  },
);
