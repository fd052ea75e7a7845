import { describe, expect, it } from "vitest";
import type { CallLimiter } from "../../server/call-limiter.js";
import { type Entry, HandClient, HomeBench, type ShopHandlers, stateOf, turns } from "./home.test.util.js";

// Handlers, and what a program hands in, behave as they should not: a call ends once, with its own answer, all the same.

const METHODS = ["Store", "Make"] as const;

function both(handler: () => unknown): ShopHandlers {
  return { store: handler as never, make: handler as never };
}

describe.each(METHODS)("%s, whose handler returns a thenable", (method) => {
  it("that calls back again and again, is answered with what is recorded", async () => {
    const bench = new HomeBench(
      both(() => ({
        // biome-ignore lint/suspicious/noThenProperty: such are what this is about
        then(resolve: (message: object) => void, reject: (error: Error) => void) {
          resolve({ text: "first" });
          resolve({ text: "second" });
          reject(new Error("third"));
        },
      })),
    );
    const client = await HandClient.opened(bench);
    const call = client.call({ method, sequence: 1 });
    await turns();
    const answer = { is: "OK", text: "first", recorded: expect.anything() };
    expect(await call).toMatchObject(answer);
    client.bench = bench.after();
    expect(await client.call({ method, sequence: 1 })).toMatchObject({ ...answer, kind: "replay" });
  });

  it("that calls back again, is not answered before its record is durable", async () => {
    let resolve: (message: object) => void = () => {};
    const bench = new HomeBench(
      both(() => ({
        // biome-ignore lint/suspicious/noThenProperty: such are what this is about
        then(done: (message: object) => void) {
          resolve = done;
        },
      })),
    );
    const client = await HandClient.opened(bench);
    const call = client.call({ method, sequence: 1 });
    await turns();
    bench.journal.isHeld = true;
    resolve({ text: "first" });
    resolve({ text: "second" });
    expect(await stateOf(call)).toBe("pending");
    bench.journal.flush();
    expect(await call).toMatchObject({ text: "first", recorded: expect.anything() });
  });

  it("that throws, has failed", async () => {
    const bench = new HomeBench(
      both(() => ({
        // biome-ignore lint/suspicious/noThenProperty: such are what this is about
        then() {
          throw new Error("oops");
        },
      })),
    );
    const reply = await bench.send({ method }).reply;
    expect(reply).toMatchObject({ is: "UNKNOWN", text: "the handler has failed" });
  });
});

describe("what a handler does to its request", () => {
  it("is not seen by the next run of the same process", async () => {
    const seen: string[] = [];
    const bench = new HomeBench(
      {
        async make(request: Entry) {
          seen.push(request.text);
          request.text += "!";
          if (seen.length < 3) throw new Error("oops");
          return { text: request.text };
        },
      },
      { retry: { initialMs: 1 } },
    );
    const client = await HandClient.opened(bench);
    const call = client.call({ method: "Make", text: "x" });
    for (let run = 0; run < 3; run++) {
      await turns();
      bench.runtime.advance(100);
    }
    expect(await call).toMatchObject({ text: "x!" });
    expect(seen).toEqual(["x", "x", "x"]);
  });
});

describe("where something throws that must not", () => {
  it.each(METHODS)("a limiter: the call ends, and its answer is there: %s", async (method) => {
    let throws = true;
    const limiter: CallLimiter = {
      enter: () => "start",
      leave() {
        if (throws) throw new Error("a bug of the limiter");
      },
      withdraw() {},
    };
    const bench = new HomeBench(
      both(async () => ({ text: "done" })),
      { limiter },
    );
    const client = await HandClient.opened(bench);
    expect(await client.call({ method, sequence: 1 })).toMatchObject({ is: "UNKNOWN", outcome: "unknown" });
    throws = false;
    expect(await client.call({ method, sequence: 1 })).toMatchObject({
      is: "OK",
      text: "done",
      kind: "replay",
    });
    await bench.home.close();
  });

  it.each([
    ["at once", () => ({ text: "done" })],
    ["later", async () => ({ text: "done" })],
  ])("a journal: the call ends, and may come again, %s", async (_, handler) => {
    const bench = new HomeBench(both(handler));
    const client = await HandClient.opened(bench);
    const { journal } = bench;
    const add = journal.add.bind(journal);
    journal.add = () => {
      throw new Error("assertion failed");
    };
    const failed = { is: "UNKNOWN", outcome: "unknown", recorded: undefined };
    expect(await client.call({ method: "Store", sequence: 1 })).toMatchObject(failed);
    journal.add = add;
    expect(await client.call({ method: "Store", sequence: 1 })).toMatchObject({ is: "OK", text: "done" });
  });
});
