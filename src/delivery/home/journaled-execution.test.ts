import { describe, expect, it } from "vitest";
import { detail } from "../../rpc/detail.js";
import { RpcError } from "../../rpc/error.js";
import { BadRequestSchema } from "../../rpc/gen/google/rpc/error_details_pb.js";
import { Status } from "../../rpc/status.js";
import { ConcurrencyLimiter } from "../../server/call-limiter.js";
import { bytesOf, count, HandClient, HomeBench, stateOf, textOf, turns } from "./home.test.util.js";

describe("a journaled handler", () => {
  it("changes the state of the home, which later calls and later starts see", async () => {
    const bench = new HomeBench();
    const client = await HandClient.opened(bench);
    await client.call();
    await client.call();
    expect(await bench.send({ method: "Look" }).reply).toMatchObject({
      is: "OK",
      text: "2",
      recorded: undefined,
    });
    expect(await bench.after().send({ method: "Look" }).reply).toMatchObject({ text: "2" });
  });

  it("refuses with an RpcError: that is the recorded answer, and nothing has changed", async () => {
    let runs = 0;
    const details = [detail(BadRequestSchema, { fieldViolations: [{ field: "key" }] })];
    const bench = new HomeBench({
      store(_, { state }) {
        runs++;
        state.put("a", bytesOf("lost"));
        throw new RpcError(Status.NOT_FOUND, "no such thing", { details });
      },
    });
    const client = await HandClient.opened(bench);
    const refused = { is: "NOT_FOUND", text: "no such thing", outcome: "executed" };
    const first = await client.call({ sequence: 1 });
    expect(first).toMatchObject({ ...refused, kind: "execute", recorded: expect.stringMatching(/^1-/) });
    expect(await client.call({ sequence: 1 })).toMatchObject({ ...refused, kind: "replay" });
    client.bench = bench.after();
    expect(await client.call({ sequence: 1 })).toMatchObject({ ...refused, kind: "replay" });
    expect(runs).toBe(1);
    expect(await client.bench.send({ method: "Look" }).reply).toMatchObject({ text: "" });
  });

  it.each([
    [
      "throws something else",
      () => {
        throw new Error("oops");
      },
    ],
    ["rejects with something else", () => Promise.reject(new Error("oops"))],
    ["returns what cannot be encoded", () => ({ text: 17 as unknown as string })],
    ["returns nothing", () => undefined as never],
  ])("that %s leaves the call as if it had not come", async (_, fault) => {
    let runs = 0;
    const bench = new HomeBench({
      store(request, call) {
        call.state.put("a", bytesOf("lost"));
        return ++runs === 1 ? (fault() as never) : count(request, call);
      },
    });
    const client = await HandClient.opened(bench);
    const before = bench.journal.position;
    const failed = { is: "UNKNOWN", text: "the handler has failed", recorded: undefined, outcome: "unknown" };
    expect(await client.call({ sequence: 1 })).toMatchObject(failed);
    expect(bench.state.store.size).toBe(0);
    expect(bench.journal.position - before).toBeLessThan(40);
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK" });
    expect(runs).toBe(2);
  });

  it("runs again where others have changed what it has read", async () => {
    const going: (() => void)[] = [];
    const bench = new HomeBench({
      async store(request, call) {
        const { key } = request;
        const value = Number(textOf(call.state.get(key)) || 0) + 1;
        await new Promise<void>((resolve) => going.push(resolve));
        call.state.put(key, bytesOf(String(value)));
        return { text: String(value) };
      },
    });
    const client = await HandClient.opened(bench);
    const calls = [client.call(), client.call(), client.call({ key: "b" })];
    await turns();
    for (let i = 0; i < 4; i++) {
      for (const go of going.splice(0)) go();
      await turns();
    }
    const texts = (await Promise.all(calls)).map(({ text }) => text);
    expect(texts.slice(0, 2).sort()).toEqual(["1", "2"]);
    expect(texts[2]).toBe("1");
  });

  it.each([
    ["an RpcError", new RpcError(Status.NOT_FOUND)],
    ["an accident", new Error("oops")],
  ])("whose error comes of reads that are no longer true runs again, too: %s", async (_, error) => {
    let runs = 0;
    let release = () => {};
    const bench = new HomeBench({
      async store({ key, text }, { state }) {
        if (text === "write") {
          state.put(key, bytesOf("x"));
          return {};
        }
        runs++;
        const before = textOf(state.get(key));
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        if (before === "") throw error;
        return { text: before };
      },
    });
    const client = await HandClient.opened(bench);
    const reader = client.call();
    await client.call({ text: "write" });
    release();
    await turns();
    release();
    expect(await reader).toMatchObject({ is: "OK", text: "x" });
    expect(runs).toBe(2);
  });

  it("that is always overtaken is given up, and not recorded", async () => {
    let runs = 0;
    const bench = new HomeBench({
      async store({ key }, { state }) {
        runs++;
        state.get(key);
        await overtake();
        state.put(key, bytesOf("slow"));
        return {};
      },
      look({ key }, { state }) {
        state.put(key, bytesOf(String(runs)));
        return {};
      },
    });
    const overtake = () => bench.send({ method: "Look" }).reply;
    const client = await HandClient.opened(bench);
    expect(await client.call({ sequence: 1 })).toMatchObject({
      is: "ABORTED",
      outcome: "not-executed",
      recorded: undefined,
      text: "the call has run 11 times, and each time others changed what it had read",
    });
    expect(runs).toBe(11);
    expect(await client.outcome(1)).toBe("refused");
  });

  it("whose answer is too large answers so, for ever, and changes nothing", async () => {
    const bench = new HomeBench(
      {
        store(_, { state }) {
          state.put("a", bytesOf("x"));
          return { text: "x".repeat(200) };
        },
      },
      { maxAnswerBytes: 100 },
    );
    const client = await HandClient.opened(bench);
    const answer = { is: "RESOURCE_EXHAUSTED", text: "the answer has 203 bytes; at most 100 are kept" };
    expect(await client.call({ sequence: 1 })).toMatchObject({ ...answer, recorded: expect.anything() });
    expect(await client.call({ sequence: 1 })).toMatchObject({ ...answer, kind: "replay" });
    expect(bench.state.store.size).toBe(0);
  });

  it("goes on when nobody waits any more, and its answer is there later", async () => {
    let go = () => {};
    const bench = new HomeBench({
      async store(request, call) {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        return count(request, call);
      },
    });
    const client = await HandClient.opened(bench);
    const attempt = client.send({ sequence: 1 });
    attempt.leave();
    go();
    await turns();
    expect(await client.outcome(1)).toBe("answer 0");
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK", text: "1", kind: "replay" });
    expect(await stateOf(attempt.reply)).toBe("pending");
  });

  it("called by plain gRPC changes the state, and is not remembered", async () => {
    const bench = new HomeBench();
    const plain = { is: "OK", recorded: undefined, kind: "execute" };
    expect(await bench.send({}).reply).toMatchObject({ ...plain, text: "1" });
    expect(await bench.send({}).reply).toMatchObject({ ...plain, text: "2" });
    expect(await bench.after().send({}).reply).toMatchObject({ text: "3" });
  });

  it("whose error has details that cannot be encoded is answered without these", async () => {
    const details = [{ $typeName: "google.protobuf.Any", typeUrl: "x", value: "no bytes" } as never];
    const bench = new HomeBench({
      store: () => Promise.reject(new RpcError(Status.NOT_FOUND, "no", { details })),
    });
    const client = await HandClient.opened(bench);
    expect(await client.call()).toMatchObject({ is: "NOT_FOUND", text: "no", recorded: expect.anything() });
  });

  it("keeps its metadata for callers of plain gRPC only", async () => {
    const bench = new HomeBench({
      store() {
        throw new RpcError(Status.NOT_FOUND, "x", { metadata: { "redoubt-refusal": "seen" } });
      },
    });
    const client = await HandClient.opened(bench);
    expect(await bench.send({}).reply).toMatchObject({ is: "seen", outcome: "executed" });
    expect(await client.call()).toMatchObject({ is: "NOT_FOUND", outcome: "executed" });
  });
});

describe("where the journal takes no more", () => {
  it("a call is refused before anything has changed, and may come again", async () => {
    const bench = new HomeBench();
    const client = await HandClient.opened(bench);
    await client.call({ sequence: 1 });
    bench.journal.fault = "full";
    expect(await client.call({ sequence: 2 })).toMatchObject({ is: "full", outcome: "not-executed" });
    expect(await bench.send({}).reply).toMatchObject({ is: "full", outcome: "not-executed" });
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK", text: "1", kind: "replay" });
    bench.journal.fault = undefined;
    expect(await client.call({ sequence: 2 })).toMatchObject({ is: "OK", text: "2" });
  });

  it("a change that is too large is answered so, for ever", async () => {
    const bench = new HomeBench({
      store(_, { state }) {
        state.put("a", new Uint8Array(2 << 20));
        return {};
      },
    });
    const client = await HandClient.opened(bench);
    const answer = { is: "RESOURCE_EXHAUSTED", text: expect.stringContaining("too large to be recorded") };
    expect(await client.call({ sequence: 1 })).toMatchObject({ ...answer, recorded: expect.anything() });
    expect(await client.call({ sequence: 1 })).toMatchObject({ ...answer, kind: "replay" });
    expect(await bench.send({}).reply).toMatchObject(answer);
  });
});

describe("where a server has few places, a numbered call", () => {
  /** Handlers wait until they are told; `free` is for others. */
  function busy(maxQueued: number) {
    const going: (() => void)[] = [];
    const limiter = new ConcurrencyLimiter(1, maxQueued);
    const bench = new HomeBench(
      {
        async store(request, call) {
          await new Promise<void>((resolve) => going.push(resolve));
          return count(request, call);
        },
      },
      { limiter },
    );
    return { bench, going, limiter };
  }

  it("waits for one, is joined meanwhile, and is under way for whoever asks", async () => {
    const { bench, going } = busy(1);
    const client = await HandClient.opened(bench);
    const first = client.call({ sequence: 1 });
    const second = client.call({ sequence: 2 });
    const joining = client.call({ sequence: 2 });
    await turns();
    expect(going.length).toBe(1);
    expect(await client.outcome(2)).toBe("inProgress");
    const refused = {
      is: "window",
      outcome: "not-executed",
      text: "the server has as many calls as it takes",
    };
    expect(await client.call({ sequence: 3 })).toMatchObject(refused);
    going[0]();
    expect(await first).toMatchObject({ text: "1" });
    going[1]();
    expect(await second).toMatchObject({ text: "2", kind: "execute" });
    expect(await joining).toMatchObject({ text: "2", kind: "join" });
    expect(await client.outcome(3)).toBe("refused");
  });

  it("that nobody waits for any more is not begun, and leaves its place in the queue", async () => {
    const { bench, going, limiter } = busy(1);
    const client = await HandClient.opened(bench);
    const first = client.call({ sequence: 1 });
    const second = client.send({ sequence: 2 });
    await turns();
    second.leave();
    expect(limiter.enter({ onStart: () => {} })).toBe("wait");
    going[0]();
    await first;
    await turns();
    expect(going.length).toBe(1);
    expect(await client.outcome(2)).toBe("refused");
  });

  it.each([
    ["its session has ended", "expired", (_: HomeBench, client: HandClient) => client.close()],
    ["the home closes", "failed", (bench: HomeBench) => void bench.home.close({ graceMs: 1000 })],
  ])("is not begun where %s meanwhile", async (_, is, end) => {
    const { bench, going } = busy(1);
    const client = await HandClient.opened(bench);
    const first = client.call({ sequence: 1 });
    const second = client.call({ sequence: 2 });
    await turns();
    await end(bench, client);
    going[0]();
    await first;
    expect(await second).toMatchObject({ is });
    expect(going.length).toBe(1);
  });
});
