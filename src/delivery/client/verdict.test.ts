import { describe, expect, test } from "vitest";
import { localEnd } from "../../rpc/call-end.js";
import type { Outcome } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { REFUSALS, type Refusal } from "../refusal.js";
import type { AttemptEnd } from "./attempts.js";
import { outcomeOfAttempt, recordedMark, type Verdict, verdictOn } from "./verdict.js";

function end(code: Status, outcome: Outcome, more: Partial<AttemptEnd> = {}): AttemptEnd {
  const nothing = { headers: undefined, response: undefined, recorded: undefined, refusal: undefined };
  return { ...localEnd(code, "", outcome), ...nothing, hasLeft: true, ...more };
}

const MARK = "3-00ff00ff-17";

describe("only what is recorded is an answer", () => {
  test.each(Object.values(Status))("status %i", (code) => {
    expect(recordedMark(end(code, "executed", { recorded: MARK }))).toMatchObject({ epoch: 3, position: 17 });
    expect(recordedMark(end(code, "executed"))).toBeUndefined();
  });

  test.each(["", "0", "yes", "3-00ff00ff", "3-00ff00ff-17 ", "0-00ff00ff-17"])(
    "a trailer of %j is no mark",
    (recorded) => {
      expect(recordedMark(end(Status.OK, "executed", { recorded }))).toBeUndefined();
    },
  );
});

describe("a refusal", () => {
  const verdicts: Record<Refusal, Verdict> = {
    malformed: "final",
    "wrong-home": "elsewhere",
    "lost-home": "session-over",
    expired: "session-over",
    forbidden: "forbidden",
    fenced: "session-over",
    stale: "gone",
    mismatch: "gone",
    window: "again",
    quota: "again",
    full: "again",
    failed: "again",
    "not-guarded": "final",
    starting: "again",
  };

  test.each(Object.entries(verdicts))("%s: %s", (reason, verdict) => {
    const { code, retry, notExecuted } = REFUSALS[reason as Refusal];
    const refused = end(code, "not-executed", { refusal: reason });
    expect(verdictOn(refused)).toBe(verdict);
    expect(retry).toBe(verdict === "again" || verdict === "elsewhere");
    // The home compares principals before it looks at anything else: that is certain of this attempt, if of no other.
    const isCertain = notExecuted || reason === "forbidden";
    expect(outcomeOfAttempt(refused)).toBe(isCertain ? "not-executed" : "unknown");
  });

  test("for a reason that nobody knows yet is read by its status", () => {
    const refusal = "too-warm";
    expect(verdictOn(end(Status.UNAVAILABLE, "not-executed", { refusal }))).toBe("again");
    expect(verdictOn(end(Status.FAILED_PRECONDITION, "not-executed", { refusal }))).toBe("final");
  });
});

test.each<[Status, Outcome, Verdict]>([
  [Status.UNAVAILABLE, "unknown", "again"],
  [Status.UNAVAILABLE, "not-executed", "again"],
  [Status.UNAVAILABLE, "executed", "again"],
  [Status.DEADLINE_EXCEEDED, "unknown", "again"],
  [Status.CANCELLED, "unknown", "again"],
  [Status.CANCELLED, "executed", "final"],
  [Status.UNKNOWN, "executed", "final"],
  [Status.INTERNAL, "unknown", "final"],
  [Status.UNAUTHENTICATED, "not-executed", "final"],
  [Status.PERMISSION_DENIED, "not-executed", "final"],
  [Status.RESOURCE_EXHAUSTED, "not-executed", "final"],
  [Status.ABORTED, "not-executed", "final"],
  [Status.UNIMPLEMENTED, "not-executed", "final"],
])(
  "status %i of an outcome that is %s, with nothing recorded and no refusal: %s",
  (code, outcome, verdict) => {
    expect(verdictOn(end(code, outcome))).toBe(verdict);
  },
);

test.each(Object.values(Status).filter((code) => code !== Status.OK))(
  "an attempt that broke off is worth another, whatever its status: %i",
  (code) => {
    expect(verdictOn(end(code, "unknown", { isBrokenOff: true }))).toBe("again");
    expect(verdictOn(end(code, "not-executed", { isBrokenOff: true }))).toBe("again");
  },
);

test.each<[Outcome, boolean, Outcome]>([
  ["not-executed", false, "not-executed"],
  ["not-executed", true, "not-executed"],
  ["unknown", true, "unknown"],
  ["executed", true, "executed"],
])("an attempt that ended %s, and whose having left is %s, was %s", (outcome, hasLeft, expected) => {
  expect(outcomeOfAttempt(end(Status.UNAVAILABLE, outcome, { hasLeft }))).toBe(expected);
});
