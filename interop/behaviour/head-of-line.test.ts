import { Status } from "@redoubt/rpc";
import { expect, it } from "vitest";
import { failureOf, installChecks, pair, signal } from "./harness.js";

installChecks();

const MEGABYTE = "x".repeat(1_000_000);

it("streams that nobody reads do not stop other calls of their connection", async () => {
  const { echo } = await pair("tcp", {
    async *expand(request) {
      for (let index = 0; ; index++) yield { text: request.text, index };
    },
  });
  const unread = Array.from({ length: 8 }, () => echo.expand({ text: MEGABYTE, repeatCount: 1 }));
  for (const stream of unread) await stream.next();
  expect((await echo.unary({ text: "beside" }, { timeoutMs: 10_000 })).text).toBe("beside");
  for (const stream of unread) await stream.return?.();
});

it("uploads that wait for a place do not stop the one that has it", async () => {
  const { echo } = await pair("tcp", {}, { server: { maxConcurrentCalls: 1 } });
  const upload = async (length: number) => {
    const sizes: number[] = [];
    async function* parts() {
      for (let i = 0; i < 4; i++) yield { text: MEGABYTE };
    }
    sizes.push((await echo.collect(parts(), { timeoutMs: 15_000 })).text.length);
    expect(sizes).toEqual([length]);
  };
  await Promise.all(Array.from({ length: 6 }, () => upload(4_000_000)));
});

it("a request object that is used again while its call waits is sent as it was", async () => {
  const seen: string[] = [];
  const { echo } = await pair("tcp", {
    unary(request) {
      seen.push(request.text);
      return request;
    },
  });
  const request = { text: "" };
  const calls = ["a", "b", "c"].map((text) => {
    request.text = text;
    return echo.unary(request);
  });
  await Promise.all(calls);
  expect(seen).toEqual(["a", "b", "c"]);
});

it.each(["waiting", "connected"] as const)(
  "a request that cannot be sent was not executed, %s",
  async (state) => {
    const entered = signal();
    const { echo } = await pair(
      "tcp",
      {
        unary(request) {
          if (request.text !== "warm") entered.resolve();
          return request;
        },
      },
      { channel: { maxSendMessageBytes: 100 } },
    );
    if (state === "connected") await echo.unary({ text: "warm" });
    const large = await failureOf(echo.unary({ text: "x".repeat(200) }));
    expect(large).toMatchObject({ code: Status.RESOURCE_EXHAUSTED, outcome: "not-executed" });
    const wrong = await failureOf(echo.unary({ repeatCount: 1.5 }));
    expect(wrong).toMatchObject({ code: Status.INTERNAL, outcome: "not-executed" });
    expect((await echo.unary({ text: "warm" })).text).toBe("warm");
    const unentered = await Promise.race([entered.promise.then(() => false), Promise.resolve(true)]);
    expect(unentered).toBe(true);
  },
);
