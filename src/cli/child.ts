import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { systemErrorText } from "../runtime/node-files.js";
import type { World } from "./world.js";

/** A program to run, with what it is told. */
export interface ChildTask {
  readonly path: string;
  readonly args?: readonly string[];
  /** For its standard input. */
  readonly input: Uint8Array | string;
  /** Ended after so long. */
  readonly limitMs: number;
  /** Ended when it has answered with more than that. */
  readonly bytesMax: number;
  /** Gets what it writes to its standard error. */
  readonly onErrorOutput: (bytes: Uint8Array) => void;
}

/** What went wrong with a program, to follow its name: "ended with exit code 1". */
export interface ChildFailure {
  readonly failure: string;
  /** There is no such program. */
  readonly isMissing?: boolean;
}

/** What a program writes to its standard output, once it has ended well. */
export async function runChild(task: ChildTask, world: World): Promise<Uint8Array | ChildFailure> {
  let child: ChildProcessWithoutNullStreams;
  try {
    child = start(task, world);
  } catch (error) {
    return startFailure(error);
  }
  return new Promise((resolve) => {
    const { limitMs, bytesMax } = task;
    const chunks: Uint8Array[] = [];
    let byteCount = 0;
    const finish = (result: Uint8Array | ChildFailure) => {
      clearTimeout(late);
      world.stop.removeEventListener("abort", interrupt);
      resolve(result);
    };
    const kill = (failure: string) => {
      killAll(child);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      finish({ failure });
    };
    const interrupt = () => kill("was interrupted");
    const late = setTimeout(() => kill(`did not end within ${limitMs / 1000} s`), limitMs);
    world.stop.addEventListener("abort", interrupt);
    child.stdout.on("data", (chunk: Uint8Array) => {
      chunks.push(chunk);
      byteCount += chunk.length;
      if (byteCount > bytesMax) kill(`answered with more than ${bytesMax} bytes`);
    });
    child.stderr.on("data", (chunk: Uint8Array) => task.onErrorOutput(chunk));
    child.once("error", (error) => finish(startFailure(error)));
    child.once("close", (code, signal) => {
      if (signal !== null) finish({ failure: `was ended by ${signal}` });
      else if (code !== 0) finish({ failure: `ended with exit code ${code}` });
      else finish(Buffer.concat(chunks));
    });
    // It need not read all that it is sent; how it ends tells more.
    child.stdin.on("error", () => {});
    child.stdin.end(task.input);
  });
}

function start({ path, args = [] }: ChildTask, { cwd, env }: World): ChildProcessWithoutNullStreams {
  // Windows starts scripts through its shell only.
  const isScript = /\.(cmd|bat)$/i.test(path);
  return spawn(isScript ? `"${path}"` : path, args, {
    cwd,
    env: { ...env },
    shell: isScript,
    windowsHide: true,
    detached: HAS_GROUPS,
  });
}

/** Whether the processes that a process starts are in a group with it, which can be ended as a whole. */
const HAS_GROUPS = process.platform !== "win32";

function killAll(child: ChildProcessWithoutNullStreams): void {
  if (!HAS_GROUPS || child.pid === undefined) {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function startFailure(error: unknown): ChildFailure {
  const { code } = error as NodeJS.ErrnoException;
  return { failure: `cannot be run: ${systemErrorText(error)}`, isMissing: code === "ENOENT" };
}
