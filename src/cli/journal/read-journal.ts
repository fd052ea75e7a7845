import { resolve } from "node:path";
import { displayPath } from "../../idl/files.js";
import { type Inspection, inspectJournal } from "../../journal/inspection.js";
import { JournalError } from "../../journal/journal-error.js";
import type { JournalFolder } from "../../journal/journal-folder.js";
import { nodeRuntime } from "../../runtime/node.js";
import { nodeFiles } from "../../runtime/node-files.js";
import { StorageError } from "../../runtime/storage.js";
import { CommandError, ExitCode, type World } from "../world.js";
import { OwnerSearch } from "./owner.js";
import { HomeRecords } from "./record-kinds.js";

/** What the command line says; see `redoubt help journal`. */
export interface JournalCommandOptions {
  readonly folder: string;
  readonly json?: boolean;
}

/** A journal as it was found, and the name of its folder for people. Only a home's has records that are unreadable. */
export interface FoundJournal extends Inspection<OwnerSearch> {
  readonly shown: string;
}

/**
 * Reads a journal without taking its lock. A program may be at work there: what looks damaged, but not the same way twice, was only
 * being written.
 */
export async function readJournal({ folder }: JournalCommandOptions, world: World): Promise<FoundJournal> {
  const { storage, crc32 } = nodeRuntime();
  const shown = displayPath(nodeFiles(world.cwd), folder);
  const place: JournalFolder = { path: resolve(world.cwd, folder), storage, crc32 };
  let before: string | undefined;
  for (let look = 1; ; look++) {
    const isLast = look === LOOKS_MAX;
    const found = await lookOnce(place, shown, isLast);
    if (found === "moving") continue;
    if (found === undefined) throw new CommandError(ExitCode.FAILED, `there is no journal in ${shown}`);
    const problems = JSON.stringify(found.problems);
    if (found.problems.length === 0 || problems === before || isLast) return { ...found, shown };
    before = problems;
  }
}

/** `moving`: a file was gone before it was read. */
async function lookOnce(
  folder: JournalFolder,
  shown: string,
  isLast: boolean,
): Promise<Inspection<OwnerSearch> | undefined | "moving"> {
  try {
    const records = new HomeRecords();
    const found = await inspectJournal(folder, () => new OwnerSearch(), records.check);
    return found && { ...found, unreadable: records.areThere ? found.unreadable : [] };
  } catch (error) {
    if (error instanceof StorageError && error.fault === "missing" && !isLast) return "moving";
    if (error instanceof StorageError || error instanceof JournalError)
      throw new CommandError(ExitCode.FAILED, `the journal in ${shown} cannot be read: ${error.message}`);
    throw error;
  }
}

/** A journal that changes faster than that is not told from a damaged one. */
const LOOKS_MAX = 5;
