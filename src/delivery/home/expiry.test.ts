import { describe, expect, it } from "vitest";
import { HandClient, HomeBench, nonce, refusalOf, stateOf, turns } from "./home.test.util.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Lets `ms` pass in small steps: clocks count no time of a process that was stopped. */
function serve(bench: HomeBench, ms: number): void {
  for (let left = ms; left > 0; left -= 60_000) bench.runtime.advance(Math.min(left, 60_000));
}

describe("time in which no server serves", () => {
  it.each([
    ["before it listens, or where it could not", false, true],
    ["once it closes", true, false],
  ])("does not count: %s", async (_, before, after) => {
    const host = { limiter: undefined, sendBytesMax: 1 << 20, isServing: true };
    const bench = new HomeBench({}, { expiresAfterMs: DAY_MS, host });
    await HandClient.opened(bench);
    host.isServing = before;
    serve(bench, 20 * HOUR_MS);
    host.isServing = after;
    serve(bench, 20 * HOUR_MS);
    expect(bench.state.sessions.size).toBe(1);
    expect(bench.state.logMs / HOUR_MS).toBeCloseTo(20, 0);
    host.isServing = true;
    serve(bench, 20 * HOUR_MS);
    expect(bench.state.sessions.size).toBe(0);
  });
});

it("time before a server serves does not count, be it less than a step of the clock", async () => {
  const host = { limiter: undefined, sendBytesMax: 1 << 20, isServing: false };
  const bench = new HomeBench({}, { expiresAfterMs: DAY_MS, host });
  await HandClient.opened(bench);
  bench.runtime.advance(59_000);
  host.isServing = true;
  bench.runtime.advance(1000);
  expect(bench.state.logMs).toBe(0);
  bench.runtime.advance(60_000);
  expect(bench.state.logMs).toBe(60_000);
});

describe("a client of which nothing is heard", () => {
  it("is forgotten after a week", async () => {
    const bench = new HomeBench();
    const client = await HandClient.opened(bench);
    await client.call({ sequence: 1 });
    serve(bench, 7 * DAY_MS - HOUR_MS);
    expect(bench.state.sessions.size).toBe(1);
    serve(bench, 2 * HOUR_MS);
    expect(bench.state.sessions.size).toBe(0);
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "expired", outcome: "unknown" });
    expect(await client.call({ sequence: 2 })).toMatchObject({ is: "expired" });
    expect(await refusalOf(client.open(nonce(2)))).toBe("expired");
    await turns();
    client.bench = bench.after();
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "expired" });
  });

  it.each([
    ["calls", (client: HandClient) => client.call()],
    ["repeats a call", (client: HandClient) => client.call({ sequence: 1 })],
    ["is refused", (client: HandClient) => client.call({ sequence: 2000 })],
    ["says that it lives", (client: HandClient) => client.keepAlive()],
    ["asks for an outcome", (client: HandClient) => client.outcome(1)],
    ["is opened again", (client: HandClient) => client.open(nonce(1))],
  ])("is not, as long as it %s now and then", async (_, live) => {
    const bench = new HomeBench({}, { expiresAfterMs: DAY_MS });
    const client = await HandClient.opened(bench);
    await client.call({ sequence: 1 });
    client.next = 2;
    for (let i = 0; i < 4; i++) {
      serve(bench, 20 * HOUR_MS);
      await live(client);
    }
    await turns();
    expect(bench.after().state.sessions.size).toBe(1);
    serve(bench, 25 * HOUR_MS);
    expect(bench.state.sessions.size).toBe(0);
  });

  it("is not before its time, wherever between two steps of the clock it was heard last", async () => {
    const bench = new HomeBench({}, { expiresAfterMs: DAY_MS });
    const client = await HandClient.opened(bench);
    bench.runtime.advance(59_000);
    await client.keepAlive();
    serve(bench, DAY_MS - 1000);
    expect(bench.state.sessions.size).toBe(1);
    serve(bench, 180_000);
    expect(bench.state.sessions.size).toBe(0);
  });

  it("is not before its time, though steps of the clock came late", async () => {
    const bench = new HomeBench({}, { expiresAfterMs: DAY_MS });
    const client = await HandClient.opened(bench);
    bench.runtime.stand(119_000);
    await client.keepAlive();
    serve(bench, HOUR_MS);
    bench.runtime.stand(90_000);
    serve(bench, DAY_MS - HOUR_MS - 91_000);
    expect(bench.state.sessions.size).toBe(1);
  });

  it("is not while its call is being carried out for the first time", async () => {
    let finish = () => {};
    const store = () => new Promise<{ text: string }>((resolve) => (finish = () => resolve({ text: "" })));
    const bench = new HomeBench({ store }, { expiresAfterMs: DAY_MS });
    const client = await HandClient.opened(bench);
    serve(bench, 20 * HOUR_MS);
    const call = client.call({ method: "Store" });
    await turns();
    serve(bench, 10 * HOUR_MS);
    finish();
    expect(await call).toMatchObject({ is: "OK" });
    expect(bench.state.sessions.size).toBe(1);
  });

  it("is, whoever was there before it and lives on", async () => {
    const bench = new HomeBench({}, { expiresAfterMs: DAY_MS });
    const lives = await HandClient.opened(bench);
    await new HandClient(bench).open(nonce(2));
    for (let i = 0; i < 3; i++) {
      serve(bench, 10 * HOUR_MS);
      await lives.keepAlive();
    }
    expect([...bench.state.byClient.keys()]).toEqual([lives.client]);
  });

  it("is not forgotten for time in which no server serves", async () => {
    let bench = new HomeBench({}, { expiresAfterMs: DAY_MS });
    const client = await HandClient.opened(bench);
    serve(bench, 20 * HOUR_MS);
    await turns();
    await bench.home.close();
    bench.runtime.advance(100 * DAY_MS);
    bench = bench.after({}, { expiresAfterMs: DAY_MS });
    serve(bench, 3 * HOUR_MS);
    client.bench = bench;
    expect(await client.call()).toMatchObject({ is: "OK" });
  });

  it("is forgotten in the end although the server starts again every day", async () => {
    let bench = new HomeBench();
    await HandClient.opened(bench);
    for (let day = 0; day < 8; day++) {
      serve(bench, DAY_MS);
      await turns();
      await bench.home.close();
      bench = bench.after();
    }
    serve(bench, HOUR_MS);
    expect(bench.state.sessions.size).toBe(0);
  });

  it("has an hour after each start to speak up", async () => {
    let bench = new HomeBench();
    const client = await HandClient.opened(bench);
    serve(bench, 7 * DAY_MS - 2 * 60_000);
    await turns();
    await bench.home.close();
    bench = bench.after();
    client.bench = bench;
    serve(bench, HOUR_MS - 60_000);
    expect(await client.call()).toMatchObject({ is: "OK" });
  });

  it("is not forgotten for time in which the process was stopped", async () => {
    const bench = new HomeBench({}, { expiresAfterMs: DAY_MS });
    const client = await HandClient.opened(bench);
    bench.runtime.stand(10 * DAY_MS);
    bench.runtime.advance(60_000);
    expect(await client.call()).toMatchObject({ is: "OK" });
  });

  it("is told so once that is durable", async () => {
    const bench = new HomeBench({}, { expiresAfterMs: DAY_MS });
    const client = await HandClient.opened(bench);
    bench.journal.isHeld = true;
    serve(bench, 30 * HOUR_MS);
    const call = client.call();
    expect(await stateOf(call)).toBe("pending");
    const before = bench.after({}, { expiresAfterMs: DAY_MS });
    expect(before.state.sessions.size).toBe(1);
    bench.journal.flush();
    expect(await call).toMatchObject({ is: "expired" });
  });

  it("leaves its open calls to be done", async () => {
    const bench = new HomeBench(
      { make: () => Promise.reject(new Error("oops")) },
      { expiresAfterMs: DAY_MS, retry: { initialMs: 2 * DAY_MS, maxMs: 2 * DAY_MS } },
    );
    const client = await HandClient.opened(bench);
    void client.call({ method: "Make" });
    await turns();
    serve(bench, 30 * HOUR_MS);
    expect(await client.call({ sequence: 1, method: "Make" })).toMatchObject({ is: "expired" });
    expect(bench.home.openIntents.length).toBe(1);
    const later = bench.after({ make: () => ({}) });
    await turns();
    expect(later.home.openIntents).toEqual([]);
    expect(later.state.sessions.size).toBe(0);
  });
});

it("a thousand clients are forgotten at a time", async () => {
  const bench = new HomeBench({}, { expiresAfterMs: DAY_MS });
  for (let i = 0; i < 1500; i++) {
    const nonce = new Uint8Array(16);
    nonce[0] = i;
    nonce[1] = i >> 8;
    await new HandClient(bench).open(nonce);
  }
  serve(bench, DAY_MS + 120_000);
  expect(bench.state.sessions.size).toBe(500);
  serve(bench, 60_000);
  expect(bench.state.sessions.size).toBe(0);
});

it("a home without clients records no time", async () => {
  const bench = new HomeBench();
  serve(bench, DAY_MS);
  expect(bench.journal.position).toBe(0);
});
