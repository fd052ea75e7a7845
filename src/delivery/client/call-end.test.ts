import { describe, expect, test } from "vitest";
import { Status } from "../../rpc/status.js";
import { CLOSE, OPEN, OUTCOME } from "./delivery-requests.js";
import {
  type Behaviour,
  FakeHome,
  failureOf,
  fakePair,
  hold,
  installChecks,
  lose,
  loseAnswer,
  neverLeave,
  pass,
  type SeenAttempt,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

const paths = (attempts: readonly SeenAttempt[]) => attempts.map(({ path }) => path);

describe("a deadline", () => {
  test("ends a call under way, and says where the time went", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, lose, hold);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 500 }));
    await pass(runtime, 500);
    const { code, outcome, callId, message } = await failure;
    expect({ code, outcome }).toEqual({ code: Status.DEADLINE_EXCEEDED, outcome: "unknown" });
    expect(callId).toMatch(/^home-{18}\.[\w-]{22}\.1$/);
    expect(message).toMatch(
      /^deadline of 500 ms exceeded: 0 ms in an attempt that failed \(UNAVAILABLE: connection lost\), 4\d\d ms waiting for the answer from 127.0.0.1:80$/,
    );
    expect(home.attempts(WRITE)[1]!.cancelled).toBe(true);
  });

  test("is told to the server with what is left of it", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, lose);
    const reply = notes.write({ text: "a" }, { timeoutMs: 500 });
    await pass(runtime, 100);
    await reply;
    const [first, second] = home.attempts(WRITE).map(({ timeoutMs }) => timeoutMs!);
    expect(first).toBeLessThanOrEqual(510);
    expect(second).toBeLessThanOrEqual(460);
  });

  test("bounds an attempt without one, and the next joins it", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, (attempt) => attempt.loseSilently());
    const reply = notes.write({ text: "a" });
    await pass(runtime, 29_000);
    expect(home.attempts(WRITE)).toHaveLength(1);
    await pass(runtime, 2_000);
    expect(await reply).toMatchObject({ text: "done: a" });
    expect(home.effects).toEqual(["a"]);
  });

  test("ends a call that waits for its session", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(OPEN, neverLeave, neverLeave, hold);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 400 }));
    await pass(runtime, 400);
    expect(await failure).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      outcome: "not-executed",
      callId: undefined,
      message:
        "deadline of 400 ms exceeded: 400 ms opening a session (2 attempts failed, the last: UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:80)",
    });
    expect(home.attempts(WRITE)).toEqual([]);
  });

  test("ends a call that waits for the window", async () => {
    const home = new FakeHome();
    home.window = 1;
    const { notes, runtime } = fakePair({}, home);
    home.script(WRITE, hold);
    void notes.write({ text: "a" });
    await turns(6);
    const second = failureOf(notes.write({ text: "b" }, { timeoutMs: 100 }));
    await pass(runtime, 100);
    expect(await second).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      outcome: "not-executed",
      message: "deadline of 100 ms exceeded: 100 ms waiting for calls of this session to be answered",
    });
  });

  test("that has passed already makes no call", async () => {
    const { home, notes } = fakePair();
    expect(await failureOf(notes.write({ text: "a" }, { timeoutMs: 0 }))).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      outcome: "not-executed",
    });
    expect(home.seen).toEqual([]);
  });

  test("of the channel holds for calls without one", async () => {
    const { home, notes, runtime } = fakePair({ timeoutMs: 200 });
    home.script(WRITE, hold);
    const failure = failureOf(notes.write({ text: "a" }));
    await pass(runtime, 200);
    expect((await failure).message).toContain("deadline of 200 ms exceeded");
  });

  test("of the call that is being handled is passed on", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, hold);
    const parent = { timeRemainingMs: () => 200, signal: new AbortController().signal };
    const failure = failureOf(notes.write({ text: "a" }, { parent }));
    await pass(runtime, 200);
    expect(await failure).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
  });

  test("of a handler that was joined in vain leaves the call as it was", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, loseAnswer, hold);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 200 }));
    await pass(runtime, 250);
    expect(await failure).toMatchObject({ outcome: "unknown" });
    expect(home.effects).toEqual(["a"]);
    await notes.write({ text: "b" });
    expect(home.attempts(WRITE).at(-1)!.ack).toBe(2);
  });
});

describe("a signal", () => {
  test.each<[string, Behaviour | undefined, string, boolean]>([
    ["under way", hold, "unknown", true],
    ["in a pause", lose, "unknown", true],
    ["in a pause, having never left", neverLeave, "not-executed", false],
  ])("takes a call back that is %s", async (_, behaviour, outcome, hasId) => {
    const { home, notes } = fakePair();
    await notes.write({ text: "a" });
    home.script(WRITE, behaviour!);
    const controller = new AbortController();
    const failure = failureOf(notes.write({ text: "b" }, { signal: controller.signal }));
    await turns(6);
    controller.abort();
    const { code, callId, ...rest } = await failure;
    expect({ code, outcome: rest.outcome, hasId: callId !== undefined }).toEqual({
      code: Status.CANCELLED,
      outcome,
      hasId,
    });
    await turns(6);
    expect(home.effects).toEqual(["a"]);
    expect(home.attempts(OUTCOME)).toHaveLength(hasId ? 1 : 0);
  });

  test("takes a call back that waits for its session", async () => {
    const { home, notes } = fakePair();
    home.script(OPEN, hold);
    const controller = new AbortController();
    const failure = failureOf(notes.write({ text: "b" }, { signal: controller.signal }));
    await turns(6);
    controller.abort(new Error("enough"));
    expect(await failure).toMatchObject({
      code: Status.CANCELLED,
      outcome: "not-executed",
      message: "the call was aborted by its signal: enough",
    });
  });

  test("that has aborted before makes no call", async () => {
    const { home, notes } = fakePair();
    const failure = failureOf(notes.write({ text: "b" }, { signal: AbortSignal.abort() }));
    expect(await failure).toMatchObject({ code: Status.CANCELLED, outcome: "not-executed" });
    expect(home.seen).toEqual([]);
  });
});

describe("a channel that closes", () => {
  test("tells the home that the session is over", async () => {
    const { home, channel, notes, runtime } = fakePair();
    await notes.write({ text: "a" });
    await channel.close();
    expect(paths(home.seen).at(-1)).toBe(CLOSE);
    expect(home.sessions.size).toBe(0);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("does not wait long for that", async () => {
    const { home, channel, notes, runtime } = fakePair();
    await notes.write({ text: "a" });
    home.script(CLOSE, hold);
    const closing = channel.close();
    await pass(runtime, 260);
    await closing;
    expect(runtime.pendingMs).toEqual([]);
  });

  test("says nothing without a session", async () => {
    const { home, channel, notes, runtime } = fakePair();
    await notes.plain({ text: "a" });
    await channel.close();
    expect(paths(home.seen)).toEqual(["/test.Notes/Plain"]);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("ends all calls, wherever they stand", async () => {
    const home = new FakeHome();
    home.window = 3;
    const { channel, notes, runtime } = fakePair({}, home);
    await notes.write({ text: "" });
    home.script(WRITE, hold, lose, neverLeave);
    const failures = ["held", "lost", "never left", "waits"].map((text) => failureOf(notes.write({ text })));
    await turns(6);
    await channel.close();
    const ends = await Promise.all(failures);
    expect(ends.map(({ code, outcome, callId }) => [code, outcome, callId !== undefined])).toEqual([
      [Status.CANCELLED, "unknown", true],
      [Status.CANCELLED, "unknown", true],
      [Status.CANCELLED, "not-executed", false],
      [Status.CANCELLED, "not-executed", false],
    ]);
    expect(runtime.pendingMs).toEqual([]);
    expect(await failureOf(notes.write({ text: "late" }))).toMatchObject({ code: Status.CANCELLED });
  });

  test("ends a call that waits for its session", async () => {
    const { home, channel, notes, runtime } = fakePair();
    home.script(OPEN, hold);
    const failure = failureOf(notes.write({ text: "a" }));
    await turns(6);
    await channel.close();
    expect(await failure).toMatchObject({ code: Status.CANCELLED, outcome: "not-executed" });
    expect(runtime.pendingMs).toEqual([]);
  });

  test("lets calls that are under way end in its grace", async () => {
    const { home, channel, notes, runtime } = fakePair();
    let held!: SeenAttempt;
    home.script(WRITE, (attempt) => {
      held = attempt;
    });
    const reply = notes.write({ text: "a" });
    await turns(6);
    const closing = channel.close({ graceMs: 1_000 });
    await turns(6);
    held.treatWell();
    expect(await reply).toMatchObject({ text: "done: a" });
    await closing;
    expect(home.sessions.size).toBe(0);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("makes no more attempts in its grace, and cuts it short where it is told", async () => {
    const { home, channel, notes, runtime } = fakePair();
    let held!: SeenAttempt;
    home.script(WRITE, (attempt) => void (held = attempt), hold);
    const failures = ["a", "b"].map((text) => failureOf(notes.write({ text })));
    await turns(6);
    const closing = channel.close({ graceMs: 1_000 });
    held.lose();
    expect(await failures[0]).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    void channel.close();
    expect(await failures[1]).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    await closing;
    expect(home.attempts(WRITE)).toHaveLength(2);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("stops asking what became of calls", async () => {
    const { home, channel, notes, runtime } = fakePair();
    home.script(WRITE, hold);
    home.script(OUTCOME, hold);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 10 }));
    await pass(runtime, 20);
    const { callId } = await failure;
    const asked = failureOf(channel.outcomeOf(callId!));
    await channel.close();
    expect(await asked).toMatchObject({ code: Status.CANCELLED, outcome: "unknown", callId });
    expect(runtime.pendingMs).toEqual([]);
  });
});
