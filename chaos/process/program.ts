import { type ChildProcess, fork } from "node:child_process";
import { rm } from "node:fs/promises";
import { scaled } from "../scale.js";
import { bundle } from "./bundle.js";
import type { Commands } from "./commands.js";

/** Longer than any command takes, shorter than the time limits of the tests. */
const ANSWER_MS_MAX = scaled(15_000, 250_000);

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Argument<Command> = Command extends () => unknown
  ? []
  : Command extends (argument: infer A) => unknown
    ? [A]
    : never;
type Result<Command> = Command extends (argument: never) => infer R ? Awaited<R> : never;

export interface ProgramOptions {
  /** After so many milliseconds without an answer to a command the program is killed; never with Infinity. */
  readonly answerMsMax?: number;
  /** A descriptor for what it prints; default stderr. */
  readonly output?: number;
  /** A command that runs Node in its place: `["strace", "-f"]`. */
  readonly under?: readonly string[];
}

/** A program of ours in a process of its own, with the garbage collector at hand. */
export class Program<Served extends Commands> {
  private readonly child: ChildProcess;
  private readonly answerMsMax: number;
  private readonly waiting = new Map<number, Waiting>();
  /** Resolves when the program can be told something; rejects if it ends before. */
  readonly ready: Promise<void>;
  private lastId = 0;
  /** Resolves when the process is gone, and all that it has said was heard. */
  readonly exited: Promise<void>;

  private constructor(child: ChildProcess, answerMsMax: number) {
    this.child = child;
    this.answerMsMax = answerMsMax;
    child.on("message", ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    const events = ["exit", "disconnect"].map(
      (event) => new Promise<void>((resolve) => child.once(event, () => resolve())),
    );
    this.exited = Promise.all(events).then(() => {
      for (const { reject } of this.waiting.values())
        reject(new Error(`the program has ended (${child.exitCode ?? child.signalCode})`));
      this.waiting.clear();
    });
    this.ready = this.answer(0).then(() => {});
    this.ready.catch(() => {});
  }

  /** Starts `chaos/programs/<name>.ts`. */
  static async start<Served extends Commands>(name: string): Promise<Program<Served>> {
    const file = await bundle(`programs/${name}`);
    const program = Program.fork<Served>(file);
    await program.ready;
    await rm(file);
    return program;
  }

  /** Starts a file, at once; see {@link ready}. */
  static fork<Served extends Commands>(
    file: string,
    { answerMsMax = ANSWER_MS_MAX, output = 2, under = [] }: ProgramOptions = {},
  ): Program<Served> {
    const [execPath, ...execArgv] = [...under, process.execPath, "--expose-gc"];
    const child = fork(file, { execPath, execArgv, stdio: ["ignore", output, output, "ipc"] });
    return new Program<Served>(child, answerMsMax);
  }

  /** Has the program carry out one of its commands. */
  async tell<Name extends keyof Served & string>(
    command: Name,
    ...[argument]: Argument<Served[Name]>
  ): Promise<Result<Served[Name]>> {
    if (!this.child.connected) throw new Error("the program has ended");
    const id = ++this.lastId;
    const answer = this.answer(id);
    // What cannot be sent has a reader that is gone, and its answer is rejected because of that.
    this.child.send({ id, command, argument }, () => {});
    return (await answer) as Result<Served[Name]>;
  }

  /** SIGKILL, as by a crash of the machine. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }

  /** Has the program end by itself, which one that runs under another command has to. */
  async end(): Promise<void> {
    this.child.disconnect();
    await this.exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  /** A program that does not answer any more, because its event loop is starved, must not outlive the test. */
  private answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const watchdog = Number.isFinite(this.answerMsMax)
        ? setTimeout(() => this.child.kill("SIGKILL"), this.answerMsMax)
        : undefined;
      this.waiting.set(id, {
        resolve: (result) => {
          clearTimeout(watchdog);
          resolve(result);
        },
        reject: (error) => {
          clearTimeout(watchdog);
          reject(error);
        },
      });
    });
  }
}
