/**
 * The rules for well-formed header sections, RFC 9113 §8.2 and §8.3. A section that breaks one is malformed: a
 * stream error of type PROTOCOL_ERROR (§8.1.1).
 */

/** Lower-case tokens, §8.2.1 with RFC 9110 §5.6.2. */
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/**
 * A value holds no NUL, LF or CR, §8.2.1. White space around it is forbidden there too, but let through: gRPC's
 * status messages have it, and a status that is odd is better than none.
 */
const FORBIDDEN_IN_VALUE = /[\0\n\r]/;

/** Fields that mean something to one HTTP/1.1 connection only, §8.2.2. */
const CONNECTION_SPECIFIC = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** Without :protocol, since we do not offer extended CONNECT (RFC 8441). */
const REQUEST_PSEUDO = new Set([":method", ":scheme", ":path", ":authority"]);

export type SectionKind = "request" | "response" | "trailers";

/**
 * What is wrong with a section of `[name, value, …]`, or undefined. `known`: the fields of a well-formed one of the same
 * kind; what both begin with is not looked at again.
 */
export function headerFault(
  fields: readonly string[],
  kind: SectionKind,
  known: readonly string[] = [],
): string | undefined {
  const begin = commonFields(fields, known);
  let pseudoOver = begin > 0 && fields[begin - 2].charCodeAt(0) !== COLON;
  const pseudoKnown = pseudoOver;
  for (let i = begin; i < fields.length; i += 2) {
    const name = fields[i];
    const value = fields[i + 1];
    if (name.charCodeAt(0) === COLON) {
      if (pseudoOver) return `pseudo-header field ${name} after a regular field`;
      if (!pseudoAllowed(name, kind)) return `pseudo-header field ${name} in a ${kind} section`;
      if (indexOfField(fields, name) !== i) return `pseudo-header field ${name} occurs twice`;
      if (FORBIDDEN_IN_VALUE.test(value)) return `forbidden character in the value of ${name}`;
    } else {
      pseudoOver = true;
      const fault = fieldFault(name, value);
      if (fault !== undefined) return fault;
    }
  }
  if (pseudoKnown) return undefined;
  if (kind === "request") return requestFault(fields);
  if (kind === "response") return statusFault(fields);
  return undefined;
}

/** How many entries both have in common at their beginnings, names and values. */
function commonFields(a: readonly string[], b: readonly string[]): number {
  const end = Math.min(a.length, b.length);
  let i = 0;
  while (i < end && a[i] === b[i] && a[i + 1] === b[i + 1]) i += 2;
  return i;
}

/** The value of the first field of that name, or undefined. */
export function fieldValue(fields: readonly string[], name: string): string | undefined {
  const at = indexOfField(fields, name);
  return at < 0 ? undefined : fields[at + 1];
}

/** What content-length says: undefined if there is none, NaN if it is malformed or there are several that differ. */
export function contentLength(fields: readonly string[]): number | undefined {
  const at = indexOfField(fields, "content-length");
  if (at < 0) return undefined;
  const value = fields[at + 1];
  for (let i = at + 2; i < fields.length; i += 2)
    if (fields[i] === "content-length" && fields[i + 1] !== value) return Number.NaN;
  return /^[0-9]{1,15}$/.test(value) ? Number(value) : Number.NaN;
}

function indexOfField(fields: readonly string[], name: string): number {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return i;
  return -1;
}

const COLON = 0x3a;

function pseudoAllowed(name: string, kind: SectionKind): boolean {
  return kind === "request" ? REQUEST_PSEUDO.has(name) : kind === "response" && name === ":status";
}

function fieldFault(name: string, value: string): string | undefined {
  if (!FIELD_NAME.test(name)) return `malformed field name ${JSON.stringify(name)}`;
  if (FORBIDDEN_IN_VALUE.test(value)) return `forbidden character in the value of ${name}`;
  if (CONNECTION_SPECIFIC.has(name)) return `connection-specific field ${name}`;
  if (name === "te" && value !== "trailers") return "te field other than trailers";
  return undefined;
}

/** §8.3.1; CONNECT has neither :scheme nor :path (§8.5). */
function requestFault(fields: readonly string[]): string | undefined {
  const method = fieldValue(fields, ":method");
  if (method === undefined) return "request without :method";
  const scheme = fieldValue(fields, ":scheme");
  const path = fieldValue(fields, ":path");
  if (method === "CONNECT") {
    if (scheme !== undefined || path !== undefined) return "CONNECT request with :scheme or :path";
    return fieldValue(fields, ":authority") === undefined ? "CONNECT request without :authority" : undefined;
  }
  if (scheme === undefined) return "request without :scheme";
  return path ? undefined : "request without :path";
}

/** §8.3.2; 101 has no place in HTTP/2 (§8.6). */
function statusFault(fields: readonly string[]): string | undefined {
  const status = fieldValue(fields, ":status");
  return status !== undefined && status !== "101" && /^[1-9][0-9][0-9]$/.test(status)
    ? undefined
    : "response without a valid :status";
}
