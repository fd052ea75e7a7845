import { RpcError, Status } from "@redoubt/rpc";
import { expect, test } from "vitest";
import { failureOf, installChecks, pair, signal } from "./harness.js";

installChecks();

test.each([20_000, 50_000, 1_000_000])(
  "an error with a message of %i characters fails its call alone, with its own code",
  async (length) => {
    const go = signal();
    const { echo } = await pair("tcp", {
      async unary(request) {
        if (request.text !== "") throw new RpcError(Status.NOT_FOUND, "é".repeat(length));
        await go.promise;
        return request;
      },
    });
    const other = echo.unary({});
    const error = await failureOf(echo.unary({ text: "x" }));
    go.resolve();
    await other;
    expect(error).toMatchObject({ code: Status.NOT_FOUND, outcome: "executed" });
  },
);

test("a handler that passes its metadata on does not send user-agent twice", async () => {
  const { echo } = await pair("tcp", {
    unary(request, call) {
      if (request.text === "inner") return { tags: call.metadata.getAll("user-agent") };
      return echo.unary({ text: "inner" }, { metadata: call.metadata });
    },
  });
  expect((await echo.unary({})).tags.length).toBe(1);
});

test("response headers too large for the client fail their call alone", async () => {
  const go = signal();
  const { echo } = await pair("tcp", {
    async unary(request, call) {
      if (request.text !== "") call.responseHeaders.set("k", "x".repeat(200_000));
      else await go.promise;
      return request;
    },
  });
  const other = echo.unary({});
  const error = await failureOf(echo.unary({ text: "x" }));
  go.resolve();
  await other;
  expect(error.code).toBe(Status.RESOURCE_EXHAUSTED);
});
