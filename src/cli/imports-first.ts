import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";

/** The files in an order in which registries take them: each behind those of them that it imports. */
export function importsFirst(files: Iterable<FileDescriptorProto>): FileDescriptorProto[] {
  const byName = new Map(Array.from(files, (file) => [file.name, file]));
  const ordered = new Set<FileDescriptorProto>();
  const entered = new Set<string>();
  const waiting = [...byName.keys()].reverse();
  while (waiting.length > 0) {
    const file = byName.get(waiting[waiting.length - 1])!;
    const missing = entered.has(file.name)
      ? []
      : file.dependency.filter((name) => !entered.has(name) && byName.has(name));
    entered.add(file.name);
    if (missing.length > 0) waiting.push(...missing);
    else {
      ordered.add(file);
      waiting.pop();
    }
  }
  return [...ordered];
}
