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

/** A program of ours in a process of its own, with the garbage collector at hand. */
export class Program<Served extends Commands> {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;

  private constructor(child: ChildProcess) {
    this.child = child;
    child.on("message", ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    this.exited = new Promise((resolve) => {
      child.on("exit", (code, signal) => {
        for (const { reject } of this.waiting.values())
          reject(new Error(`the program has ended (${code ?? signal})`));
        this.waiting.clear();
        resolve();
      });
    });
  }

  /** Starts `chaos/programs/<name>.ts`. */
  static async start<Served extends Commands>(name: string): Promise<Program<Served>> {
    const file = await bundle(name);
    const child = fork(file, { execArgv: ["--expose-gc"], stdio: ["ignore", 2, 2, "ipc"] });
    const program = new Program<Served>(child);
    await program.answer(0);
    await rm(file);
    return program;
  }

  /** Has the program carry out one of its commands. */
  async tell<Name extends keyof Served & string>(
    command: Name,
    ...[argument]: Argument<Served[Name]>
  ): Promise<Result<Served[Name]>> {
    if (!this.child.connected) throw new Error("the program has ended");
    const id = ++this.lastId;
    const answer = this.answer(id);
    this.child.send({ id, command, argument });
    return (await answer) as Result<Served[Name]>;
  }

  /** SIGKILL, as by a crash of the machine. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  /** A program that does not answer any more, because its event loop is starved, must not outlive the test. */
  private answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const watchdog = setTimeout(() => this.child.kill("SIGKILL"), ANSWER_MS_MAX);
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
