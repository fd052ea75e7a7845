import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

const LINE_MS_MAX = 15_000;

/** A child process that is talked to line by line. It ends with this process at the latest. */
export class LineProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaints = "";

  constructor(command: string, args: readonly string[]) {
    const child = spawn(command, args, { stdio: "pipe" });
    process.once("exit", () => child.kill("SIGKILL"));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints += text;
    });
    // Writing to a child that ended fails here; why it ended is told by `receive`.
    child.stdin.on("error", () => {});
    this.#child = child;
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  send(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  async receive(): Promise<string> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), LINE_MS_MAX);
    const { done, value } = await this.#lines.next();
    clearTimeout(late);
    if (done) throw new Error(`the Python process ended: ${this.#complaints.trim()}`);
    return value;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await exited;
  }
}
