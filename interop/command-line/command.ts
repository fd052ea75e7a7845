import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

const COMMAND_MS_MAX = 15_000;

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `redoubt` as it was built. */
export function redoubt(args: readonly string[], input = ""): Promise<Ended> {
  return ended(process.execPath, [`${REPOSITORY}dist/cli.js`, ...args], input);
}

/** Runs a program to its end. */
export function ended(command: string, args: readonly string[], input = ""): Promise<Ended> {
  const child = spawn(command, args, { timeout: COMMAND_MS_MAX, killSignal: "SIGKILL" });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  // Who does not read its input may have ended already.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...said }));
  });
}
