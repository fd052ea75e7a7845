import { describe, expect, test } from "vitest";
import { Metadata, type MetadataInit, metadataFrom } from "./metadata.js";

const BYTES = new Uint8Array([1, 2]);

describe("is made", () => {
  const CASES: [string, MetadataInit | undefined, [string, unknown][]][] = [
    ["of nothing", undefined, []],
    [
      "of an object",
      { a: "1", B: "2" },
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [
      "of an object with lists",
      { a: ["1", "2"], "b-bin": [BYTES, BYTES] },
      [
        ["a", "1"],
        ["a", "2"],
        ["b-bin", BYTES],
        ["b-bin", BYTES],
      ],
    ],
    ["without what is undefined", { a: undefined, b: [] }, []],
    [
      "of pairs",
      [
        ["a", "1"],
        ["A", "2"],
      ],
      [
        ["a", "1"],
        ["a", "2"],
      ],
    ],
    ["of a Map", new Map([["a", "1"]]), [["a", "1"]]],
    ["of metadata", new Metadata({ a: "1" }), [["a", "1"]]],
    ["without what an object inherits", Object.create({ inherited: "x" }) as MetadataInit, []],
  ];
  test.each(CASES)("%s", (_, init, expected) => {
    const metadata = new Metadata(init);
    expect([...metadata]).toEqual(expected);
    expect(metadata.size).toBe(expected.length);
  });
});

describe("refuses", () => {
  const CASES: [string, unknown][] = [
    ["a reserved prefix", { "grpc-status": "0" }],
    ["te", { te: "x" }],
    ["connection", { Connection: "close" }],
    ["host", { host: "x" }],
    ["user-agent", { "user-agent": "x" }],
    ["content-type", { "content-type": "x" }],
    ["an empty name", { "": "x" }],
    ["a colon", { ":path": "x" }],
    ["a space in the name", { "a b": "x" }],
    ["a name beyond ASCII", { kü: "x" }],
    ["a line break", { a: "x\ny" }],
    ["a NUL", { a: "x\0" }],
    ["a tab", { a: "x\ty" }],
    ["a space in front", { a: " x" }],
    ["a space behind", { a: "x " }],
    ["only spaces", { a: "  " }],
    ["text beyond ASCII", { a: "ü" }],
    ["bytes under a text name", { a: BYTES }],
    ["text under a bytes name", { "a-bin": "x" }],
    ["a number", { a: 1 }],
    ["null", { a: null }],
    ["an object", { a: {} }],
    ["a list of numbers", { a: [1] }],
  ];
  test.each(CASES)("%s", (_, init) => {
    expect(() => new Metadata(init as MetadataInit)).toThrow(TypeError);
    expect(() => new Metadata(init as MetadataInit)).toThrow(/^metadata /);
  });
});

test("values are checked fast, however long", () => {
  const value = `${"a ".repeat(1_000_000)}!`;
  expect(new Metadata({ a: value }).get("a")).toBe(value);
  expect(() => new Metadata({ a: `x${" ".repeat(1_000_000)}` })).toThrow(TypeError);
});

test("names are found in any case", () => {
  const metadata = new Metadata({ "X-Id": "7" });
  expect(metadata.get("x-ID")).toBe("7");
  expect(metadata.has("X-ID")).toBe(true);
  expect(metadata.getAll("X-Id")).toEqual(["7"]);
  metadata.delete("X-ID");
  expect(metadata.has("x-id")).toBe(false);
});

test("set puts one value, or several, in the place of all", () => {
  const metadata = new Metadata({ a: ["1", "2"], b: "3" });
  metadata.set("A", "4");
  expect([...metadata]).toEqual([
    ["b", "3"],
    ["a", "4"],
  ]);
  metadata.set("a", ["5", "6"]);
  expect(metadata.getAll("a")).toEqual(["5", "6"]);
});

test("a set that is refused leaves what there was", () => {
  const metadata = new Metadata({ a: "1" });
  expect(() => metadata.set("a", "ü")).toThrow(TypeError);
  expect(() => metadata.set("a", ["2", "ü"])).toThrow(TypeError);
  expect(metadata.getAll("a")).toEqual(["1"]);
});

test("an append that is refused leaves what there was", () => {
  const metadata = new Metadata({ a: "1" });
  expect(() => metadata.append("a", "ü")).toThrow(TypeError);
  expect([...metadata]).toEqual([["a", "1"]]);
});

test("a copy is independent", () => {
  const metadata = new Metadata({ a: "1" });
  const copy = new Metadata(metadata);
  copy.append("a", "2");
  expect(metadata.getAll("a")).toEqual(["1"]);
});

test("a value is not taken for a name", () => {
  const metadata = new Metadata([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect(metadata.get("b")).toBeUndefined();
  expect(metadata.getAll("d")).toEqual([]);
  metadata.delete("b");
  expect(metadata.size).toBe(2);
});

test("received entries are read when somebody looks, once, and not checked", () => {
  let reads = 0;
  const metadata = Metadata.received(() => {
    reads++;
    return ["user-agent", "x", "a", "ü"];
  });
  expect(reads).toBe(0);
  expect(metadata.get("a")).toBe("ü");
  expect(metadata.size).toBe(2);
  metadata.append("b", "1");
  expect([...metadata]).toEqual([
    ["user-agent", "x"],
    ["a", "ü"],
    ["b", "1"],
  ]);
  expect(reads).toBe(1);
});

test("a log sees lists", () => {
  expect(JSON.stringify(new Metadata({ a: ["1", "2"], b: "3" }))).toBe('{"a":["1","2"],"b":["3"]}');
  expect(Object.keys(new Metadata([["__proto__", "x"]]).toJSON())).toEqual(["__proto__"]);
});

test("metadataFrom gives metadata as it is", () => {
  const metadata = new Metadata();
  expect(metadataFrom(metadata)).toBe(metadata);
  expect(metadataFrom({ a: "1" }).get("a")).toBe("1");
});
