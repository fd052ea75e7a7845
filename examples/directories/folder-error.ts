import { getSystemErrorMap } from "node:util";

/** Each kind is the name of the gRPC status that a caller gets. */
export type FolderErrorKind =
  | "ALREADY_EXISTS"
  | "FAILED_PRECONDITION"
  | "INVALID_ARGUMENT"
  | "NOT_FOUND"
  | "PERMISSION_DENIED"
  | "UNKNOWN";

/** Why a path could not be made or listed. The message is for the caller: it holds no path of the server. */
export class FolderError extends Error {
  override readonly name = "FolderError";
  readonly kind: FolderErrorKind;

  constructor(kind: FolderErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const KNOWN_OS_ERRORS: Readonly<Record<string, readonly [FolderErrorKind, string]>> = {
  EEXIST: ["ALREADY_EXISTS", "that name is taken"],
  ENOENT: ["NOT_FOUND", "no such directory"],
  EACCES: ["PERMISSION_DENIED", "the server is not allowed to"],
  EPERM: ["PERMISSION_DENIED", "the server is not allowed to"],
  ENOTDIR: ["FAILED_PRECONDITION", "not a directory"],
  ELOOP: ["FAILED_PRECONDITION", "too many symbolic links"],
  EROFS: ["FAILED_PRECONDITION", "the file system is read-only"],
  ENAMETOOLONG: ["INVALID_ARGUMENT", "the name is too long"],
  EINVAL: ["INVALID_ARGUMENT", "the name is not allowed here"],
  EILSEQ: ["INVALID_ARGUMENT", "the name has characters that are not allowed here"],
  EMLINK: ["FAILED_PRECONDITION", "its parent has as many directories as it can"],
  ENOTSUP: ["FAILED_PRECONDITION", "the file system cannot do that"],
  EOPNOTSUPP: ["FAILED_PRECONDITION", "the file system cannot do that"],
};

/**
 * Turns an error of `node:fs` into one for the caller; `attempt` says what was tried, e.g. `cannot make "/a"`.
 * The OS error's own text is left out, for it names the server's absolute path. Anything that is not an OS
 * error is a bug and comes back as it is.
 */
export function folderErrorFrom(error: unknown, attempt: string): unknown {
  if (!isOsError(error)) return error;
  const known = KNOWN_OS_ERRORS[error.code];
  if (known) return new FolderError(known[0], `${attempt}: ${known[1]}`, { cause: error });
  const meaning = getSystemErrorMap().get(error.errno)?.[1] ?? "no description";
  return new FolderError("UNKNOWN", `${attempt}: OS returned error: ${error.code} (${meaning})`, {
    cause: error,
  });
}

function isOsError(error: unknown): error is Error & { code: string; errno: number } {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    "errno" in error &&
    typeof error.errno === "number"
  );
}
