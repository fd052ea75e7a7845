/**
 * A file system, as far as reading goes. Paths are the system's own, relative ones count from a folder that the
 * implementation knows. What goes wrong is a value.
 */
export interface Files {
  /** The absolute path of `path`, with what is superfluous in it taken out. */
  resolve(path: string): string;
  /** The way from `folder` down to `path`, with `/` between the parts, both absolute; undefined if it is not below it. */
  below(folder: string, path: string): string | undefined;
  /** The absolute path of what is called `name`, with `/` between its parts, in the absolute `folder`. */
  within(folder: string, name: string): string;
  /** What is at `path`, links followed; undefined if there is nothing, or nothing that can be seen. */
  kindOf(path: string): FileKind | undefined;
  /** What is in a folder, in the order of names. Links to files count as files; links to folders are left out, since they may lead in circles. */
  list(path: string): readonly FolderEntry[] | FileFault;
  /** All of a file, at most `bytesMax` long. */
  read(path: string, bytesMax: number): Uint8Array | FileFault;
}

/** `other` is what one cannot read to an end: a socket, a device. */
export type FileKind = "file" | "folder" | "other";

export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
}

/** Why something could not be read, to follow the path and a colon: "no such file or directory". */
export interface FileFault {
  readonly fault: string;
  /** There is nothing at the path. */
  readonly isMissing: boolean;
}

export function isFault<T extends object>(result: T | FileFault): result is FileFault {
  return "fault" in result;
}
