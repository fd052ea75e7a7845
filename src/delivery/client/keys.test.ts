import { describe, expect, test } from "vitest";
import { Status } from "../../rpc/status.js";
import { DurableLab, settled } from "./durable-lab.test.util.js";
import {
  failureOf,
  hold,
  installChecks,
  lose,
  loseAnswer,
  loseSilently,
  pass,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

describe("a key", () => {
  test("makes one call of several, at the same time and later", async () => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    const key = "order-17";
    const replies = [1, 2].map(() => notes.write({ text: "a" }, { key }));
    for (const reply of await Promise.all(replies)) expect(reply).toMatchObject({ text: "done: a" });
    expect(await notes.write({ text: "a" }, { key })).toMatchObject({ text: "done: a" });
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("of a call under way or answered says nothing untrue to who comes too late", async () => {
    const lab = new DurableLab();
    const { notes, runtime } = await lab.start();
    const key = "order-17";
    lab.home.script(WRITE, hold);
    const first = notes.write({ text: "a" }, { key });
    await settled();
    const late = { key, timeoutMs: -1 };
    const gone = { key, signal: AbortSignal.abort() };
    for (const options of [late, gone])
      expect(await failureOf(notes.write({ text: "a" }, options))).toMatchObject({ outcome: "unknown" });
    lab.home.attempts(WRITE)[0]!.lose();
    await pass(runtime, 1_000);
    expect(await first).toMatchObject({ text: "done: a" });
    await settled();
    for (const options of [late, gone])
      expect(await failureOf(notes.write({ text: "a" }, options))).toMatchObject({ outcome: "executed" });
    expect(await failureOf(notes.write({ text: "b" }, { key: "other", timeoutMs: -1 }))).toMatchObject({
      outcome: "not-executed",
    });
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("makes one call of several beyond restarts", async () => {
    const lab = new DurableLab();
    const key = "order-17";
    const first = await lab.start();
    await first.notes.write({ text: "a" }, { key });
    await settled();
    lab.powerFailure(first);
    const { notes } = await lab.start();
    expect(await notes.write({ text: "a" }, { key })).toMatchObject({ text: "done: a" });
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("joins a call that goes on after a restart", async () => {
    const lab = new DurableLab();
    const key = "order-17";
    const first = await lab.start();
    lab.home.script(WRITE, loseSilently, lose);
    void first.notes.write({ text: "a" }, { key });
    await settled();
    lab.kill(first);
    const { notes, runtime } = await lab.start();
    const reply = notes.write({ text: "a" }, { key });
    await settled();
    await pass(runtime, 200);
    expect(await reply).toMatchObject({ text: "done: a" });
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("repeats an error too, with its details", async () => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    lab.home.script(WRITE, (attempt) => attempt.carryOutWith(Status.NOT_FOUND, "where?"));
    const key = "k";
    for (let i = 0; i < 2; i++)
      expect(await failureOf(notes.write({ text: "a" }, { key }))).toMatchObject({
        code: Status.NOT_FOUND,
        message: "where?",
        outcome: "executed",
      });
    expect(lab.home.attempts(WRITE)).toHaveLength(1);
  });

  test.each<[string, "write" | "strike", string]>([
    ["another request", "write", "b"],
    ["another method", "strike", "a"],
  ])("with %s is an error, before the answer and after", async (_, method, text) => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    const key = "k";
    const call = notes.write({ text: "a" }, { key });
    for (const state of ["before", "after"]) {
      const failure = await failureOf(notes[method]!({ text }, { key }));
      expect(failure).toMatchObject({ code: Status.INVALID_ARGUMENT, outcome: "not-executed" });
      expect(failure.message).toContain(`the key "k" names another call, of ${WRITE}`);
      if (state === "before") await call;
    }
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("that is forgotten names no call any more, beyond restarts", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    const key = "k";
    await first.notes.write({ text: "a" }, { key });
    await first.client.forget(key);
    await first.client.forget("never heard of");
    await first.notes.write({ text: "b" }, { key });
    await first.client.forget(key);
    lab.powerFailure(first);
    const second = await lab.start();
    await second.notes.write({ text: "c" }, { key });
    expect(lab.home.effects).toEqual(["a", "b", "c"]);
  });

  test("that is forgotten before the answer leaves a call without one", async () => {
    const lab = new DurableLab();
    const { client, notes, runtime } = await lab.start();
    const key = "k";
    lab.home.script(WRITE, lose);
    const reply = notes.write({ text: "a" }, { key });
    await settled();
    await client.forget(key);
    expect(client.unfinished().map((call) => call.key)).toEqual([undefined]);
    await pass(runtime, 200);
    await reply;
    await notes.write({ text: "b" }, { key });
    expect(lab.home.effects).toEqual(["a", "b"]);
  });

  test("that could not be forgotten names the same call as before", async () => {
    const lab = new DurableLab();
    const program = await lab.start({ segmentBytes: 16 * 1024 });
    const { client, notes, runtime } = program;
    // Longer than what the last record of a call leaves room for.
    const key = "k".repeat(1000);
    lab.home.script(WRITE, loseAnswer, hold);
    const first = notes.write({ text: "a" }, { key });
    await settled();
    await lab.fill(program);
    await expect(client.forget(key)).rejects.toMatchObject({ name: "JournalError", fault: "full" });
    expect(client.unfinished()[0]).toMatchObject({ key });
    lab.disk.quotaBytes = undefined;
    const second = notes.write({ text: "a" }, { key });
    await settled();
    await pass(runtime, 40_000, 40);
    for (const reply of await Promise.all([first, second])) expect(reply).toMatchObject({ text: "done: a" });
    expect(lab.home.effects.filter((text) => text === "a")).toHaveLength(1);
  });

  test.each(["", "k".repeat(1025)])("of %j is none", async (key) => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    await expect(notes.write({ text: "a" }, { key })).rejects.toThrow("1 … 1024 characters");
  });

  test.each(["\ud800", "a\udc00", "\udc00\ud800"])("that is no text (%j) is none", async (key) => {
    const lab = new DurableLab();
    const { notes } = await lab.start();
    await expect(notes.write({ text: "a" }, { key })).rejects.toThrow("surrogate without its other half");
    await notes.write({ text: "a" }, { key: "\ud83d\ude00" });
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("is refused where there are as many as may be", async () => {
    const lab = new DurableLab();
    const { client, notes } = await lab.start({ maxKeys: 2 });
    await notes.write({ text: "a" }, { key: "1" });
    await notes.write({ text: "b" }, { key: "2" });
    const failure = await failureOf(notes.write({ text: "c" }, { key: "3" }));
    expect(failure).toMatchObject({ code: Status.RESOURCE_EXHAUSTED, outcome: "not-executed" });
    expect(failure.message).toContain("forget(key)");
    await notes.write({ text: "d" });
    await client.forget("1");
    await notes.write({ text: "c" }, { key: "3" });
    expect(lab.home.effects).toEqual(["a", "b", "d", "c"]);
  });

  test("is refused where as much is remembered as may be", async () => {
    const lab = new DurableLab();
    const { client, notes } = await lab.start({ maxKeptBytes: 10_000 });
    await notes.write({ text: "x".repeat(8_000) }, { key: "1" });
    const failure = await failureOf(notes.write({ text: "y".repeat(2_000) }));
    expect(failure).toMatchObject({ code: Status.RESOURCE_EXHAUSTED, outcome: "not-executed" });
    await client.forget("1");
    await notes.write({ text: "y".repeat(2_000) });
  });
});
