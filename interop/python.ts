import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Credentials, Home, Server } from "@redoubt/rpc";
import { Directories } from "../examples/directories/gen/directories_pb.js";
import { RootFolder } from "../examples/directories/root-folder.js";
import { LineProcess } from "./line-process.js";
import type { Caller } from "./python/answer.js";
import { CHECKS, manyNames } from "./python/checks.js";
import { debuggingService } from "./python/debugging-service.js";
import { checkExactlyOnce } from "./python/exactly-once.js";
import { PythonCaller } from "./python/python-caller.js";
import { type PythonEnvironment, preparePython } from "./python/python-environment.js";
import { RedoubtCaller } from "./python/redoubt-caller.js";
import { checkServices } from "./python/services.js";
import { Tally } from "./python/tally.js";

// Checks Redoubt against gRPC's Python implementation (the C core): each as client and as server of the other,
// over TCP and over a Unix socket. Prints a line for each check and the counts; exits 1 if one failed.

const RUN_MS_MAX = 600_000;

const tally = new Tally();
const scratch = mkdtempSync(join(tmpdir(), "redoubt-python-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
const overdue = setTimeout(() => {
  tally.fail(`not done after ${RUN_MS_MAX / 1000} s`);
  process.exit(tally.close());
}, RUN_MS_MAX);

try {
  const python = await preparePython().catch(notePythonIsMissing);
  if (python) {
    await checkPythonClient(python);
    await checkPythonServer(python);
    await checkServices(python, tally);
    await checkExactlyOnce(python, tally, scratch);
  }
} catch (error) {
  tally.fail(error instanceof Error ? String(error.stack) : String(error));
}
clearTimeout(overdue);
process.exit(tally.close());

function notePythonIsMissing(error: Error): undefined {
  const what = `python3 with grpcio is missing: ${error.message.trim()}`;
  if (process.env.CI === "true") tally.fail(what);
  else tally.skip(what);
}

async function checkPythonClient(python: PythonEnvironment): Promise<void> {
  const home = await Home.open(join(scratch, "journal"));
  const server = new Server({ home });
  server.add(Directories, debuggingService(await RootFolder.open(madeRoot("redoubt-server"))));
  const tcp = await server.listen("127.0.0.1:0", Credentials.insecure());
  const unix = await server.listen(`unix:${join(scratch, "redoubt.sock")}`, Credentials.insecure());
  const viaTcp = new PythonCaller(python, tcp);
  const viaUnix = new PythonCaller(python, unix);
  for (const [caller, transport] of [
    [viaTcp, "tcp"],
    [viaUnix, "unix"],
  ] as const) {
    const pair = `Python client, our server, ${transport}`;
    await checkAll(pair, caller, `/${transport}`);
    await tally.check(`${pair}: answers UNIMPLEMENTED for an unknown method`, async () => {
      const { code } = await caller.call({ method: "NoSuchMethod", path: "" });
      assert.equal(code, "UNIMPLEMENTED");
    });
  }
  await server.close({ graceMs: 1_000 });
  await home.close();
  await checkGone("Python client, our server", viaTcp, viaUnix);
}

async function checkPythonServer(python: PythonEnvironment): Promise<void> {
  const unix = `unix:${join(scratch, "python.sock")}`;
  const listen = ["--listen", "127.0.0.1:0", "--listen", unix];
  const root = madeRoot("python-server");
  const args = [python.serverScript, "--generated", python.generated, "--root", root, ...listen];
  const server = new LineProcess(python.python, args);
  const tcp = (await server.receive()).replace("listening on ", "");
  assert.equal(await server.receive(), `listening on ${unix}`);
  const viaTcp = new RedoubtCaller(tcp);
  const viaUnix = new RedoubtCaller(unix);
  for (const [caller, transport] of [
    [viaTcp, "tcp"],
    [viaUnix, "unix"],
  ] as const) {
    const pair = `our client, Python server, ${transport}`;
    await checkAll(pair, caller, `/${transport}`);
    await tally.check(`${pair}: carries 100 calls at once`, async () => {
      const paths = Array.from({ length: 100 }, (_, n) => `/${transport}/at once ${n}`);
      const answers = await Promise.all(paths.map((path) => caller.call({ method: "MakeDirectory", path })));
      assert.deepEqual(new Set(answers.map(({ code }) => code)), new Set(["OK"]));
    });
    await tally.check(`${pair}: takes no foreign answer as proof of the outcome`, async () => {
      const { outcome } = await caller.call({ method: "ListDirectory", path: "/none" });
      assert.equal(outcome, "unknown");
    });
  }
  await server.kill();
  await checkGone("our client, Python server", viaTcp, viaUnix);
}

async function checkAll(pair: string, caller: Caller, base: string): Promise<void> {
  for (const [name, check] of Object.entries(CHECKS)) {
    await tally.check(`${pair}: ${name}`, () => check(caller, base));
  }
}

async function checkGone(pair: string, ...callers: readonly Caller[]): Promise<void> {
  await tally.check(`${pair}: answers UNAVAILABLE once the server is gone`, async () => {
    for (const caller of callers) {
      const { code } = await caller.call({ method: "ListDirectory", path: "/", timeoutMs: 5_000 });
      assert.equal(code, "UNAVAILABLE");
    }
  });
  for (const caller of callers) await caller.close();
}

/** A folder to serve, with what {@link CHECKS} expect to find. */
function madeRoot(name: string): string {
  const root = join(scratch, name);
  for (const base of ["tcp", "unix"]) mkdirSync(join(root, base), { recursive: true });
  for (const directory of manyNames()) mkdirSync(join(root, "many", directory), { recursive: true });
  return root;
}
