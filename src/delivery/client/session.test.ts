import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../runtime/manual-runtime.test.util.js";
import { parseCallHeader } from "../call-header.js";
import { parseMark } from "../mark.js";
import { Session, type SessionTerms } from "./session.js";

const HOME = "h".repeat(22);
const CLIENT = "c".repeat(22);

function sessionWith(more: Partial<SessionTerms> = {}): Session {
  return new Session(new ManualRuntime(), {
    home: HOME,
    client: CLIENT,
    incarnation: 3,
    nextSequence: 7,
    window: 10,
    expiresAfterMs: 1000,
    methods: ["/a.B/C"],
    mark: parseMark("2-0000000a-50")!,
    ...more,
  });
}

test("the header of a call says who calls, which call it is, what is not wanted any more, and what was seen", () => {
  const session = sessionWith();
  for (let i = 0; i < 3; i++) session.numbers.take();
  session.numbers.finish(7);
  expect(parseCallHeader(session.header(9))).toEqual({
    home: HOME,
    client: CLIENT,
    incarnation: 3,
    sequence: 9,
    ack: 8,
    mark: { epoch: 2, epochId: "0000000a", position: 50 },
  });
  expect(session.toldAck).toBe(8);
});

describe("the mark", () => {
  test.each([
    ["2-0000000a-51", "2-0000000a-51"],
    ["2-0000000a-49", "2-0000000a-50"],
    ["3-0000000b-10", "3-0000000b-10"],
    ["1-00000009-90", "2-0000000a-50"],
  ])("%s leaves %s as the latest", (seen, latest) => {
    const session = sessionWith();
    session.see(parseMark(seen)!);
    expect(session.mark).toEqual(parseMark(latest));
    expect(session.header(7)).toBe(`${HOME}.${CLIENT}.3.7.7.${latest}`);
    expect(session.credentials).toEqual({ home: HOME, client: CLIENT, incarnation: 3n, mark: latest });
  });
});

test("the id of a call tells its home and its session, whose secret it keeps", () => {
  const [one, other] = [sessionWith(), sessionWith({ client: "d".repeat(22) })];
  expect(one.callId(7)).toMatch(new RegExp(`^${HOME}\\.[\\w-]{22}\\.7$`));
  expect(one.callId(7)).not.toContain(CLIENT);
  expect(one.callId(7)).not.toBe(other.callId(7));
  expect(sessionWith().callId(7)).toBe(one.callId(7));
});

test("the home says which methods it guards", () => {
  expect([sessionWith().guards("/a.B/C"), sessionWith().guards("/a.B/D")]).toEqual([true, false]);
});
