import { expect, test } from "vitest";
import { CASE_NAMES, type Outcome } from "./pairing.js";
import type { Peer } from "./peer.js";
import { tableText } from "./table.js";

const OURS = { name: "Redoubt", clientLacks: {}, serverLacks: {}, seesSizesAlone: true } as unknown as Peer;
const OTHER = { ...OURS, name: "Go" };

test("shows cases below each other, pairings side by side, and what is lacking", () => {
  const passed = CASE_NAMES.map((name): [typeof name, Outcome] => [name, { kind: "passed" }]);
  const ours = new Map(passed).set("large_unary", { kind: "failed", why: "too small" });
  const others = new Map(passed).set("cacheable_unary", {
    kind: "lacking",
    why: "Go's server has no such method",
    fault: "UNIMPLEMENTED",
  });
  others.delete("empty_unary");
  const lines = tableText([
    { pairing: { client: OURS, server: OURS, security: "tls" }, outcomes: ours },
    { pairing: { client: OURS, server: OTHER, security: "plaintext" }, outcomes: others },
  ]).split("\n");
  expect(lines.slice(0, 6).map((line) => line.split(/ {2,}/))).toEqual([
    ["client", "Redoubt", "Redoubt"],
    ["server", "Redoubt", "Go"],
    ["", "tls", "plaintext"],
    ["empty_unary", "ok", "FAILED"],
    ["cacheable_unary", "ok", "-"],
    ["large_unary", "FAILED", "ok"],
  ]);
  expect(lines.slice(-2)).toEqual([
    "- Go's server has no such method: cacheable_unary",
    "* Redoubt's client sees of compressed answers only that they arrive whole",
  ]);
});
