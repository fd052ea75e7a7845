import { describe, expect, test } from "vitest";
import type { ClientInterceptor } from "../../rpc/interceptor.js";
import { Status } from "../../rpc/status.js";
import { OPEN } from "./delivery-requests.js";
import {
  FakeHome,
  failureOf,
  fakePair,
  hold,
  installChecks,
  lose,
  neverLeave,
  pass,
  refuse,
  type SeenAttempt,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

describe("opening a session", () => {
  test("is repeated with the same nonce, as long as somebody waits", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(OPEN, lose, lose, refuse("starting"), refuse("quota"));
    const reply = notes.write({ text: "a" }, { timeoutMs: 10_000 });
    await pass(runtime, 1_000);
    await reply;
    const opens = home.attempts(OPEN).map(({ request }) => Buffer.from(request).toString("hex"));
    expect(opens).toHaveLength(5);
    expect(new Set(opens).size).toBe(1);
    expect(home.sessions.size).toBe(1);
  });

  test("is repeated where the server has no place for it just now", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(OPEN, (attempt) =>
      attempt.status(Status.RESOURCE_EXHAUSTED, "too many calls", "not-executed"),
    );
    const replies = [notes.write({ text: "a" }), notes.write({ text: "b" })];
    await pass(runtime, 100);
    expect(await Promise.all(replies)).toMatchObject([{ text: "done: a" }, { text: "done: b" }]);
  });

  test("ends with the last call that waits for it", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(OPEN, ...Array.from({ length: 10 }, () => lose));
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 100 }));
    await pass(runtime, 100);
    await failure;
    const { length } = home.attempts(OPEN);
    await pass(runtime, 10_000);
    expect(home.attempts(OPEN)).toHaveLength(length + 1);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("is tried five times for calls without a deadline", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(OPEN, ...Array.from({ length: 5 }, () => neverLeave));
    const failure = failureOf(notes.write({ text: "a" }));
    const patient = notes.write({ text: "b" }, { waitForReady: true });
    await pass(runtime, 2_000);
    expect(await failure).toMatchObject({
      code: Status.UNAVAILABLE,
      message:
        "connect ECONNREFUSED 127.0.0.1:80 (the last of 5 attempts: a call with timeoutMs or waitForReady goes on)",
      outcome: "not-executed",
    });
    expect(await patient).toMatchObject({ text: "done: b" });
  });

  test("fails where the server has no homes, with what to do", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(OPEN, (attempt) => attempt.status(Status.UNIMPLEMENTED, "unknown service", "not-executed"));
    const failures = [notes.write({ text: "a" }), notes.write({ text: "b" }, { timeoutMs: 1_000 })].map(
      failureOf,
    );
    await pass(runtime, 10);
    for (const failure of await Promise.all(failures)) {
      expect(failure).toMatchObject({ code: Status.UNIMPLEMENTED, outcome: "not-executed" });
      expect(failure.message).toContain("new Server({ home: await Home.open(folder) })");
    }
    await notes.write({ text: "c" });
    expect(home.effects).toEqual(["c"]);
  });

  test.each([
    [Status.UNAUTHENTICATED, "who are you"],
    [Status.PERMISSION_DENIED, "not you"],
  ])("fails with status %i", async (code, message) => {
    const { home, notes } = fakePair();
    home.script(OPEN, (attempt) => attempt.status(code, message, "not-executed"));
    expect(await failureOf(notes.write({ text: "a" }))).toMatchObject({
      code,
      message,
      outcome: "not-executed",
    });
  });

  test("fails where its answer is none", async () => {
    const { home, notes } = fakePair();
    home.script(OPEN, (attempt) => attempt.reply(new Uint8Array(0)));
    expect(await failureOf(notes.write({ text: "a" }))).toMatchObject({
      code: Status.INTERNAL,
      message: "the answer to /redoubt.Delivery/Open is malformed: its home has no identity",
      outcome: "not-executed",
    });
  });

  test("tells which methods may be called in it", async () => {
    const home = new FakeHome();
    home.methods = [WRITE];
    const { notes } = fakePair({}, home);
    await notes.write({ text: "a" });
    const failure = await failureOf(notes.strike({ text: "a" }));
    expect(failure).toMatchObject({ code: Status.FAILED_PRECONDITION, outcome: "not-executed" });
    expect(failure.message).toContain("the server does not call /test.Notes/Strike exactly once");
    expect(home.attempts("/test.Notes/Strike")).toEqual([]);
  });
});

describe("the window", () => {
  test("keeps calls waiting, in order, until others are answered", async () => {
    const home = new FakeHome();
    home.window = 2;
    const { notes } = fakePair({}, home);
    const held: SeenAttempt[] = [];
    home.script(
      WRITE,
      (attempt) => void held.push(attempt),
      (attempt) => void held.push(attempt),
    );
    const replies = ["a", "b", "c", "d"].map((text) => notes.write({ text }));
    await turns(10);
    expect(held.map(({ text }) => text)).toEqual(["a", "b"]);
    held[1]!.treatWell();
    await turns(10);
    expect(home.attempts(WRITE)).toHaveLength(2);
    held[0]!.treatWell();
    await Promise.all(replies);
    expect(home.effects).toEqual(["b", "a", "c", "d"]);
  });

  test("is tried again where an interceptor hangs, and says so", async () => {
    let isHanging = true;
    const hangs: ClientInterceptor = (call, next) =>
      isHanging && call.method.path === OPEN ? new Promise(() => {}) : next(call);
    const { notes, runtime } = fakePair({ interceptors: [hangs] });
    const reply = notes.write({ text: "a" }, { timeoutMs: 120_000 });
    const failure = failureOf(notes.write({ text: "b" }, { timeoutMs: 15_000 }));
    await pass(runtime, 20_000, 40);
    expect((await failure).message).toContain("waiting for the channel's interceptors");
    isHanging = false;
    await pass(runtime, 20_000, 40);
    expect(await reply).toMatchObject({ text: "done: a" });
  });

  test("turns calls away where 65,536 wait", async () => {
    const home = new FakeHome();
    const { channel, notes } = fakePair({}, home);
    home.script(OPEN, hold);
    const waiting = Array.from({ length: 65_536 }, () => notes.write({ text: "" }));
    expect(await failureOf(notes.write({ text: "" }))).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "not-executed",
    });
    await channel.close();
    expect(await failureOf(waiting[65_535]!)).toMatchObject({ code: Status.CANCELLED });
  });
});
