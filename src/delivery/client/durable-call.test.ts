import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { KeepAliveRequestSchema, OpenRequestSchema } from "../../rpc/gen/redoubt/delivery_pb.js";
import { Status } from "../../rpc/status.js";
import { Channel } from "../channel.js";
import { KEEP_ALIVE, OPEN, OUTCOME } from "./delivery-requests.js";
import { DurableLab, settled } from "./durable-lab.test.util.js";
import {
  type Behaviour,
  failureOf,
  hold,
  installChecks,
  lose,
  loseSilently,
  pass,
  type SeenAttempt,
  textBytes,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

/** Which incarnation an Open names. */
const _opened = (attempt: SeenAttempt) =>
  Number(fromBinary(OpenRequestSchema, attempt.request).session?.incarnation ?? 0);

describe("a durable client's call", () => {
  test("is answered as any other", async () => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    expect(await notes.write({ text: "a" })).toMatchObject({ text: "done: a" });
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("is durable before it is sent for the first time", async () => {
    const lab = new DurableLab();
    const program = await lab.start();
    await program.notes.write({ text: "a" });
    await settled();
    lab.home.script(WRITE, () => lab.powerFailure(program));
    void program.notes.write({ text: "b" });
    await settled();
    const { client } = await lab.start();
    expect(client.unfinished().map(({ request }) => request)).toEqual([textBytes("b")]);
  });

  test("waits with its first attempt for the disk", async () => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    await notes.write({ text: "a" });
    await settled();
    const held: (() => void)[] = [];
    lab.held = (event) => held.push(event);
    const reply = notes.write({ text: "b" });
    await settled();
    expect(lab.home.attempts(WRITE)).toHaveLength(1);
    lab.held = undefined;
    for (const event of held) event();
    await reply;
    expect(lab.home.effects).toEqual(["a", "b"]);
  });

  test("is turned away where 65,536 wait for the session", async () => {
    const lab = new DurableLab();
    const { channel, notes } = await lab.start();
    lab.home.script(OPEN, hold);
    const waiting = Array.from({ length: 65_536 }, () => notes.write({ text: "" }).catch(({ code }) => code));
    expect(await failureOf(notes.write({ text: "" }))).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "not-executed",
    });
    await channel.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([Status.CANCELLED]));
  });

  test("is waited for by 65,536 callers at most", async () => {
    const lab = new DurableLab();
    const { channel, notes } = await lab.start();
    lab.home.script(WRITE, hold);
    const call = () => notes.write({ text: "a" }, { key: "k" });
    const waiting = Array.from({ length: 65_536 }, () => call().catch(({ code }) => code));
    await settled();
    expect(await failureOf(call())).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "unknown",
      callId: expect.any(String),
    });
    await channel.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([Status.CANCELLED]));
  });

  test("gives each caller as many attempts to open the session as any other", async () => {
    const lab = new DurableLab();
    const { notes, runtime } = await lab.start();
    lab.home.script(OPEN, ...Array<Behaviour>(7).fill(lose));
    const first = failureOf(notes.write({ text: "a" }, { key: "k" }));
    await settled();
    while (lab.home.attempts(OPEN).length < 4) await pass(runtime, 10, 1);
    const second = notes.write({ text: "a" }, { key: "k" });
    await pass(runtime, 10_000, 40);
    expect(await first).toMatchObject({ code: Status.UNAVAILABLE, outcome: "not-executed" });
    expect(await second).toMatchObject({ text: "done: a" });
  });

  test("goes on when the folder is opened again, until it has its answer", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, loseSilently, hold);
    void first.notes.write({ text: "a" });
    void first.notes.write({ text: "b" });
    await settled();
    lab.kill(first);
    const { client } = await lab.start();
    const unfinished = client.unfinished();
    expect(unfinished.map(({ method, key, request }) => [method, key, request])).toEqual([
      [WRITE, undefined, textBytes("a")],
      [WRITE, undefined, textBytes("b")],
    ]);
    expect(await Promise.all(unfinished.map(({ answer }) => answer))).toEqual([
      textBytes("done: a"),
      textBytes("done: b"),
    ]);
    expect(lab.home.effects).toEqual(["a", "b"]);
    expect(client.unfinished()).toEqual([]);
    expect(lab.home.attempts(WRITE).map(({ sequence }) => sequence)).toEqual([1, 2, 1, 2]);
  });

  test("keeps the process alive while somebody waits for its answer, and there is a channel", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, loseSilently, loseSilently, loseSilently);
    for (const text of ["a", "b", "c"]) void first.notes.write({ text });
    await settled();
    lab.kill(first);
    lab.home.script(WRITE, hold, hold, hold);
    const { client, runtime } = await lab.start();
    await settled();
    const [a, b, c] = client.unfinished();
    expect(runtime.holds).toBe(0);
    const both = Promise.all([a!.answer, b!.answer.catch(() => {})]);
    const later = a!.answer.finally(() => {});
    await turns(2);
    expect(runtime.holds).toBe(1);
    for (const attempt of lab.home.attempts(WRITE).slice(3)) attempt.treatWell();
    await settled();
    expect([await both, await later]).toHaveLength(2);
    expect(runtime.holds).toBe(0);
    expect(await c!.answer).toEqual(textBytes("done: c"));
    expect(runtime.holds).toBe(0);
  });

  test("is waited for over channels: without one the process may end", async () => {
    const lab = new DurableLab();
    const { client, notes, channel, runtime } = await lab.start();
    lab.home.script(WRITE, hold, hold);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 20 }));
    await settled();
    await pass(runtime, 50);
    await failure;
    const answer = client.unfinished()[0]!.answer;
    const text = answer.then((bytes) => bytes.length);
    expect(runtime.holds).toBe(1);
    await channel.close();
    expect(runtime.holds).toBe(0);
    const next = new Channel(lab.home, { runtime, delivery: client });
    expect(runtime.holds).toBe(1);
    await settled();
    lab.home.attempts(WRITE).at(-1)!.treatWell();
    await settled();
    expect(await text).toBe(textBytes("done: a").length);
    expect(runtime.holds).toBe(0);
    await next.close();
  });

  test("tells those who wait for its answer of a recorded error", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, hold, (attempt) => attempt.carryOutWith(Status.NOT_FOUND, "where?"));
    void first.notes.write({ text: "a" });
    await settled();
    lab.kill(first);
    const { client } = await lab.start();
    const [call] = client.unfinished();
    expect(await failureOf(call!.answer)).toMatchObject({
      code: Status.NOT_FOUND,
      message: "where?",
      outcome: "executed",
    });
  });

  test("goes on in the background when its caller has left", async () => {
    const lab = new DurableLab();
    const { client, notes, runtime, channel } = await lab.start();
    lab.home.script(WRITE, lose, lose);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 20 }));
    await settled();
    await pass(runtime, 30);
    const { code, outcome, callId } = await failure;
    expect({ code, outcome }).toEqual({ code: Status.DEADLINE_EXCEEDED, outcome: "unknown" });
    const [unfinished] = client.unfinished();
    expect(unfinished!.id).toBe(callId);
    await pass(runtime, 1_000);
    expect(await unfinished!.answer).toEqual(textBytes("done: a"));
    expect(await channel.outcomeOf(callId!)).toEqual({ outcome: "executed", response: textBytes("done: a") });
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("is unknown to its caller who takes it back, and goes on", async () => {
    const lab = new DurableLab();
    const { notes, runtime } = await lab.start();
    lab.home.script(WRITE, lose);
    const controller = new AbortController();
    const failure = failureOf(notes.write({ text: "a" }, { signal: controller.signal }));
    await settled();
    controller.abort();
    expect(await failure).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    await pass(runtime, 1_000);
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("that was not recorded yet is not made once its caller has left", async () => {
    const lab = new DurableLab();
    const { client, notes, runtime } = await lab.start();
    lab.home.script(OPEN, ...Array.from({ length: 50 }, () => lose));
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 200 }));
    await settled();
    await pass(runtime, 250);
    expect(await failure).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      outcome: "not-executed",
      callId: undefined,
    });
    expect((await failure).message).toMatch(
      /opening the session \(\d attempts failed, the last: UNAVAILABLE/,
    );
    await pass(runtime, 10_000);
    expect(client.unfinished()).toEqual([]);
    expect(lab.home.attempts(WRITE)).toEqual([]);
  });

  test("is made for a caller without a deadline only as long as there is hope", async () => {
    const lab = new DurableLab();
    const { notes, runtime } = await lab.start();
    lab.home.script(
      OPEN,
      ...Array.from({ length: 50 }, () => (attempt: SeenAttempt) => attempt.neverLeave()),
    );
    const failure = failureOf(notes.write({ text: "a" }));
    await settled();
    await pass(runtime, 2_000);
    expect(await failure).toMatchObject({ code: Status.UNAVAILABLE, outcome: "not-executed" });
  });
});

describe("the ack of a durable client", () => {
  test("waits until the answer is durable", async () => {
    const lab = new DurableLab();
    const { notes, runtime } = await lab.start();
    await notes.write({ text: "a" });
    await settled();
    const held: (() => void)[] = [];
    lab.home.script(WRITE, (attempt) => {
      attempt.treatWell();
      lab.held = (event) => held.push(event);
    });
    await notes.write({ text: "b" });
    await pass(runtime, 15_000, 30);
    const acks = () =>
      lab.home.attempts(KEEP_ALIVE).map(({ request }) => fromBinary(KeepAliveRequestSchema, request).ack);
    expect(acks()).toEqual([]);
    expect(lab.home.attempts(WRITE).at(-1)!.ack).toBe(2);
    lab.held = undefined;
    for (const event of held) event();
    await notes.write({ text: "c" });
    expect(lab.home.attempts(WRITE).at(-1)!.ack).toBe(3);
  });

  test("follows, so that a call that is done is not sent again", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    await first.notes.write({ text: "a" });
    await settled();
    await first.notes.write({ text: "b" });
    expect(lab.home.attempts(WRITE).map(({ ack }) => ack)).toEqual([1, 2]);
    await settled();
    lab.powerFailure(first);
    const second = await lab.start();
    expect(second.client.unfinished()).toEqual([]);
  });

  test("of an answer that was lost with the power gets the same answer again", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, (attempt) => {
      attempt.treatWell();
      lab.held = () => {};
    });
    await first.notes.write({ text: "a" });
    lab.powerFailure(first);
    const { client } = await lab.start();
    const [call] = client.unfinished();
    expect(await call!.answer).toEqual(textBytes("done: a"));
    expect(lab.home.effects).toEqual(["a"]);
  });
});

describe("numbers", () => {
  test("are not given again after a restart, whatever became of the calls that had them", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    for (const text of ["a", "b", "c"]) await first.notes.write({ text });
    await settled();
    lab.powerFailure(first);
    const second = await lab.start();
    await second.notes.write({ text: "d" });
    const numbers = lab.home.attempts(WRITE).map(({ sequence }) => sequence);
    expect(numbers.slice(0, 3)).toEqual([1, 2, 3]);
    expect(numbers[3]).toBe(4);
  });

  test("go on and on", async () => {
    const lab = new DurableLab();
    const { notes } = await lab.start({ segmentBytes: 1024 * 1024 });
    for (let round = 0; round < 3; round++)
      await Promise.all(Array.from({ length: 500 }, () => notes.write({ text: "a" })));
    expect(lab.home.attempts(WRITE).at(-1)!.sequence).toBe(1500);
    expect(lab.home.effects).toHaveLength(1500);
  });
});

describe("a call that gets no answer", () => {
  test("does not keep others from being made after restarts, as long as the window lasts", async () => {
    const lab = new DurableLab();
    lab.home.script(WRITE, hold);
    let program = await lab.start();
    void program.notes.write({ text: "stuck" });
    await settled();
    for (let restart = 0; restart < 5; restart++) {
      lab.kill(program);
      lab.home.script(WRITE, hold);
      program = await lab.start();
      await settled();
      await program.notes.write({ text: `${restart}` });
      await settled();
    }
    const numbers = lab.home.attempts(WRITE).map(({ sequence }) => sequence);
    expect(Math.max(...numbers)).toBe(6);
    expect(lab.home.effects).toEqual(["0", "1", "2", "3", "4"]);
  });
});

describe("numbers of calls that were recorded and never sent", () => {
  test("are not given to others", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    await first.notes.write({ text: "a" });
    await settled();
    lab.home.script(WRITE, (attempt) => attempt.lose());
    void first.notes.write({ text: "b" }, { key: "b" });
    await settled();
    lab.kill(first);
    const { notes } = await lab.start();
    await Promise.all([notes.write({ text: "c" }), notes.write({ text: "b" }, { key: "b" })]);
    expect(lab.home.effects.sort()).toEqual(["a", "b", "c"]);
  });
});

describe("what became of a durable client's call", () => {
  test("is told, and ends it", async () => {
    const lab = new DurableLab();
    const { channel, client, notes, runtime } = await lab.start();
    lab.home.script(WRITE, lose, hold);
    const failure = failureOf(notes.write({ text: "a" }, { timeoutMs: 20 }));
    await settled();
    await pass(runtime, 30);
    const { callId } = await failure;
    const [call] = client.unfinished();
    expect(await channel.outcomeOf(callId!)).toEqual({ outcome: "not-executed" });
    expect(await failureOf(call!.answer)).toMatchObject({ code: Status.CANCELLED, outcome: "not-executed" });
    await pass(runtime, 60_000);
    expect(lab.home.effects).toEqual([]);
    expect(client.unfinished()).toEqual([]);
  });

  test("is told of the answer that a key keeps", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, loseSilently);
    const failure = failureOf(first.notes.write({ text: "a" }, { key: "k", timeoutMs: 20 }));
    await settled();
    await pass(first.runtime, 30);
    const { callId } = await failure;
    lab.kill(first);
    const second = await lab.start();
    await second.notes.write({ text: "a" }, { key: "k" });
    await settled();
    await lab.stop(second);
    const { channel } = await lab.start();
    expect(await channel.outcomeOf(callId!)).toEqual({ outcome: "executed", response: textBytes("done: a") });
    expect(lab.home.attempts(OUTCOME)).toEqual([]);
  });

  test("is asked once the session is open again", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, loseSilently, hold);
    const failure = failureOf(first.notes.write({ text: "a" }, { timeoutMs: 20 }));
    await settled();
    await pass(first.runtime, 30);
    const { callId } = await failure;
    lab.kill(first);
    const { channel } = await lab.start();
    expect(await channel.outcomeOf(callId!)).toMatchObject({ outcome: "executed" });
  });

  test("is asked for once its record is on the disk, and in its place: it is never sent then", async () => {
    const lab = new DurableLab();
    const { channel, client, notes } = await lab.start();
    await notes.write({ text: "a" });
    await settled();
    const held: (() => void)[] = [];
    lab.held = (event) => held.push(event);
    const reply = failureOf(notes.write({ text: "b" }));
    const [call] = client.unfinished();
    const outcome = channel.outcomeOf(call!.id);
    await settled();
    expect(lab.home.attempts(OUTCOME)).toHaveLength(0);
    lab.held = undefined;
    for (const event of held) event();
    expect(await outcome).toEqual({ outcome: "not-executed" });
    expect(await reply).toMatchObject({ code: Status.CANCELLED, outcome: "not-executed" });
    await settled();
    await notes.write({ text: "c" });
    expect(lab.home.attempts(WRITE).map(({ text }) => text)).toEqual(["a", "c"]);
    expect(lab.home.attempts(WRITE).at(-1)!.ack).toBe(3);
  });

  test("is not known of others", async () => {
    const lab = new DurableLab();
    const { channel } = await lab.start();
    expect(await failureOf(channel.outcomeOf("a.b.1"))).toMatchObject({ code: Status.NOT_FOUND });
  });
});
