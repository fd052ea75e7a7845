import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Output } from "../bytes/output.js";
import { fromBinary, toBinary } from "./binary.js";
import { codecFor } from "./codec.js";
import { messagesOf } from "./schemas.test.util.js";

declare global {
  var injected: unknown;
}

/** The message type M of a descriptor that was made by hand, in proto3. */
function handMade(field: object, more: object = {}): DescMessage {
  const messageType = [
    { name: "M", field: [{ name: "a", number: 1, label: 1, type: 5, ...field }], ...more },
  ];
  const file = create(FileDescriptorProtoSchema, { name: "m.proto", syntax: "proto3", messageType } as never);
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage("M")!;
}

describe.each(["generated", "closures"] as const)("hostile descriptors, %s", (mode) => {
  it.each([
    ["a number that is code", { number: "1:globalThis.injected=1;case 2" }],
    ["a type that is code", { type: "(globalThis.injected=1,5)" }],
    ["a number beyond what a tag holds", { number: 2 ** 29 }],
    ["the number 0", { number: 0 }],
    ["a fraction", { number: 1.5 }],
    ["a name that messages have otherwise", { name: "$typeName" }],
  ])("%s: refused with a clear error, and nothing runs", (_, field) => {
    expect(() => {
      const { encode, decode } = codecFor(handMade(field), mode);
      decode(new Uint8Array([8, 1]), 0, 2);
      encode({ a: "1" }, new Output());
    }).toThrow(/descriptor|type|field/);
    expect(globalThis.injected).toBeUndefined();
  });

  it.each([
    '"];globalThis.injected=1;//',
    "*/globalThis.injected=1/*",
    "\u2028globalThis.injected=1",
    "`$" + "{1}`",
  ])("a name that is code stays a name: %j", (name) => {
    const schema = handMade({ name, jsonName: name });
    const { encode, decode } = codecFor(schema, mode);
    const output = new Output();
    encode(decode(new Uint8Array([8, 5]), 0, 2), output);
    expect([...output.view()]).toEqual([8, 5]);
    expect(globalThis.injected).toBeUndefined();
  });

  it("two fields of one number, or of one name, are refused", () => {
    for (const [name, number] of [
      ["b", 1],
      ["a", 2],
    ]) {
      const field = [
        { name: "a", number: 1, label: 1, type: 5 },
        { name, number, label: 1, type: 5 },
      ];
      expect(() => codecFor(handMade({}, { field }), mode).decode(new Uint8Array(0), 0, 0)).toThrow("two");
    }
  });

  it("messages of a thousand fields are encoded and decoded", () => {
    const fields = Array.from({ length: 1000 }, (_, i) => `int32 f${i + 1} = ${i + 1};`);
    const schema = messagesOf(`syntax = "proto3"; message Wide { ${fields.join(" ")} }`)("Wide");
    const value = Object.fromEntries(fields.map((_, i) => [`f${i + 1}`, i + 1]));
    const output = new Output();
    const { encode, decode } = codecFor(schema, mode);
    encode(value, output);
    expect(decode(output.view(), 0, output.length)).toEqual(create(schema, value));
  });
});

const message = messagesOf(`
  syntax = "proto3";
  package t;
  import "google/protobuf/struct.proto";
  message Data { bytes data = 1; map<string, bytes> map = 2; google.protobuf.Struct json = 3; repeated double doubles = 4; repeated bool bools = 5; }
`);

describe("hostile bytes", () => {
  it("a Struct that comes in many parts costs no more than its bytes", () => {
    const Data = message("t.Data");
    const entries = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key ${i}`, i]));
    const bytes = toBinary(Data, { json: entries });
    const parts = new Uint8Array(bytes.length + 100_000);
    parts.set(bytes);
    for (let at = bytes.length; at < parts.length; at += 2) parts.set([0x1a, 0], at);
    const { json } = fromBinary(Data, parts) as unknown as { json: object };
    expect(json).toEqual(entries);
  });

  it("empty bytes are no other message's", () => {
    const Data = message("t.Data");
    const [one, other] = [0, 1].map(
      () =>
        fromBinary(Data, new Uint8Array([0x12, 0])) as unknown as {
          data: Uint8Array;
          map: Record<string, Uint8Array>;
        },
    );
    expect(one.data).not.toBe(other.data);
    expect(one.map[""]).not.toBe(other.map[""]);
    expect(one.data.buffer).not.toBe(other.data.buffer);
  });

  it.each([new ArrayBuffer(2), {}, 5, undefined, new DataView(new ArrayBuffer(2))])(
    "what is no Uint8Array is refused: %#",
    (value) => {
      expect(() => fromBinary(message("t.Data"), value as never)).toThrow("it takes a Uint8Array");
    },
  );

  it.each([undefined, null, 5, "x"])("what is no message is refused: %s", (value) => {
    expect(() => toBinary(message("t.Data"), value as never)).toThrow("no message");
  });
});

describe("messages that change while they are encoded", () => {
  it.each(["doubles", "bools"])("send nothing but what is theirs: %s", (name) => {
    const Data = message("t.Data");
    for (let i = 0; i < 3; i++) toBinary(Data, { data: new Uint8Array(100_000).fill(0xee) });
    const list: unknown[] = Array.from({ length: 1000 }, () => (name === "bools" ? true : 1));
    Object.defineProperty(list, 0, {
      get: () => {
        list.length = 1;
        return name === "bools" ? true : 1;
      },
    });
    expect(() => toBinary(Data, { [name]: list })).toThrow("not undefined");
  });
});
