import { type Handlers, RpcError, Status } from "@redoubt/rpc";
import { FolderError } from "./folder-error.js";
import type { Directories } from "./gen/directories_pb.js";
import type { RootFolder } from "./root-folder.js";

/** The handlers of the Directories service over one folder, for `server.add(Directories, …)`. */
export function directoriesService(folder: RootFolder): Handlers<typeof Directories> {
  return {
    async makeDirectory({ path }) {
      await answered(folder.makeDirectory(path));
      return {};
    },

    async listDirectory({ path }) {
      return { entries: await answered(folder.listDirectory(path)) };
    },
  };
}

async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FolderError) throw new RpcError(Status[error.kind], error.message, { cause: error });
    throw error;
  }
}
