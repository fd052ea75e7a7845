import { describe, expect, test } from "vitest";
import {
  type Behaviour,
  failureOf,
  fakePair,
  installChecks,
  pass,
  turns,
} from "../delivery/client/fake-home.test.util.js";
import { Status } from "../rpc/status.js";
import type { CallOptions } from "./call-options.js";

installChecks();

const READ = "/test.Notes/Read";
const TOUCH = "/test.Notes/Touch";
const PLAIN = "/test.Notes/Plain";

const lose: Behaviour = (attempt) => attempt.lose();
const neverLeave: Behaviour = (attempt) => attempt.neverLeave();
const hold: Behaviour = () => {};
const times = (count: number, behaviour: Behaviour) => Array.from({ length: count }, () => behaviour);

describe("a call that may be carried out more than once", () => {
  test.each<["read" | "touch", string]>([
    ["read", READ],
    ["touch", TOUCH],
  ])("%s: is made again while the server is unavailable", async (name, path) => {
    const { home, notes, runtime } = fakePair();
    home.script(path, lose, neverLeave, lose);
    const reply = notes[name]!({ text: "a" }, { timeoutMs: 10_000 });
    await pass(runtime, 500);
    expect(await reply).toMatchObject({ text: "done: a" });
    expect(home.attempts(path).map(({ text }) => text)).toEqual(["a", "a", "a", "a"]);
  });

  test("pauses longer and longer", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(READ, ...times(3, lose));
    const reply = notes.read({ text: "a" });
    for (const ms of [50, 80, 128]) {
      await turns(6);
      const { length } = home.attempts(READ);
      runtime.advance(ms - 5);
      await turns(3);
      expect(home.attempts(READ)).toHaveLength(length);
      runtime.advance(10);
    }
    await reply;
    expect(home.attempts(READ)).toHaveLength(4);
  });

  test("is made five times at most without a deadline", async () => {
    const { channel, home, notes, runtime } = fakePair();
    home.script(READ, ...times(9, lose));
    const failure = failureOf(notes.read({ text: "a" }));
    await pass(runtime, 60_000);
    expect(await failure).toMatchObject({
      code: Status.UNAVAILABLE,
      message: "connection lost",
      outcome: "unknown",
    });
    expect(home.attempts(READ)).toHaveLength(5);
    expect(channel.counters).toMatchObject({ started: 1, failed: 1 });
    expect(runtime.pendingMs).toEqual([]);
  });

  test("is made as often as its deadline lets it", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(READ, ...times(100, neverLeave));
    const failure = failureOf(notes.read({ text: "a" }, { timeoutMs: 20_000 }));
    await pass(runtime, 20_000, 2_000);
    const { code, message, outcome } = await failure;
    expect([code, outcome]).toEqual([Status.DEADLINE_EXCEEDED, "not-executed"]);
    expect(message).toMatch(
      /^deadline of 20000 ms exceeded: \d+ ms in 1\d attempts that failed \(the last: UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:80\), \d+ ms waiting to try again$/,
    );
    expect(runtime.pendingMs).toEqual([]);
  });

  test("keeps one deadline over all attempts", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(READ, lose, hold);
    const failure = failureOf(notes.read({ text: "a" }, { timeoutMs: 500 }));
    await pass(runtime, 500);
    expect((await failure).message).toMatch(
      /^deadline of 500 ms exceeded: 0 ms in an attempt that failed \(UNAVAILABLE: connection lost\), .* waiting for the answer from 127.0.0.1:80$/,
    );
    const [first, second] = home.attempts(READ).map(({ timeoutMs }) => timeoutMs!);
    expect(first).toBe(500);
    expect(second).toBeLessThan(451);
  });

  const ends: Record<string, [Behaviour, Behaviour, string]> = {
    "executed where an attempt was": [
      (attempt) => attempt.status(Status.UNAVAILABLE, "", "executed"),
      (attempt) => attempt.status(Status.NOT_FOUND, "", "not-executed"),
      "executed",
    ],
    "unknown where an attempt is": [
      lose,
      (attempt) => attempt.status(Status.NOT_FOUND, "", "not-executed"),
      "unknown",
    ],
    "not executed where none was": [
      neverLeave,
      (attempt) => attempt.status(Status.NOT_FOUND, "", "not-executed"),
      "not-executed",
    ],
  };

  test.each(Object.entries(ends))(
    "has the outcome of all attempts: %s",
    async (_, [first, second, outcome]) => {
      const { home, notes, runtime } = fakePair();
      home.script(READ, first, second);
      const failure = failureOf(notes.read({ text: "a" }));
      await pass(runtime, 100);
      expect(await failure).toMatchObject({ code: Status.NOT_FOUND, outcome });
    },
  );

  test("is not made again after another status", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(READ, (attempt) => attempt.status(Status.INTERNAL, "", "unknown"));
    expect(await failureOf(notes.read({ text: "a" }))).toMatchObject({ code: Status.INTERNAL });
    await pass(runtime, 1_000);
    expect(home.attempts(READ)).toHaveLength(1);
  });

  test("is not made again after a message", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(READ, (attempt) => attempt.replyAndLose());
    const failure = failureOf(notes.read({ text: "a" }));
    await pass(runtime, 1_000);
    expect(await failure).toMatchObject({ code: Status.UNAVAILABLE });
    expect(home.attempts(READ)).toHaveLength(1);
  });

  test("is made again after headers alone, and tells them again", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(READ, (attempt) => attempt.sendHeadersAndLose());
    let told = 0;
    const reply = notes.read({ text: "a" }, { onHeaders: () => void told++ });
    await pass(runtime, 100);
    expect(await reply).toMatchObject({ text: "done: a" });
    expect(told).toBe(2);
  });

  test("asks for credentials again, and is made again where those are unavailable", async () => {
    let asked = 0;
    const { RpcError } = await import("../rpc/error.js");
    const callCredentials = () => {
      if (++asked === 2) throw new RpcError(Status.UNAVAILABLE, "no tokens today");
      return { authorization: String(asked) };
    };
    const { home, notes, runtime } = fakePair({ callCredentials });
    home.script(READ, lose);
    const reply = notes.read({ text: "a" });
    await pass(runtime, 500);
    await reply;
    expect(home.attempts(READ).map(({ metadata }) => metadata.get("authorization"))).toEqual(["1", "3"]);
  });

  test.each<[string, CallOptions | undefined]>([
    ["a deadline", { timeoutMs: 10_000 }],
    ["none", undefined],
  ])("is taken back in a pause, with %s", async (_, options) => {
    const { home, notes, runtime } = fakePair();
    home.script(READ, lose);
    const controller = new AbortController();
    const failure = failureOf(notes.read({ text: "a" }, { ...options, signal: controller.signal }));
    await turns(6);
    controller.abort();
    expect(await failure).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    await pass(runtime, 1_000);
    expect(home.attempts(READ)).toHaveLength(1);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("ends in a pause when the channel closes", async () => {
    const { channel, home, notes, runtime } = fakePair();
    home.script(READ, lose);
    const failure = failureOf(notes.read({ text: "a" }, { timeoutMs: 10_000 }));
    await turns(6);
    await channel.close();
    expect(await failure).toMatchObject({
      code: Status.CANCELLED,
      message: "the channel was closed",
      outcome: "unknown",
    });
    expect(runtime.pendingMs).toEqual([]);
  });

  test("is not made again where the channel's closing ended it", async () => {
    const { channel, home, notes, runtime } = fakePair();
    home.script(READ, hold);
    const failure = failureOf(notes.read({ text: "a" }));
    await turns(6);
    await channel.close();
    expect(await failure).toMatchObject({ code: Status.UNAVAILABLE, message: "the channel was closed" });
    expect(runtime.pendingMs).toEqual([]);
  });

  test("shows each attempt to an observer", async () => {
    const seen: string[] = [];
    const observer = {
      onCall: () => ({
        onAttempt: ({ number }: { number: number }) => void seen.push(`attempt ${number}`),
        onMessageSent: () => void seen.push("sent"),
        onEnd: ({ code, outcome }: { code: number; outcome: string }) =>
          void seen.push(`end ${code} ${outcome}`),
      }),
    };
    const { home, notes, runtime } = fakePair({ observer });
    home.script(READ, lose);
    const reply = notes.read({ text: "a" });
    await pass(runtime, 100);
    await reply;
    expect(seen).toEqual(["attempt 1", "sent", "attempt 2", "sent", "end 0 executed"]);
  });

  test("does not wait in greater number than calls may", async () => {
    const { home, notes, runtime } = fakePair({ maxWaitingCalls: 2 });
    home.script(READ, ...times(3, lose));
    const replies = ["a", "b"].map((text) => notes.read({ text }));
    await turns(6);
    expect(await failureOf(notes.read({ text: "c" }))).toMatchObject({ code: Status.UNAVAILABLE });
    await pass(runtime, 100);
    await Promise.all(replies);
  });
});

test("a call that may be carried out once only is not made again", async () => {
  const { home, notes, runtime } = fakePair();
  home.script(PLAIN, lose);
  expect(await failureOf(notes.plain({ text: "a" }, { timeoutMs: 1_000 }))).toMatchObject({
    code: Status.UNAVAILABLE,
    message: "connection lost",
  });
  await pass(runtime, 1_000);
  expect(home.attempts(PLAIN)).toHaveLength(1);
});
