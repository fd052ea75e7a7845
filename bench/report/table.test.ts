import { expect, test } from "vitest";
import { jsonLine } from "./json.js";
import type { Row } from "./row.js";
import { formatNumber, formatTable } from "./table.js";

const ours: Row = {
  peer: "redoubt",
  value: 123_456.789,
  unit: "calls/s",
  p50Ms: 0.51234,
  p99Ms: 1.5,
  ratio: null,
  spread: 0.034,
  failure: null,
  remark: null,
};
const theirs: Row = { ...ours, peer: "grpc-js", value: 8_123, p50Ms: 7.8, p99Ms: 12, ratio: 15.2 };
const fallen: Row = {
  ...ours,
  peer: "nice-grpc",
  value: null,
  p50Ms: null,
  p99Ms: null,
  spread: null,
  failure: "it hung",
};

test("the table lines up and names what failed", () => {
  expect(formatTable("unary-64", "64 outstanding", [ours, theirs, fallen])).toBe(
    [
      "unary-64: 64 outstanding",
      "              calls/s   spread   p50 ms   p99 ms   redoubt ÷ peer",
      "  redoubt     123,457      3 %    0.512      1.5",
      "  grpc-js       8,123      3 %      7.8       12           15.2 ×",
      "  nice-grpc    failed",
      "  nice-grpc failed: it hung",
      "",
    ].join("\n"),
  );
});

test("a remark stands below its table", () => {
  const table = formatTable("unary-64", "64 outstanding", [ours, { ...theirs, remark: "checks nothing" }]);
  expect(table.endsWith("15.2 ×\n  grpc-js: checks nothing\n")).toBe(true);
});

test("without latencies there are no columns for them", () => {
  const table = formatTable("connections", "memory", [{ ...ours, p50Ms: null, p99Ms: null }]);
  expect(table).not.toContain("p50");
});

test.each([
  { value: null, expected: "" },
  { value: 0, expected: "0" },
  { value: 0.0123456, expected: "0.0123" },
  { value: 12.345, expected: "12.3" },
  { value: 123.4, expected: "123" },
  { value: 1_234_567.8, expected: "1,234,568" },
])("$value is written as '$expected'", ({ value, expected }) => {
  expect(formatNumber(value)).toBe(expected);
});

test("a line of JSON has the promised keys", () => {
  expect(jsonLine("rpc", "unary-64", theirs)).toBe(
    '{"suite":"rpc","scenario":"unary-64","peer":"grpc-js","value":8123,"unit":"calls/s","p50_ms":7.8,"p99_ms":12,"ratio":15.2}',
  );
  expect(JSON.parse(jsonLine("rpc", "unary-64", ours))).toMatchObject({ value: 123_460, ratio: null });
});

test("a line of JSON says why there is no value", () => {
  expect(JSON.parse(jsonLine("rpc", "unary-64", fallen))).toMatchObject({ value: null, error: "it hung" });
});

test("a line of JSON has the remark, if there is one", () => {
  const line = jsonLine("codec", "encode-small", { ...theirs, remark: "checks nothing" });
  expect(JSON.parse(line)).toMatchObject({ ratio: 15.2, remark: "checks nothing" });
});
