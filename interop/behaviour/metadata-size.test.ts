import { Status } from "@redoubt/rpc";
import { expect, it } from "vitest";
import { failureOf, pair } from "./harness.js";

it("metadata beyond what the server says it takes ends the call before it leaves, and no other", async () => {
  const { echo } = await pair("tcp", {}, { server: { http2: { maxHeaderListBytes: 2000 } } });
  await echo.unary({ text: "first" });
  const error = await failureOf(echo.unary({ text: "large" }, { metadata: { large: "x".repeat(2000) } }));
  expect(error.code).toBe(Status.RESOURCE_EXHAUSTED);
  expect(error.message).toMatch(/header section of 2\d\d\d bytes; the server takes at most 2000/);
  expect(error.outcome).toBe("not-executed");
  expect((await echo.unary({ text: "next" })).text).toBe("next");
});
