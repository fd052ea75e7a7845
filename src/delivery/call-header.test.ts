import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALL_NUMBER_MAX, formatCallHeader, parseCallHeader } from "./call-header.js";
import { identityText } from "./identity.js";
import { formatMark, isLater, parseMark } from "./mark.js";

const HOME = "AAAAAAAAAAAAAAAAAAAAAA";
const CLIENT = "b_-0ZZZZZZZZZZZZZZZZZQ";
const identity = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(identityText);
const number = fc.integer({ min: 1, max: CALL_NUMBER_MAX });
const mark = fc.record({
  epoch: number,
  epochId: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((id) => id.toString(16).padStart(8, "0")),
  position: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
});

describe("redoubt-call", () => {
  it("is home, client, incarnation, sequence, ack and mark", () => {
    expect(parseCallHeader(`${HOME}.${CLIENT}.2.17.9.3-00ff00ff-4096`)).toEqual({
      home: HOME,
      client: CLIENT,
      incarnation: 2,
      sequence: 17,
      ack: 9,
      mark: { epoch: 3, epochId: "00ff00ff", position: 4096 },
    });
  });

  it("reads as it was written", () => {
    fc.assert(
      fc.property(
        identity,
        identity,
        number,
        number,
        number,
        mark,
        (home, client, incarnation, a, b, mark) => {
          const [ack, sequence] = a < b ? [a, b] : [b, a];
          const text = formatCallHeader({ home, client, incarnation }, sequence, ack, formatMark(mark));
          expect(parseCallHeader(text)).toEqual({ home, client, incarnation, sequence, ack, mark });
        },
      ),
    );
  });

  it.each([
    ["nothing", ""],
    ["a part too few", `${HOME}.${CLIENT}.1.1.1`],
    ["a part too many", `${HOME}.${CLIENT}.1.1.1.1-00000000-0.1`],
    ["two of them", `${HOME}.${CLIENT}.1.1.1.1-00000000-0,${HOME}.${CLIENT}.1.1.1.1-00000000-0`],
    ["a short home", `AAAA.${CLIENT}.1.1.1.1-00000000-0`],
    ["a home of standard base64", `AAAAAAAAAAAAAAAAAAAA+/.${CLIENT}.1.1.1.1-00000000-0`],
    ["a long client", `${HOME}.${CLIENT}A.1.1.1.1-00000000-0`],
    ["incarnation 0", `${HOME}.${CLIENT}.0.1.1.1-00000000-0`],
    ["sequence 0", `${HOME}.${CLIENT}.1.0.0.1-00000000-0`],
    ["a leading zero", `${HOME}.${CLIENT}.1.01.1.1-00000000-0`],
    ["a sign", `${HOME}.${CLIENT}.1.+1.1.1-00000000-0`],
    ["a fraction", `${HOME}.${CLIENT}.1.1e3.1.1-00000000-0`],
    ["a space", ` ${HOME}.${CLIENT}.1.1.1.1-00000000-0`],
    ["a line's end", `${HOME}.${CLIENT}.1.1.1.1-00000000-0\n`],
    ["ack above sequence", `${HOME}.${CLIENT}.1.7.8.1-00000000-0`],
    ["a sequence above 2^52", `${HOME}.${CLIENT}.1.4503599627370497.1.1-00000000-0`],
    ["a sequence above 2^53-1", `${HOME}.${CLIENT}.1.9007199254740992.1.1-00000000-0`],
    ["an incarnation above 2^53-1", `${HOME}.${CLIENT}.9999999999999999.1.1.1-00000000-0`],
    ["an epoch's number above 2^53-1", `${HOME}.${CLIENT}.1.1.1.9007199254740992-00000000-0`],
    ["a position above 2^53-1", `${HOME}.${CLIENT}.1.1.1.1-00000000-9007199254740992`],
    ["a mark without an epoch", `${HOME}.${CLIENT}.1.1.1.4096`],
    ["a long text", `${HOME}.${CLIENT}.1.1.1.${"1".repeat(1_000_000)}-00000000-0`],
  ])("with %s is malformed", (_what, text) => {
    expect(parseCallHeader(text)).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseCallHeader(text)));
    const damaged = fc.tuple(fc.nat(90), fc.string({ minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(damaged, ([at, character]) => {
        const text = `${HOME}.${CLIENT}.12.345.67.89-0123abcd-456789`;
        parseCallHeader(text.slice(0, at) + character + text.slice(at + 1));
      }),
    );
  });
});

describe("a mark", () => {
  it("reads as it was written", () => {
    fc.assert(fc.property(mark, (mark) => void expect(parseMark(formatMark(mark))).toEqual(mark)));
  });

  it.each([
    "",
    "1",
    "1-00000000",
    "0-00000000-0",
    "1-0000000-0",
    "1-0000000G-0",
    "1-0000000F-0",
    "1-00000000-01",
    "1-00000000--1",
  ])("is not %j", (text) => expect(parseMark(text)).toBeUndefined());

  it.each([
    ["2-00000000-5", "1-ffffffff-900", true],
    ["1-ffffffff-900", "2-00000000-5", false],
    ["1-00000000-6", "1-00000000-5", true],
    ["1-00000000-5", "1-00000000-5", false],
  ])("%s is later than %s: %s", (a, b, expected) => {
    expect(isLater(parseMark(a)!, parseMark(b)!)).toBe(expected);
  });
});
