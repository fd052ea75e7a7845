import { spawn } from "node:child_process";

const RUN_MS_MAX = 600_000;

/** How a program ended, and what it said. */
export interface Run {
  readonly succeeded: boolean;
  readonly output: string;
  readonly errors: string;
}

/** A program did not end by itself. */
export class ProgramKilled extends Error {
  readonly signal: NodeJS.Signals;

  constructor(program: string, signal: NodeJS.Signals) {
    super(`${program} was ended by ${signal}`);
    this.name = "ProgramKilled";
    this.signal = signal;
  }
}

/** Runs a program to its end. Rejects with {@link ProgramKilled} if a signal ends it. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: RUN_MS_MAX,
      killSignal: "SIGKILL",
    });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (signal !== null) reject(new ProgramKilled(program, signal));
      else resolve({ succeeded: code === 0, output, errors });
    });
  });
}
