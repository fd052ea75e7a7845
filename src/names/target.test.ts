import { describe, expect, test } from "vitest";
import { parseTarget, type Target } from "./target.js";

const tcp = (host: string, port: number, authority: string): Target => ({
  kind: "addresses",
  addresses: [{ kind: "tcp", host, port }],
  authority,
});
const name = (host: string, port: number): Target => ({
  kind: "name",
  host,
  port,
  authority: `${host}:${port}`,
});
const unix = (path: string): Target => ({
  kind: "addresses",
  addresses: [{ kind: "unix", path }],
  authority: "localhost",
});

describe("a target", () => {
  const CASES: [string, Target][] = [
    ["127.0.0.1:80", tcp("127.0.0.1", 80, "127.0.0.1:80")],
    ["[::1]:443", tcp("::1", 443, "[::1]:443")],
    ["ipv4:127.0.0.1:80", tcp("127.0.0.1", 80, "127.0.0.1:80")],
    ["ipv6:[::1]:80", tcp("::1", 80, "[::1]:80")],
    [
      "ipv4:127.0.0.1:80,10.0.0.2:81",
      {
        kind: "addresses",
        addresses: [
          { kind: "tcp", host: "127.0.0.1", port: 80 },
          { kind: "tcp", host: "10.0.0.2", port: 81 },
        ],
        authority: "127.0.0.1:80",
      },
    ],
    [
      "ipv6:[::1]:80,[::2]:81",
      {
        kind: "addresses",
        addresses: [
          { kind: "tcp", host: "::1", port: 80 },
          { kind: "tcp", host: "::2", port: 81 },
        ],
        authority: "[::1]:80",
      },
    ],
    ["localhost:1", name("localhost", 1)],
    ["db.example:65535", name("db.example", 65_535)],
    ["dns:db.example:80", name("db.example", 80)],
    ["dns:///db.example:80", name("db.example", 80)],
    ["dns:///127.0.0.1:80", tcp("127.0.0.1", 80, "127.0.0.1:80")],
    ["dns:///[::1]:80", tcp("::1", 80, "[::1]:80")],
    ["unix:/run/d.sock", unix("/run/d.sock")],
    ["unix:///run/d.sock", unix("/run/d.sock")],
    ["unix:relative.sock", unix("relative.sock")],
    ["unix:/with:colon", unix("/with:colon")],
    [
      "unix-abstract:d",
      { kind: "addresses", addresses: [{ kind: "unix-abstract", name: "d" }], authority: "localhost" },
    ],
  ];
  test.each(CASES)("%s", (text, expected) => {
    expect(parseTarget(text)).toEqual(expected);
  });
});

describe("no target", () => {
  test.each([
    "",
    "localhost",
    ":80",
    "localhost:",
    "localhost:0",
    "localhost:65536",
    "localhost:http",
    "localhost:80/path",
    "http://localhost:80",
    "::1:80",
    "[]:80",
    "[::1]",
    "[zz]:80",
    "[127.0.0.1]:80",
    "999.0.0.1:80",
    "ipv4:localhost:80",
    "ipv6:127.0.0.1:80",
    "ipv4:127.0.0.1:80,",
    "ipv4:,127.0.0.1:80",
    "ipv4:127.0.0.1:80,127.0.0.1:0",
    "ipv4:127.0.0.1:80,[::1]:80",
    "ipv4:127.0.0.1:80,localhost:80",
    "ipv4:127.0.0.1:80,unix:/a",
    `ipv4:${Array.from({ length: 257 }, () => "127.0.0.1:80")}`,
    "127.0.0.1:80,127.0.0.1:81",
    "local host:80",
    "unix:",
    "unix://host/path",
    "unix:/a\0b",
    "unix-abstract:",
  ])("%j", (text) => {
    expect(() => parseTarget(text)).toThrow(TypeError);
    expect(() => parseTarget(text)).toThrow(/^target /);
  });
});
