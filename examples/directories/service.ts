import { type Handlers, RpcError, redo, Status } from "@redoubt/rpc";
import { FolderError } from "./folder-error.js";
import type { Directories } from "./gen/directories_pb.js";
import { newNameKey } from "./request-path.js";
import type { RootFolder } from "./root-folder.js";

/** What the handlers need of a folder. */
export type Folder = Pick<RootFolder, "checkFree" | "listDirectory" | "makeDirectory">;

const NOTHING_THERE = new TextEncoder().encode("nothing was there");

/** The handlers of the Directories service over one folder, for `server.add(Directories, …)`. */
export function directoriesService(folder: Folder): Handlers<typeof Directories> {
  return {
    // Exactly once: a run that a crash has cut short is done again, with `call.noted` as that run has left it.
    makeDirectory: redo({ conflictKey: ({ path }) => newNameKey(path) }, async ({ path }, call) => {
      // Nothing was there, and only one call at a time makes this name: if a directory is there now, we made it.
      const mayBeMade = call.noted !== undefined;
      try {
        if (!mayBeMade) {
          await folder.checkFree(path);
          await call.note(NOTHING_THERE);
        }
        await folder.makeDirectory(path, { mayBeMade });
        return {};
      } catch (error) {
        if (isFinal(error) && (!mayBeMade || (await isCertainlyNotMade(folder, path, error))))
          call.refuse(Status[error.kind], error.message);
        // The call stays open, and is done again; one of plain gRPC has this answer.
        throw answerTo(error);
      }
    }),

    async listDirectory({ path }) {
      return { entries: await answered(folder.listDirectory(path)) };
    },
  };
}

/** Whether trying again could only end the same: what the system says of its own state, such as a full disk, passes. */
function isFinal(error: unknown): error is FolderError {
  return error instanceof FolderError && error.kind !== "UNKNOWN";
}

/** Whether no earlier run has made it: only then may a later one refuse the call. */
async function isCertainlyNotMade(folder: Folder, path: string, error: FolderError): Promise<boolean> {
  // Of a name that is taken, a directory would have been as good as made: something else is there.
  if (error.kind === "ALREADY_EXISTS") return true;
  try {
    await folder.checkFree(path);
    return true;
  } catch (found) {
    // A name that the file system does not take is nobody's.
    return found instanceof FolderError && (found.kind === "NOT_FOUND" || found.kind === "INVALID_ARGUMENT");
  }
}

async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw answerTo(error);
  }
}

/** The error that a caller gets. */
function answerTo(error: unknown): unknown {
  if (!(error instanceof FolderError)) return error;
  return new RpcError(Status[error.kind], error.message, { cause: error });
}
