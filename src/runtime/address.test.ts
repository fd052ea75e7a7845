import { expect, test } from "vitest";
import { formatAddress, parseListenAddress } from "./address.js";
import type { Address } from "./runtime.js";

const tcp = (host: string, port: number): Address => ({ kind: "tcp", host, port });
const unix = (path: string): Address => ({ kind: "unix", path });

const VALID: readonly [text: string, address: Address, formatted?: string][] = [
  ["127.0.0.1:0", tcp("127.0.0.1", 0)],
  ["127.0.0.1:65535", tcp("127.0.0.1", 65_535)],
  ["localhost:80", tcp("localhost", 80)],
  ["a-b.example.:80", tcp("a-b.example.", 80)],
  ["[::]:443", tcp("::", 443)],
  ["[::1]:0443", tcp("::1", 443), "[::1]:443"],
  ["[::ffff:1.2.3.4]:1", tcp("::ffff:1.2.3.4", 1)],
  ["[fe80::1%eth0]:1", tcp("fe80::1%eth0", 1)],
  ["unix:/run/d.sock", unix("/run/d.sock")],
  ["unix:relative.sock", unix("relative.sock")],
  ["unix:///abs/path", unix("/abs/path"), "unix:/abs/path"],
  ["unix:a:b", unix("a:b")],
  ["unix-abstract:name", { kind: "unix-abstract", name: "name" }],
  ["unix-abstract:a:1/b", { kind: "unix-abstract", name: "a:1/b" }],
];

test.each(VALID)("%s is an address", (text, address, formatted = text) => {
  expect(parseListenAddress(text)).toEqual(address);
  expect(formatAddress(address)).toBe(formatted);
});

test.each([
  "",
  ":",
  ":80",
  "localhost",
  "localhost:",
  "localhost:x",
  "localhost:-1",
  "localhost:65536",
  "localhost:123456",
  "localhost:1 ",
  " localhost:1",
  "::1:80",
  "[]:80",
  "[::1]",
  "[::1]80",
  "[127.0.0.1]:80",
  "[1:2]:80",
  "[::1%]:80",
  "[::1]x]:80",
  "http://localhost:80",
  "unix:",
  "unix://",
  "unix://host/path",
  "unix:a\0b",
  "unix-abstract:",
])("%j is not an address", (text) => {
  expect(parseListenAddress(text)).toBeUndefined();
});
