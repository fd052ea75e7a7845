import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { JournalError } from "../../journal/journal-error.js";
import { KeepAliveRequestSchema, OpenRequestSchema } from "../../rpc/gen/redoubt/delivery_pb.js";
import { Status } from "../../rpc/status.js";
import type { ClientBook } from "./client-book.js";
import { KEEP_ALIVE, OPEN } from "./delivery-requests.js";
import { DurableLab, settled } from "./durable-lab.test.util.js";
import {
  FakeHome,
  failureOf,
  hold,
  installChecks,
  lose,
  loseSilently,
  pass,
  type SeenAttempt,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

/** Which incarnation attempts speak for. */
const incarnations = (attempts: readonly SeenAttempt[]) => attempts.map(({ header }) => header!.incarnation);
/** Which incarnation an Open names. */
const opened = (attempt: SeenAttempt) =>
  Number(fromBinary(OpenRequestSchema, attempt.request).session?.incarnation ?? 0);

describe("a session", () => {
  test("has another incarnation each time the client is opened", async () => {
    const lab = new DurableLab();
    for (const text of ["a", "b", "c"]) {
      const program = await lab.start();
      await program.notes.write({ text });
      await settled();
      await lab.stop(program);
    }
    expect(lab.home.sessions.size).toBe(1);
    expect(incarnations(lab.home.attempts(WRITE))).toEqual([1, 2, 3]);
    expect(lab.home.attempts(OPEN).map(opened)).toEqual([0, 1, 2]);
  });

  test("is opened only when it is needed", async () => {
    const lab = new DurableLab();
    const program = await lab.start();
    await program.notes.plain({ text: "a" });
    await lab.stop(program);
    expect(lab.home.attempts(OPEN)).toEqual([]);
  });

  test("is opened at once where calls wait for their answers", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, hold);
    void first.notes.write({ text: "a" });
    await settled();
    lab.kill(first);
    await lab.start();
    await settled();
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("is used for calls from before only once it is durable under which incarnation", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, hold);
    void first.notes.write({ text: "a" });
    await settled();
    lab.kill(first);
    const held: (() => void)[] = [];
    lab.home.script(OPEN, (attempt) => {
      lab.held = (event) => held.push(event);
      attempt.treatWell();
    });
    await lab.start();
    await settled();
    expect([held.length, lab.home.effects]).toEqual([1, []]);
    lab.held = undefined;
    for (const event of held) event();
    await settled();
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("whose end cannot be recorded is not followed by another", async () => {
    const lab = new DurableLab();
    const { client, notes } = await lab.start();
    lab.home.script(WRITE, (attempt) => {
      lab.disk.faults = ({ action }) => (action === "write" ? { fails: "other" } : undefined);
      lab.home.sessions.clear();
      attempt.treatWell();
    });
    const failure = await failureOf(notes.write({ text: "a" }));
    expect(failure).toMatchObject({ outcome: "unknown" });
    await settled();
    expect(client.failure).toBeDefined();
    expect(await failureOf(notes.write({ text: "b" }))).toMatchObject({
      code: Status.INTERNAL,
      outcome: "not-executed",
    });
    expect(lab.home.attempts(OPEN)).toHaveLength(1);
  });

  test("whose end finds no room on the disk is found over again later", async () => {
    const lab = new DurableLab();
    const { client, notes, runtime } = await lab.start();
    await notes.write({ text: "a" });
    await settled();
    const { book } = client as unknown as { readonly book: ClientBook };
    const endSession = book.endSession.bind(book);
    book.endSession = () => {
      throw new JournalError("full", "there is no room");
    };
    lab.home.sessions.clear();
    expect(await failureOf(notes.write({ text: "b" }))).toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
    expect(client.unfinished()).toHaveLength(1);
    await pass(runtime, 61_000, 61);
    expect(lab.home.attempts(OPEN)).toHaveLength(3);
    book.endSession = endSession;
    await pass(runtime, 31_000, 31);
    expect(client.unfinished()).toEqual([]);
    expect(await notes.write({ text: "c" })).toMatchObject({ text: "done: c" });
  });

  test("that is not reached at first is tried again, to tell what can be let go", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    await first.notes.write({ text: "a" });
    await settled();
    lab.kill(first);
    lab.home.script(OPEN, lose);
    const { runtime } = await lab.start();
    const [session] = lab.home.sessions.values();
    expect(session!.answers.size).toBe(1);
    await settled();
    await pass(runtime, 60_000, 60);
    expect(session!.answers.size).toBe(0);
  });

  test("has a durable nonce before its home hears of it", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(OPEN, (attempt) => attempt.openSilently());
    void first.notes.write({ text: "a" });
    await settled();
    lab.powerFailure(first);
    const { notes } = await lab.start();
    await notes.write({ text: "b" });
    expect(lab.home.sessions.size).toBe(1);
    // The session that was opened and never used is opened again, so that a copy of the folder cannot use it too.
    expect(incarnations(lab.home.attempts(WRITE))).toEqual([2]);
  });

  test("that was opened again without an answer goes on where the home is", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    await first.notes.write({ text: "a" });
    await settled();
    await lab.stop(first);
    lab.home.script(OPEN, (attempt) => attempt.openSilently());
    const second = await lab.start();
    void second.notes.write({ text: "b" });
    await settled();
    lab.powerFailure(second);
    const { notes } = await lab.start();
    await notes.write({ text: "c" });
    expect(incarnations(lab.home.attempts(WRITE))).toEqual([1, 3]);
  });

  test("of a copy is refused: the first that opens it has it", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    await first.notes.write({ text: "a" });
    await settled();
    await lab.stop(first);
    const copy = lab.disk.copy();
    const original = await lab.start();
    await original.notes.write({ text: "b" });
    const other = await lab.start({}, copy);
    const failure = await failureOf(other.notes.write({ text: "c" }));
    expect(failure).toMatchObject({ code: Status.FAILED_PRECONDITION, outcome: "not-executed" });
    expect(failure.message).toMatch(/^fenced: another copy of this client was used since: .* a new folder$/);
    expect(failure.metadata.get("redoubt-refusal")).toBe("fenced");
    expect(await failureOf(other.notes.write({ text: "c" }))).toMatchObject({
      code: Status.FAILED_PRECONDITION,
    });
    await original.notes.write({ text: "d" });
    expect(lab.home.effects).toEqual(["a", "b", "d"]);
  });

  test("of a copy that does not know the latest calls is refused, though nobody else has opened it", async () => {
    const lab = new DurableLab();
    const original = await lab.start();
    await original.notes.write({ text: "a" });
    await settled();
    const copy = lab.disk.copy();
    await original.notes.write({ text: "b" }, { key: "b" });
    await lab.stop(original);
    const other = await lab.start({}, copy);
    const failure = await failureOf(other.notes.write({ text: "b" }, { key: "b" }));
    expect(failure).toMatchObject({ code: Status.FAILED_PRECONDITION, outcome: "not-executed" });
    expect(failure.message).toContain("another copy of this client was used");
    expect(lab.home.effects).toEqual(["a", "b"]);
    const { notes } = await lab.start();
    await notes.write({ text: "b" }, { key: "b" });
    await notes.write({ text: "c" });
    expect(lab.home.effects).toEqual(["a", "b", "c"]);
  });

  test("of a copy that was made before there was one is another", async () => {
    const { lab, original, copy } = await copiedBeforeItWasOpen();
    await original.notes.write({ text: "a" });
    await copy.notes.write({ text: "b" });
    expect(lab.home.sessions.size).toBe(2);
    expect(lab.home.effects).toEqual(["a", "b"]);
  });

  test("of a copy that was made before there was one is never shared", async () => {
    const { lab, original, copy } = await copiedBeforeItWasOpen();
    const calls = [original.notes.write({ text: "a" }), copy.notes.write({ text: "b" })];
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(lab.home.effects).toHaveLength(1);
  });

  test("is told the latest mark of its home that was seen, also before a restart", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    await first.notes.write({ text: "a" });
    await settled();
    await lab.stop(first);
    await (await lab.start()).notes.write({ text: "b" });
    const open = fromBinary(OpenRequestSchema, lab.home.attempts(OPEN)[1]!.request);
    expect(open.session!.mark).toBe("1-0123abcd-1");
  });

  test("that has expired leaves its calls in doubt for ever, and the next one opens another", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, loseSilently, loseSilently);
    void first.notes.write({ text: "a" }, { key: "k" });
    void first.notes.write({ text: "b" });
    await settled();
    lab.kill(first);
    lab.home.sessions.clear();
    const second = await lab.start();
    for (const { answer } of second.client.unfinished()) {
      const failure = await failureOf(answer);
      expect(failure).toMatchObject({ code: Status.FAILED_PRECONDITION, outcome: "unknown" });
      expect(failure.metadata.get("redoubt-refusal")).toBe("expired");
    }
    const again = await failureOf(second.notes.write({ text: "a" }, { key: "k" }));
    expect(again).toMatchObject({ code: Status.FAILED_PRECONDITION, outcome: "unknown" });
    expect(again.metadata.get("redoubt-refusal")).toBe("expired");
    expect(await second.notes.write({ text: "c" })).toMatchObject({ text: "done: c" });
    await second.client.forget("k");
    await second.notes.write({ text: "d" }, { key: "k" });
    expect(lab.home.effects).toEqual(["a", "b", "c", "d"]);
    await settled();
    await lab.stop(second);
    const third = await lab.start();
    expect(third.client.unfinished()).toEqual([]);
  });

  test("that is refused with lost-home keeps its calls", async () => {
    const lab = new DurableLab();
    const { channel, client, notes } = await lab.start();
    lab.home.script(WRITE, (attempt) => attempt.refuse("lost-home"));
    const failure = await failureOf(notes.write({ text: "a" }));
    expect(failure).toMatchObject({ outcome: "unknown" });
    expect(failure.callId).toBeDefined();
    expect(client.unfinished().map(({ id }) => id)).toEqual([failure.callId]);
    expect(await failureOf(channel.outcomeOf(failure.callId!))).toMatchObject({ code: failure.code });
    expect(await failureOf(client.unfinished()[0]!.answer)).toMatchObject({
      code: failure.code,
      outcome: "unknown",
    });
    expect(await failureOf(notes.write({ text: "b" }))).toMatchObject({
      code: failure.code,
      outcome: "not-executed",
    });
  });

  test("that another principal opens again is refused, says what to do, and keeps its calls", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, hold);
    void first.notes.write({ text: "a" });
    await settled();
    lab.kill(first);
    lab.home.script(OPEN, (attempt) => attempt.refuse("forbidden"));
    const second = await lab.start();
    const [call] = second.client.unfinished();
    const failure = await failureOf(call!.answer);
    expect(failure).toMatchObject({ code: Status.PERMISSION_DENIED, outcome: "unknown" });
    expect(failure.message).toContain("let the channel authenticate, by its credentials or an interceptor");
    await lab.stop(second);
    const third = await lab.start();
    await third.client.unfinished()[0]!.answer;
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("that was kept alive by another principal is refused", async () => {
    const lab = new DurableLab();
    const { notes, runtime } = await lab.start();
    await notes.write({ text: "a" });
    lab.home.script(KEEP_ALIVE, (attempt) => attempt.refuse("forbidden"));
    await settled();
    await pass(runtime, 15_000, 30);
    expect(lab.home.attempts(KEEP_ALIVE)).toHaveLength(1);
    expect(await failureOf(notes.write({ text: "b" }))).toMatchObject({
      code: Status.PERMISSION_DENIED,
      outcome: "not-executed",
    });
  });

  test("of another home is asked for until the deadline", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    await first.notes.write({ text: "a" });
    await settled();
    await lab.stop(first);
    lab.home = new FakeHome("other");
    const { notes, runtime } = await lab.start();
    const failure = failureOf(notes.write({ text: "b" }, { timeoutMs: 500 }));
    await settled();
    await pass(runtime, 600);
    expect(await failure).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "not-executed" });
    expect(lab.home.effects).toEqual([]);
  });

  test("that could not be opened for reasons that go by is opened later for calls without an answer", async () => {
    const lab = new DurableLab();
    const first = await lab.start();
    lab.home.script(WRITE, hold);
    void first.notes.write({ text: "a" });
    await settled();
    lab.kill(first);
    lab.home.script(OPEN, (attempt) => attempt.status(Status.UNAUTHENTICATED, "who?", "not-executed"));
    const { runtime } = await lab.start();
    await settled();
    expect(lab.home.effects).toEqual([]);
    await pass(runtime, 31_000, 40);
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("tells while it is idle which answers can be let go", async () => {
    const lab = new DurableLab();
    const { notes, runtime } = await lab.start();
    await notes.write({ text: "a" });
    await settled();
    await pass(runtime, 15_000, 30);
    const [keepAlive] = lab.home.attempts(KEEP_ALIVE);
    expect(fromBinary(KeepAliveRequestSchema, keepAlive!.request).ack).toBe(2n);
  });
});

/** Two programs, with a client and with a copy of it from when its first session had been opened without an answer. */
async function copiedBeforeItWasOpen() {
  const lab = new DurableLab();
  const first = await lab.start();
  lab.home.script(OPEN, (attempt) => attempt.openSilently());
  void first.notes.write({ text: "x" });
  await settled();
  const disk = lab.disk.copy();
  lab.kill(first);
  return { lab, original: await lab.start(), copy: await lab.start({}, disk) };
}
