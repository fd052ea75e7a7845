import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "./run.js";
import type { ExitCode, Sink, Source, World } from "./world.js";

/** A folder of its own for a test, deleted after it. */
export function temporaryFolder(content: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "redoubt-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, content);
  return folder;
}

/** Writes files by their paths below `folder`. */
export function writeFiles(folder: string, content: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, text] of Object.entries(content)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** The paths of all files below `folder`, with slashes, in order. */
export function filesBelow(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}

export function textOf(folder: string, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

/** A world whose output is kept. */
export interface TestWorld extends World {
  readonly stdin: TypedInput;
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  /** As Ctrl-C does. */
  interrupt(): void;
}

/** Input that a test gives bit by bit. */
export class TypedInput implements Source {
  readonly isTerminal: boolean;
  isClosed = false;
  private readonly waiting: Uint8Array[] = [];
  private isEnded = false;
  private wake = () => {};

  constructor(isTerminal = false) {
    this.isTerminal = isTerminal;
  }

  type(text: string): this {
    this.waiting.push(Buffer.from(text));
    this.wake();
    return this;
  }

  end(): this {
    this.isEnded = true;
    this.wake();
    return this;
  }

  close(): void {
    this.isClosed = true;
    this.end();
  }

  get chunks(): AsyncIterable<Uint8Array> {
    return this.read();
  }

  private async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.waiting.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.isEnded) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

export class KeptOutput implements Sink {
  readonly hasColors: boolean;
  readonly isTerminal: boolean;
  readonly chunks: Uint8Array[] = [];
  private listeners: (() => void)[] = [];

  constructor(hasColors: boolean, isTerminal: boolean) {
    this.hasColors = hasColors;
    this.isTerminal = isTerminal;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  write(data: string | Uint8Array): void {
    this.chunks.push(Buffer.from(data as Uint8Array));
    for (const listener of this.listeners) listener();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  /** Resolves once the text has what is looked for. */
  until(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (pattern.test(this.text)) resolve();
      };
      this.listeners.push(look);
      look();
    });
  }
}

export interface WorldOptions {
  readonly env?: World["env"];
  readonly hasColors?: boolean;
  readonly isTerminal?: boolean;
}

export function testWorld(cwd: string, options: WorldOptions = {}): TestWorld {
  const { env = { PATH: process.env.PATH }, hasColors = false, isTerminal = false } = options;
  const controller = new AbortController();
  return {
    cwd,
    env,
    stdin: new TypedInput(isTerminal),
    stdout: new KeptOutput(hasColors, isTerminal),
    stderr: new KeptOutput(hasColors, isTerminal),
    stop: controller.signal,
    interrupt: () => controller.abort(),
  };
}

export interface RunResult {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `redoubt` with these arguments in `cwd`. */
export async function redoubt(
  cwd: string,
  args: readonly string[],
  world = testWorld(cwd),
): Promise<RunResult> {
  const exitCode = await run(args, world);
  return { exitCode, stdout: world.stdout.text, stderr: world.stderr.text };
}
