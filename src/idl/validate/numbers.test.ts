import { describe, expect, it } from "vitest";
import { compileSources } from "../compile.test.util.js";
import { told } from "./validate.test.util.js";

describe("ranges of field numbers", () => {
  it.each([
    ["may be reserved beyond what fields can have", "reserved 5 to 2147483646;", []],
    [
      "must leave place for their end",
      "reserved 5 to 2147483647;",
      ["2:15: field number 2147483647 is too large"],
    ],
    [
      "may be what implementations keep",
      "reserved 18000 to 20000; extensions 21000, 19000 to 19500 ;",
      ["2:44: the extension range 19000 to 19500 overlaps with the reserved range 18000 to 20000"],
    ],
    ["are given to extensions up to the largest", "extensions 5 to max;", []],
    [
      "that overlap are told once each",
      "reserved 1 to 9, 3, 4 to 5, 9 to 12, 20;",
      [
        "2:18: 3 is in the reserved range 1 to 9 already",
        "2:21: the reserved range 4 to 5 overlaps with 1 to 9",
        "2:29: the reserved range 9 to 12 overlaps with 1 to 9",
      ],
    ],
    [
      "that end before they start overlap with none",
      "reserved 9 to 1, 3;",
      ["2:10: the range 9 to 1 ends before it starts"],
    ],
    ["for message sets are larger", "option message_set_wire_format = true; extensions 4 to 2147483646;", []],
  ])("%s", (_, text, expected) =>
    expect(told(`syntax = "proto2"; message A {\n${text}\n}`)).toEqual(expected),
  );

  it("of message sets hold extensions with such numbers", () =>
    expect(
      told(
        'syntax = "proto2"; message A { option message_set_wire_format = true; extensions 4 to max; extend A { optional A a = 2147483646; } }',
      ),
    ).toEqual([]));
});

describe("ranges of enum numbers", () => {
  it.each([
    ["have both ends in them", "reserved 2 to 3, 4;", []],
    ["may be negative", "reserved -5 to -3; B = -4;", ["2:24: enum number -4 is reserved"]],
    [
      "may go up to the largest",
      "reserved 5 to max; B = 2147483647;",
      ["2:24: enum number 2147483647 is reserved"],
    ],
    ["overlap", "reserved 3 to 5, 5;", ["2:18: 5 is in the reserved range 3 to 5 already"]],
  ])("%s", (_, text, expected) =>
    expect(told(`syntax = "proto2"; enum E { A = 0;\n${text}\n}`)).toEqual(expected),
  );
});

describe("the next free number", () => {
  it.each([
    ["int32 a = 1; reserved 2 to 5; int32 b = 6;", 1, 7],
    ["int32 a = 5;", 5, 1],
    ["reserved 3 to 18999; int32 a = 1; int32 b = 2;", 1, 20_000],
    ["reserved 2 to 9, 4; int32 a = 1;", 1, 10],
  ])("behind %s", (fields, number, free) => {
    const text = `syntax = "proto3"; message A { ${fields} int32 z = ${number}; }`;
    const { diagnostics } = compileSources({ "a.proto": text });
    expect(diagnostics.map(({ hint }) => hint)).toContain(`the next free one is ${free}`);
  });
});
