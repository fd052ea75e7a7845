import { expect, it } from "vitest";
import { loadInterface } from "../idl/load.js";
import { routesOf } from "./route.js";

it("a promise that cannot be kept is not made", () => {
  const text = `syntax = "proto3"; import "redoubt/options.proto"; message M {}
    service S { rpc Buy(M) returns (M) { option (redoubt.delivery) = EXACTLY_ONCE; } }`;
  const registry = loadInterface(["s.proto"], { read: (name) => (name === "s.proto" ? text : undefined) });
  expect(() => routesOf(registry.getService("S")!, { buy: () => ({}) }, false, undefined)).toThrow(
    "/S/Buy promises EXACTLY_ONCE, and this version has no journal to keep that with",
  );
});
