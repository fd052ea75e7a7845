import { describe, expect, test } from "vitest";
import { stub } from "../../client/stub.js";
import type { ClientInterceptor } from "../../rpc/interceptor.js";
import { Metadata } from "../../rpc/metadata.js";
import { Status } from "../../rpc/status.js";
import { OPEN, OUTCOME } from "./delivery-requests.js";
import {
  type Behaviour,
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
  Streams,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

const paths = (attempts: readonly SeenAttempt[]) => attempts.map(({ path }) => path);
const sequences = (attempts: readonly SeenAttempt[]) => attempts.map(({ sequence }) => sequence);

describe("an exactly-once call", () => {
  test("opens a session first, and gets its answer", async () => {
    const { home, notes } = fakePair();
    expect(await notes.write({ text: "a" })).toMatchObject({ text: "done: a" });
    expect(paths(home.seen)).toEqual([OPEN, WRITE]);
    expect(home.effects).toEqual(["a"]);
  });

  test("shares the session with others, made at the same time and later", async () => {
    const { home, notes } = fakePair();
    await Promise.all([notes.write({ text: "a" }), notes.strike({ text: "b" })]);
    await notes.write({ text: "c" });
    expect(home.attempts(OPEN)).toHaveLength(1);
    expect(home.effects).toEqual(["a", "b", "c"]);
  });

  test("is sent again under the same number until it is answered", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, lose, loseAnswer, lose);
    const reply = notes.write({ text: "a" }, { timeoutMs: 10_000 });
    await pass(runtime, 1_000);
    expect(await reply).toMatchObject({ text: "done: a" });
    expect(home.effects).toEqual(["a"]);
    expect(sequences(home.attempts(WRITE))).toEqual([1, 1, 1, 1]);
  });

  test("pauses longer and longer, as backoff has it", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, lose, lose, lose);
    const reply = notes.write({ text: "a" });
    for (const ms of [50, 80, 128]) {
      await turns(6);
      const before = home.attempts(WRITE).length;
      runtime.advance(ms - 5);
      await turns(3);
      expect(home.attempts(WRITE)).toHaveLength(before);
      runtime.advance(10);
    }
    await reply;
    expect(home.attempts(WRITE)).toHaveLength(4);
  });

  test("sends what the message was when the call was made", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, lose);
    const message = { text: "a" };
    const reply = notes.write(message);
    message.text = "b";
    await pass(runtime, 100);
    await reply;
    expect(home.effects).toEqual(["a"]);
  });

  test("carries its metadata with each attempt, as it was given", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, lose);
    const metadata = new Metadata({ k: "v" });
    const reply = notes.write({ text: "a" }, { metadata });
    metadata.set("k", "w");
    await pass(runtime, 100);
    await reply;
    expect(home.attempts(WRITE).map((attempt) => attempt.metadata.get("k"))).toEqual(["v", "v"]);
    expect(home.attempts(OPEN)[0]!.metadata.has("k")).toBe(false);
  });

  test("asks the call credentials for each attempt, and for the session", async () => {
    let asked = 0;
    const callCredentials = () => ({ authorization: `token ${++asked}` });
    const { home, notes, runtime } = fakePair({ callCredentials });
    home.script(WRITE, lose);
    const reply = notes.write({ text: "a" });
    await pass(runtime, 100);
    await reply;
    expect(home.seen.map(({ metadata }) => metadata.get("authorization"))).toEqual([
      "token 1",
      "token 2",
      "token 3",
    ]);
  });

  test("tells headers and trailers", async () => {
    const { notes } = fakePair();
    const told: unknown[] = [];
    await notes.write(
      { text: "a" },
      {
        onHeaders: (headers) => told.push(headers.get("x-home")?.slice(0, 4)),
        onTrailers: (trailers) => told.push(trailers.get("redoubt-recorded")),
      },
    );
    expect(told).toEqual(["home", "1-0123abcd-1"]);
  });

  test("does not send metadata that the protocol needs for itself", async () => {
    const { notes } = fakePair();
    await expect(notes.write({ text: "a" }, { metadata: { "redoubt-call": "x" } })).rejects.toThrow(
      'metadata "redoubt-call" is made by the channel',
    );
  });

  test("has no key without a durable client", async () => {
    const { notes } = fakePair();
    await expect(notes.write({ text: "a" }, { key: "k" })).rejects.toThrow("DurableClient.open");
    await expect(notes.plain({ text: "a" }, { key: "k" })).rejects.toThrow("exactly-once");
  });

  test("that was refused for good was not executed, whatever a callback throws", async () => {
    const { home, notes } = fakePair();
    home.script(WRITE, (attempt) => {
      const { mark } = home;
      attempt.sendHeaders();
      attempt.status(Status.CANCELLED, "refused", "not-executed", { "redoubt-recorded": mark });
    });
    const onHeaders = () => {
      throw new Error("oh");
    };
    expect(await failureOf(notes.write({ text: "a" }, { onHeaders }))).toMatchObject({
      message: "a callback of the caller has thrown: oh",
      outcome: "not-executed",
    });
  });

  test("ends with a callback's error, which harms nothing else", async () => {
    const { notes } = fakePair();
    const onHeaders = () => {
      throw new Error("oh");
    };
    expect(await failureOf(notes.write({ text: "a" }, { onHeaders }))).toMatchObject({
      code: Status.INTERNAL,
      message: "a callback of the caller has thrown: oh",
      outcome: "executed",
    });
    await notes.write({ text: "b" });
  });
});

describe("an answer", () => {
  test("that is a recorded error is final", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, (attempt) => attempt.carryOutWith(Status.UNAVAILABLE, "not today"));
    const failure = failureOf(notes.write({ text: "a" }));
    await pass(runtime, 500);
    expect(await failure).toMatchObject({
      code: Status.UNAVAILABLE,
      message: "not today",
      outcome: "executed",
      callId: undefined,
    });
    expect(home.attempts(WRITE)).toHaveLength(1);
  });

  test("that nobody has recorded is none", async () => {
    const { home, notes } = fakePair();
    home.script(WRITE, (attempt) => attempt.reply(attempt.request));
    const failure = await failureOf(notes.write({ text: "a" }));
    expect(failure).toMatchObject({ code: Status.INTERNAL, outcome: "executed" });
    expect(failure.message).toContain("no redoubt-recorded trailer");
    expect(failure.callId).toBeDefined();
  });

  test("that cannot be read is an error, and recorded all the same", async () => {
    const { home, notes } = fakePair();
    home.script(WRITE, (attempt) => attempt.reply(Uint8Array.of(0xff), { "redoubt-recorded": home.mark }));
    expect(await failureOf(notes.write({ text: "a" }))).toMatchObject({
      code: Status.INTERNAL,
      outcome: "executed",
      callId: undefined,
    });
    await notes.write({ text: "b" });
    expect(home.attempts(WRITE)[1]!.ack).toBe(2);
  });
});

describe("the ack", () => {
  test("follows recorded answers, in order", async () => {
    const { home, notes } = fakePair();
    let first!: SeenAttempt;
    home.script(WRITE, (attempt) => {
      first = attempt;
    });
    const slow = notes.write({ text: "slow" });
    await turns(6);
    await notes.write({ text: "b" });
    await notes.write({ text: "c" });
    first.treatWell();
    await slow;
    await notes.write({ text: "d" });
    expect(home.attempts(WRITE).map(({ sequence, ack }) => [sequence, ack])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 4],
    ]);
  });

  const unanswered: Record<string, Behaviour> = {
    "a status that is not recorded": (attempt) => attempt.status(Status.INVALID_ARGUMENT, "", "executed"),
    "an OK that is not recorded": (attempt) => attempt.reply(attempt.request),
    "a refusal": refuse("not-guarded"),
  };

  test.each(Object.entries(unanswered))("does not follow %s", async (_, behaviour) => {
    const { home, notes } = fakePair();
    home.script(WRITE, behaviour);
    home.script(OUTCOME, hold);
    await failureOf(notes.write({ text: "a" }));
    await notes.write({ text: "b" });
    await notes.write({ text: "c" });
    expect(home.attempts(WRITE).map(({ ack }) => ack)).toEqual([1, 1, 1]);
  });

  test("does not follow a call that was given up, before its end is known", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, hold);
    home.script(OUTCOME, lose, lose);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 100 }));
    await pass(runtime, 100);
    expect(await failure).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    await notes.write({ text: "b" });
    await pass(runtime, 300);
    expect(home.attempts(OUTCOME)).toHaveLength(3);
    await notes.write({ text: "c" });
    expect(home.attempts(WRITE).map(({ ack }) => ack)).toEqual([1, 1, 3]);
  });

  test("passes over a call that never left", async () => {
    const { home, notes, runtime } = fakePair();
    await notes.write({ text: "a" });
    home.script(WRITE, neverLeave, neverLeave);
    const failure = failureOf(notes.write({ text: "b" }, { timeoutMs: 100 }));
    await pass(runtime, 100);
    expect(await failure).toMatchObject({ outcome: "not-executed", callId: undefined });
    await notes.write({ text: "c" });
    expect(home.attempts(WRITE).at(-1)).toMatchObject({ sequence: 3, ack: 3 });
    expect(home.attempts(OUTCOME)).toEqual([]);
  });
});

describe("interceptors", () => {
  test("see a call once, whatever it takes, and the calls that open its session", async () => {
    const seen: string[] = [];
    const note: ClientInterceptor = async (call, next) => {
      seen.push(call.method.path);
      call.metadata.set("authorization", "me");
      return next(call);
    };
    const { home, notes, runtime } = fakePair({ interceptors: [note] });
    home.script(WRITE, lose, lose);
    const reply = notes.write({ text: "a" });
    await pass(runtime, 500);
    expect(await reply).toMatchObject({ text: "done: a" });
    expect(seen).toEqual([WRITE, OPEN]);
    expect(home.seen.map(({ metadata }) => metadata.get("authorization"))).toEqual(["me", "me", "me", "me"]);
  });

  test("get the error of a call, with its id", async () => {
    const errors: unknown[] = [];
    const note: ClientInterceptor = (call, next) =>
      next(call).catch((error) => {
        errors.push(error);
        throw error;
      });
    const { home, notes, runtime } = fakePair({ interceptors: [note] });
    home.script(WRITE, hold);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 50 }));
    await pass(runtime, 60);
    expect([await failure]).toEqual(errors);
    expect((await failure).callId).toBeDefined();
  });

  test("are told where opening was refused", async () => {
    const pass: ClientInterceptor = (call, next) => next(call);
    const { home, notes } = fakePair({ interceptors: [pass] });
    home.script(OPEN, refuse("lost-home"));
    expect(await failureOf(notes.write({ text: "a" }))).toMatchObject({ code: Status.DATA_LOSS });
  });
});

test("an observer sees one call with all its attempts", async () => {
  const seen: string[] = [];
  const observer = {
    onCall: (path: string) => {
      seen.push(`call ${path.split("/")[2]}`);
      return {
        onAttempt: ({ number }: { number: number }) => void seen.push(`attempt ${number}`),
        onEnd: ({ code }: { code: number }) => void seen.push(`end ${code}`),
      };
    },
  };
  const { channel, home, notes, runtime } = fakePair({ observer });
  home.script(WRITE, lose, lose);
  const reply = notes.write({ text: "a" });
  await pass(runtime, 500);
  await reply;
  expect(seen).toEqual([
    "call Write",
    "call Open",
    "attempt 1",
    "end 0",
    "attempt 1",
    "attempt 2",
    "attempt 3",
    "end 0",
  ]);
  expect(channel.counters).toMatchObject({ started: 1, succeeded: 1 });
});

describe("a stub", () => {
  test("has no streaming methods that are to be called exactly once", () => {
    const { channel } = fakePair();
    expect(() => stub(Streams, channel)).toThrow(
      "/test.Streams/Pour is client-streaming and EXACTLY_ONCE: only unary methods can be called exactly once",
    );
  });
});
