import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The version of an installed package, or of this one. */
export function packageVersion(packageName: string): string {
  try {
    // This package's own file is reached by its name; those of others need not be exported, but lie where npm puts them.
    const own = createRequire(import.meta.url).resolve("@redoubt/rpc/package.json");
    const file =
      packageName === "@redoubt/rpc" ? own : join(dirname(own), "node_modules", packageName, "package.json");
    return JSON.parse(readFileSync(file, "utf8")).version;
  } catch {
    return "(version unknown)";
  }
}
