import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { painterFor, printable } from "./terminal.js";

it("colours on a terminal", () => {
  const painted = painterFor({ isTTY: true }, {})("red", "text");
  expect(painted).not.toBe("text");
  expect(stripVTControlCharacters(painted)).toBe("text");
});

it.each([
  ["into a pipe", { isTTY: false }, {}],
  ["into a file", {}, {}],
  ["with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }],
])("does not colour %s", (_, stream, env) => {
  expect(painterFor(stream, env)("red", "text")).toBe("text");
});

it.each([
  ["größe 東京 🚀", "größe 東京 🚀"],
  ["a\nb", "a\\u000ab"],
  ["\u001b[2J", "\\u001b[2J"],
  ["\u009b31m", "\\u009b31m"],
  ["a\u2028b", "a\\u2028b"],
])("prints %j as %s", (text, shown) => {
  expect(printable(text)).toBe(shown);
});
