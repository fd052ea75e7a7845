import { describe, expect, test } from "vitest";
import { stub } from "../../client/stub.js";
import { Status } from "../../rpc/status.js";
import { Channel } from "../channel.js";
import { OPEN } from "./delivery-requests.js";
import { DurableLab, settled } from "./durable-lab.test.util.js";
import {
  type Behaviour,
  cleanUp,
  FakeHome,
  failureOf,
  hold,
  installChecks,
  lose,
  loseAnswer,
  Notes,
  pass,
  refuse,
  textBytes,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

const unauthenticated: Behaviour = (attempt) =>
  attempt.status(Status.UNAUTHENTICATED, "who?", "not-executed");

/** A program whose call without a key has met its deadline. */
async function inDoubt(...attempts: Behaviour[]) {
  const lab = new DurableLab();
  const program = await lab.start();
  lab.home.script(WRITE, ...attempts);
  const failure = failureOf(program.notes.write({ text: "a" }, { timeoutMs: 20 }));
  await settled();
  await pass(program.runtime, 20);
  return { lab, program, callId: (await failure).callId! };
}

describe("what became of a durable call without a key", () => {
  test("is told by the next process, which has had its answer before anybody asked", async () => {
    const { lab, program, callId } = await inDoubt(loseAnswer);
    lab.kill(program);
    const { channel, client } = await lab.start();
    await settled();
    expect(client.unfinished()).toEqual([]);
    const outcome = { outcome: "executed", response: textBytes("done: a") };
    expect(await channel.outcomeOf(callId)).toEqual(outcome);
    expect(await channel.outcomeOf(callId)).toEqual(outcome);
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("is told on another channel of the same client", async () => {
    const { lab, program, callId } = await inDoubt(loseAnswer);
    const { channel, client, runtime } = program;
    await pass(runtime, 31_000, 31);
    expect(client.unfinished()).toEqual([]);
    await channel.close();
    const again = new Channel(lab.home, { runtime, delivery: client });
    cleanUp(() => again.close());
    expect(await again.outcomeOf(callId)).toMatchObject({ outcome: "executed" });
  });

  test("is not remembered of a caller who has its answer", async () => {
    const { lab, program, callId } = await inDoubt(loseAnswer);
    await pass(program.runtime, 31_000, 31);
    await program.notes.write({ text: "b" });
    const other = callId.replace(/1$/, "2");
    expect(await failureOf(program.channel.outcomeOf(other))).toMatchObject({ code: Status.NOT_FOUND });
    expect(lab.home.effects).toEqual(["a", "b"]);
  });
});

describe("who waits for a call that cannot be made now", () => {
  test("is told where the session cannot be opened", async () => {
    const { lab, program, callId } = await inDoubt(hold);
    lab.kill(program);
    lab.home.script(OPEN, unauthenticated, unauthenticated);
    const { channel, client, runtime } = await lab.start();
    const told = failureOf(channel.outcomeOf(callId));
    const [call] = client.unfinished();
    expect(await told).toMatchObject({ code: Status.UNAUTHENTICATED, outcome: "unknown", callId });
    expect(await failureOf(call!.answer)).toMatchObject({ code: Status.UNAUTHENTICATED, outcome: "unknown" });
    // Whoever asks again waits for what comes of the next attempt.
    const answer = client.unfinished()[0]!.answer;
    await pass(runtime, 31_000, 31);
    expect(await failureOf(answer)).toMatchObject({ code: Status.UNAUTHENTICATED });
    const last = client.unfinished()[0]!.answer;
    await pass(runtime, 31_000, 31);
    expect(await last).toEqual(textBytes("done: a"));
  });

  test("is told where the server has no home", async () => {
    const { lab, program } = await inDoubt(hold);
    lab.kill(program);
    lab.home.script(OPEN, (attempt) => attempt.status(Status.UNIMPLEMENTED, "", "not-executed"));
    const { client } = await lab.start();
    const failure = await failureOf(client.unfinished()[0]!.answer);
    expect(failure).toMatchObject({ code: Status.UNIMPLEMENTED, outcome: "unknown" });
    expect(failure.message).toContain("the server has no redoubt.Delivery");
  });

  test.each<[string, Behaviour, Status]>([
    ["authenticated", unauthenticated, Status.UNAUTHENTICATED],
    ["called by this principal", refuse("forbidden"), Status.PERMISSION_DENIED],
    ["guarded", refuse("not-guarded"), Status.FAILED_PRECONDITION],
  ])("is told where it is not %s", async (_, refusal, code) => {
    const { lab, program } = await inDoubt(lose, ...Array<Behaviour>(99).fill(refusal));
    const { client, runtime } = program;
    for (let i = 0; i < 2; i++) {
      const [call] = client.unfinished();
      await pass(runtime, 400);
      expect(await failureOf(call!.answer)).toMatchObject({ code, outcome: "unknown" });
    }
    lab.home.heal();
    const [call] = client.unfinished();
    await pass(runtime, 5_000);
    expect(await call!.answer).toEqual(textBytes("done: a"));
  });
});

describe("an answer that is known and not recorded yet", () => {
  test("is that of the unfinished call", async () => {
    const lab = new DurableLab(new FakeHome());
    const program = await lab.start({ segmentBytes: 16 * 1024 });
    const { client, notes, runtime } = program;
    await notes.write({ text: "a" });
    await settled();
    const large = textBytes("y".repeat(12_000));
    lab.home.script(WRITE, hold);
    const reply = notes.write({ text: "b" }, { key: "b" });
    await settled();
    await lab.fill(program);
    const [before] = client.unfinished();
    lab.home.attempts(WRITE)[1]!.reply(large, { "redoubt-recorded": lab.home.mark });
    await reply;
    const [after] = client.unfinished();
    expect(after!.key).toBe("b");
    expect(await before!.answer).toEqual(large);
    expect(await after!.answer).toEqual(large);
    lab.disk.quotaBytes = undefined;
    await pass(runtime, 60_000, 60);
    expect(client.unfinished()).toEqual([]);
  });
});

test("channels that come and go leave nothing behind in the client", async () => {
  const lab = new DurableLab();
  const { channel, client, runtime } = await lab.start();
  await channel.close();
  const { failureListeners } = (
    client as unknown as { readonly book: { readonly journal: { readonly failureListeners: unknown[] } } }
  ).book.journal;
  const before = failureListeners.length;
  for (let i = 0; i < 5; i++) {
    const one = new Channel(lab.home, { runtime, delivery: client });
    await stub(Notes, one).write({ text: "a" });
    await one.close();
  }
  expect(failureListeners).toHaveLength(before);
});

test("calls that wait for room on the disk end with their channel", async () => {
  const lab = new DurableLab();
  const { channel, notes } = await lab.start({ segmentBytes: 16 * 1024 });
  await notes.write({ text: "a" });
  await settled();
  const jobs: (() => void)[] = [];
  lab.held = (event) => jobs.push(event);
  const ends = Array.from({ length: 60 }, () => failureOf(notes.write({ text: "x".repeat(1_000) })));
  await settled();
  await channel.close();
  const outcomes = (await Promise.all(ends)).map(({ code, outcome }) => {
    expect(code).toBe(Status.CANCELLED);
    return outcome;
  });
  // Those that found room may be on the disk.
  expect(new Set(outcomes)).toEqual(new Set(["unknown", "not-executed"]));
  lab.held = undefined;
  for (const job of jobs) job();
});
