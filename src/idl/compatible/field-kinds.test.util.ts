import type { DescField, DescMessage } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect } from "vitest";
import { version } from "./versions.test.util.js";

/** One way to declare a field, and values for it: with each that is lost by a change of its type, one that shows it. */
export interface FieldKind {
  readonly name: string;
  /** Has it as its only field, `f`. */
  readonly message: DescMessage;
  readonly field: DescField;
  readonly samples: readonly unknown[];
  readonly values: fc.Arbitrary<unknown>;
}

const INT32 = [0, 1, -1, 5, 2 ** 31 - 1, -(2 ** 31)];
const UINT32 = [0, 1, 5, 2 ** 31, 2 ** 32 - 1];
const INT64 = [0n, 1n, -1n, 5n, 2n ** 40n, 2n ** 63n - 1n, -(2n ** 63n)];
const UINT64 = [0n, 1n, 5n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 1n];
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const key = fc.stringMatching(/^[a-z]{0,3}$/);

/** A type, samples of its values, and any of its values. */
type Values = readonly [type: string, samples: readonly unknown[], values: fc.Arbitrary<unknown>];

const NUMBERS: readonly Values[] = [
  ["int32", INT32, int32],
  ["int64", INT64, int64],
  ["uint32", UINT32, uint32],
  ["uint64", UINT64, uint64],
  ["sint32", INT32, int32],
  ["sint64", INT64, int64],
  ["fixed32", UINT32, uint32],
  ["fixed64", UINT64, uint64],
  ["sfixed32", INT32, int32],
  ["sfixed64", INT64, int64],
  ["bool", [false, true], fc.boolean()],
  ["float", [0, 1.5, -2], float],
  ["double", [0, 0.1, 1e300, -2], double],
  ["Open", [0, 1, 2], fc.constantFrom(0, 1, 2)],
  ["Closed", [0, 1, 5], fc.constantFrom(0, 1, 5)],
];

const OTHERS: readonly Values[] = [
  ["string", ["", "hello", "ü"], fc.string({ unit: "grapheme" })],
  ["bytes", [[], [0xff], [8, 1]].map((bytes) => Uint8Array.from(bytes)), fc.uint8Array()],
  ["Point", [{}, { x: 1 }, { x: -1 }], fc.record({ x: int32 })],
  ["Entry", [{}, { key: "a", value: 1 }], fc.record({ key, value: int32 })],
];

const MAPS: readonly Values[] = [
  ["map<string, int32>", [{}, { a: 1, "": -5 }], fc.dictionary(key, int32, { noNullPrototype: true })],
  ["map<string, int64>", [{ a: 2n ** 40n }], fc.dictionary(key, int64, { noNullPrototype: true })],
  ["map<int32, int32>", [{ 1: 1, "-1": 2 }], fc.constant({ 7: 8 })],
  ["map<uint32, int32>", [{ 1: 1, 4294967295: 2 }], fc.constant({ 7: 8 })],
  ["map<int64, int32>", [{ 1: 1, "1099511627776": 2, "-1": 3 }], fc.constant({ 7: 8 })],
  ["map<sint32, int32>", [{ 1: 1, "-1": 2 }], fc.constant({ 7: 8 })],
  ["map<bool, int32>", [{ true: 1 }], fc.constant({ false: 8 })],
  ["map<string, Point>", [{ a: { x: 1 } }], fc.constant({ b: { x: 2 } })],
];

const TYPES = `
  edition = "2023"; package a;
  enum Open { ZERO = 0; ONE = 1; TWO = 2; }
  enum Closed { option features.enum_type = CLOSED; NONE = 0; FIRST = 1; FIFTH = 5; }
  message Point { int32 x = 1; }
  message Entry { string key = 1 [features.field_presence = IMPLICIT]; int32 value = 2 [features.field_presence = IMPLICIT]; }
`;

/** Scalars, enums, messages and maps; single, and lists in both encodings. */
export function fieldKinds(): FieldKind[] {
  const lists = ([type, samples, values]: Values, options = ""): [string, Values[1], Values[2]] => [
    `repeated ${type} f = 1${options};`,
    [[], ...samples.map((sample) => [sample]), [samples.at(-1), samples.at(-1)], samples],
    fc.array(values, { maxLength: 4 }),
  ];
  const declared: (readonly [string, readonly unknown[], fc.Arbitrary<unknown>])[] = [
    ...[...NUMBERS, ...OTHERS, ...MAPS].map(
      ([type, samples, values]) => [`${type} f = 1;`, samples, values] as const,
    ),
    ["Point f = 1 [features.message_encoding = DELIMITED];", [{}, { x: 1 }], fc.record({ x: int32 })],
    ...[...NUMBERS, ...OTHERS].map((each) => lists(each)),
    ...NUMBERS.map((each) => lists(each, " [features.repeated_field_encoding = EXPANDED]")),
  ];
  const messages = declared.map(([text], index) => `message M${index} { ${text} }`);
  const { registry } = version([TYPES, ...messages].join("\n"));
  return declared.map(([name, samples, values], index) => {
    const message = registry.getMessage(`a.M${index}`);
    expect(message).toBeDefined();
    return { name, message: message!, field: message!.fields[0], samples, values };
  });
}

/** Whether all is said about two kinds by what they hold: what is in different messages and enums is compared by itself. */
export function meet({ field: a }: FieldKind, { field: b }: FieldKind): boolean {
  const isSame = (one: object | undefined, other: object | undefined) =>
    one === undefined || other === undefined || one === other;
  return isSame(a.message, b.message) && isSame(a.enum, b.enum);
}

/** What a message of the kind holds: equal for values that are the same, though their types differ. */
export function plainField({ field }: FieldKind, message: object): unknown {
  const { f: value } = message as { readonly f: Record<string, unknown> };
  if (field.fieldKind === "list") return (value as unknown as unknown[]).map(plainValue);
  if (field.fieldKind !== "map") return plainValue(value);
  const plainKey = (key: string) => plainValue(key.replace(/^true$/, "1").replace(/^false$/, "0"));
  return Object.entries(value).map(([key, each]) => ({ key: plainKey(key), value: plainValue(each) }));
}

/** Text and bytes are bytes on the wire. */
function plainValue(value: unknown): unknown {
  if (typeof value === "string") return { bytes: [...new TextEncoder().encode(value)] };
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (typeof value !== "object" || value === null) return `${Number(value)}`;
  const fields = Object.entries(value).filter(([name]) => !name.startsWith("$"));
  return Object.fromEntries(fields.map(([name, each]) => [name, plainValue(each)]));
}
