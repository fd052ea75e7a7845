import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import type { Diagnostics } from "../../idl/text/diagnostics.js";
import { systemErrorText } from "../../runtime/node-files.js";
import type { World } from "../world.js";

/** A plugin of protoc, as `--plugin` asks for it. */
export interface Plugin {
  /** How messages name it: `protoc-gen-es`. */
  readonly name: string;
  /** The program. */
  readonly path: string;
  /** What stands behind `=`; empty if there is nothing. */
  readonly parameter: string;
}

/** Finds the plugin of `NAME[=OPTIONS]`. NAME is `protoc-gen-x` or just `x`, or a path where it has a slash. */
export function findPlugin(
  asked: string,
  world: Pick<World, "cwd" | "env">,
  diagnostics: Diagnostics,
): Plugin | undefined {
  const split = asked.indexOf("=");
  const name = (split === -1 ? asked : asked.slice(0, split)).replace(/^protoc-gen-/, "");
  const parameter = split === -1 ? "" : asked.slice(split + 1);
  if (isPath(name)) {
    const path = resolve(world.cwd, name);
    const fault = faultOf(path);
    if (fault === undefined) return { name: basename(name), path, parameter };
    diagnostics.fileError(name, `cannot be used as a plugin: ${fault}`);
    return undefined;
  }
  const program = `protoc-gen-${name}`;
  for (const folder of programFolders(world)) {
    const path = PROGRAM_EXTENSIONS.map((extension) => join(folder, program + extension)).find(isProgram);
    if (path !== undefined) return { name: program, path, parameter };
  }
  diagnostics.fileError(
    "",
    `there is no plugin \`${name}\`: \`${program}\` is neither in node_modules/.bin nor on the PATH`,
    "install the package that has it, or give its path: --plugin ./path/to/plugin",
  );
  return undefined;
}

function isPath(name: string): boolean {
  return name.includes("/") || (IS_WINDOWS && name.includes("\\"));
}

/** As npm's scripts have them: first those of the project, then the system's. */
function programFolders({ cwd, env }: Pick<World, "cwd" | "env">): string[] {
  const folders: string[] = [];
  for (let folder = resolve(cwd), above = ""; folder !== above; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    above = folder;
  }
  const path = env.PATH ?? env.Path ?? "";
  return [...folders, ...path.split(delimiter).filter((each) => each !== "")];
}

const IS_WINDOWS = process.platform === "win32";

const PROGRAM_EXTENSIONS = IS_WINDOWS ? [".exe", ".cmd", ".bat"] : [""];

function isProgram(path: string): boolean {
  return faultOf(path) === undefined;
}

/** Why the file at `path` cannot be run, if so. */
function faultOf(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return "not a regular file";
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return systemErrorText(error);
  }
}
