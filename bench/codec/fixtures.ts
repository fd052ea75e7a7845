/** What is encoded and decoded: the same in every run, and for every peer. Only types are imported here. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  BlobSchema,
  DirectorySchema,
  MapsSchema,
  Numbers64Schema,
  PackedSchema,
  SmallSchema,
  StringsSchema,
  WideSchema,
} from "../gen/codec_pb.js";
import { Numbers } from "./numbers.js";

/** So many messages of a fixture are taken in turn, alike in kind and size: one alone would be learnt by heart. A power of 2. */
export const VARIANT_COUNT = 4;

export interface Fixture {
  readonly name: FixtureName;
  readonly summary: string;
  /** The name of its message in bench/proto/codec.proto, without the package. */
  readonly message: string;
  /** The values of variant 0 … VARIANT_COUNT − 1, as protobuf-es takes them; fields that are zero are left out. */
  init(variant: number): object;
}

export const fixtures: readonly Fixture[] = [
  fixture("small", "Small", "4 fields: a number, a short string, a bool, a number", small),
  fixture("wide", "Wide", "30 numbers, bools and enums of up to 32 bits, floats and doubles", wide),
  fixture("strings", "Strings", "10 strings: 4 short and 3 of 200 characters in ASCII, 3 beyond it", strings),
  fixture("nested", "Directory", "1,000 directory entries, each with a message in it", directory),
  fixture("maps", "Maps", "a map of 100 strings to numbers, one of 50 numbers to messages", maps),
  fixture("packed", "Packed", "1,000 each of int32, double, bool and sint32, packed", packed),
  fixture(
    "64bit",
    "Numbers64",
    "int64, uint64, sint64, fixed64, sfixed64: one and 200 packed of each",
    numbers64,
  ),
  fixture("1MiB", "Blob", "1 MiB of bytes", blob),
];

export type FixtureName = "small" | "wide" | "strings" | "nested" | "maps" | "packed" | "64bit" | "1MiB";

export function fixtureOf(name: FixtureName): Fixture {
  return fixtures.find((fixture) => fixture.name === name)!;
}

function fixture(
  name: FixtureName,
  message: string,
  summary: string,
  make: (numbers: Numbers) => object,
): Fixture {
  return { name, message, summary, init: (variant) => make(new Numbers(variant + 1)) };
}

const ASCII = [..."abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.,0123456789"];
const NAME = [..."abcdefghijklmnopqrstuvwxyz-_0123456789"];
/** Two bytes at most in UTF-8, one in memory. */
const GERMAN = [..."abcdefghijklmnopqrstuvwxyzäöüßÄÖÜ "];
/** Two bytes in UTF-8. */
const RUSSIAN = [..."абвгдежзийклмнопрстуфхцчшщъыьэюя "];
/** Three and four bytes in UTF-8, one and two characters in JavaScript. */
const CHINESE_AND_EMOJI = [..."天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏😀🚀🌍"];

function small(numbers: Numbers): MessageInitShape<typeof SmallSchema> {
  return {
    id: numbers.uint32OfAnySize(),
    name: numbers.text(12, NAME),
    active: true,
    balance: numbers.int32OfAnySize(),
  };
}

function wide(numbers: Numbers): MessageInitShape<typeof WideSchema> {
  const level = () => ([1, 2, 3] as const)[numbers.below(3)]!;
  return {
    int32A: numbers.int32OfAnySize(),
    int32B: numbers.int32OfAnySize(),
    int32C: numbers.int32OfAnySize(),
    int32D: numbers.int32OfAnySize(),
    uint32A: numbers.uint32OfAnySize(),
    uint32B: numbers.uint32OfAnySize(),
    uint32C: numbers.uint32OfAnySize(),
    uint32D: numbers.uint32OfAnySize(),
    sint32A: numbers.int32OfAnySize(),
    sint32B: numbers.int32OfAnySize(),
    sint32C: numbers.int32OfAnySize(),
    sint32D: numbers.int32OfAnySize(),
    fixed32A: numbers.uint32(),
    fixed32B: numbers.uint32(),
    fixed32C: numbers.uint32(),
    sfixed32A: numbers.int32OfAnySize(),
    sfixed32B: numbers.int32OfAnySize(),
    sfixed32C: numbers.int32OfAnySize(),
    boolA: true,
    boolC: true,
    levelA: level(),
    levelB: level(),
    levelC: level(),
    floatA: Math.fround(numbers.double()),
    floatB: Math.fround(numbers.double()),
    doubleA: numbers.double(),
    doubleB: numbers.double(),
    doubleC: numbers.double(),
  };
}

function strings(numbers: Numbers): MessageInitShape<typeof StringsSchema> {
  const short = () => numbers.text(4 + numbers.below(12), ASCII);
  const long = () => numbers.text(200, ASCII);
  return {
    shortA: short(),
    shortB: short(),
    shortC: short(),
    shortD: short(),
    longA: long(),
    longB: long(),
    longC: long(),
    foreignA: numbers.text(40, GERMAN),
    foreignB: numbers.text(40, RUSSIAN),
    foreignC: numbers.text(40, CHINESE_AND_EMOJI),
  };
}

function directory(numbers: Numbers): MessageInitShape<typeof DirectorySchema> {
  const entries = Array.from({ length: 1_000 }, () => ({
    name: numbers.text(4 + numbers.below(20), NAME),
    ...(numbers.below(8) === 0 ? { isDirectory: true } : {}),
    sizeBytes: numbers.uint32OfAnySize(),
    mode: 0o644,
    modified: {
      seconds: 1_700_000_000 + numbers.below(1 << 24),
      nanoseconds: 1 + numbers.below(999_999_999),
    },
  }));
  return { entries };
}

function maps(numbers: Numbers): MessageInitShape<typeof MapsSchema> {
  const counts = Array.from({ length: 100 }, (_, index) => [
    `${numbers.text(8, NAME)}-${index}`,
    numbers.int32OfAnySize(),
  ]);
  const accounts = Array.from({ length: 50 }, (_, index) => [1 + index * 1_000, small(numbers)]);
  return { counts: Object.fromEntries(counts), accounts: Object.fromEntries(accounts) };
}

function packed(numbers: Numbers): MessageInitShape<typeof PackedSchema> {
  const length = 1_000;
  return {
    int32s: Array.from({ length }, () => numbers.int32OfAnySize()),
    doubles: Array.from({ length }, () => numbers.double()),
    bools: Array.from({ length }, () => numbers.below(2) === 0),
    sint32s: Array.from({ length }, () => numbers.int32OfAnySize()),
  };
}

function numbers64(numbers: Numbers): MessageInitShape<typeof Numbers64Schema> {
  const length = 200;
  return {
    int64A: numbers.int64OfAnySize(),
    uint64A: numbers.uint64OfAnySize(),
    sint64A: numbers.int64OfAnySize(),
    fixed64A: numbers.uint64OfAnySize(),
    sfixed64A: numbers.int64OfAnySize(),
    int64s: Array.from({ length }, () => numbers.int64OfAnySize()),
    uint64s: Array.from({ length }, () => numbers.uint64OfAnySize()),
    sint64s: Array.from({ length }, () => numbers.int64OfAnySize()),
    fixed64s: Array.from({ length }, () => numbers.uint64OfAnySize()),
    sfixed64s: Array.from({ length }, () => numbers.int64OfAnySize()),
  };
}

function blob(numbers: Numbers): MessageInitShape<typeof BlobSchema> {
  const words = Uint32Array.from({ length: 1 << 18 }, () => numbers.uint32());
  return { data: new Uint8Array(words.buffer) };
}
