import { beforeEach, describe, expect, it } from "vitest";
import { bytesOf, HandClient, HomeBench, nonce, refusalOf, stateOf, turns } from "./home.test.util.js";

// Nothing leaves that a crash could undo: with a journal that is held back, nobody is told anything new.

let bench: HomeBench;
let client: HandClient;

beforeEach(async () => {
  bench = new HomeBench({
    look({ key, text }, { state }) {
      const value = state.get(key);
      if (text !== "") state.put(key, bytesOf(text));
      return { text: value === undefined ? "nothing" : "something" };
    },
  });
  client = await HandClient.opened(bench);
});

/** The promise is pending until the journal is flushed. */
async function expectHeld<T>(promise: Promise<T>): Promise<T> {
  expect(await stateOf(promise)).toBe("pending");
  bench.journal.flush();
  return promise;
}

describe("until the disk has it, nobody is told", () => {
  it("an answer", async () => {
    bench.journal.isHeld = true;
    expect(await expectHeld(client.call())).toMatchObject({ is: "OK", text: "1" });
  });

  it("an answer that another attempt repeats", async () => {
    bench.journal.isHeld = true;
    const first = client.call({ sequence: 1 });
    expect(await expectHeld(client.call({ sequence: 1 }))).toMatchObject({ text: "1", kind: "replay" });
    await first;
  });

  it("what has changed, by a call that is not remembered", async () => {
    bench.journal.isHeld = true;
    expect(await expectHeld(bench.send({}).reply)).toMatchObject({ text: "1" });
  });

  it("what was read", async () => {
    bench.journal.isHeld = true;
    void client.call({ key: "b" });
    expect(await expectHeld(bench.send({ method: "Look", key: "b" }).reply)).toMatchObject({
      text: "something",
    });
  });

  it("that nothing was there to read", async () => {
    void client.call({ key: "b" });
    await turns();
    bench.journal.isHeld = true;
    void client.call({ key: "c" });
    expect(await expectHeld(bench.send({ method: "Look", key: "d" }).reply)).toMatchObject({
      text: "nothing",
    });
  });

  it("an error that comes of what was read", async () => {
    bench = new HomeBench({
      look({ key }, { state }) {
        if (state.get(key) !== undefined) throw new Error("there already");
        return {};
      },
    });
    client = await HandClient.opened(bench);
    bench.journal.isHeld = true;
    void client.call({ key: "b" });
    expect(await expectHeld(bench.send({ method: "Look", key: "b" }).reply)).toMatchObject({ is: "UNKNOWN" });
  });

  it("that a session was opened", async () => {
    bench.journal.isHeld = true;
    await expectHeld(client.open(nonce(7), undefined));
    expect(bench.state.sessions.size).toBe(1);
  });

  it("that it was opened, when the request comes again", async () => {
    bench.journal.isHeld = true;
    const other = new HandClient(bench);
    const first = other.open(nonce(7));
    await expectHeld(other.open(nonce(7)));
    await first;
  });

  it("that a call was refused before it came", async () => {
    bench.journal.isHeld = true;
    expect(await expectHeld(client.outcome(1))).toBe("refused");
  });

  it("what became of a call", async () => {
    bench.journal.isHeld = true;
    void client.call({ sequence: 1 });
    expect(await expectHeld(client.outcome(1))).toBe("answer 0");
  });

  it("that a call was refused, when that comes", async () => {
    bench.journal.isHeld = true;
    void client.outcome(1);
    expect(await expectHeld(client.call({ sequence: 1 }))).toMatchObject({
      is: "CANCELLED",
      outcome: "not-executed",
      recorded: expect.anything(),
    });
  });

  it("that a session has ended", async () => {
    bench.journal.isHeld = true;
    const closed = client.close();
    expect(await stateOf(closed)).toBe("pending");
    expect(await expectHeld(client.call())).toMatchObject({ is: "expired" });
    await closed;
  });

  it("that a client was heard of", async () => {
    bench.runtime.advance(60_000);
    await turns();
    bench.journal.isHeld = true;
    expect(await expectHeld(client.keepAlive())).toHaveProperty("mark");
    expect(bench.after().state.sessions.values().next().value?.activeMs).toBe(60_000);
  });

  it("that a session was opened again", async () => {
    const field = client.field(1);
    bench.journal.isHeld = true;
    void client.open(nonce(2));
    expect(await expectHeld(client.call({ field }))).toMatchObject({ is: "fenced" });
  });

  it("that a call is no longer wanted", async () => {
    await client.call({ sequence: 1 });
    bench.journal.isHeld = true;
    void client.call({ sequence: 2, ack: 2 });
    expect(await expectHeld(client.call({ sequence: 1, ack: 1 }))).toMatchObject({ is: "stale" });
  });
});

it("the mark of an answer is durable, and the latest", async () => {
  bench.journal.isHeld = true;
  const first = client.call();
  await turns();
  bench.journal.flush();
  const { durablePosition } = bench.journal;
  expect((await first).recorded).toBe(`1-eeeeeee1-${durablePosition}`);
  void client.call();
  expect((await client.call({ sequence: 1 })).recorded).toBe(`1-eeeeeee1-${durablePosition}`);
});

describe("when the journal fails", () => {
  it("everybody who waits is told so, and nobody anything else", async () => {
    bench.journal.isHeld = true;
    const lost = { is: "failed", outcome: "unknown", recorded: undefined };
    const waiting = [
      client.call({ sequence: 1 }),
      client.call({ sequence: 1 }),
      client.call({ sequence: 2, method: "Make" }),
      client.call({ sequence: 3, method: "Make" }),
      client.call({ sequence: 900, field: "x" }),
      bench.send({}).reply,
      bench.send({ method: "Make" }).reply,
      bench.send({ method: "Look" }).reply,
    ];
    const services = [client.outcome(5), client.outcome(1), client.open(nonce(5)), client.close()];
    const refusals = Promise.all(services.map(refusalOf));
    await turns();
    bench.journal.fail();
    const replies = await Promise.all(waiting);
    expect(replies[4]).toMatchObject({ is: "malformed" });
    replies.splice(4, 1);
    for (const reply of replies) expect(reply).toMatchObject(lost);
    expect(await refusals).toEqual(["failed", "failed", "failed", "failed"]);
    expect(await refusalOf(client.keepAlive())).toBe("failed");
    expect(await client.call()).toMatchObject({ is: "failed" });
    await bench.home.close();
  });

  it("handlers that are at work end for nothing, and open intents are not tried again", async () => {
    let go = () => {};
    let runs = 0;
    bench = new HomeBench({
      async make({ text }) {
        runs++;
        if (text === "throws") throw new Error("oops");
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        return {};
      },
    });
    client = await HandClient.opened(bench);
    const calls = [
      client.call({ method: "Make" }),
      client.call({ method: "Make", key: "b", text: "throws" }),
    ];
    await turns();
    expect(runs).toBe(2);
    bench.journal.fail();
    expect((await Promise.all(calls)).map(({ is }) => is)).toEqual(["failed", "failed"]);
    go();
    await turns();
    expect(bench.runtime.pendingMs).toEqual([]);
    expect(runs).toBe(2);
  });
});

describe("after a crash", () => {
  it("what was said is so, and what was not may be", async () => {
    await client.call({ sequence: 1 });
    bench.journal.isHeld = true;
    void client.call({ sequence: 2 });
    for (const [more, expected] of [
      [0, { text: "2", kind: "execute" }],
      [1, { text: "2", kind: "replay" }],
    ] as const) {
      client.bench = bench.after({}, { more });
      expect(await client.call({ sequence: 1 })).toMatchObject({ text: "1", kind: "replay" });
      expect(await client.call({ sequence: 2 })).toMatchObject(expected);
    }
  });

  it.each(["the log knows", "a checkpoint knows"])("%s what is no longer wanted", async (which) => {
    await client.call({ sequence: 1 });
    await client.call({ sequence: 3, ack: 3 });
    if (which !== "the log knows") bench.journal.checkpoint();
    client.bench = bench.after();
    expect(await client.call({ sequence: 1, ack: 1 })).toMatchObject({ is: "stale" });
    expect(await client.call({ sequence: 2, ack: 1 })).toMatchObject({ is: "stale" });
    expect(await client.call({ sequence: 3, ack: 3 })).toMatchObject({ kind: "replay" });
  });
});
