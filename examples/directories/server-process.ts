import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAMS = {
  serves: fileURLToPath(new URL("./main.js", import.meta.url)),
  dies: fileURLToPath(new URL("./dying-server.js", import.meta.url)),
};
const START_MS_MAX = 10_000;
/** More than the server gives to calls that are under way. */
const STOP_MS_MAX = 10_000;

export interface ServerProcessOptions {
  readonly root: string;
  readonly journal: string;
  readonly listen: readonly string[];
  /** With `dies` it is killed by SIGKILL between making the first directory and answering; default `serves`. */
  readonly fate?: keyof typeof PROGRAMS;
}

/** `directories serve` as a process of its own, which ends with this one at the latest. */
export class ServerProcess {
  /** What it listens on, in the order asked for; each can be called. */
  readonly addresses: readonly string[];
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  private constructor(child: ChildProcess, closed: Promise<unknown>, addresses: readonly string[]) {
    this.#child = child;
    this.#closed = closed;
    this.addresses = addresses;
  }

  /** Settles once it listens on all of `listen`. */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const { root, journal, listen, fate = "serves" } = options;
    const where = listen.flatMap((address) => ["--listen", address]);
    const args = [PROGRAMS[fate], "serve", "--root", root, "--journal", journal, ...where];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const closed = once(child, "close");
    // First of all, so that it changes nothing any more when its folder is cleared away.
    process.prependOnceListener("exit", () => child.kill("SIGKILL"));
    let complaints = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaints += text;
    });
    const late = setTimeout(() => child.kill("SIGKILL"), START_MS_MAX);
    const addresses: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      addresses.push(line.replace("listening on ", ""));
      if (addresses.length === listen.length) break;
    }
    clearTimeout(late);
    if (addresses.length < listen.length) {
      await closed;
      throw new Error(`the server did not start: ${complaints}`);
    }
    return new ServerProcess(child, closed, addresses);
  }

  /** Asks it to end, as Ctrl-C does, and gives its exit code; null if it had to be killed. */
  async stop(): Promise<number | null> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS_MAX);
    this.#child.kill("SIGTERM");
    await this.#closed;
    clearTimeout(late);
    return this.#child.exitCode;
  }

  /** Settles with the signal that has killed it; null if it ended otherwise. */
  async ended(): Promise<NodeJS.Signals | null> {
    await this.#closed;
    return this.#child.signalCode;
  }
}
