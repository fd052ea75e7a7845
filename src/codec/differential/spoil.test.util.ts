import fc from "fast-check";

/** Something wrong that is done to one place of a message or init shape. */
export interface Spoil {
  /** Which of the places, modulo how many there are. */
  readonly at: number;
  /** What is put there; nothing removes what is there. */
  readonly put?: { readonly value: unknown };
}

const WRONG_VALUES: readonly unknown[] = [
  ...[-1, 2 ** 31, 2 ** 31 - 1, 2 ** 32, 2 ** 32 - 1, -(2 ** 31) - 1, 1.5, -0, 2 ** 53, 2 ** 64, 1e300],
  ...[
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    3.4028234663852886e38 + 2 ** 75,
    3.5e38,
    -1e39,
  ],
  ...[5n, -1n, 2n ** 31n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, -(2n ** 63n), -(2n ** 63n) - 1n],
  ...[
    "",
    "0",
    "12",
    "-1",
    "2147483648",
    "4294967296",
    "9223372036854775808",
    "1.5",
    "1e3",
    " 7 ",
    "0x10",
    "NaN",
  ],
  ...["abc", "true", "\ud800", "Infinity", "-Infinity", "null"],
  ...[null, undefined, true, false, Symbol("s"), () => 1],
  ...[{}, [], [1, 2, 3], [300, -1], [undefined], ["a"], new Uint8Array([1, 2]), new Uint8Array(0)],
  ...[new Uint16Array([500]), new ArrayBuffer(2), new Map([["a", 1]]), new Date(0)],
  ...[{ case: "nope", value: 1 }, { case: undefined, value: 1 }, { case: "a" }, { value: 1 }],
  ...[{ $typeName: "other.Type" }, { $typeName: 5 }, { length: 2 }, { no: 1, wireType: 0, data: null }],
];

export const spoil: fc.Arbitrary<Spoil> = fc.record(
  { at: fc.nat(1000), put: fc.record({ value: fc.constantFrom(...WRONG_VALUES) }) },
  { requiredKeys: ["at"] },
);

/** Spoils a message or init shape in place, which has to be no one else's. */
export function spoilIn(message: object, { at, put }: Spoil): void {
  const places = [...placesIn(message)];
  if (places.length === 0) return;
  const { owner, key } = places[at % places.length];
  if (put !== undefined) owner[key] = isPlain(put.value) ? copyOf(put.value) : put.value;
  else delete owner[key];
}

function isPlain(value: unknown): boolean {
  return Array.isArray(value) || Object(value).constructor === Object;
}

interface Place {
  readonly owner: Record<string, unknown>;
  readonly key: string;
}

function* placesIn(value: unknown): Generator<Place> {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  const owner = value as Record<string, unknown>;
  for (const key of Object.keys(owner)) {
    yield { owner, key };
    yield* placesIn(owner[key]);
  }
}

/** A copy of a message or init shape with all that is in it, but for bytes and other objects of the engine's. */
export function copyOf<T>(value: T, keyOf: (key: string) => string = (key) => key): T {
  if (Array.isArray(value)) return value.map((item) => copyOf(item, keyOf)) as T;
  if (typeof value !== "object" || Object.prototype.toString.call(value) !== "[object Object]") return value;
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as object;
  for (const [key, part] of Object.entries(value as object)) {
    Object.defineProperty(copy, keyOf(key), {
      value: copyOf(part, keyOf),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy as T;
}
