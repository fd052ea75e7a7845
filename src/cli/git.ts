import { type ChildFailure, runChild } from "./child.js";
import type { World } from "./world.js";

/** Git answers at once; only a clone without all its objects may have to fetch some. */
export const GIT_MS_MAX = 60_000;

/** All `.proto` files of a revision together; more is no interface description. */
export const GIT_BYTES_MAX = 1024 * 1024 * 1024;

/** A file in Git. */
export interface GitFile {
  /** Its path below what was asked for, with slashes; empty if it is that itself. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Why there is nothing to be had from Git, in one line. */
export interface GitFault {
  readonly fault: string;
  readonly hint?: string;
}

/**
 * The files at `path` in a revision: of a directory the `.proto` files below it, else the file itself. Symbolic links
 * and submodules are left out. `path` counts from the top of the repository, or with `./` in front from the current
 * directory.
 */
export async function filesInGit(
  revision: string,
  path: string,
  world: World,
): Promise<readonly GitFile[] | GitFault> {
  if (revision === "")
    return { fault: "there is no revision in front of the colon", hint: "HEAD:proto, for example" };
  if (revision.startsWith("-") || /[\n\0]/.test(revision + path))
    return { fault: "no revision has such a name" };
  // Given as input, a name is never taken for an option.
  const looked = await git(["cat-file", "--batch-check"], `${revision}^{tree}\n${revision}:${path}\n`, world);
  if ("fault" in looked) return looked;
  const [tree, object] = text(looked)
    .split("\n")
    .map((line) => /^([0-9a-f]+) (tree|blob) \d+$/.exec(line));
  if (tree === null) return { fault: `there is no revision \`${revision}\`` };
  if (object === null || object === undefined)
    return {
      fault: `revision \`${revision}\` has no \`${path}\``,
      hint: "paths in Git count from the top of the repository, or begin with `./`",
    };
  const [, id, type] = object;
  return type === "blob" ? contents([{ id, name: "" }], world) : protoFilesIn(id, world);
}

async function protoFilesIn(tree: string, world: World): Promise<readonly GitFile[] | GitFault> {
  const listed = await git(["ls-tree", "-r", "-z", "--full-tree", tree], "", world);
  if ("fault" in listed) return listed;
  const entries = text(listed)
    .split("\0")
    .map((entry) => /^100\d+ blob ([0-9a-f]+)\t(.*\.proto)$/s.exec(entry))
    .filter((entry) => entry !== null);
  return contents(
    entries.map(([, id, name]) => ({ id, name })),
    world,
  );
}

/** `git cat-file --batch` answers `<id> blob <size>`, the bytes, and a line end each. */
async function contents(
  files: readonly { readonly id: string; readonly name: string }[],
  world: World,
): Promise<readonly GitFile[] | GitFault> {
  const read = await git(["cat-file", "--batch"], files.map(({ id }) => `${id}\n`).join(""), world);
  if ("fault" in read) return read;
  const found: GitFile[] = [];
  let position = 0;
  for (const { id, name } of files) {
    const lineEnd = read.indexOf(LINE_FEED, position);
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(text(read.subarray(position, lineEnd)))?.[1];
    if (size === undefined) return { fault: `Git does not have object ${id}` };
    const start = lineEnd + 1;
    position = start + Number(size) + 1;
    found.push({ name, bytes: read.subarray(start, position - 1) });
  }
  return found;
}

const LINE_FEED = 0x0a;

async function git(args: readonly string[], input: string, world: World): Promise<Uint8Array | GitFault> {
  let said = "";
  const task = {
    path: "git",
    args,
    input,
    limitMs: GIT_MS_MAX,
    bytesMax: GIT_BYTES_MAX,
    onErrorOutput: (bytes: Uint8Array) => {
      if (said === "") said = text(bytes);
    },
  };
  const env = { ...world.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
  const result = await runChild(task, { ...world, env });
  return "failure" in result ? gitFault(result, said) : result;
}

function gitFault({ failure, isMissing }: ChildFailure, said: string): GitFault {
  if (isMissing)
    return { fault: "git is needed to read this, and is not installed", hint: "or give a directory" };
  const reason = said
    .trim()
    .split("\n")[0]
    .replace(/^fatal: /, "");
  return { fault: reason === "" ? `git ${failure}` : `git: ${reason}` };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
