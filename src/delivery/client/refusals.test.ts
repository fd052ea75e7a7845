import { describe, expect, test } from "vitest";
import type { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import type { Refusal } from "../refusal.js";
import { KEEP_ALIVE, OPEN } from "./delivery-requests.js";
import {
  EXPIRES_AFTER_MS,
  failureOf,
  fakePair,
  hold,
  installChecks,
  lose,
  loseAnswer,
  neverLeave,
  pass,
  refuse,
  type SeenAttempt,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

const sequences = (attempts: readonly SeenAttempt[]) => attempts.map(({ sequence }) => sequence);

describe("a refusal", () => {
  test.each<Refusal>(["window", "quota", "full", "failed", "starting"])(
    "%s: the call is sent again, after a pause",
    async (refusal) => {
      const { home, notes, runtime } = fakePair();
      home.script(WRITE, refuse(refusal), refuse(refusal));
      const reply = notes.write({ text: "a" });
      await turns(10);
      expect(home.attempts(WRITE)).toHaveLength(1);
      await pass(runtime, 500);
      expect(await reply).toMatchObject({ text: "done: a" });
      expect(home.effects).toEqual(["a"]);
      expect(sequences(home.attempts(WRITE))).toEqual([1, 1, 1]);
    },
  );

  test.each<[Refusal, Status, string]>([
    ["malformed", Status.INVALID_ARGUMENT, "not-executed"],
    ["not-guarded", Status.FAILED_PRECONDITION, "not-executed"],
    ["stale", Status.FAILED_PRECONDITION, "unknown"],
    ["mismatch", Status.INVALID_ARGUMENT, "unknown"],
  ])("%s ends the call", async (refusal, code, outcome) => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, refuse(refusal));
    const failure = failureOf(notes.write({ text: "a" }));
    await pass(runtime, 500);
    expect(await failure).toMatchObject({ code, outcome });
    expect((await failure).message).toMatch(new RegExp(`^${refusal}: as scripted; .`));
    expect((await failure).metadata.get("redoubt-refusal")).toBe(refusal);
    expect(home.attempts(WRITE)).toHaveLength(1);
    await notes.write({ text: "b" });
    expect(home.attempts(OPEN)).toHaveLength(1);
  });

  test.each<[Refusal, Status, string]>([
    ["lost-home", Status.DATA_LOSS, "the home has lost what this client has seen of it: .* new folder$"],
    ["fenced", Status.FAILED_PRECONDITION, "another copy of this client was used since: .* new folder$"],
  ])("%s ends all calls of the session; the next one opens another", async (refusal, code, words) => {
    const { channel, home, notes, runtime } = fakePair();
    home.script(WRITE, hold, lose, refuse(refusal));
    const failures = ["a", "b", "c"].map((text) => failureOf(notes.write({ text }, { timeoutMs: 1_000 })));
    await pass(runtime, 1_100);
    for (const failure of await Promise.all(failures)) {
      expect(failure).toMatchObject({ code, outcome: "unknown" });
      expect(failure.message).toMatch(new RegExp(`^${refusal}: ${words}`));
      expect(failure.message).not.toContain("as scripted");
      expect(failure.metadata.get("redoubt-refusal")).toBe(refusal);
      expect(failure.callId).toBeDefined();
    }
    const [{ callId }] = (await Promise.all(failures)) as [RpcError];
    expect(await failureOf(channel.outcomeOf(callId!))).toMatchObject({ code: Status.DATA_LOSS, callId });
    await notes.write({ text: "d" });
    expect(home.attempts(OPEN)).toHaveLength(2);
  });

  test("of a session is remembered of as many as are given up at once: of older ones nothing is known", async () => {
    const { channel, home, notes } = fakePair();
    const ids: string[] = [];
    for (let i = 0; i < 17; i++) {
      home.script(WRITE, refuse("lost-home"));
      ids.push((await failureOf(notes.write({ text: "a" }))).callId!);
    }
    const codes = await Promise.all(ids.map(async (id) => (await failureOf(channel.outcomeOf(id))).code));
    expect(codes).toEqual([Status.NOT_FOUND, ...Array.from({ length: 16 }, () => Status.DATA_LOSS)]);
  });

  test.each<Refusal>(["window", "quota", "full", "failed", "starting", "wrong-home"])(
    "%s is named by a deadline that comes first",
    async (refusal) => {
      const { home, notes, runtime } = fakePair();
      home.script(WRITE, ...Array.from({ length: 200 }, () => refuse(refusal)));
      const late = failureOf(notes.write({ text: "a" }, { timeoutMs: 1_000 }));
      await pass(runtime, 1_100);
      expect(await late).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
      expect((await late).message).toContain(`${refusal}: as scripted; `);
      expect((await late).metadata.get("redoubt-refusal")).toBe(refusal);
    },
  );

  test("of the session is named by a deadline that comes first", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(OPEN, ...Array.from({ length: 200 }, () => refuse("quota")));
    const late = failureOf(notes.write({ text: "a" }, { timeoutMs: 1_000 }));
    await pass(runtime, 1_100);
    expect(await late).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "not-executed" });
    expect((await late).message).toContain("quota: as scripted; ");
    expect((await late).metadata.get("redoubt-refusal")).toBe("quota");
  });

  test("forbidden ends one call, and others of the session have their answers", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, hold, refuse("forbidden"));
    const other = notes.write({ text: "a" });
    const failure = await failureOf(notes.write({ text: "b" }, { metadata: { authorization: "bob" } }));
    expect(failure).toMatchObject({ code: Status.PERMISSION_DENIED, outcome: "not-executed" });
    expect(failure.message).toMatch(/^forbidden: .* a channel, and a durable client, of their own$/);
    expect(failure.metadata.get("redoubt-refusal")).toBe("forbidden");
    home.attempts(WRITE)[0]!.treatWell();
    expect(await other).toMatchObject({ text: "done: a" });
    await pass(runtime, 1_000);
    await notes.write({ text: "c" });
    expect(home.effects).toEqual(["a", "c"]);
    expect(home.attempts(OPEN)).toHaveLength(1);
  });

  test("forbidden after an attempt that was lost proves nothing of that", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, (attempt) => attempt.loseAnswer(), refuse("forbidden"));
    const failure = failureOf(notes.write({ text: "a" }));
    await pass(runtime, 200);
    expect(await failure).toMatchObject({ code: Status.PERMISSION_DENIED, outcome: "unknown" });
  });

  test("forbidden in answer to a sign of life ends the session", async () => {
    const { home, notes, runtime } = fakePair();
    await notes.write({ text: "a" });
    home.script(KEEP_ALIVE, refuse("forbidden"));
    await pass(runtime, 20_000, 40);
    await notes.write({ text: "b" });
    expect(home.attempts(OPEN)).toHaveLength(2);
  });

  test("expired: what the home cannot have carried out goes to a new session", async () => {
    const { home, notes, runtime } = fakePair();
    await notes.write({ text: "a" });
    home.sessions.clear();
    const reply = notes.write({ text: "b" }, { timeoutMs: 1_000 });
    await pass(runtime, 1_100);
    expect(await reply).toMatchObject({ text: "done: b" });
    expect(home.effects).toEqual(["a", "b"]);
    expect(home.attempts(OPEN)).toHaveLength(2);
    expect(home.attempts(WRITE).at(-1)!.header!.client).not.toBe(home.attempts(WRITE)[0]!.header!.client);
  });

  test("expired: what was sent before that is in doubt for ever, however short a time ago", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, loseAnswer);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 10_000 }));
    await turns(6);
    home.sessions.clear();
    await pass(runtime, 1_000);
    expect(await failure).toMatchObject({ code: Status.FAILED_PRECONDITION, outcome: "unknown" });
    expect(home.effects).toEqual(["a"]);
    expect(home.attempts(OPEN)).toHaveLength(1);
  });

  test("expired: what is under way beside it is in doubt, what never left goes to a new session", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, hold, neverLeave, (attempt) => {
      home.sessions.clear();
      attempt.treatWell();
    });
    const replies = ["under way", "never left", "refused"].map((text) =>
      notes.write({ text }, { timeoutMs: 10_000 }).then(
        () => "OK",
        ({ outcome }) => outcome,
      ),
    );
    await pass(runtime, 1_000);
    expect(await Promise.all(replies)).toEqual(["unknown", "OK", "OK"]);
    expect(home.effects.sort()).toEqual(["never left", "refused"]);
  });

  test("expired: what it may have carried out is in doubt for ever", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, ...Array.from({ length: 200 }, () => loseAnswer));
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: EXPIRES_AFTER_MS }));
    await pass(runtime, EXPIRES_AFTER_MS / 2, 400);
    home.sessions.clear();
    await pass(runtime, EXPIRES_AFTER_MS, 400);
    expect(await failure).toMatchObject({ code: Status.FAILED_PRECONDITION, outcome: "unknown" });
    expect(home.effects).toEqual(["a"]);
  });
});
