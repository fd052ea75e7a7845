import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answered, Asked } from "./answer.js";
import { nodeCommand } from "./cores.js";
import type { Questions } from "./questions.js";

/** As much of a child's output is kept, to say why it ended. */
const TAIL_CHARACTERS = 2_000;

const living = new Set<ChildProcess>();

/** A process that answers questions, one at a time. It ends with this one (killed outright, this one leaves behind only a child that never gives up its turn). */
export class Child<Q extends Questions<keyof Q>> {
  readonly #process: ChildProcess;
  readonly #name: string;
  #tail = "";
  #waiting: { resolve(answer: object): void; reject(error: Error): void } | undefined;
  #ended: Error | undefined;
  readonly #gone: Promise<void>;

  /**
   * @param name what errors call it
   * @param module a module beside this one, such as "./worker-server.js"
   * @param core the core that it is bound to; null: any
   */
  constructor(name: string, module: string, core: number | null) {
    endChildrenWithUs();
    const file = fileURLToPath(new URL(module, import.meta.url));
    const [command, commandArguments] = nodeCommand(core, ["--expose-gc", file]);
    this.#name = name;
    this.#process = spawn(command, commandArguments, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    living.add(this.#process);
    for (const output of [this.#process.stdout!, this.#process.stderr!]) {
      output.setEncoding("utf8").on("data", (text: string) => {
        this.#tail = (this.#tail + text).slice(-TAIL_CHARACTERS);
      });
    }
    this.#process.on("message", (answered: Answered) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if ("error" in answered) waiting?.reject(new Error(`${this.#name}: ${answered.error}`));
      else waiting?.resolve(answered.answer);
    });
    this.#gone = new Promise((resolve) => {
      const onGone = (how: string) => {
        living.delete(this.#process);
        this.#onEnd(how);
        resolve();
      };
      // "close" and not "exit": what it last wrote has then been read. It need not come after "error".
      this.#process.on("close", (code, signal) => onGone(signal ?? `code ${code}`));
      this.#process.on("error", (error) => onGone(error.message));
    });
  }

  /** Asks and waits for the answer, at most `timeoutMs`. Rejects if the child says so, ends, or is late. */
  async ask<Name extends keyof Q & string>(
    name: Name,
    question: Q[Name]["question"],
    timeoutMs: number,
  ): Promise<Q[Name]["answer"]> {
    if (this.#ended !== undefined) throw this.#ended;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<object>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        timer = setTimeout(() => {
          this.#waiting = undefined;
          reject(new Error(`${this.#name}: no answer to "${name}" within ${timeoutMs / 1_000} s`));
        }, timeoutMs);
        this.#process.send({ name, question } satisfies Asked, (error) => {
          if (error !== null) this.#onEnd(error.message);
        });
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process now; resolves once it is gone. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#gone;
  }

  #onEnd(how: string): void {
    const tail = this.#tail.trim();
    this.#ended ??= new Error(`${this.#name} ended (${how})${tail === "" ? "" : `: ${tail}`}`);
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
  }
}

let areEndingWithUs = false;

/** Once only: an end of this process, by a signal too, takes the children along. */
function endChildrenWithUs(): void {
  if (areEndingWithUs) return;
  areEndingWithUs = true;
  process.on("exit", () => {
    for (const child of living) child.kill("SIGKILL");
  });
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
}
