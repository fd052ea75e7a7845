import { describe, expect, it } from "vitest";
import { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { ConcurrencyLimiter } from "../../server/call-limiter.js";
import {
  bytesOf,
  HandClient,
  HomeBench,
  type MakeHandler,
  stateOf,
  textOf,
  turns,
} from "./home.test.util.js";
import type { OpenIntent } from "./open-intent.js";
import type { RedoCall } from "./redo.js";

const UNENCODABLE = { $typeName: "google.protobuf.Any", typeUrl: "x", value: "no bytes" } as never;

/** A handler that waits until it is told how to go on. */
function steps() {
  const waiting: { text: string; go: (result: unknown) => void; fail: (error: unknown) => void }[] = [];
  const make: MakeHandler = ({ text }) =>
    new Promise((resolve, reject) => {
      waiting.push({ text, go: (result) => resolve(result as object), fail: reject });
    });
  return { waiting, make };
}

describe("a redo handler", () => {
  it("runs once its intent is durable, and answers once its answer is", async () => {
    const { waiting, make } = steps();
    const bench = new HomeBench({ make });
    const client = await HandClient.opened(bench);
    bench.journal.isHeld = true;
    const call = client.call({ method: "Make", text: "x" });
    await turns();
    expect(waiting).toEqual([]);
    bench.journal.flush();
    await turns();
    expect(waiting.length).toBe(1);
    waiting[0].go({ text: "made" });
    expect(await stateOf(call)).toBe("pending");
    bench.journal.flush();
    expect(await call).toMatchObject({
      is: "OK",
      text: "made",
      recorded: expect.stringMatching(/^1-eeeeeee1-\d+$/),
    });
    expect(bench.home.openIntents).toEqual([]);
    expect(bench.journal.reservations).toBe(0);
  });

  it("runs again after a crash before its answer, with what it has noted", async () => {
    const seen: string[] = [];
    let reach = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const bench = new HomeBench({
      async make(_, call) {
        seen.push(`${call.redo} ${textOf(call.noted)} ${call.id}`);
        await call.note(bytesOf("was not there"));
        reach();
        return new Promise(() => {});
      },
    });
    const client = await HandClient.opened(bench);
    void client.call({ method: "Make", sequence: 1, key: "k", text: "x" });
    await reached;
    const again = bench.after({
      make({ key, text }, call) {
        seen.push(`${call.redo} ${textOf(call.noted)} ${call.id}`);
        return { text: `${key} ${text} made` };
      },
    });
    await again.started;
    client.bench = again;
    expect(await client.call({ method: "Make", sequence: 1, key: "k", text: "x" })).toMatchObject({
      is: "OK",
      text: "k x made",
    });
    const id = seen[0].split(" ").at(-1);
    expect(seen).toEqual([`false  ${id}`, `true was not there ${id}`]);
  });

  it("is not run again after a crash behind its answer", async () => {
    const bench = new HomeBench();
    const client = await HandClient.opened(bench);
    await client.call({ method: "Make", sequence: 1, text: "x" });
    client.bench = bench.after({
      make() {
        throw new Error("ran again");
      },
    });
    expect(await client.call({ method: "Make", sequence: 1, text: "x" })).toMatchObject({
      text: "x",
      kind: "replay",
    });
    expect(client.bench.home.openIntents).toEqual([]);
  });

  it("of which not even the intent is durable has never run", async () => {
    const { waiting, make } = steps();
    const bench = new HomeBench({ make });
    const client = await HandClient.opened(bench);
    bench.journal.isHeld = true;
    void client.call({ method: "Make", sequence: 1 });
    await turns();
    expect(waiting).toEqual([]);
    client.bench = bench.after();
    expect(client.bench.home.openIntents).toEqual([]);
    expect(await client.outcome(1)).toBe("refused");
  });

  it("that throws leaves the call open: it is done again, ever more rarely, until it returns", async () => {
    let attempts = 0;
    const errors: [unknown, OpenIntent][] = [];
    const bench = new HomeBench(
      {
        make(_, { redo }) {
          if (++attempts < 4)
            throw attempts === 2 ? new RpcError(Status.NOT_FOUND, "no") : new Error(`oops ${redo}`);
          return { text: `after ${attempts}` };
        },
      },
      {
        onIntentError: (error, intent) => errors.push([error, intent]),
        retry: { initialMs: 100, maxMs: 150 },
      },
    );
    const client = await HandClient.opened(bench);
    const call = client.call({ method: "Make", key: "k" });
    await turns();
    expect(bench.home.openIntents).toMatchObject([
      {
        method: "/t.Shop/Make",
        conflictKey: "k",
        attempts: 1,
        lastError: new Error("oops false"),
        principal: "",
      },
    ]);
    const pauses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const [pause] = bench.runtime.pendingMs;
      pauses.push(pause);
      bench.runtime.advance(pause);
      await turns();
    }
    expect(await call).toMatchObject({ is: "OK", text: "after 4", recorded: expect.anything() });
    expect(pauses).toEqual([100, 150, 150]);
    expect(errors.map(([error, { attempts }]) => [(error as Error).message, attempts])).toEqual([
      ["oops false", 1],
      [
        "the handler has thrown an RpcError, which leaves the call open: call.refuse(code, message) completes it",
        2,
      ],
      ["oops true", 3],
    ]);
    expect(bench.home.openIntents).toEqual([]);
  });

  it.each([
    ["thrown", (refuse: () => never) => refuse()],
    [
      "swallowed",
      (refuse: () => never) => {
        try {
          refuse();
        } catch {}
        return { text: "not this" };
      },
    ],
    [
      "replaced",
      (refuse: () => never) => {
        try {
          refuse();
        } catch {}
        throw new Error("not this");
      },
    ],
    [
      "twice",
      (refuse: () => never, other: () => never) => {
        try {
          refuse();
        } catch {}
        return other();
      },
    ],
  ])("refuses for good with call.refuse, %s", async (_, run) => {
    const bench = new HomeBench({
      make: async (_, call) =>
        run(
          () => call.refuse(Status.ALREADY_EXISTS, "there"),
          () => call.refuse(Status.ABORTED, "not this"),
        ),
    });
    const client = await HandClient.opened(bench);
    const refused = { is: "ALREADY_EXISTS", text: "there", outcome: "executed", recorded: expect.anything() };
    expect(await client.call({ method: "Make", sequence: 1 })).toMatchObject(refused);
    expect(await client.call({ method: "Make", sequence: 1 })).toMatchObject({ ...refused, kind: "replay" });
  });

  it.each([
    [
      "at once",
      (_: unknown, call: RedoCall) => call.refuse(Status.NOT_FOUND, "no", { details: [UNENCODABLE] }),
    ],
    [
      "later",
      async (_: unknown, call: RedoCall) => call.refuse(Status.NOT_FOUND, "no", { details: [UNENCODABLE] }),
    ],
  ])("refuses with details that cannot be encoded, %s: without these", async (_, make) => {
    const bench = new HomeBench({ make });
    const client = await HandClient.opened(bench);
    expect(await client.call({ method: "Make", sequence: 1 })).toMatchObject({ is: "NOT_FOUND", text: "no" });
    expect(await client.call({ key: "b", sequence: 2 })).toMatchObject({ is: "OK" });
  });

  it("cannot refuse with OK", async () => {
    const errors: unknown[] = [];
    const bench = new HomeBench(
      { make: (_, call) => call.refuse(Status.OK) },
      { onIntentError: (error) => errors.push(error) },
    );
    const client = await HandClient.opened(bench);
    const call = client.call({ method: "Make" });
    expect(await stateOf(call)).toBe("pending");
    expect(errors).toEqual([new TypeError("call.refuse: OK is no refusal: return the answer")]);
  });

  it("that returns what cannot be encoded leaves the call open", async () => {
    const bench = new HomeBench({ make: () => ({ text: 5 as never }) });
    const client = await HandClient.opened(bench);
    expect(await stateOf(client.call({ method: "Make" }))).toBe("pending");
    expect(bench.home.openIntents).toMatchObject([{ attempts: 1, lastError: expect.any(Error) }]);
  });

  it("whose answer is too large has done its work: that is what is answered", async () => {
    const bench = new HomeBench({ make: () => ({ text: "x".repeat(200) }) }, { maxAnswerBytes: 100 });
    const client = await HandClient.opened(bench);
    expect(await client.call({ method: "Make" })).toMatchObject({
      is: "RESOURCE_EXHAUSTED",
      outcome: "executed",
      recorded: expect.anything(),
    });
  });

  it("goes on when nobody waits any more", async () => {
    const { waiting, make } = steps();
    const bench = new HomeBench({ make });
    const client = await HandClient.opened(bench);
    const attempt = client.send({ method: "Make", sequence: 1 });
    await turns();
    attempt.leave();
    waiting[0].go({ text: "made" });
    await turns();
    expect(await client.call({ method: "Make", sequence: 1 })).toMatchObject({
      text: "made",
      kind: "replay",
    });
  });

  describe("notes", () => {
    it.each<[string, MakeHandler, string]>([
      [
        "twice",
        async (_, call) => {
          await call.note(bytesOf("a"));
          await call.note(bytesOf("b"));
          return {};
        },
        "has noted something already",
      ],
      [
        "no bytes",
        async (_, call) => {
          await call.note("a" as never);
          return {};
        },
        "takes a Uint8Array",
      ],
      [
        "too much",
        async (_, call) => {
          await call.note(new Uint8Array(64 * 1024 + 1));
          return {};
        },
        "at most 65536 are kept",
      ],
    ])("not %s", async (_, make, message) => {
      const bench = new HomeBench({ make });
      const client = await HandClient.opened(bench);
      void client.call({ method: "Make" });
      await turns();
      const [{ lastError }] = bench.home.openIntents;
      expect((lastError as Error).message).toContain(message);
    });

    it.each([
      ["an array", bytesOf],
      ["a Buffer, whose slices are views", (text: string) => Buffer.from(text)],
    ])("durably before it is said so, and as it was then: %s", async (_, made) => {
      const noted: string[] = [];
      const bench = new HomeBench({
        async make(_, call) {
          bench.journal.isHeld = true;
          const note = made("as it was");
          const kept = call.note(note);
          note.fill(0);
          call.noted?.fill(0);
          noted.push(textOf(call.noted));
          await kept;
          noted.push("kept");
          return {};
        },
      });
      const client = await HandClient.opened(bench);
      void client.call({ method: "Make" });
      await turns();
      expect(noted).toEqual(["as it was"]);
      bench.journal.flush();
      await turns();
      expect(noted).toEqual(["as it was", "kept"]);
    });

    it("nothing once the handler has ended", async () => {
      let late: (bytes: Uint8Array) => Promise<void> = async () => {};
      const bench = new HomeBench({
        make(_, call) {
          late = (bytes) => call.note(bytes);
          return {};
        },
      });
      const client = await HandClient.opened(bench);
      await client.call({ method: "Make" });
      await expect(late(bytesOf("x"))).rejects.toThrow("the handler has ended already");
    });
  });

  describe("called by plain gRPC", () => {
    it("runs at most once, without an intent", async () => {
      const seen: unknown[] = [];
      const bench = new HomeBench({
        async make({ text }, call) {
          await call.note(bytesOf("n"));
          seen.push([call.redo, textOf(call.noted), call.id.length]);
          if (text === "refuse") call.refuse(Status.NOT_FOUND, "no");
          if (text === "throw") throw new RpcError(Status.ABORTED, "thrown");
          if (text === "oops") throw new Error("secret");
          return { text };
        },
      });
      const plain = (text: string) => bench.send({ method: "Make", text }).reply;
      expect(await plain("x")).toMatchObject({
        is: "OK",
        text: "x",
        recorded: undefined,
        outcome: "executed",
      });
      expect(await plain("refuse")).toMatchObject({
        is: "NOT_FOUND",
        text: "no",
        outcome: "executed",
        recorded: undefined,
      });
      expect(await plain("throw")).toMatchObject({ is: "ABORTED", text: "thrown", outcome: "executed" });
      expect(await plain("oops")).toMatchObject({
        is: "UNKNOWN",
        text: "the handler has failed",
        outcome: "executed",
      });
      expect(seen).toEqual(Array(4).fill([false, "n", 22]));
      expect(bench.journal.position).toBe(0);
    });

    it("may have an answer of any size, since nobody keeps it", async () => {
      const long = "x".repeat(1000);
      const handlers = {
        make: () => ({ text: long }),
        store: () => ({ text: long }),
        look: () => ({ text: long }),
      };
      const bench = new HomeBench(handlers, { maxAnswerBytes: 100 });
      for (const method of ["Make", "Store", "Look"] as const)
        expect(await bench.send({ method }).reply).toMatchObject({ is: "OK", text: long });
    });

    it("runs once it is durable that those before it are done", async () => {
      const ran: string[] = [];
      const bench = new HomeBench({
        make({ text }) {
          ran.push(text);
          return {};
        },
      });
      const client = await HandClient.opened(bench);
      bench.journal.isHeld = true;
      void client.call({ method: "Make", text: "first" });
      void bench.send({ method: "Make", text: "plain" });
      bench.journal.flush();
      await turns();
      expect(ran).toEqual(["first"]);
      bench.journal.flush();
      await turns();
      expect(ran).toEqual(["first", "plain"]);
    });

    it("waits for the conflict key like all others", async () => {
      const { waiting, make } = steps();
      const bench = new HomeBench({ make });
      const client = await HandClient.opened(bench);
      const first = client.call({ method: "Make", text: "1" });
      const second = bench.send({ method: "Make", text: "2" }).reply;
      const third = client.call({ method: "Make", text: "3" });
      const other = bench.send({ method: "Make", key: "b", text: "4" }).reply;
      await turns();
      expect(waiting.map(({ text }) => text)).toEqual(["1", "4"]);
      for (let i = 0; i < 4; i++) {
        waiting[i].go({ text: waiting[i].text });
        await turns();
      }
      expect(waiting.map(({ text }) => text)).toEqual(["1", "4", "2", "3"]);
      expect((await Promise.all([first, second, third, other])).map(({ text }) => text)).toEqual([
        "1",
        "2",
        "3",
        "4",
      ]);
    });
  });

  describe("that waits for its conflict key", () => {
    it("never begins when nobody waits for it any more", async () => {
      const { waiting, make } = steps();
      const bench = new HomeBench({ make });
      const client = await HandClient.opened(bench);
      const first = client.call({ method: "Make", text: "1" });
      const gone = client.send({ method: "Make", text: "gone", sequence: 2 });
      const stays = client.send({ method: "Make", text: "stays", sequence: 3 });
      const joined = client.send({ method: "Make", text: "stays", sequence: 3 });
      await turns();
      gone.leave();
      stays.leave();
      waiting[0].go({});
      await first;
      await turns();
      waiting[1].go({ text: "x" });
      expect(await joined.reply).toMatchObject({ text: "x", kind: "join" });
      expect(waiting.map(({ text }) => text)).toEqual(["1", "stays"]);
      expect(await client.outcome(2)).toBe("refused");
    });

    it("has an outcome that is not known yet", async () => {
      const { make } = steps();
      const client = await HandClient.opened(new HomeBench({ make }));
      void client.call({ method: "Make", sequence: 1 });
      void client.call({ method: "Make", sequence: 2 });
      await turns();
      expect(await client.outcome(1)).toBe("inProgress");
      expect(await client.outcome(2)).toBe("inProgress");
    });

    it("is refused where a thousand do", async () => {
      const { make } = steps();
      const bench = new HomeBench({ make });
      for (let i = 0; i < 1001; i++) void bench.send({ method: "Make" }).reply;
      expect(await bench.send({ method: "Make" }).reply).toMatchObject({
        is: "window",
        outcome: "not-executed",
      });
      expect(await stateOf(bench.send({ method: "Make", key: "b" }).reply)).toBe("pending");
    });

    it("is served in turn, however many do", async () => {
      let runs = 0;
      const { waiting, make } = steps();
      const bench = new HomeBench({ make: (request, call) => (runs++ === 0 ? make(request, call) : {}) });
      const calls = Array.from({ length: 1001 }, () => bench.send({ method: "Make" }).reply);
      await turns();
      waiting[0].go({});
      await Promise.all(calls);
      expect(runs).toBe(1001);
    });

    it("is not kept from its turn by an intent of an earlier run of the server, once that is done", async () => {
      const { make } = steps();
      const bench = new HomeBench({ make });
      const client = await HandClient.opened(bench);
      void client.call({ method: "Make", text: "old", sequence: 1 });
      await turns();
      const later = steps();
      client.bench = bench.after({ make: later.make });
      const next = client.call({ method: "Make", text: "new", sequence: 2 });
      await turns();
      expect(later.waiting.map(({ text }) => text)).toEqual(["old"]);
      later.waiting[0].go({});
      await turns();
      later.waiting[1].go({ text: "done" });
      expect(await next).toMatchObject({ text: "done" });
    });

    it.each([
      [
        "throws",
        () => {
          throw new Error("secret");
        },
        { is: "UNKNOWN", text: "the handler has failed" },
      ],
      [
        "throws an RpcError",
        () => {
          throw new RpcError(Status.INVALID_ARGUMENT, "bad");
        },
        { is: "INVALID_ARGUMENT", text: "bad" },
      ],
      ["gives no text", () => 5 as never, { is: "UNKNOWN" }],
      ["gives half a character", () => "\ud800", { is: "UNKNOWN" }],
    ])("where conflictKey %s: is not executed", async (_, conflictKey, expected) => {
      const client = await HandClient.opened(new HomeBench({ conflictKey }));
      expect(await client.call({ method: "Make", sequence: 1 })).toMatchObject({
        ...expected,
        outcome: "not-executed",
        recorded: undefined,
      });
      expect(await client.outcome(1)).toBe("refused");
    });
  });

  it("that fails again and again holds nothing of the attempt that has begun it", async () => {
    const bench = new HomeBench(
      { make: () => Promise.reject(new Error("oops")) },
      { retry: { initialMs: 10 } },
    );
    const client = await HandClient.opened(bench);
    const callField = client.field(1);
    const call = { path: "/t.Shop/Make", callField, principal: "", request: new Uint8Array() };
    const attempt = bench.home.deliver(call);
    attempt.leave();
    await turns();
    const [session] = bench.state.sessions.values();
    expect(Object.values(session.executions.get(1)!)).not.toContain(attempt);
  });

  it("is not begun beyond as many open calls as a session may have, whatever its client still wants", async () => {
    const { waiting, make } = steps();
    const bench = new HomeBench({ make });
    const client = await HandClient.opened(bench);
    const call = (sequence: number) =>
      client.call({ method: "Make", key: `${sequence}`, sequence, ack: sequence });
    for (let sequence = 1; sequence <= 1024; sequence++) void call(sequence);
    await turns();
    expect(waiting.length).toBe(1024);
    expect(await call(1025)).toMatchObject({ is: "window", outcome: "not-executed" });
    expect(await client.call({ sequence: 1026, ack: 1026 })).toMatchObject({ is: "OK" });
    waiting[0].go({});
    await turns();
    void call(1027);
    await turns();
    expect(waiting.length).toBe(1025);
    expect(bench.journal.reservations).toBe(2 * 1024);
  });

  describe("where there is no room on the disk", () => {
    it("does not begin, and may come again", async () => {
      const bench = new HomeBench();
      const client = await HandClient.opened(bench);
      bench.journal.fault = "full";
      expect(await client.call({ method: "Make", sequence: 1 })).toMatchObject({
        is: "full",
        outcome: "not-executed",
      });
      bench.journal.fault = undefined;
      expect(await client.call({ method: "Make", sequence: 1, text: "x" })).toMatchObject({
        is: "OK",
        text: "x",
      });
    });

    it("has its place reserved once it has begun", async () => {
      const { waiting, make } = steps();
      const bench = new HomeBench({ make });
      const client = await HandClient.opened(bench);
      const call = client.call({ method: "Make" });
      await turns();
      bench.journal.fault = "full";
      waiting[0].go({ text: "made" });
      expect(await call).toMatchObject({ is: "OK", text: "made" });
    });

    it("keeps an answer without a place until there is one, and does not run again", async () => {
      const { make } = steps();
      const bench = new HomeBench({ make });
      const client = await HandClient.opened(bench);
      void client.call({ method: "Make", sequence: 1 });
      await turns();
      let runs = 0;
      const full = steps();
      const log = bench.journal.crashed();
      const again = new HomeBench(
        {
          make: (request, call) => {
            runs++;
            return full.make(request, call);
          },
        },
        { log, runtime: bench.runtime },
      );
      client.bench = again;
      // What it has reserved at the start is taken from it.
      again.journal.fault = "full";
      const call = client.call({ method: "Make", sequence: 1 });
      await turns();
      again.journal.refusesReserved = true;
      full.waiting[0].go({ text: "made" });
      await turns();
      expect(again.home.openIntents).toMatchObject([
        { lastError: expect.objectContaining({ fault: "full" }) },
      ]);
      again.journal.fault = undefined;
      again.journal.refusesReserved = false;
      again.runtime.advance(1000);
      expect(await call).toMatchObject({ is: "OK", text: "made" });
      expect(runs).toBe(1);
    });
  });

  describe("on a server with few places", () => {
    it("has one while it runs, and none while it waits", async () => {
      const { waiting, make } = steps();
      const limiter = new ConcurrencyLimiter(1, 10);
      const bench = new HomeBench({ make }, { limiter, retry: { initialMs: 10 } });
      const client = await HandClient.opened(bench);
      void client.call({ method: "Make", text: "1" });
      void client.call({ method: "Make", text: "2" });
      void client.call({ method: "Make", key: "b", text: "3" });
      await turns();
      expect(waiting.map(({ text }) => text)).toEqual(["1"]);
      waiting[0].fail(new Error("oops"));
      await turns();
      expect(waiting.map(({ text }) => text)).toEqual(["1", "3"]);
      bench.runtime.advance(100);
      await turns();
      expect(waiting.length).toBe(2);
      waiting[1].go({});
      await turns();
      expect(waiting.map(({ text }) => text)).toEqual(["1", "3", "1"]);
      waiting[2].go({});
      await turns();
      expect(waiting.map(({ text }) => text)).toEqual(["1", "3", "1", "2"]);
    });

    it("is refused where none is to be had, if it has not begun", async () => {
      const { waiting, make } = steps();
      const limiter = new ConcurrencyLimiter(1, 0);
      const bench = new HomeBench({ make }, { limiter, retry: { initialMs: 10 } });
      const client = await HandClient.opened(bench);
      const first = client.call({ method: "Make", text: "1" });
      await turns();
      expect(await client.call({ method: "Make", key: "b" })).toMatchObject({
        is: "window",
        outcome: "not-executed",
      });
      waiting[0].fail(new Error("oops"));
      await turns();
      const other = bench.send({ method: "Make", key: "c", text: "2" }).reply;
      await turns();
      bench.runtime.advance(20);
      await turns();
      expect(waiting.map(({ text }) => text)).toEqual(["1", "2"]);
      waiting[1].go({});
      await other;
      bench.runtime.advance(100);
      await turns();
      waiting[2].go({ text: "at last" });
      expect(await first).toMatchObject({ text: "at last" });
    });
  });
});
