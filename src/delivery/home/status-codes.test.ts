import { describe, expect, it } from "vitest";
import { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { HandClient, HomeBench, type ShopHandlers } from "./home.test.util.js";

// Whatever a program takes for a status code: what is answered is what is repeated, from memory and after a start.

const CODES: [what: string, code: unknown][] = [
  ["an errno", -2],
  ["the code of one of Node's errors", "ENOENT"],
  ["digits", "5"],
  ["one that was mistyped", undefined],
  ["NaN", Number.NaN],
  ["a fraction", 4.5],
  ["the first number beyond", 17],
  ["2^53", 2 ** 53],
];

const STYLES: [style: string, method: "Store" | "Make", handlers: (code: unknown) => ShopHandlers][] = [
  [
    "thrown by a journaled handler",
    "Store",
    (code) => ({
      store: () => {
        throw new RpcError(code as Status, "no such thing");
      },
    }),
  ],
  [
    "refused by a redo handler",
    "Make",
    (code) => ({ make: (_, call) => call.refuse(code as Status, "no such thing") }),
  ],
];

describe.each(STYLES)("a status code %s", (_, method, handlers) => {
  it.each(CODES)("that is %s is UNKNOWN, for ever", async (_, code) => {
    const bench = new HomeBench(handlers(code));
    const client = await HandClient.opened(bench);
    const answer = { is: "UNKNOWN", text: "no such thing", outcome: "executed", recorded: expect.anything() };
    expect(await client.call({ method, sequence: 1 })).toMatchObject({ ...answer, kind: "execute" });
    expect(await client.call({ method, sequence: 1 })).toMatchObject({ ...answer, kind: "replay" });
    bench.journal.checkpoint();
    for (const after of [bench.after(), bench.after().after()]) {
      client.bench = after;
      expect(await client.call({ method, sequence: 1 })).toMatchObject({ ...answer, kind: "replay" });
      expect(await client.outcome(1)).toBe(`answer ${Status.UNKNOWN}`);
    }
  });

  it.each(CODES)("that is %s is UNKNOWN to a client of plain gRPC", async (_, code) => {
    const reply = await new HomeBench(handlers(code)).send({ method }).reply;
    expect(reply).toMatchObject({ is: "UNKNOWN", text: "no such thing", outcome: "executed" });
  });
});

it("the error of another copy of this package is taken as ours is", async () => {
  const bench = new HomeBench({
    store: () => {
      throw Object.defineProperty(new RpcError(Status.NOT_FOUND, "older"), "code", { value: -1 });
    },
  });
  const client = await HandClient.opened(bench);
  expect(await client.call({ sequence: 1 })).toMatchObject({ is: "UNKNOWN", text: "older" });
  client.bench = bench.after();
  expect(await client.call({ sequence: 1 })).toMatchObject({ is: "UNKNOWN", text: "older", kind: "replay" });
});
