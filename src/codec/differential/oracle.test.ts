import { describe, expect, it } from "vitest";
import { messagesOf } from "../schemas.test.util.js";
import { codecOf } from "./codecs.test.util.js";
import { attempt } from "./compare.test.util.js";
import { type Deviation, judge } from "./oracle.test.util.js";

const message = messagesOf(`
  syntax = "proto2";
  package t;
  enum Shade { PALE = 1; DARK = 2; }
  message All {
    optional int32 number = 1;
    optional string text = 2;
    optional Shade shade = 3;
    repeated Shade shades = 4;
    map<string, All> map = 5;
    optional group Inner = 6 { optional int32 number = 1; }
    optional All child = 7;
    repeated int32 numbers = 8 [packed = true];
  }
`);
const All = message("t.All");

interface Sample {
  readonly title: string;
  readonly bytes: readonly number[];
  readonly deviation: Deviation;
  /** What becomes of the bytes; nothing where they are rejected. */
  readonly expected?: object;
}

const samples: readonly Sample[] = [
  {
    title: "a message in a message that is too short for it",
    bytes: [0x3a, 2, 0x3a, 2, 8, 1],
    deviation: "reaches beyond the end of what encloses it",
  },
  {
    title: "a varint that a message's end cuts",
    bytes: [0x3a, 2, 8, 0x80, 1],
    deviation: "reaches beyond the end of what encloses it",
  },
  {
    title: "a varint that a packed list's end cuts",
    bytes: [0x42, 1, 0x80, 1],
    deviation: "reaches beyond the end of what encloses it",
  },
  {
    title: "an unknown varint of 11 bytes",
    bytes: [0x78, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
    deviation: "varint of more than 10 bytes in an unknown field",
  },
  {
    title: "a number that comes as bytes",
    bytes: [0x0a, 1, 5, 8, 7, 0x78, 1],
    deviation: "known field with the wire type of another",
    expected: {
      number: 7,
      $unknown: [
        { no: 1, wireType: 2, data: new Uint8Array([1, 5]) },
        { no: 15, wireType: 0, data: new Uint8Array([1]) },
      ],
    },
  },
  {
    title: "a group that comes with a length",
    bytes: [0x32, 2, 8, 1],
    deviation: "known field with the wire type of another",
    expected: { $unknown: [{ no: 6, wireType: 2, data: new Uint8Array([2, 8, 1]) }] },
  },
  {
    title: "a third field in a map entry, and a key that is no string",
    bytes: [0x2a, 7, 8, 1, 0x0a, 1, 0x61, 0x18, 1],
    deviation: "field of a map entry that is neither its key nor its value",
    expected: { map: [["a", {}]] },
  },
  {
    title: "unknown values of an enum between other unknown fields",
    bytes: [0x78, 1, 0x18, 9, 0x20, 9, 0x18, 2, 0x78, 2],
    deviation: "value that a closed enum does not know",
    expected: {
      shade: 2,
      shades: [9],
      $unknown: [
        { no: 15, wireType: 0, data: new Uint8Array([1]) },
        { no: 3, wireType: 0, data: new Uint8Array([9]) },
        { no: 15, wireType: 0, data: new Uint8Array([2]) },
      ],
    },
  },
  {
    title: "a negative unknown value of an enum",
    bytes: [0x18, 0xff, 0xff, 0xff, 0xff, 0x0f],
    deviation: "value that a closed enum does not know",
    expected: {
      $unknown: [
        {
          no: 3,
          wireType: 0,
          data: new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
        },
      ],
    },
  },
  {
    title: "a byte order mark",
    bytes: [0x12, 4, 0xef, 0xbb, 0xbf, 0x61],
    deviation: "byte order mark",
    expected: { text: "\uFEFFa" },
  },
  {
    title: "the end of a known field's group that was not begun",
    bytes: [0x0c],
    deviation: "end of a group that was not begun",
  },
  {
    title: "the end of a group in a map entry",
    bytes: [0x2a, 1, 0x0c],
    deviation: "end of a group that was not begun",
  },
  {
    title: "the map key __proto__",
    bytes: [0x2a, 11, 0x0a, 9, ...new TextEncoder().encode("__proto__")],
    deviation: "map key __proto__",
    expected: { map: [["__proto__", {}]] },
  },
];

describe("the oracle", () => {
  it.each(samples)("and the codec know $title", ({ bytes, deviation, expected }) => {
    const { outcome, deviations } = judge(All, new Uint8Array(bytes));
    expect([...deviations]).toEqual([deviation]);
    expect(outcome.error === undefined && plain(outcome.value)).toEqual(expected ?? false);
    for (const mode of ["generated", "closures"] as const) {
      const decoded = attempt(() => codecOf(mode).decode(All, new Uint8Array(bytes)));
      expect(decoded.error === undefined && plain(decoded.value)).toEqual(expected ?? false);
    }
  });

  it("leaves to protobuf-es what it does right", () => {
    const { outcome, deviations } = judge(All, new Uint8Array([8, 1, 0x78, 1, 0x42, 2, 1, 2]));
    expect(deviations.size).toBe(0);
    expect(outcome.error === undefined && plain(outcome.value)).toEqual({
      number: 1,
      numbers: [1, 2],
      $unknown: [{ no: 15, wireType: 0, data: new Uint8Array([1]) }],
    });
  });
});

/** What is set of a message, as a plain object; maps as their entries. */
function plain(message: object): object {
  const set: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(message)) {
    if (key === "$typeName" || (Array.isArray(value) && value.length === 0)) continue;
    if (key === "map") {
      if (Object.keys(value as object).length === 0) continue;
      const entries = Object.entries(value as Record<string, object>);
      set[key] = entries.map(([key, value]) => [key, plain(value)]);
    } else set[key] = value;
  }
  return set;
}
