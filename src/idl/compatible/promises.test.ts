import { describe, expect, it } from "vitest";
import { promisesOf } from "./promises.js";
import { version } from "./versions.test.util.js";

const { registry } = version(`
  import "redoubt/options.proto";
  message M {}
  service S { rpc A(M) returns (M) { option (redoubt.delivery) = EXACTLY_ONCE; option idempotency_level = IDEMPOTENT; } }
`);
const [method] = registry.getService("a.S")!.methods;
const NUMBER = registry.getExtension("redoubt.delivery")!.number;

describe("promisesOf", () => {
  it("reads the options", () => {
    expect(promisesOf(method, registry)).toEqual({ delivery: "EXACTLY_ONCE", level: 2 });
  });

  it.each([
    ["nothing", [], undefined],
    ["nothing said", [[0, [0]]], undefined],
    [
      "the last of several",
      [
        [0, [1]],
        [0, [2]],
      ],
      "AT_LEAST_ONCE",
    ],
    ["a promise that it does not know", [[0, [9]]], undefined],
    ["what is no number", [[2, [1, 3]]], undefined],
    [
      "what is no number, behind one",
      [
        [0, [3]],
        [5, [1, 2, 3, 4]],
      ],
      "EXACTLY_ONCE",
    ],
  ] as const)("takes %s", (_, records, delivery) => {
    const $unknown = records.map(([wireType, bytes]) => ({
      no: NUMBER,
      wireType,
      data: Uint8Array.from(bytes),
    }));
    const options = { ...method.proto.options!, $unknown };
    const changed = { ...method, proto: { ...method.proto, options } };
    expect(promisesOf(changed, registry).delivery).toBe(delivery);
  });
});
