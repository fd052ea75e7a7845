/** Whether two fields that the schema does not know are the same: those of one number, in order. */
export type SameUnknown = (ours: Uint8Array, theirs: Uint8Array) => boolean;

interface UnknownField {
  readonly no: number;
  readonly data: Uint8Array;
}

/**
 * Where two messages differ first, and how: `messageType[Foo].field[bar].number: 1, not 2`. Undefined where they do
 * not.
 */
export function firstDifference(
  ours: unknown,
  theirs: unknown,
  sameUnknown: SameUnknown,
): string | undefined {
  return difference(ours, theirs, "", sameUnknown);
}

function difference(ours: unknown, theirs: unknown, path: string, same: SameUnknown): string | undefined {
  if (ours instanceof Uint8Array && theirs instanceof Uint8Array)
    return Buffer.compare(ours, theirs) === 0 ? undefined : told(path, ours, theirs);
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    if (path.endsWith(".$unknown")) return unknownDifference(ours, theirs, path, same);
    return listDifference(ours, theirs, path, same);
  }
  if (isObject(ours) && isObject(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const found = difference(
        ours[key] ?? empty(theirs[key]),
        theirs[key] ?? empty(ours[key]),
        `${path}.${key}`,
        same,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(ours, theirs) ? undefined : told(path, ours, theirs);
}

function listDifference(
  ours: readonly unknown[],
  theirs: readonly unknown[],
  path: string,
  same: SameUnknown,
): string | undefined {
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
    const found = difference(ours[i], theirs[i], `${path}[${nameOf(ours[i] ?? theirs[i]) ?? i}]`, same);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unknownDifference(
  ours: readonly UnknownField[],
  theirs: readonly UnknownField[],
  path: string,
  same: SameUnknown,
): string | undefined {
  const [a, b] = [byNumber(ours), byNumber(theirs)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i]?.no === b[i]?.no && same(a[i].data, b[i].data)) continue;
    return told(`${path}[${a[i]?.no ?? b[i].no}]`, a[i]?.data, b[i]?.data);
  }
  return undefined;
}

function byNumber(fields: readonly UnknownField[]): readonly UnknownField[] {
  return [...fields].sort((a, b) => a.no - b.no);
}

function told(path: string, ours: unknown, theirs: unknown): string {
  return `${path.slice(1)}: ${shown(ours)}, not ${shown(theirs)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("latin1").slice(0, 120)}`;
  if (!isObject(value)) return typeof value === "bigint" ? String(value) : JSON.stringify(value);
  return nameOf(value) ?? String(value.$typeName);
}

function nameOf(value: unknown): string | undefined {
  return isObject(value) && typeof value.name === "string" ? value.name : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** A list that is left out is an empty one. */
function empty(value: unknown): unknown {
  return Array.isArray(value) ? [] : undefined;
}
