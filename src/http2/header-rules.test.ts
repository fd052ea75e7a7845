import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentLength, fieldValue, headerFault, type SectionKind } from "./header-rules.js";

const REQUEST = [":method", "GET", ":scheme", "http", ":path", "/"];
const RESPONSE = [":status", "200"];

function check(kind: SectionKind, fields: readonly string[], fault: string | undefined): void {
  if (fault === undefined) expect(headerFault(fields, kind)).toBeUndefined();
  else expect(headerFault(fields, kind)).toContain(fault);
}

describe("RFC 9113 §8.2.1, field validity", () => {
  it("every octet in a name", () => {
    for (let octet = 0; octet < 256; octet++) {
      const char = String.fromCharCode(octet);
      const token = /[!#$%&'*+\-.^_`|~0-9a-z]/.test(char);
      check("trailers", [`x${char}y`, ""], token ? undefined : "malformed field name");
      check("trailers", [`x${char}`, ""], token ? undefined : "malformed field name");
    }
    check("trailers", ["", "x"], "malformed field name");
  });

  it("every octet in a value", () => {
    for (let octet = 0; octet < 256; octet++) {
      const fault = octet === 0 || octet === 10 || octet === 13 ? "forbidden character" : undefined;
      for (const value of ["ac", "", "a"].map(
        (around) => `${around}${String.fromCharCode(octet)}${around}`,
      )) {
        check("trailers", ["x", value], fault);
        check("request", [...REQUEST, ":authority", value], fault);
      }
    }
  });
});

describe("RFC 9113 §8.2.2 and §8.3, the fields of a section", () => {
  const cases: [SectionKind, string[], string | undefined][] = [
    ["request", REQUEST, undefined],
    ["response", RESPONSE, undefined],
    ["trailers", [], undefined],
    ["request", RESPONSE, "in a request section"],
    ["response", REQUEST, "in a response section"],
    ["trailers", RESPONSE, "in a trailers section"],
    ["trailers", REQUEST, "in a trailers section"],
    ["request", [], "without :method"],
    ["response", [], "without a valid :status"],
    ["request", [...REQUEST, ":path", "/"], "occurs twice"],
    ["response", [...RESPONSE, ":status", "200"], "occurs twice"],
    ["request", [":path", ":method", ":method", "GET", ":scheme", "http"], undefined],
    ["request", ["x", "y", ...REQUEST], "after a regular field"],
    ["request", [...REQUEST, ":", "x"], "in a request section"],
    ["request", [...REQUEST, "te", "trailers"], undefined],
    ["request", [...REQUEST, "te", "trailers, gzip"], "te field"],
    ["request", [...REQUEST, "transfer-encoding", "identity"], "connection-specific"],
    ["response", [...RESPONSE, "connection", ""], "connection-specific"],
    ["trailers", ["keep-alive", ""], "connection-specific"],
    ["response", [":status", "099"], "without a valid :status"],
    ["response", [":status", "999"], undefined],
    ["response", [":status", "200 "], "without a valid :status"],
    ["response", [":status", ""], "without a valid :status"],
  ];
  it.each(cases)("%s %j: %s", check);
});

describe("content-length", () => {
  it.each([
    [[], undefined],
    [["x", "content-length"], undefined],
    [["content-length", "0"], 0],
    [["content-length", "0012"], 12],
    [["content-length", "999999999999999"], 999_999_999_999_999],
    [["content-length", "1000000000000000"], Number.NaN],
    [["content-length", ""], Number.NaN],
    [["content-length", "+1"], Number.NaN],
    [["content-length", "1e3"], Number.NaN],
    [["content-length", "0x10"], Number.NaN],
    [["content-length", "5", "x", "y", "content-length", "5"], 5],
    [["content-length", "5", "content-length", "6"], Number.NaN],
  ])("of %j is %s", (fields, expected) => {
    expect(contentLength(fields)).toBe(expected);
  });
});

describe("a field's value", () => {
  it("is found by name only, the first of several", () => {
    expect(fieldValue(["a", "b", "b", "c", "b", "d"], "b")).toBe("c");
    expect(fieldValue(["a", "b"], "b")).toBeUndefined();
  });
});

it("a section that begins like a well-formed one is judged as if that were not known", () => {
  const kinds: SectionKind[] = ["request", "response", "trailers"];
  const names = [":method", ":scheme", ":path", ":status", "te", "a", "b", "connection", "A", ""];
  const field = fc.tuple(fc.constantFrom(...names), fc.constantFrom("GET", "200", "trailers", "", "\n"));
  const begin = fc.constantFrom<string[]>(
    [],
    REQUEST,
    RESPONSE,
    [...REQUEST, "a", ""],
    [...RESPONSE, "a", ""],
  );
  const sections = fc.tuple(
    begin,
    fc.array(field, { maxLength: 4 }),
    fc.array(field, { maxLength: 4 }),
    fc.nat(8),
  );
  let alike = 0;
  fc.assert(
    fc.property(fc.constantFrom(...kinds), sections, (kind, [first, a, b, kept]) => {
      const known = [...first, ...a.flat()];
      const fields = [...known.slice(0, 2 * kept), ...b.flat()];
      if (headerFault(known, kind) !== undefined) return;
      if (known.length > 0 && kept > 0) alike++;
      expect(headerFault(fields, kind, known)).toBe(headerFault(fields, kind));
    }),
    { numRuns: 5000 },
  );
  expect(alike).toBeGreaterThan(100);
});
