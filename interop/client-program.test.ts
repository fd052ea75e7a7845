import { afterEach, expect, test, vi } from "vitest";
import { runClient } from "./client-program.js";
import { redoubt } from "./redoubt-implementation.js";
import { testServiceHandlers } from "./test-service/handlers.js";

afterEach(() => {
  vi.restoreAllMocks();
});

test("runs the cases that are asked for, and says how each went", async () => {
  const emptyCall = () => {
    throw new Error("out of order");
  };
  const handlers = { ...testServiceHandlers, emptyCall };
  const server = await redoubt.serve("127.0.0.1:0", { kind: "plaintext" }, handlers);
  const target = ["--server_host=127.0.0.1", "--server_port", server.address.replace(/.*:/, "")];
  const both = await check([...target, "--test_case=empty_unary,large_unary"]);
  const one = await check([...target, "--test_case", "large_unary"]);
  await server.close();
  expect(both).toEqual({
    code: 1,
    out: [expect.stringMatching(/^failed: empty_unary: ./), "passed: large_unary"],
    complaints: [],
  });
  expect(one).toEqual({ code: 0, out: ["passed: large_unary"], complaints: [] });
});

test.each([
  [["--test_case=emtpy_unary"], /^no case is called "emtpy_unary"; there are: empty_unary /],
  [["--server_prot=1"], /^unknown argument --server_prot=1; --help shows all flags$/],
  [["--use_tls", "--use_test_ca", "--ca_file=nowhere.pem"], /^--ca_file cannot be read: .*nowhere\.pem/],
])("refuses %j", async (args, complaint) => {
  expect(await check(args)).toEqual({ code: 2, out: [], complaints: [expect.stringMatching(complaint)] });
});

test("--help shows all flags and cases", async () => {
  const { code, out } = await check(["--help"]);
  expect(code).toBe(0);
  expect(out.join("\n")).toMatch(/--server_host_override[\s\S]*Cases: empty_unary .*channel_soak$/);
});

async function check(args: readonly string[]) {
  const out: string[] = [];
  const complaints: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void out.push(line));
  vi.spyOn(console, "error").mockImplementation((line) => void complaints.push(line));
  const code = await runClient(redoubt, args);
  vi.restoreAllMocks();
  return { code, out, complaints };
}
