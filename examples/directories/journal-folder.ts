import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/**
 * Where the journal of a served folder is kept unless somebody says where: one folder for each root, the same after
 * every start, in the place for a user's state (XDG base directory specification).
 */
export async function defaultJournalFolder(root: string, env = process.env): Promise<string> {
  const { XDG_STATE_HOME: given = "" } = env;
  const state = isAbsolute(given) ? given : join(homedir(), ".local", "state");
  const real = await realPlace(root);
  const digest = createHash("sha256").update(real).digest("hex").slice(0, 16);
  return join(state, "redoubt-directories", `${basename(real) || "root"}-${digest}`);
}

/** Whether `folder` lies within `root`, or is it, links followed. It need not exist yet. */
export async function isWithin(root: string, folder: string): Promise<boolean> {
  const way = relative(await realPlace(root), await realPlace(folder));
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function realPlace(path: string): Promise<string> {
  const given = resolve(path);
  if (given === dirname(given)) return given;
  return realpath(given).catch(async () => join(await realPlace(dirname(given)), basename(given)));
}
