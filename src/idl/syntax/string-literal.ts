/** An escape sequence: where it ends, and the byte or the code point that it stands for, or what is wrong with it. */
export type Escape =
  | { readonly end: number; readonly kind: "byte"; readonly value: number }
  | { readonly end: number; readonly kind: "codePoint"; readonly value: number }
  | { readonly end: number; readonly kind: "malformed"; readonly problem: string; readonly hint?: string };

const SIMPLE: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  "?": 0x3f,
  "\\": 0x5c,
  "'": 0x27,
  '"': 0x22,
};

const OCTAL = /[0-7]{1,3}/y;
const HEXADECIMAL = /[0-9a-f]{1,2}/iy;
const FOUR_HEXADECIMAL = /[0-9a-f]{4}/iy;
const EIGHT_HEXADECIMAL = /00[01][0-9a-f]{5}/iy;

/** Reads the escape sequence whose backslash is at `start`; something must follow that. */
export function readEscape(text: string, start: number): Escape {
  const letter = text.charAt(start + 1);
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { end: start + 2, kind: "byte", value: simple };
  if (letter === "x" || letter === "X") {
    const digits = match(HEXADECIMAL, text, start + 2);
    if (digits === undefined)
      return malformed(start + 2, `\`\\${letter}\` needs one or two hexadecimal digits`);
    return { end: start + 2 + digits.length, kind: "byte", value: Number.parseInt(digits, 16) };
  }
  if (letter === "u") {
    const unit = utf16Unit(text, start);
    if (unit === undefined) return malformed(start + 2, "`\\u` needs four hexadecimal digits");
    return codePoint(text, start + 6, unit);
  }
  if (letter === "U") {
    const digits = match(EIGHT_HEXADECIMAL, text, start + 2);
    if (digits === undefined)
      return malformed(start + 2, "`\\U` needs eight hexadecimal digits, up to 0010ffff");
    const value = Number.parseInt(digits, 16);
    // As in protoc: what is beyond Unicode stands for itself.
    if (value > 0x10ffff) return { end: start + 1, kind: "byte", value: SIMPLE["\\"] };
    return codePoint(text, start + 10, value);
  }
  const digits = match(OCTAL, text, start + 1);
  if (digits !== undefined)
    return { end: start + 1 + digits.length, kind: "byte", value: Number.parseInt(digits, 8) & 0xff };
  const escaped = String.fromCodePoint(text.codePointAt(start + 1)!);
  const problem = `\`\\${escaped}\` is not an escape`;
  return malformed(start + 1 + escaped.length, problem, "write `\\\\` for a backslash");
}

/** A code point, which makes a surrogate pair with a `\u` behind it if it can. */
function codePoint(text: string, end: number, value: number): Escape {
  if (value >= 0xd800 && value < 0xdc00 && text.startsWith("\\u", end)) {
    const trail = utf16Unit(text, end);
    if (trail !== undefined && trail >= 0xdc00 && trail < 0xe000) {
      const joined = 0x10000 + ((value - 0xd800) << 10) + (trail - 0xdc00);
      return { end: end + 6, kind: "codePoint", value: joined };
    }
  }
  return { end, kind: "codePoint", value };
}

function utf16Unit(text: string, start: number): number | undefined {
  const digits = match(FOUR_HEXADECIMAL, text, start + 2);
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function malformed(end: number, problem: string, hint?: string): Escape {
  return { end, kind: "malformed", problem, hint };
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const STRICT_DECODER = new TextDecoder("utf-8", { fatal: true });

/**
 * What the literals of a string stand for together: its bytes, and them as UTF-8 with U+FFFD for what is none. Malformed
 * escape sequences, which the lexer tells, are left out.
 */
export function stringOf(literals: readonly string[]): { bytes: Uint8Array; text: string } {
  if (literals.length === 1 && PLAIN.test(literals[0])) return plainString(literals[0]);
  const list: number[] = [];
  for (const literal of literals) appendLiteral(list, literal.slice(1, -1));
  const bytes = Uint8Array.from(list);
  return { bytes, text: DECODER.decode(bytes) };
}

/** Whether bytes are characters. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    STRICT_DECODER.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** A literal in ASCII without escape sequences, as nearly all are. */
const PLAIN = /^[\t -[\]-~]*$/;

function plainString(literal: string): { bytes: Uint8Array; text: string } {
  const bytes = new Uint8Array(literal.length - 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = literal.charCodeAt(i + 1);
  return { bytes, text: literal.slice(1, -1) };
}

function appendLiteral(bytes: number[], body: string): void {
  let from = 0;
  for (let at = body.indexOf("\\"); at !== -1; at = body.indexOf("\\", from)) {
    appendUtf8(bytes, body.slice(from, at));
    const sequence = readEscape(body, at);
    if (sequence.kind === "byte") bytes.push(sequence.value);
    else if (sequence.kind === "codePoint") appendCodePoint(bytes, sequence.value);
    from = sequence.end;
  }
  appendUtf8(bytes, body.slice(from));
}

function appendUtf8(bytes: number[], text: string): void {
  for (const byte of ENCODER.encode(text)) bytes.push(byte);
}

/** In UTF-8, and by its scheme surrogates too, for which it has no place. */
function appendCodePoint(bytes: number[], value: number): void {
  if (value < 0x80) bytes.push(value);
  else if (value < 0x800) bytes.push(0xc0 | (value >> 6), 0x80 | (value & 0x3f));
  else if (value < 0x10000)
    bytes.push(0xe0 | (value >> 12), 0x80 | ((value >> 6) & 0x3f), 0x80 | (value & 0x3f));
  else
    bytes.push(
      0xf0 | (value >> 18),
      0x80 | ((value >> 12) & 0x3f),
      0x80 | ((value >> 6) & 0x3f),
      0x80 | (value & 0x3f),
    );
}

const NAMED_ESCAPES: Readonly<Record<number, string>> = {
  9: "\\t",
  10: "\\n",
  13: "\\r",
  34: '\\"',
  39: "\\'",
  92: "\\\\",
};

/** Bytes as the default of a `bytes` field is written in a descriptor: printable ASCII, everything else escaped. */
export function escapeBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const named = NAMED_ESCAPES[byte];
    if (named !== undefined) text += named;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(3, "0")}`;
  }
  return text;
}
