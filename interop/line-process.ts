import { type ChildProcess, spawn } from "node:child_process";
import { basename } from "node:path";
import { createInterface } from "node:readline";

const LINE_MS_MAX = 15_000;
/** Of what a process complains about, the end is kept: what it says last is why it ended. */
const COMPLAINT_CHARS_MAX = 2_000;

export interface LineProcessOptions {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the lines come from; default stdout. */
  readonly lines?: "stdout" | "stderr";
}

/** A child process that is talked to line by line. It ends with this process at the latest. */
export class LineProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<number | null>;
  #complaints = "";

  constructor(command: string, args: readonly string[], { env, lines = "stdout" }: LineProcessOptions = {}) {
    const child = spawn(command, args, { stdio: "pipe", env: { ...process.env, ...env } });
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    this.#exited = new Promise((resolve) => {
      child.once("error", (error) => {
        this.#complaints += error.message;
        resolve(null);
      });
      child.once("close", resolve);
    });
    void this.#exited.then(() => process.off("exit", kill));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-COMPLAINT_CHARS_MAX);
    });
    // Writing to a child that ended fails here; why it ended is told by `receive`.
    child.stdin.on("error", () => {});
    this.#name = basename(command);
    this.#child = child;
    this.#lines = createInterface(child[lines])[Symbol.asyncIterator]();
  }

  /** What it has said on stderr, or the end of that. */
  get complaints(): string {
    return this.#complaints.trim();
  }

  send(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  /** @throws Error where the process ends, or is ended because it takes too long */
  async receive(msMax = LINE_MS_MAX): Promise<string> {
    let why = "ended";
    const late = setTimeout(() => {
      why = `was ended after ${msMax / 1000} s of silence`;
      this.#child.kill("SIGKILL");
    }, msMax);
    const { done, value } = await this.#lines.next();
    clearTimeout(late);
    if (!done) return value;
    await this.#exited;
    throw new Error(`${this.#name} ${why}: ${this.complaints}`);
  }

  /** The exit code; null where a signal has ended it, which this one does after `msMax`. */
  async ended(msMax = LINE_MS_MAX): Promise<number | null> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), msMax);
    const code = await this.#exited;
    clearTimeout(late);
    return code;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }
}
