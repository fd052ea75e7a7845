import { describe, expect, test } from "vitest";
import { stub } from "../../client/stub.js";
import { Journal } from "../../journal/journal.js";
import { JournalError } from "../../journal/journal-error.js";
import type { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { Channel } from "../channel.js";
import { RECORD_KINDS } from "../record-kinds.js";
import type { ClientBook } from "./client-book.js";
import type { ClientRecord } from "./client-records.js";
import { OPEN } from "./delivery-requests.js";
import { DurableClient } from "./durable-client.js";
import { DurableLab, settled } from "./durable-lab.test.util.js";
import {
  cleanUp,
  FakeHome,
  failureOf,
  hold,
  installChecks,
  Notes,
  pass,
  type SeenAttempt,
  textBytes,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

/** The journal has no room for the next record of that kind. @returns whether it was to be recorded */
function refuseOnce(client: DurableClient, kind: ClientRecord["kind"]): () => boolean {
  const { book } = client as unknown as { readonly book: ClientBook };
  const record = book.record.bind(book);
  let refused = false;
  book.record = async (one) => {
    if (refused || one.kind !== kind) return record(one);
    refused = true;
    throw new JournalError("full", "no room at hand");
  };
  return () => refused;
}

describe("a disk", () => {
  test("that fails ends calls that it did not take, with what is certain", async () => {
    const lab = new DurableLab();
    const { client, notes } = await lab.start();
    await notes.write({ text: "a" });
    await settled();
    lab.disk.faults = ({ action }) => (action === "write" ? { fails: "other" } : undefined);
    const failure = await failureOf(notes.write({ text: "b" }));
    expect(failure).toMatchObject({ code: Status.INTERNAL, outcome: "unknown" });
    expect(failure.callId).toBe(undefined);
    expect(failure.cause).toBeInstanceOf(JournalError);
    expect(client.failure).toBeInstanceOf(JournalError);
    expect(await failureOf(notes.write({ text: "c" }))).toMatchObject({
      code: Status.INTERNAL,
      outcome: "not-executed",
    });
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("that fails lets calls that it took have their answers", async () => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    await notes.write({ text: "a" });
    await settled();
    let held!: SeenAttempt;
    lab.home.script(WRITE, (attempt) => {
      held = attempt;
    });
    const reply = notes.write({ text: "b" });
    await settled();
    lab.disk.faults = ({ action }) => (action === "write" ? { fails: "other" } : undefined);
    await failureOf(notes.write({ text: "c" }));
    held.treatWell();
    expect(await reply).toMatchObject({ text: "done: b" });
  });

  test("that is slow: a call that is left before it is there has no id, since its number may become another one's", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    await first.notes.write({ text: "a" });
    await settled();
    const done: (() => void)[] = [];
    lab.held = (event) => done.push(event);
    const early = failureOf(first.notes.write({ text: "b" }, { key: "b", timeoutMs: 10 }));
    await pass(first.runtime, 20);
    expect(await early).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      outcome: "unknown",
      callId: undefined,
    });
    lab.powerFailure(first);
    const second = await lab.start();
    lab.home.script(WRITE, hold, hold);
    const calls = ["c", "b"].map((text) =>
      failureOf(second.notes.write({ text }, { key: text, timeoutMs: 10 })),
    );
    await settled();
    await pass(second.runtime, 20);
    const [{ callId }, { callId: sameKey }] = await Promise.all(calls);
    // What was told of the first process would have named c now.
    expect(callId).toMatch(/\.2$/);
    expect(sameKey).toMatch(/\.3$/);
    expect(done).not.toEqual([]);
  });

  test("that is full refuses calls before they are sent", async () => {
    const lab = new DurableLab(new FakeHome(), 400_000);
    const { notes } = await lab.start();
    const failures: RpcError[] = [];
    for (let i = 0; i < 200 && failures.length === 0; i++) {
      const call = notes.write({ text: "x".repeat(5_000) }, { key: `k${i}` });
      await call.catch((error) => failures.push(error));
    }
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ code: Status.RESOURCE_EXHAUSTED, outcome: "not-executed" });
    expect(lab.home.effects.length).toBe(lab.home.attempts(WRITE).length);
  });

  test("that is full gives callers their answers, and remembers them as soon as there is room", async () => {
    const lab = new DurableLab();
    const program = await lab.start({ segmentBytes: 16 * 1024 });
    const { client, notes, runtime } = program;
    await notes.write({ text: "a" });
    await settled();
    const large = textBytes("y".repeat(12_000));
    lab.home.script(WRITE, hold, hold, hold);
    const keys = ["k1", "k2", "k3"];
    const replies = keys.map((key) => notes.write({ text: key }, { key }));
    await settled();
    lab.disk.quotaBytes = 0;
    for (const attempt of lab.home.attempts(WRITE).slice(1))
      attempt.reply(large, { "redoubt-recorded": lab.home.mark });
    for (const reply of await Promise.all(replies)) expect(reply).toMatchObject({ text: "y".repeat(12_000) });
    await settled();
    expect(client.unfinished().length).toBeGreaterThan(0);
    // Who comes again with the key need not wait for the disk.
    for (const key of keys)
      expect(await notes.write({ text: key }, { key })).toMatchObject({ text: "y".repeat(12_000) });
    lab.disk.quotaBytes = undefined;
    await pass(runtime, 5_000, 10);
    await settled();
    expect(client.unfinished()).toEqual([]);
    lab.powerFailure(program);
    const again = await lab.start({ segmentBytes: 16 * 1024 });
    for (const key of keys)
      expect(await again.notes.write({ text: key }, { key })).toMatchObject({ text: "y".repeat(12_000) });
    expect(lab.home.attempts(WRITE)).toHaveLength(4);
  });

  test("that is full when the session is opened lets it be opened as soon as there is room", async () => {
    const lab = new DurableLab();
    const program = await lab.start({ segmentBytes: 16 * 1024 });
    const { client, channel, notes, runtime } = program;
    await notes.write({ text: "a" });
    lab.home.script(WRITE, hold);
    void notes.write({ text: "b" }).catch(() => {});
    await settled();
    await lab.fill(program);
    await channel.close();
    const again = new Channel(lab.home, { runtime, delivery: client });
    cleanUp(() => again.close());
    const later = stub(Notes, again);
    const [patient, impatient] = [
      later.write({ text: "c" }, { timeoutMs: 60_000 }),
      later.write({ text: "d" }),
    ];
    const failure = failureOf(impatient);
    await pass(runtime, 20_000, 40);
    expect(await failure).toMatchObject({ code: Status.RESOURCE_EXHAUSTED, outcome: "not-executed" });
    expect(lab.home.effects).toEqual(["a"]);
    lab.disk.quotaBytes = undefined;
    await pass(runtime, 20_000, 40);
    expect(await patient).toMatchObject({ text: "done: c" });
    expect(client.unfinished()).toEqual([]);
    expect(lab.home.effects.filter((text) => text.length === 1).sort()).toEqual(["a", "b", "c"]);
  });

  test("that is full when the session was opened is asked again to take the home's reply", async () => {
    const lab = new DurableLab();
    const { client, notes, runtime } = await lab.start();
    const refused = refuseOnce(client, "opened");
    const reply = notes.write({ text: "a" });
    await settled();
    expect(refused()).toBe(true);
    await pass(runtime, 200);
    expect(await reply).toMatchObject({ text: "done: a" });
    expect(lab.home.attempts(OPEN)).toHaveLength(1);
  });

  test("has no room for a request that is larger than its files", async () => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    const failure = await failureOf(notes.write({ text: "x".repeat(100_000) }));
    expect(failure).toMatchObject({ code: Status.RESOURCE_EXHAUSTED, outcome: "not-executed" });
    expect(failure.message).toContain("too large");
    await notes.write({ text: "a" });
    expect(lab.home.attempts(WRITE)[0]!.ack).toBe(2);
  });

  test("keeps of an answer that is larger than its files that there was one", async () => {
    const lab = new DurableLab();
    const { notes } = await lab.start({ segmentBytes: 8 * 1024 });
    const large = textBytes("y".repeat(20_000));
    lab.home.script(WRITE, (attempt) => attempt.reply(large, { "redoubt-recorded": lab.home.mark }));
    expect(await notes.write({ text: "a" }, { key: "k" })).toMatchObject({ text: "y".repeat(20_000) });
    await settled();
    const again = await failureOf(notes.write({ text: "a" }, { key: "k" }));
    expect(again).toMatchObject({ code: Status.RESOURCE_EXHAUSTED, outcome: "executed" });
    expect(lab.home.attempts(WRITE)).toHaveLength(1);
  });

  test("whose files have become too small for any answer leaves a call unfinished, and answered", async () => {
    const lab = new DurableLab();
    const { client, notes } = await lab.start();
    const { book } = client as unknown as { readonly book: ClientBook };
    book.end = () => {
      throw new JournalError("too-large", "too large");
    };
    expect(await notes.write({ text: "a" }, { key: "k" })).toMatchObject({ text: "done: a" });
    expect(await notes.write({ text: "a" }, { key: "k" })).toMatchObject({ text: "done: a" });
    expect(await client.unfinished()[0]!.answer).toEqual(textBytes("done: a"));
    expect(lab.home.attempts(WRITE)).toHaveLength(1);
  });

  test("that is full when the session ends lets no key lose the answer that it has", async () => {
    const lab = new DurableLab();
    const program = await lab.start({ segmentBytes: 16 * 1024 });
    const { client, notes, runtime } = program;
    await notes.write({ text: "a" });
    const large = textBytes("y".repeat(12_000));
    lab.home.script(WRITE, hold, hold, hold);
    const keys = ["k1", "k2", "k3"];
    const replies = keys.map((key) => notes.write({ text: key }, { key }));
    await settled();
    lab.disk.quotaBytes = 0;
    for (const attempt of lab.home.attempts(WRITE).slice(1))
      attempt.reply(large, { "redoubt-recorded": lab.home.mark });
    await Promise.all(replies);
    expect(client.unfinished().length).toBeGreaterThan(0);
    lab.home.sessions.clear();
    await failureOf(notes.write({ text: "b" }, { timeoutMs: 10_000 }));
    lab.disk.quotaBytes = undefined;
    await pass(runtime, 60_000, 60);
    expect(await notes.write({ text: "c" })).toMatchObject({ text: "done: c" });
    await settled();
    lab.kill(program);
    const again = await lab.start({ segmentBytes: 16 * 1024 });
    for (const key of keys)
      expect(await again.notes.write({ text: key }, { key })).toMatchObject({ text: "y".repeat(12_000) });
    expect(again.client.unfinished()).toEqual([]);
  });

  test("is written to in checkpoints, which hold all that is remembered", async () => {
    const lab = new DurableLab();
    const first = await lab.start({ checkpointBytes: 20_000 });
    for (let i = 0; i < 50; i++) await first.notes.write({ text: "x".repeat(1_000) }, { key: `k${i}` });
    lab.home.script(WRITE, hold);
    void first.notes.write({ text: "unanswered" });
    await settled();
    for (let i = 50; i < 60; i++) await first.notes.write({ text: "x".repeat(1_000) }, { key: `k${i}` });
    await settled();
    lab.powerFailure(first);
    const { client, notes } = await lab.start({ checkpointBytes: 20_000 });
    const before = lab.home.effects.length;
    await Promise.all(client.unfinished().map(({ answer }) => answer));
    expect(lab.home.effects.length).toBe(before + 1);
    for (let i = 0; i < 60; i++) await notes.write({ text: "x".repeat(1_000) }, { key: `k${i}` });
    expect(lab.home.effects.length).toBe(before + 1);
  });
});

describe("a folder", () => {
  test("that somebody has open is locked", async () => {
    const lab = new DurableLab();
    await lab.start();
    await expect(lab.start()).rejects.toMatchObject({ name: "JournalError", fault: "locked" });
  });

  test("serves one channel at a time", async () => {
    const lab = new DurableLab();
    const { channel, client, runtime } = await lab.start();
    expect(() => new Channel(lab.home, { runtime, delivery: client })).toThrow("serves another channel");
    await channel.close();
    const again = new Channel(lab.home, { runtime, delivery: client });
    await again.close();
    await client.close();
    expect(() => new Channel(lab.home, { runtime, delivery: client })).toThrow("is closed");
  });

  test("goes on with another channel", async () => {
    const lab = new DurableLab();
    const { channel, client, notes, runtime } = await lab.start();
    lab.home.script(WRITE, hold);
    const failure = failureOf(notes.write({ text: "a" }));
    await settled();
    await channel.close();
    expect(await failure).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    expect((await failure).callId).toBeDefined();
    const again = new Channel(lab.home, { runtime, delivery: client });
    const [call] = client.unfinished();
    expect(await call!.answer).toEqual(textBytes("done: a"));
    await again.close();
    expect(runtime.pendingMs).toEqual([]);
  });

  test("that is closed under its channel ends calls, and takes no more", async () => {
    const lab = new DurableLab();
    const { client, notes, runtime } = await lab.start();
    lab.home.script(WRITE, hold);
    const failure = failureOf(notes.write({ text: "a" }));
    await settled();
    const [call] = client.unfinished();
    await client.close();
    expect(await failure).toMatchObject({ message: "the durable client was closed", outcome: "unknown" });
    expect(await failureOf(call!.answer)).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    expect(await failureOf(notes.write({ text: "b" }))).toMatchObject({
      message: "the durable client was closed",
      outcome: "not-executed",
    });
    expect(runtime.pendingMs).toEqual([]);
  });

  test("lets calls under way end in the grace of its channel", async () => {
    const lab = new DurableLab();
    const { channel, notes, runtime } = await lab.start();
    let held!: SeenAttempt;
    lab.home.script(WRITE, (attempt) => {
      held = attempt;
    });
    const reply = notes.write({ text: "a" });
    await settled();
    const closing = channel.close({ graceMs: 1_000 });
    await turns(5);
    held.treatWell();
    expect(await reply).toMatchObject({ text: "done: a" });
    await closing;
    expect(runtime.pendingMs).toEqual([]);
  });

  test("ends calls that do not end in that grace", async () => {
    const lab = new DurableLab();
    const { channel, client, notes, runtime } = await lab.start();
    lab.home.script(WRITE, hold, hold);
    const failures = ["a", "b"].map((text) => failureOf(notes.write({ text })));
    await settled();
    const closing = channel.close({ graceMs: 1_000 });
    lab.home.attempts(WRITE)[0]!.lose();
    expect(await failures[0]).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    await pass(runtime, 1_100);
    expect(await failures[1]).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    await closing;
    expect(client.unfinished()).toHaveLength(2);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("of something else is none", async () => {
    const lab = new DurableLab();
    const { runtime, storage } = await lab.start();
    const journal = await Journal.open("/journal", undefined, { runtime, segmentBytes: 64 * 1024 });
    await journal.append(Uint8Array.of(RECORD_KINDS.time, 1, 2, 3));
    await journal.close();
    await expect(DurableClient.open("/journal", { runtime })).rejects.toMatchObject({
      name: "JournalError",
      fault: "not-a-journal",
      message: expect.stringContaining("the journal in /journal is that of a home"),
    });
    await storage.makeFolder("/letters");
    const letter = await storage.open("/letters/letter.txt", { access: "create" });
    await letter.close();
    await expect(DurableClient.open("/letters", { runtime })).rejects.toMatchObject({
      name: "JournalError",
      fault: "not-a-journal",
    });
  });

  test.each(["maxKeys", "maxKeptBytes"])("is not opened where %s is less than 1", async (bound) => {
    const { runtime } = await new DurableLab().start();
    for (const value of [0, Number.NaN])
      await expect(DurableClient.open("/other", { runtime, [bound]: value })).rejects.toThrow(
        `${bound} is ${value}: it must be 1 or more`,
      );
  });
});
