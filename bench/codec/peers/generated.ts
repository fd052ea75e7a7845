/** Code that other packages generate of codec.proto: made when it is first needed, and never committed. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageVersion } from "../../report/package-version.js";

/** Generating takes half a second; who takes longer than this hangs. */
const GENERATE_MS_MAX = 60_000;

/** This package's folder. */
const root = dirname(createRequire(import.meta.url).resolve("@redoubt/rpc/package.json"));

/** Of what the code is made. */
export const proto = join(root, "bench/proto/codec.proto");

/** How to make a module of codec.proto. */
export interface Recipe {
  /** The peer's name. */
  readonly peer: string;
  /** Whose versions decide what is made. */
  readonly packages: readonly string[];
  /** Everything else that decides. */
  readonly options: readonly string[];
  /** Writes the module to `file`; `folder` is the folder that it is in, for what is made on the way. */
  make(file: string, folder: string): Promise<void>;
}

/**
 * Loads a module of generated code. It is made anew when codec.proto, a package or an option is another than last time.
 *
 * @throws if it cannot be made; the message has what the generator said
 */
export async function loadGenerated(recipe: Recipe): Promise<object> {
  const folder = folderOf(recipe);
  const file = join(folder, "codec.js");
  const keyFile = join(folder, "made-of.json");
  const key = await keyOf(recipe);
  if ((await textOf(keyFile)) !== key) {
    await mkdir(folder, { recursive: true });
    await recipe.make(file, folder);
    // Last: what broke off is made again.
    await writeFile(keyFile, key);
  }
  return await import(pathToFileURL(file).href);
}

/** Where everything is that is made for a peer; below this package's folder, so that it finds what it imports. */
export function folderOf({ peer }: Recipe): string {
  return join(root, "build/bench/codec/generated", peer);
}

/** Runs a program of a package in Node. Rejects with what it said. */
export async function runNode(script: string, scriptArguments: readonly string[]): Promise<void> {
  const options = { cwd: root, timeout: GENERATE_MS_MAX, killSignal: "SIGKILL" } as const;
  try {
    await promisify(execFile)(process.execPath, [join(root, script), ...scriptArguments], options);
  } catch (error) {
    const { stderr, message } = error as Error & { stderr: string };
    throw new Error(
      `its code could not be generated, is all installed (npm ci)? ${stderr.trim() || message}`,
    );
  }
}

async function keyOf({ packages, options }: Recipe): Promise<string> {
  const versions = packages.map((name) => `${name} ${packageVersion(name)}`);
  return JSON.stringify({ versions, options, proto: await readFile(proto, "utf8") });
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch {
    return undefined;
  }
}
