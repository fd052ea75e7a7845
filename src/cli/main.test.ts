import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { loadInterface } from "../idl/load.js";
import { Credentials } from "../rpc/credentials.js";
import { Server } from "../server/server.js";
import { VERSION } from "../version.js";
import { temporaryFolder, writeFiles } from "./world.test.util.js";

// The command as a process of its own.

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

let code: Readonly<Record<string, string>>;

beforeAll(async () => {
  const bundle = await rolldown({ input: { cli: MAIN }, external: [/^node:/], platform: "node" });
  const { output } = await bundle.generate({ format: "esm" });
  code = Object.fromEntries(
    output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file.code]] : [])),
  );
});

/** A folder with these files, and with `bin/cli.js`. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder({ ...files, "bin/package.json": '{"type":"module"}' });
  writeFiles(join(folder, "bin"), code);
  return folder;
}

function start(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = [join(folder, "bin/cli.js"), ...args];
  const child = spawn(process.execPath, command, { cwd: folder, env: { PATH: process.env.PATH, ...env } });
  return { child, end: ended(child) };
}

function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]!.setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...said })));
}

const COUNTER = `syntax = "proto3";
service Counter {
  rpc Count(Number) returns (stream Number);
  rpc Talk(stream Number) returns (stream Number);
}
message Number { int32 number = 1; }
`;

const HELLO = 'syntax = "proto3"; message A {}';

describe("the process", () => {
  it("generates", async () => {
    const folder = folderWith({ "proto/a.proto": HELLO });
    const { code, stdout, stderr } = await start(folder, ["generate"]).end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^gen\/a_pb\.ts\n1 file, \d+ ms\n$/);
    expect(existsSync(join(folder, "gen/a_pb.ts"))).toBe(true);
  });

  it.each<[args: string[], code: number, stdout: RegExp, stderr: RegExp]>([
    [["--version"], 0, new RegExp(`^${VERSION}\n$`), /^$/],
    [["generate", "wrong.proto"], 1, /^$/, /^wrong\.proto:1:1: .*\n1 error in 1 file\n$/s],
    [["generate", "--nope"], 2, /^$/, /^redoubt: unknown option `--nope`\n/],
    [["compile", "-o", "-", "proto/a.proto"], 0, /a\.proto/, /^$/],
  ])("%j ends with %i", async (args, code, stdout, stderr) => {
    const result = await start(folderWith({ "proto/a.proto": HELLO, "wrong.proto": "oops" }), args).end;
    expect(result.code).toBe(code);
    expect(result.stdout).toMatch(stdout);
    expect(result.stderr).toMatch(stderr);
  });

  it.each<[env: Record<string, string>, hasColors: boolean]>([
    [{}, false],
    [{ FORCE_COLOR: "1" }, true],
    [{ FORCE_COLOR: "0" }, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    [{ NO_COLOR: "1" }, false],
  ])("has colours into a pipe with environment %j: %s", async (env, hasColors) => {
    const { stderr } = await start(folderWith({}), ["generate"], env).end;
    expect(stderr.includes("\x1b[")).toBe(hasColors);
  });

  it("does not mind that nobody reads what it says", async () => {
    const { child, end } = start(folderWith({}), ["help", "compatible"]);
    child.stdout!.destroy();
    const { code, stderr } = await end;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  describe("that calls", () => {
    /** A stream of answers that does not end, and the process that prints them. */
    async function calling() {
      let onCancelled = () => {};
      const cancelled = new Promise<void>((resolve) => (onCancelled = resolve));
      const server = new Server();
      const registry = loadInterface(["c.proto"], { read: () => COUNTER });
      server.add(registry.getService("Counter")!, {
        async *count(_, call) {
          call.signal.addEventListener("abort", () => onCancelled());
          for (let number = 1; ; number++) yield { number };
        },
        async *talk() {},
      });
      const address = await server.listen("127.0.0.1:0", Credentials.insecure());
      onTestFinished(() => server.close());
      const folder = folderWith({ "c.proto": COUNTER });
      const args = ["call", address, "Counter/Count", "--proto", "c.proto", "--plaintext"];
      return { cancelled, ...start(folder, args) };
    }

    it("ends quietly when nobody reads any more", async () => {
      const { child, end, cancelled } = await calling();
      child.stdout!.once("data", () => child.stdout!.destroy());
      const { code, stderr } = await end;
      expect({ code, stderr }).toEqual({ code: 141, stderr: "" });
      await cancelled;
    });

    it.skipIf(process.platform === "win32")(
      "takes the call back by Ctrl-C, also while nobody reads",
      async () => {
        const { child, end, cancelled } = await calling();
        child.stdout!.once("data", () => {
          child.stdout!.pause();
          child.kill("SIGINT");
        });
        await cancelled;
        child.stdout!.resume();
        const { code, stderr } = await end;
        expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
      },
    );
  });

  it("lets go of its input when a call is over", async () => {
    const server = new Server();
    const registry = loadInterface(["c.proto"], { read: () => COUNTER });
    server.add(registry.getService("Counter")!, {
      async *count() {},
      async *talk(numbers) {
        for await (const { number } of numbers) {
          yield { number };
          return;
        }
      },
    });
    const address = await server.listen("127.0.0.1:0", Credentials.insecure());
    onTestFinished(() => server.close());
    const args = ["call", address, "Counter/Talk", "--proto", "c.proto", "--plaintext"];
    const { child, end } = start(folderWith({ "c.proto": COUNTER }), args);
    child.stdin!.write('{"number":7}\n');
    // The input stays open.
    expect(await end).toEqual({ code: 0, stdout: '{"number":7}\n', stderr: "" });
  });

  it.skipIf(process.platform === "win32").each<[signal: NodeJS.Signals, args: string[], code: number]>([
    ["SIGINT", ["generate", "--watch"], 0],
    ["SIGTERM", ["generate", "--watch"], 0],
    ["SIGINT", ["generate", "--plugin", "./hangs"], 130],
    ["SIGTERM", ["generate", "--plugin", "./hangs"], 143],
  ])("ends by %s of %j with %i", async (signal, args, code) => {
    const hangs = `#!${process.execPath}\nprocess.stderr.write("here"); setInterval(() => {}, 1000);\n`;
    const folder = folderWith({ "proto/a.proto": HELLO, hangs });
    chmodSync(join(folder, "hangs"), 0o755);
    const { child, end } = start(folder, args);
    const isUnderWay = args.includes("--watch") ? child.stdout : child.stderr;
    isUnderWay.once("data", () => child.kill(signal));
    expect((await end).code).toBe(code);
  });
});
