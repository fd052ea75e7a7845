import { describe, expect, it } from "vitest";
import { methodFrom } from "../../rpc/method.js";
import { nodeRuntime } from "../../runtime/node.js";
import { SimulatedDisk } from "../../runtime/simulated-disk.test.util.js";
import { Home } from "./home.js";
import {
  HandClient,
  HomeBench,
  type MakeHandler,
  nonce,
  refusalOf,
  shopHandlers,
  shopService,
  stateOf,
  turns,
} from "./home.test.util.js";
import type { RedoCall } from "./redo.js";

describe("closing a home", () => {
  it("lets handlers come to their end, and answers", async () => {
    const going: (() => void)[] = [];
    const wait = async () => {
      await new Promise<void>((resolve) => going.push(resolve));
      return { text: "done" };
    };
    const bench = new HomeBench({ store: wait, make: wait });
    const client = await HandClient.opened(bench);
    const calls = [client.call(), client.call({ method: "Make" })];
    await turns();
    const closed = bench.home.close({ graceMs: 1000 });
    const late = client.call();
    expect(await late).toMatchObject({ is: "failed", text: "the home is closed", outcome: "unknown" });
    expect(await refusalOf(Promise.resolve().then(() => client.keepAlive()))).toBe("not refused");
    expect(await stateOf(closed)).toBe("pending");
    for (const go of going) go();
    await closed;
    for (const reply of await Promise.all(calls))
      expect(reply).toMatchObject({ text: "done", recorded: expect.anything() });
    expect(bench.journal.isClosed).toBe(true);
    expect(bench.runtime.pendingMs).toEqual([]);
  });

  it("waits no longer than the grace, and leaves the rest for the next start", async () => {
    const bench = new HomeBench({ store: () => new Promise(() => {}), make: () => new Promise(() => {}) });
    const client = await HandClient.opened(bench);
    const calls = [client.call({ sequence: 1 }), client.call({ method: "Make", sequence: 2 })];
    await turns();
    const closed = bench.home.close({ graceMs: 1000 });
    bench.runtime.advance(999);
    expect(await stateOf(closed)).toBe("pending");
    bench.runtime.advance(1);
    await closed;
    for (const reply of await Promise.all(calls))
      expect(reply).toMatchObject({ is: "failed", outcome: "unknown" });
    client.bench = bench.after();
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK" });
    expect(await client.call({ method: "Make", sequence: 2, text: "" })).toMatchObject({ is: "OK" });
  });

  it("may be told to hurry", async () => {
    const bench = new HomeBench({ store: () => new Promise(() => {}) });
    const client = await HandClient.opened(bench);
    void client.call();
    const closed = bench.home.close({ graceMs: 1000 });
    expect(await stateOf(closed)).toBe("pending");
    await bench.home.close();
    await closed;
    expect(bench.runtime.pendingMs).toEqual([]);
  });

  it("begins nothing that waits: not for a key, and not to be tried again", async () => {
    let runs = 0;
    let go = () => {};
    const bench = new HomeBench({
      async make({ text }) {
        runs++;
        if (text === "throws") throw new Error("oops");
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        return {};
      },
    });
    const client = await HandClient.opened(bench);
    const first = client.call({ method: "Make" });
    const waits = client.call({ method: "Make" });
    const throws = client.call({ method: "Make", key: "b", text: "throws" });
    await turns();
    const closed = bench.home.close({ graceMs: 1000 });
    expect(await waits).toMatchObject({ is: "failed" });
    expect(await throws).toMatchObject({ is: "failed" });
    go();
    expect(await first).toMatchObject({ is: "OK" });
    await closed;
    expect(runs).toBe(2);
    expect(bench.after({ make: () => new Promise(() => {}) }).home.openIntents.length).toBe(1);
  });

  it("begins nothing that has waited for what is given up", async () => {
    const ran: string[] = [];
    const bench = new HomeBench({
      make({ text }) {
        ran.push(text);
        throw new Error("oops");
      },
    });
    const client = await HandClient.opened(bench);
    const calls = ["first", "second"].map((text) => client.call({ method: "Make", text }));
    await turns();
    await bench.home.close({ graceMs: 1000 });
    for (const reply of await Promise.all(calls)) expect(reply).toMatchObject({ is: "failed" });
    expect(ran).toEqual(["first"]);
    expect(bench.after({ make: () => new Promise(() => {}) }).home.openIntents).toMatchObject([
      { attempts: 1 },
    ]);
  });

  it("does not wait for a handler that comes to nothing to be run again", async () => {
    let fail = () => {};
    const bench = new HomeBench({
      make: () =>
        new Promise((_, reject) => {
          fail = () => reject(new Error("oops"));
        }),
    });
    const client = await HandClient.opened(bench);
    const call = client.call({ method: "Make" });
    await turns();
    const closed = bench.home.close({ graceMs: 1000 });
    fail();
    await closed;
    expect(await call).toMatchObject({ is: "failed", outcome: "unknown" });
    expect(bench.runtime.pendingMs).toEqual([]);
  });

  it("is done at once where nothing runs, and fine where the journal has failed", async () => {
    await new HomeBench().home.close({ graceMs: 1000 });
    const bench = new HomeBench();
    bench.journal.fail();
    await bench.home.close({ graceMs: 1000 });
  });

  it("is what `await using` does", async () => {
    const bench = new HomeBench();
    await bench.home[Symbol.asyncDispose]();
    expect(bench.journal.isClosed).toBe(true);
  });
});

describe("a handler that outlives its home", () => {
  /** Makes what waits until it is told, and counts. */
  function makers() {
    const going: (() => void)[] = [];
    const signals: AbortSignal[] = [];
    const seen = { now: 0, most: 0 };
    const make: MakeHandler = async (_, call) => {
      seen.most = Math.max(seen.most, ++seen.now);
      signals.push(call.signal);
      await new Promise<void>((resolve) => going.push(resolve));
      seen.now--;
      return {};
    };
    return { going, signals, seen, make };
  }

  it.each([
    ["of a numbered call", true],
    ["of a call of plain gRPC", false],
  ])("keeps the folder locked until it has ended: %s", async (_, isNumbered) => {
    const { going, make } = makers();
    const bench = new HomeBench({ make });
    const client = await HandClient.opened(bench);
    void (isNumbered ? client.call({ method: "Make" }) : bench.send({ method: "Make" }).reply);
    await turns();
    await bench.home.close();
    expect(bench.journal).toMatchObject({ isClosed: true, isLocked: true });
    going[0]();
    await turns();
    expect(bench.journal.isLocked).toBe(false);
  });

  it("never runs beside its own redo", async () => {
    const disk = new SimulatedDisk({ post: (event) => void setImmediate(event), random: () => 0.5 });
    const runtime = Object.assign(Object.create(nodeRuntime()), { storage: disk.start() });
    const { going, seen, make } = makers();
    const open = async () => {
      const home = await Home.open("/h", { runtime, segmentBytes: 1 << 20 });
      const handlers = shopHandlers({ make });
      for (const method of shopService().methods)
        home.guard(methodFrom(method), handlers[method.localName], handlers);
      await home.start({ limiter: undefined, sendBytesMax: 1 << 20, isServing: true });
      return home;
    };
    const home = await open();
    const client = new HandClient({ home } as HomeBench);
    client.take(await client.open(nonce(1)));
    const request = new Uint8Array();
    void home.deliver({ path: "/t.Shop/Make", callField: client.field(1), principal: "", request });
    while (going.length === 0) await turns();
    await home.close();
    await expect(open()).rejects.toMatchObject({ fault: "locked" });
    going[0]();
    await turns();
    const again = await open();
    expect(seen).toEqual({ now: 1, most: 1 });
    going[1]();
    while (again.openIntents.length > 0) await turns();
    await again.close();
    expect(seen).toEqual({ now: 0, most: 1 });
  });

  it("is told that the home gives it up, and why", async () => {
    const { signals, make } = makers();
    const bench = new HomeBench({ make });
    const client = await HandClient.opened(bench);
    void client.call({ method: "Make" });
    await turns();
    const closed = bench.home.close({ graceMs: 1000 });
    expect(signals[0].aborted).toBe(false);
    bench.runtime.advance(1000);
    await closed;
    expect(signals[0]).toMatchObject({ aborted: true, reason: new Error("the home is closed") });
  });

  it("has the grace to end in, even if the journal has failed", async () => {
    const { going, signals, make } = makers();
    const bench = new HomeBench({ make });
    const client = await HandClient.opened(bench);
    void client.call({ method: "Make" });
    await turns();
    bench.journal.fail();
    expect(signals[0].reason.message).toContain("the home's journal has failed");
    const closed = bench.home.close({ graceMs: 1000 });
    expect(await stateOf(closed)).toBe("pending");
    going[0]();
    await closed;
    expect(bench.journal.isLocked).toBe(false);
  });

  it("finds a signal that it asks for late aborted already; one that has ended finds none that aborts", async () => {
    const calls: RedoCall[] = [];
    let go = () => {};
    const bench = new HomeBench({
      async make({ text }, call) {
        calls.push(call);
        if (text === "waits")
          await new Promise<void>((resolve) => {
            go = resolve;
          });
        return {};
      },
    });
    const client = await HandClient.opened(bench);
    await client.call({ method: "Make" });
    void client.call({ method: "Make", text: "waits" });
    await turns();
    await bench.home.close();
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([false, true]);
    go();
  });
});
