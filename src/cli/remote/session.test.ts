import { expect, it } from "vitest";
import { isPlaintext } from "./session.js";

const nothing = {
  plaintext: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: undefined,
};

it.each([
  ["unix:/run/d.sock", {}, true],
  ["unix:relative.sock", {}, true],
  ["unix-abstract:name", {}, true],
  ["unix:/run/d.sock", { key: "k" }, false],
  ["unix:/run/d.sock", { ca: "c" }, false],
  ["unixbox.example.com:443", {}, false],
  ["unix-host:443", {}, false],
  ["127.0.0.1:443", {}, false],
  ["127.0.0.1:443", { plaintext: true }, true],
])("%s %j is spoken to in plaintext: %s", (target, options, expected) => {
  expect(isPlaintext({ ...nothing, header: [], include: [], target, ...options } as never)).toBe(expected);
});
