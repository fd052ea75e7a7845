import { expect, it } from "vitest";
import { Source } from "../text/source.js";
import { Cursor } from "./cursor.js";

const CASES = [
  { name: "from 0", text: "^", position: "0:0" },
  { name: "by lines", text: "a\nb\n  ^", position: "2:2" },
  { name: "the carriage return of a line", text: "ab\r^\n", position: "0:3" },
  { name: "a carriage return alone as a column, not a line", text: "a\rb^", position: "0:3" },
  { name: "a tab to the next stop", text: "\t^", position: "0:8" },
  { name: "a tab just before a stop", text: "1234567\t^", position: "0:8" },
  { name: "a tab at a stop", text: "12345678\t^", position: "0:16" },
  { name: "tabs in a row", text: "a\t\tb^", position: "0:17" },
  { name: "tabs of other lines not", text: "\t\n\t\n ^", position: "2:1" },
  { name: "characters in bytes of UTF-8", text: "\u007f\u0080\u07ff\u0800\uffff^", position: "0:11" },
  { name: "characters beyond U+FFFF as four", text: "\u{10000}\u{10ffff}^", position: "0:8" },
  { name: "a byte order mark as three", text: "\ufeff^", position: "0:3" },
];

it.each(CASES)("counts $name", ({ text, position }) => {
  const offset = text.indexOf("^");
  const direct = new Cursor(new Source("a.proto", text));
  direct.moveTo(offset);
  expect(`${direct.line}:${direct.column}`).toBe(position);

  const stepping = new Cursor(new Source("a.proto", text));
  for (let step = 0; step <= offset; step++) stepping.moveTo(step);
  expect(`${stepping.line}:${stepping.column}`).toBe(position);
});
