import { describe, expect, it } from "vitest";
import { loadInterface } from "../idl/load.js";
import { DeliveryPromise, delivery } from "./gen/redoubt/options_pb.js";
import { methodFrom } from "./method.js";

/** The promise of a method with these options. */
function promise(options: string): string {
  const text = `syntax = "proto3"; import "redoubt/options.proto"; message M {}
    service S { rpc Call(M) returns (M) { ${options} } }`;
  const registry = loadInterface(["s.proto"], { read: (name) => (name === "s.proto" ? text : undefined) });
  return methodFrom(registry.getService("S")!.method.call).promise;
}

describe("a method's promise", () => {
  it.each([
    ["", "at-most-once"],
    ["option idempotency_level = NO_SIDE_EFFECTS;", "at-least-once"],
    ["option idempotency_level = IDEMPOTENT;", "at-least-once"],
    ["option (redoubt.delivery) = AT_MOST_ONCE;", "at-most-once"],
    ["option (redoubt.delivery) = AT_LEAST_ONCE;", "at-least-once"],
    ["option (redoubt.delivery) = EXACTLY_ONCE;", "exactly-once"],
    ["option (redoubt.delivery) = AT_MOST_ONCE; option idempotency_level = IDEMPOTENT;", "at-most-once"],
    [
      "option (redoubt.delivery) = DELIVERY_UNSPECIFIED; option idempotency_level = IDEMPOTENT;",
      "at-least-once",
    ],
  ])("with %s is %s", (options, expected) => {
    expect(promise(options)).toBe(expected);
  });

  it("is read from the option that options.proto declares", () => {
    expect(delivery.number).toBe(83713);
    expect(DeliveryPromise).toMatchObject({ AT_MOST_ONCE: 1, AT_LEAST_ONCE: 2, EXACTLY_ONCE: 3 });
  });
});
