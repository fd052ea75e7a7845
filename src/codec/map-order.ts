import { ScalarType } from "@bufbuild/protobuf";

/**
 * Compares the keys of a map, given as property names, for a deterministic order: numbers by size, text by its
 * UTF-8 bytes, false before true.
 */
export function byKey(scalar: ScalarType): (a: string, b: string) => number {
  switch (scalar) {
    case ScalarType.STRING:
      return compareUtf8;
    case ScalarType.BOOL:
      return (a, b) => Number(a === "true") - Number(b === "true");
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.SINT64:
      return (a, b) => compare(integerOf(a), integerOf(b));
    default:
      return (a, b) => Number(a) - Number(b);
  }
}

/** As UTF-8 bytes compare: by code points, where UTF-16 puts surrogates below U+E000 … U+FFFF. */
function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
}

/** Moves surrogates, which stand for the largest code points, behind all other code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** A key that is no integer stands anywhere: it is refused when it is encoded. */
function integerOf(key: string): bigint {
  return /^-?[0-9]+$/.test(key) ? BigInt(key) : 0n;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
