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
import type { ExitCode, Sink, World } from "./world.js";

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
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  /** As Ctrl-C does. */
  interrupt(): void;
}

export class KeptOutput implements Sink {
  readonly hasColors: boolean;
  readonly chunks: Uint8Array[] = [];
  private listeners: (() => void)[] = [];

  constructor(hasColors: boolean) {
    this.hasColors = hasColors;
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

export function testWorld(cwd: string, options: { env?: World["env"]; hasColors?: boolean } = {}): TestWorld {
  const { env = { PATH: process.env.PATH }, hasColors = false } = options;
  const controller = new AbortController();
  return {
    cwd,
    env,
    stdout: new KeptOutput(hasColors),
    stderr: new KeptOutput(hasColors),
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
