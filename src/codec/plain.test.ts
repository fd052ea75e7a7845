import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type Message,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Output } from "../bytes/output.js";
import { codecFor } from "./codec.js";
import { plainDecoder } from "./plain-decode.js";
import { plainEncoder } from "./plain-encode.js";
import { isPlain } from "./plain-schema.js";

const TYPES = {
  double: "TYPE_DOUBLE",
  float: "TYPE_FLOAT",
  int32: "TYPE_INT32",
  uint32: "TYPE_UINT32",
  sint32: "TYPE_SINT32",
  fixed32: "TYPE_FIXED32",
  sfixed32: "TYPE_SFIXED32",
  bool: "TYPE_BOOL",
  text: "TYPE_STRING",
  data: "TYPE_BYTES",
} as const;

/** A type with a singular and a repeated field of each plain kind, messages of its own type included. */
const EVERYTHING = messageNamed("test.Everything", [
  ...Object.entries(TYPES).flatMap(([name, type], i) => [
    { name, number: i + 1, label: "LABEL_OPTIONAL", type },
    { name: `${name}s`, number: i + 41, label: "LABEL_REPEATED", type },
  ]),
  { name: "shade", number: 30, label: "LABEL_OPTIONAL", type: "TYPE_ENUM", typeName: ".test.Shade" },
  { name: "shades", number: 31, label: "LABEL_REPEATED", type: "TYPE_ENUM", typeName: ".test.Shade" },
  { name: "child", number: 32, label: "LABEL_OPTIONAL", type: "TYPE_MESSAGE", typeName: ".test.Everything" },
  {
    name: "children",
    number: 33,
    label: "LABEL_REPEATED",
    type: "TYPE_MESSAGE",
    typeName: ".test.Everything",
  },
  { name: "loose", number: 34, label: "LABEL_REPEATED", type: "TYPE_INT32", options: { packed: false } },
]);

function messageNamed(typeName: string, field: object[]): DescMessage {
  const set = fromJson(FileDescriptorSetSchema, {
    file: [
      {
        name: "test.proto",
        package: "test",
        syntax: "proto3",
        messageType: [{ name: "Everything", field: field as never }],
        enumType: [
          {
            name: "Shade",
            value: [
              { name: "PALE", number: 0 },
              { name: "DARK", number: 1 },
            ],
          },
        ],
      },
    ],
  });
  return createFileRegistry(set).getMessage(typeName) as DescMessage;
}

function arbitraryOf(scalar: ScalarType): fc.Arbitrary<unknown> {
  switch (scalar) {
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.FLOAT:
      return fc.float();
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return fc.oneof(fc.integer(), fc.integer({ min: -200, max: 200 }));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(200));
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.STRING:
      return fc.oneof(fc.string({ unit: "grapheme", maxLength: 80 }), fc.string({ maxLength: 200 }));
    default:
      return fc.uint8Array({ maxLength: 100 }).map((bytes) => new Uint8Array(bytes));
  }
}

/** Init shapes: each field is there or not. */
function initOf(depth: number): fc.Arbitrary<object> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of EVERYTHING.fields) {
    const arbitrary =
      field.message !== undefined
        ? depth > 0
          ? initOf(depth - 1)
          : undefined
        : field.enum !== undefined
          ? fc.integer({ min: -2, max: 300 })
          : arbitraryOf(field.scalar as ScalarType);
    if (arbitrary === undefined) continue;
    fields[field.localName] = field.fieldKind === "list" ? fc.array(arbitrary, { maxLength: 4 }) : arbitrary;
  }
  return fc.record(fields, { requiredKeys: [] });
}

function encoded(message: object): Uint8Array | undefined {
  const output = new Output();
  return plainEncoder(EVERYTHING)(message, output) ? output.view() : undefined;
}

describe("the short way for plain messages", () => {
  it("is open to a type with every plain kind of field", () => {
    expect(isPlain(EVERYTHING)).toBe(true);
  });

  it("writes the bytes that protobuf-es writes, of messages and of init shapes", () => {
    let short = 0;
    fc.assert(
      fc.property(initOf(2), (init) => {
        const message = create(EVERYTHING, init as never);
        const expected = toBinary(EVERYTHING, message);
        const [ofMessage, ofInit] = [encoded(message), encoded(init)];
        if (ofMessage !== undefined) expect(ofMessage).toEqual(expected);
        if (ofInit !== undefined) expect(ofInit).toEqual(expected);
        if (ofMessage !== undefined && ofInit !== undefined) short++;
      }),
      { numRuns: 400 },
    );
    expect(short).toBeGreaterThan(200);
  });

  it("makes the message that protobuf-es makes, to the last property", () => {
    let short = 0;
    fc.assert(
      fc.property(initOf(2), fc.nat(20), (init, offset) => {
        const bytes = toBinary(EVERYTHING, create(EVERYTHING, init as never));
        const framed = new Uint8Array(bytes.length + offset + 3);
        framed.set(bytes, offset);
        const message = plainDecoder(EVERYTHING)(framed, offset, offset + bytes.length);
        if (message === undefined) return;
        short++;
        framed.fill(0xee);
        expectSame(message as Message, fromBinary(EVERYTHING, bytes));
      }),
      { numRuns: 400 },
    );
    expect(short).toBeGreaterThan(350);
  });

  it("accepts of mutated bytes nothing that protobuf-es rejects or reads otherwise", () => {
    let accepted = 0;
    const mutation = fc.record({ at: fc.nat(400), value: fc.nat(255), cut: fc.boolean() });
    fc.assert(
      fc.property(initOf(1), fc.array(mutation, { minLength: 1, maxLength: 3 }), (init, mutations) => {
        let bytes = toBinary(EVERYTHING, create(EVERYTHING, init as never));
        for (const { at, value, cut } of mutations) {
          if (bytes.length === 0) break;
          bytes[at % bytes.length] = value;
          if (cut) bytes = bytes.slice(0, at % bytes.length);
        }
        const message = plainDecoder(EVERYTHING)(bytes, 0, bytes.length);
        if (message === undefined) return;
        accepted++;
        expectSame(message as Message, fromBinary(EVERYTHING, bytes));
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it("leaves what is unusual to protobuf-es, with its errors", () => {
    const codec = codecFor(EVERYTHING);
    const encode = (message: object) => codec.encode(message as never, new Output());
    expect(() => encode({ int32: 1.5 })).toThrow(/int32/);
    expect(() => encode({ float: 1e39 })).toThrow(/float/);
    expect(() => encode({ $typeName: "test.Other" })).toThrow();
    expect(() => codec.decode(new Uint8Array([0x4a, 1, 0xff]), 0, 3)).toThrow();
    const unknown = new Uint8Array([0xf8, 0x07, 1]);
    const kept = codec.decode(unknown, 0, 3);
    const output = new Output();
    codec.encode(kept, output);
    expect(output.view()).toEqual(unknown);
  });
});

/** Equal own keys, in order, and equal values, all the way down. */
function expectSame(actual: Message, expected: Message): void {
  expect(actual).toEqual(expected);
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  expect(Object.getPrototypeOf(actual)).toBe(Object.getPrototypeOf(expected));
}
