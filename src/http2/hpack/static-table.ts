/** The static table of RFC 7541 Appendix A as `[name, value, …]`; the entry of index `i` is at `2 * (i - 1)`. */
// biome-ignore format: one entry of the RFC's table per line
const STATIC_FIELDS: readonly string[] = [
  ":authority", "",
  ":method", "GET",
  ":method", "POST",
  ":path", "/",
  ":path", "/index.html",
  ":scheme", "http",
  ":scheme", "https",
  ":status", "200",
  ":status", "204",
  ":status", "206",
  ":status", "304",
  ":status", "400",
  ":status", "404",
  ":status", "500",
  "accept-charset", "",
  "accept-encoding", "gzip, deflate",
  "accept-language", "",
  "accept-ranges", "",
  "accept", "",
  "access-control-allow-origin", "",
  "age", "",
  "allow", "",
  "authorization", "",
  "cache-control", "",
  "content-disposition", "",
  "content-encoding", "",
  "content-language", "",
  "content-length", "",
  "content-location", "",
  "content-range", "",
  "content-type", "",
  "cookie", "",
  "date", "",
  "etag", "",
  "expect", "",
  "expires", "",
  "from", "",
  "host", "",
  "if-match", "",
  "if-modified-since", "",
  "if-none-match", "",
  "if-range", "",
  "if-unmodified-since", "",
  "last-modified", "",
  "link", "",
  "location", "",
  "max-forwards", "",
  "proxy-authenticate", "",
  "proxy-authorization", "",
  "range", "",
  "referer", "",
  "refresh", "",
  "retry-after", "",
  "server", "",
  "set-cookie", "",
  "strict-transport-security", "",
  "transfer-encoding", "",
  "user-agent", "",
  "vary", "",
  "via", "",
  "www-authenticate", "",
];

/** Indices `1` to this are the static table's; the dynamic table's follow (RFC 7541 §2.3.3). */
export const STATIC_COUNT = STATIC_FIELDS.length / 2;

/** @param index `1` to {@link STATIC_COUNT} */
export function staticName(index: number): string {
  return STATIC_FIELDS[2 * index - 2];
}

/** @param index `1` to {@link STATIC_COUNT} */
export function staticValue(index: number): string {
  return STATIC_FIELDS[2 * index - 1];
}

/** Where a name stands in the static table. */
export interface StaticName {
  /** The first entry of this name. */
  readonly index: number;
  /** The index of each value that the table has for this name. */
  readonly values: ReadonlyMap<string, number>;
}

/** Looks a name up; `undefined` if the static table has it in no entry. */
export function findStaticName(name: string): StaticName | undefined {
  return STATIC_NAMES.get(name);
}

const STATIC_NAMES = indexByName();

function indexByName(): ReadonlyMap<string, StaticName> {
  const names = new Map<string, { index: number; values: Map<string, number> }>();
  for (let index = 1; index <= STATIC_COUNT; index++) {
    let known = names.get(staticName(index));
    if (known === undefined) {
      known = { index, values: new Map() };
      names.set(staticName(index), known);
    }
    known.values.set(staticValue(index), index);
  }
  return names;
}
