import { posix } from "node:path";
import type { FileKind, Files, FolderEntry } from "./files.js";

/** Files by their absolute paths; bytes, text, or why they cannot be read. The current folder is `/here`. */
export function memoryFiles(
  content: Readonly<Record<string, string | Uint8Array | { fault: string }>>,
): Files {
  const kinds = new Map<string, FileKind>([["/here", "folder"]]);
  for (const path of Object.keys(content)) {
    kinds.set(path, "file");
    for (let folder = posix.dirname(path); !kinds.has(folder); folder = posix.dirname(folder))
      kinds.set(folder, "folder");
  }
  const resolve = (path: string) => posix.resolve("/here", path);
  return {
    resolve,
    within: posix.join,
    below(folder, path) {
      const way = posix.relative(folder, path);
      return way === ".." || way.startsWith("../") ? undefined : way;
    },
    kindOf: (path) => kinds.get(resolve(path)),
    list(path) {
      const folder = resolve(path);
      const entries: FolderEntry[] = [];
      for (const [each, kind] of kinds) {
        if (posix.dirname(each) === folder && each !== folder && kind !== "other")
          entries.push({ name: posix.basename(each), kind });
      }
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    read(path, bytesMax) {
      const found = content[resolve(path)];
      if (found === undefined) return { fault: "no such file or directory", isMissing: true };
      if (typeof found === "object" && "fault" in found) return { ...found, isMissing: false };
      const bytes = typeof found === "string" ? new TextEncoder().encode(found) : found;
      return bytes.length > bytesMax ? { fault: "too large", isMissing: false } : bytes;
    },
  };
}
