import { describe, expect, it } from "vitest";
import { type Command, readCommandLine, UsageError } from "./command-line.js";
import { HELP } from "./help.js";

const MKDIR = {
  name: "mkdir",
  target: "host:1",
  timeoutMs: 10_000,
  durable: undefined,
  key: undefined,
} as const;

function check(line: string, expected: Command): void {
  expect(readCommandLine(line.split(" "))).toEqual(expected);
}

function checkMistake(line: string, wayOut: string): void {
  const args = line === "" ? [] : line.split(" ");
  expect(() => readCommandLine(args)).toThrow(UsageError);
  expect(() => readCommandLine(args)).toThrow(wayOut);
}

describe("understood", () => {
  it.each<[string, Command]>([
    [
      "serve --root /srv --listen 127.0.0.1:0",
      {
        name: "serve",
        root: "/srv",
        journal: undefined,
        listen: ["127.0.0.1:0"],
        maxConcurrentCalls: undefined,
      },
    ],
    [
      "serve --listen [::1]:443 --root=. --journal j --listen unix:d.sock --max-concurrent-calls 3",
      { name: "serve", root: ".", journal: "j", listen: ["[::1]:443", "unix:d.sock"], maxConcurrentCalls: 3 },
    ],
    ["mkdir host:1 /a", { ...MKDIR, path: "/a" }],
    ["mkdir --timeout 5 unix:/s a", { ...MKDIR, target: "unix:/s", path: "a", timeoutMs: 5 }],
    ["mkdir host:1 -- --a", { ...MKDIR, path: "--a" }],
    ["mkdir host:1 a --durable calls", { ...MKDIR, path: "a", durable: "calls" }],
    ["mkdir host:1 a --key order-17 --durable c", { ...MKDIR, path: "a", durable: "c", key: "order-17" }],
    ["forget calls order-17", { name: "forget", durable: "calls", key: "order-17" }],
    ["forget --help", { name: "help", topic: "forget" }],
    ["ls host:1 /a", { name: "ls", target: "host:1", path: "/a", timeoutMs: 10_000, json: false }],
    ["ls host:1 --json", { name: "ls", target: "host:1", path: "/", timeoutMs: 10_000, json: true }],
    ["--help", { name: "help", topic: "all" }],
    ["-h", { name: "help", topic: "all" }],
    ["help", { name: "help", topic: "all" }],
    ["help ls", { name: "help", topic: "ls" }],
    ["help nonsense", { name: "help", topic: "all" }],
    ["serve --help", { name: "help", topic: "serve" }],
    ["mkdir -h", { name: "help", topic: "mkdir" }],
    ["ls host:1 --help", { name: "help", topic: "ls" }],
  ])("%s", check);

  it("the root of the server as an empty path", () => {
    expect(readCommandLine(["ls", "host:1", ""])).toMatchObject({ path: "" });
  });
});

describe("a mistake is told with the way out", () => {
  it.each([
    ["", "serve, mkdir, forget or ls"],
    ["list host:1", 'no command "list", only serve, mkdir, forget and ls'],
    ["serve --listen 127.0.0.1:1", "--root DIR"],
    ["serve --root /srv", "--listen 127.0.0.1:12345"],
    [
      "serve --root /srv --listen 12345",
      'such as 127.0.0.1:12345, or unix:PATH, such as unix:/tmp/d.sock, not "12345"',
    ],
    ["serve --root /srv --listen unix:", 'not "unix:"'],
    ["serve --root /srv --listen localhost", 'not "localhost"'],
    [
      "serve --root /srv --listen h:1 --max-concurrent-calls 0",
      'a whole number from 1 to 999999999, not "0"',
    ],
    ["serve --root /srv --listen h:1 --max-concurrent-calls few", 'not "few"'],
    ["serve --rot /srv", "It takes --root, --journal, --listen, --max-concurrent-calls, --help"],
    ["serve /srv", "To serve a folder: --root DIR"],
    ["serve --root", "'--root <value>' argument missing"],
    ["mkdir", "mkdir 127.0.0.1:12345 /photos"],
    ["mkdir host:1", "mkdir host:1 /photos"],
    ["mkdir /photos host:1", "comes first"],
    ["mkdir host:1 my photos", "put it in quotes"],
    ["mkdir host:1 /a --timeout 1.5", '--timeout takes a whole number from 1 to 999999999, not "1.5"'],
    ["mkdir host:1 /a --json", "It takes --timeout, --durable, --key, --help"],
    ["mkdir host:1 /a --key order-17", "Write: --durable DIR --key order-17"],
    ["forget calls", "forget ~/calls order-17"],
    ["forget calls a b", "forget ~/calls order-17"],
    ["mkdir host:1 /a --durable c --key=", "for example: --key order-17"],
    ["ls", "ls 127.0.0.1:12345 /photos"],
    ["ls ./photos", "comes first"],
    ["ls host:1 / --timeout soon", 'not "soon"'],
  ])("%s", checkMistake);
});

it("every help names its own usage, fits 110 columns and ends its last line", () => {
  for (const [topic, text] of Object.entries(HELP)) {
    expect(text).toContain(`npm run directories -- ${topic === "all" ? "serve" : topic}`);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(text.endsWith("\n")).toBe(true);
  }
});
