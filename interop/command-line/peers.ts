import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { REPOSITORY } from "./command.js";

const SOURCES = join(REPOSITORY, "interop", "command-line");
const BUILD = join(REPOSITORY, "build", "command-line");

const GRPCURL = "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3";

/** Go compiles all of grpc-go. */
const INSTALL = { timeout: 480_000, killSignal: "SIGKILL" } as const;

const run = promisify(execFile);

/** A Python with grpcio's services, and the generated code of lab.proto. */
export interface Python {
  readonly python: string;
  readonly generated: string;
}

/** Makes a virtual environment, one for each content of requirements.txt. Throws where there is no Python or no package. */
export async function preparePython(): Promise<Python> {
  const requirements = join(SOURCES, "python", "requirements.txt");
  const content = await readFile(requirements);
  const venv = join(BUILD, `venv-${createHash("sha256").update(content).digest("hex").slice(0, 8)}`);
  const python = join(venv, "bin", "python");
  const whole = join(venv, "installed");
  if (!existsSync(whole)) {
    await run("python3", ["-m", "venv", "--clear", venv], INSTALL);
    await run(python, ["-m", "pip", "install", "--quiet", "--requirement", requirements], INSTALL);
    await writeFile(whole, "");
  }
  const generated = join(BUILD, "python");
  await mkdir(generated, { recursive: true });
  const outputs = [`--python_out=${generated}`, `--grpc_python_out=${generated}`];
  await run(python, ["-m", "grpc_tools.protoc", `--proto_path=${SOURCES}`, ...outputs, "lab.proto"], INSTALL);
  return { python, generated };
}

/** The script of ours with that name. */
export function pythonScript(name: string): string {
  return join(SOURCES, "python", name);
}

/** What is made with Go: our server, and grpcurl. Throws where there is no Go or no module. */
export async function prepareGo(): Promise<{ readonly server: string; readonly grpcurl: string }> {
  await mkdir(BUILD, { recursive: true });
  const server = join(BUILD, "go-server");
  const grpcurl = join(BUILD, "grpcurl");
  await run("go", ["build", "-o", server, "."], { ...INSTALL, cwd: join(SOURCES, "go") });
  if (!existsSync(grpcurl))
    await run("go", ["install", GRPCURL], {
      ...INSTALL,
      env: { ...process.env, GOBIN: BUILD, GOFLAGS: "-mod=mod" },
    });
  return { server, grpcurl };
}

/** A server in a process of its own, which ends with ours at the latest. */
export interface Peer {
  readonly target: string;
  end(): Promise<void>;
}

/** Starts a program that prints its port, and ends when its input does. */
export async function startPeer(
  command: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const port = await firstLine(child);
  return {
    target: `127.0.0.1:${port}`,
    end: () => {
      child.stdin!.end();
      return ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => reject(new Error("the server has ended")));
    createInterface(child.stdout!).once("line", resolve);
  });
}
