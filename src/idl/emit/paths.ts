import type { DescFile } from "@bufbuild/protobuf";

/** What stands behind the names of imported modules. */
export type ImportExtension = "js" | "ts" | "none";

/** The package that generated code needs at run time. */
export const RUNTIME_PACKAGE = "@bufbuild/protobuf";

/** The files whose modules come with the runtime package. */
const WELL_KNOWN: ReadonlySet<string> = new Set(
  (
    "any api compiler/plugin cpp_features descriptor duration empty field_mask go_features java_features " +
    "source_context struct timestamp type wrappers"
  )
    .split(" ")
    .map((name) => `google/protobuf/${name}.proto`),
);

/** The module that a package has for a file, so that none needs to be generated. */
export function packagedModule({ proto }: DescFile): string | undefined {
  if (WELL_KNOWN.has(proto.name)) return `${RUNTIME_PACKAGE}/wkt`;
  return proto.name === "redoubt/options.proto" ? "@redoubt/rpc/options" : undefined;
}

/** The path of a file's module below the output folder, without extension. */
export function modulePath(file: DescFile): string {
  return `${file.name}_pb`;
}

/** How the module at one path imports the one at another. */
export function importPath(importer: string, imported: string, extension: ImportExtension): string {
  const from = partsOf(importer).slice(0, -1);
  const to = partsOf(imported);
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  const up = from.length - shared;
  const path = `${up === 0 ? "./" : "../".repeat(up)}${to.slice(shared).join("/")}`;
  return extension === "none" ? path : `${path}.${extension}`;
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
