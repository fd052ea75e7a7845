import { expect, test } from "vitest";
import { boolean, FlagError, helpText, number, parseFlags, text } from "./flags.js";

const FLAGS = {
  server_host: text("localhost", "The host"),
  server_port: number(8080, "The port"),
  use_tls: boolean(false, "Whether to use TLS"),
};

test.each<[string, object]>([
  ["", { server_host: "localhost", server_port: 8080, use_tls: false }],
  ["--server_host=a --server_port=1 --use_tls=true", { server_host: "a", server_port: 1, use_tls: true }],
  ["--server_host a --server_port 1 --use_tls true", { server_host: "a", server_port: 1, use_tls: true }],
  ["--use_tls --server_host a", { server_host: "a", server_port: 8080, use_tls: true }],
  ["--use_tls=true --use_tls false", { server_host: "localhost", server_port: 8080, use_tls: false }],
  ["-server_host a=b", { server_host: "a=b", server_port: 8080, use_tls: false }],
  ["--server_host=", { server_host: "", server_port: 8080, use_tls: false }],
])("reads %j", (line, expected) => {
  expect(parseFlags(FLAGS, args(line))).toEqual(expected);
});

test.each([
  ["--server_hots=a", "unknown argument --server_hots=a; --help shows all flags"],
  ["--toString=a", "unknown argument --toString=a; --help shows all flags"],
  ["a", "unknown argument a; --help shows all flags"],
  ["--server_host", "--server_host needs a value: --server_host=…"],
  ["--server_port=x", '--server_port takes a whole number, not "x"'],
  ["--server_port=-1", '--server_port takes a whole number, not "-1"'],
  ["--use_tls=yes", '--use_tls takes true or false, not "yes"'],
])("refuses %j", (line, message) => {
  expect(() => parseFlags(FLAGS, args(line))).toThrow(new FlagError(message));
});

test("shows all flags and their defaults", () => {
  expect(helpText("usage", FLAGS)).toBe(
    [
      "usage",
      "",
      "  --server_host  The host (localhost)",
      "  --server_port  The port (8080)",
      "  --use_tls      Whether to use TLS (false)",
    ].join("\n"),
  );
});

function args(line: string): string[] {
  return line === "" ? [] : line.split(" ");
}
