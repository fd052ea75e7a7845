import { expect, it } from "vitest";
import { compileSources } from "../compile.test.util.js";
import { told } from "./validate.test.util.js";

const service = (...methods: string[]) => `syntax = "proto3";
import "redoubt/options.proto";
message M {}
service S {
  ${methods.join("\n  ")}
}
`;

const once = "{ option (redoubt.delivery) = EXACTLY_ONCE; }";
const said = (name: string) =>
  `\`${name}\` is streaming and promises EXACTLY_ONCE, which only unary methods can: servers and clients will refuse it`;

it("a streaming method that promises EXACTLY_ONCE is warned of, where it stands", () => {
  const text = service(
    `rpc Up(stream M) returns (M) ${once}`,
    `rpc Down(M) returns (stream M) ${once}`,
    `rpc Both(stream M) returns (stream M) ${once}`,
  );
  expect(told(text)).toEqual([
    `warning 5:7: ${said("Up")}`,
    `warning 6:7: ${said("Down")}`,
    `warning 7:7: ${said("Both")}`,
  ]);
  const { diagnostics, hasErrors } = compileSources({ "a.proto": text });
  expect(hasErrors).toBe(false);
  expect(diagnostics[0]!.hint).toContain("leave out `stream`, or the promise");
});

it("other promises of streaming methods, and unary ones, are right", () => {
  const text = service(
    `rpc A(M) returns (M) ${once}`,
    "rpc B(M) returns (stream M) { option (redoubt.delivery) = AT_LEAST_ONCE; }",
    "rpc C(M) returns (stream M) { option (redoubt.delivery) = AT_MOST_ONCE; }",
    "rpc D(stream M) returns (M);",
  );
  expect(told(text)).toEqual([]);
});
