import fc from "fast-check";

/** What happens to bytes on a bad way. Places count modulo how many there are. */
export interface Mutation {
  readonly kind:
    | "replace"
    | "flip a bit"
    | "insert"
    | "remove"
    | "cut"
    | "repeat"
    | "count up"
    | "count down";
  readonly at: number;
  readonly value: number;
  readonly count: number;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(
    "replace",
    "flip a bit",
    "insert",
    "remove",
    "cut",
    "repeat",
    "count up",
    "count down",
  ),
  at: fc.nat(1000),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x0b, 0x0c)),
  count: fc.integer({ min: 1, max: 6 }),
});

/** Lengths are edited by counting up and down, as other bytes are. */
export function mutated(bytes: readonly number[], { kind, at, value, count }: Mutation): number[] {
  const place = at % (bytes.length + 1);
  const [before, after] = [bytes.slice(0, place), bytes.slice(place)];
  if (kind === "insert") return [...before, ...Array<number>(count).fill(value), ...after];
  if (kind === "cut") return before;
  if (after.length === 0) return [...bytes];
  const [octet, ...rest] = after;
  switch (kind) {
    case "replace":
      return [...before, value, ...rest];
    case "flip a bit":
      return [...before, octet ^ (1 << (value % 8)), ...rest];
    case "remove":
      return [...before, ...after.slice(count)];
    case "repeat":
      return [...before, ...after.slice(0, count), ...after];
    case "count up":
      return [...before, (octet + count) & 0xff, ...rest];
    case "count down":
      return [...before, (octet - count) & 0xff, ...rest];
  }
}
