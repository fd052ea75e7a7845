import { LineProcess } from "../line-process.js";
import type { Answer, Caller, Request } from "./answer.js";
import type { PythonEnvironment } from "./python-environment.js";

/** Calls through `directories_client.py`, one call at a time on one channel. */
export class PythonCaller implements Caller {
  readonly #process: LineProcess;

  constructor({ python, clientScript, generated }: PythonEnvironment, target: string) {
    this.#process = new LineProcess(python, [clientScript, "--generated", generated, target]);
  }

  async call(request: Request): Promise<Answer> {
    this.#process.send(JSON.stringify(request));
    return JSON.parse(await this.#process.receive());
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }
}
