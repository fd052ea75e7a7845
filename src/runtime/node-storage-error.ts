import { systemErrorText } from "./node-files.js";
import { StorageError, type StorageFault } from "./storage.js";

/** What an operation of Node's reports to its callback. */
export type Done<T> = (error: NodeJS.ErrnoException | null, result: T) => void;

/** Does an operation of Node's; `doing` is for the error: "writing /a/b". */
export function told<T>(doing: string, start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(toStorageError(error, doing));
    });
  });
}

/** `writing /a/b: the disk is full (ENOSPC)` */
export function toStorageError(error: NodeJS.ErrnoException, doing: string): StorageError {
  const { code, message } = error;
  const words = systemErrorText(error);
  const why = words === message || code === undefined ? words : `${words} (${code})`;
  return new StorageError(FAULTS[code ?? ""] ?? "other", `${doing}: ${why}`, { cause: error });
}

const FAULTS: Readonly<Record<string, StorageFault>> = {
  ENOENT: "missing",
  EEXIST: "exists",
  ENOSPC: "full",
  EDQUOT: "full",
  ENOSYS: "unsupported",
  ENOTSUP: "unsupported",
  EOPNOTSUPP: "unsupported",
};
