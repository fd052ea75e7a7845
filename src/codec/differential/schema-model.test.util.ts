import { ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";
import { FIELD_NUMBER_MAX } from "./wire.test.util.js";

// What is random about a schema. Numbers that point at something (a type, a default) count modulo how many there are,
// so that every model is the model of some valid file, and fast-check can make it smaller without knowing protobuf.

const SYNTAXES = ["proto2", "proto3", "2023", "2024"] as const;

/** The types that fields may have so far, by their full names with a dot in front. */
export interface Types {
  readonly messages: string[];
  readonly enums: EnumType[];
  readonly wellKnown: readonly string[];
}

export interface EnumType {
  readonly typeName: string;
  readonly isClosed: boolean;
  readonly valueNames: readonly string[];
}

/** `google.protobuf.FeatureSet`; what is undefined is inherited. Only editions have features. */
export interface FeaturesModel {
  readonly implicit: boolean | undefined;
  readonly closed: boolean | undefined;
  readonly packed: boolean | undefined;
  readonly delimited: boolean | undefined;
  readonly utf8: boolean | undefined;
}

export interface FileModel {
  readonly syntax: (typeof SYNTAXES)[number];
  readonly packageName: string;
  readonly features: FeaturesModel;
  readonly enums: readonly EnumModel[];
  readonly messages: readonly MessageModel[];
}

export interface EnumModel {
  readonly name: string;
  readonly valueNames: readonly string[];
  readonly numbers: readonly number[];
  readonly features: FeaturesModel;
}

export interface MessageModel {
  readonly name: string;
  /** Declared inside of the message before it. */
  readonly isNested: boolean;
  readonly oneofs: readonly [string, string];
  readonly fields: readonly FieldModel[];
}

export interface FieldModel {
  readonly name: string;
  readonly number: number;
  readonly type: ScalarType | "enum" | "message" | "group" | "well-known";
  /** Which enum, message or well-known type. */
  readonly target: number;
  readonly shape: "singular" | "optional" | "required" | "repeated" | "map" | "oneof 0" | "oneof 1";
  readonly mapKey: ScalarType;
  readonly packed: boolean | undefined;
  readonly jsString: boolean;
  /** Which default. */
  readonly default: number | undefined;
  readonly features: FeaturesModel;
}

const SCALARS: readonly ScalarType[] = Object.values(ScalarType).filter((type) => typeof type === "number");

const NO_MAP_KEYS: readonly ScalarType[] = [ScalarType.DOUBLE, ScalarType.FLOAT, ScalarType.BYTES];

const maybe = fc.option(fc.boolean(), { nil: undefined, freq: 1 });

const features: fc.Arbitrary<FeaturesModel> = fc.record({
  implicit: maybe,
  closed: maybe,
  packed: maybe,
  delimited: maybe,
  utf8: maybe,
});

const fieldNumber = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 15 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: FIELD_NUMBER_MAX }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      15,
      16,
      127,
      128,
      2047,
      2048,
      2 ** 18,
      2 ** 25,
      2 ** 28 - 1,
      2 ** 28,
      FIELD_NUMBER_MAX,
    ),
  },
);

const enumNumber = fc.oneof(
  fc.integer({ min: -2, max: 5 }),
  fc.constantFrom(127, 128, -1, 2 ** 31 - 1, -(2 ** 31)),
);

function fieldModel(name: fc.Arbitrary<string>): fc.Arbitrary<FieldModel> {
  return fc.record({
    name,
    number: fieldNumber,
    type: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...SCALARS) },
      { weight: 5, arbitrary: fc.constantFrom("enum", "message", "message", "group", "well-known") },
    ),
    target: fc.nat(30),
    shape: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("singular", "optional", "repeated", "map") },
      { weight: 4, arbitrary: fc.constantFrom("oneof 0", "oneof 1") },
      { weight: 1, arbitrary: fc.constant("required" as const) },
    ),
    mapKey: fc.constantFrom(...SCALARS.filter((type) => !NO_MAP_KEYS.includes(type))),
    packed: maybe,
    jsString: fc.boolean(),
    default: fc.option(fc.nat(20), { nil: undefined, freq: 1 }),
    features,
  });
}

/** A file; `member` gives the names of fields and oneofs, `name` those of all else. */
export function fileModel(name: fc.Arbitrary<string>, member: fc.Arbitrary<string>): fc.Arbitrary<FileModel> {
  const names = fc.array(name, { minLength: 3, maxLength: 3 });
  return fc.record({
    syntax: fc.constantFrom(...SYNTAXES),
    packageName: fc.oneof(fc.constant(""), name),
    features,
    enums: fc.array(
      fc.record({
        name,
        valueNames: names,
        numbers: fc.array(enumNumber, { minLength: 1, maxLength: 4 }),
        features,
      }),
      { minLength: 1, maxLength: 2 },
    ),
    messages: fc.array(
      fc.record({
        name,
        isNested: fc.boolean(),
        oneofs: fc.tuple(member, member),
        fields: fc.array(fieldModel(member), { maxLength: 8 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });
}
