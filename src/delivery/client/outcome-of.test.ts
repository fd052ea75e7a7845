import { describe, expect, test } from "vitest";
import { Status } from "../../rpc/status.js";
import { OUTCOME } from "./delivery-requests.js";
import {
  type Behaviour,
  failureOf,
  fakePair,
  hold,
  installChecks,
  lose,
  loseAnswer,
  pass,
  textBytes,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

describe("what became of a call that was given up", () => {
  /** A call that was given up after its first attempt. */
  async function givenUp(behaviour: Behaviour, ...outcomes: Behaviour[]) {
    const pair = fakePair();
    pair.home.script(WRITE, behaviour);
    pair.home.script(OUTCOME, ...outcomes);
    const failure = failureOf(pair.notes.write({ text: "a" }, { timeoutMs: 20 }));
    await pass(pair.runtime, 20);
    const { callId } = await failure;
    return { ...pair, callId: callId! };
  }

  test("is told: it was carried out", async () => {
    const { channel, callId } = await givenUp(loseAnswer);
    expect(await channel.outcomeOf(callId)).toEqual({ outcome: "executed", response: textBytes("done: a") });
  });

  test("is told: it was not, and never will be", async () => {
    const { home, channel, callId } = await givenUp(lose);
    expect(await channel.outcomeOf(callId)).toEqual({ outcome: "not-executed" });
    home.attempts(WRITE)[0]!.replay();
    expect(home.effects).toEqual([]);
  });

  test("is told again, without asking again", async () => {
    const { home, channel, callId } = await givenUp(loseAnswer);
    await channel.outcomeOf(callId);
    await channel.outcomeOf(callId);
    expect(home.attempts(OUTCOME)).toHaveLength(1);
  });

  test("is waited for while it is being carried out", async () => {
    const { runtime, channel, callId } = await givenUp(loseAnswer, (attempt) => attempt.tellInProgress());
    const outcome = channel.outcomeOf(callId);
    await pass(runtime, 100);
    expect(await outcome).toMatchObject({ outcome: "executed" });
  });

  test("is asked for again at once where somebody wants to know", async () => {
    const { home, channel, callId } = await givenUp(loseAnswer, lose);
    await turns(6);
    expect(home.attempts(OUTCOME)).toHaveLength(1);
    expect(await channel.outcomeOf(callId)).toMatchObject({ outcome: "executed" });
  });

  test("is waited for by 65,536 at most", async () => {
    const { channel, callId } = await givenUp(loseAnswer, hold);
    const waiting = Array.from({ length: 65_536 }, () => channel.outcomeOf(callId).catch(({ code }) => code));
    expect(await failureOf(channel.outcomeOf(callId))).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "unknown",
      callId,
    });
    await channel.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([Status.CANCELLED]));
  });

  test("is waited for until a deadline, or a signal", async () => {
    const { runtime, channel, callId } = await givenUp(loseAnswer, hold);
    const late = failureOf(channel.outcomeOf(callId, { timeoutMs: 50 }));
    const controller = new AbortController();
    const aborted = failureOf(channel.outcomeOf(callId, { signal: controller.signal }));
    await pass(runtime, 60);
    expect(await late).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "unknown", callId });
    controller.abort();
    expect(await aborted).toMatchObject({ code: Status.CANCELLED, outcome: "unknown", callId });
    const before = failureOf(channel.outcomeOf(callId, { signal: AbortSignal.abort() }));
    expect(await before).toMatchObject({ code: Status.CANCELLED });
  });

  test("keeps the process alive while somebody waits to be told", async () => {
    const { runtime, home, channel, callId } = await givenUp(loseAnswer, hold);
    const { signal } = new AbortController();
    expect(runtime.holds).toBe(0);
    const told = channel.outcomeOf(callId, { signal });
    const late = failureOf(channel.outcomeOf(callId, { timeoutMs: 50 }));
    await turns(2);
    expect(runtime.holds).toBe(1);
    await pass(runtime, 60);
    await late;
    expect(runtime.holds).toBe(1);
    home.attempts(OUTCOME)[0]!.treatWell();
    await told;
    expect(runtime.holds).toBe(0);
  });

  test("is asked for with a time that is a number", async () => {
    const { channel, callId } = await givenUp(loseAnswer, hold);
    await expect(channel.outcomeOf(callId, { timeoutMs: Number.NaN })).rejects.toThrow(TypeError);
  });

  test("cannot be told where the home no longer knows", async () => {
    const { home, channel, callId } = await givenUp(loseAnswer, hold);
    const failure = failureOf(channel.outcomeOf(callId));
    home.attempts(OUTCOME)[0]!.refuse("stale", "long ago");
    expect(await failure).toMatchObject({
      code: Status.FAILED_PRECONDITION,
      message: expect.stringMatching(/^stale: long ago; ./),
      outcome: "unknown",
    });
    expect(await failureOf(channel.outcomeOf(callId))).toMatchObject({ code: Status.NOT_FOUND });
  });

  test("says in time what is known so far", async () => {
    const inProgress = Array.from({ length: 50 }, (): Behaviour => (attempt) => attempt.tellInProgress());
    const { channel, callId, runtime } = await givenUp(loseAnswer, ...inProgress);
    const late = failureOf(channel.outcomeOf(callId, { timeoutMs: 1_000 }));
    await pass(runtime, 1_010);
    expect(await late).toMatchObject({ code: Status.DEADLINE_EXCEEDED, callId });
    expect((await late).message).toContain("(the home is carrying it out still, or again");
  });

  test("cannot be told where the session is over", async () => {
    const { home, channel, callId } = await givenUp(loseAnswer, hold);
    const failure = failureOf(channel.outcomeOf(callId));
    home.attempts(OUTCOME)[0]!.refuse("expired");
    expect(await failure).toMatchObject({ code: Status.DATA_LOSS, outcome: "unknown", callId });
  });

  test.each(["", "x", "a.b.c", "home.x.1"])("cannot be told of %j", async (callId) => {
    const { channel, notes } = fakePair();
    await notes.write({ text: "a" });
    expect(await failureOf(channel.outcomeOf(callId))).toMatchObject({
      code: Status.NOT_FOUND,
      outcome: "unknown",
    });
  });
});
