import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { modulesOf } from "../peers/registry.js";
import type { Cores } from "./cores.js";
import type { Plan } from "./plan.js";

/** What was measured, on what and how: the lines above the first table. */
export function headerText(peers: readonly string[], plan: Plan, cores: Cores): string {
  const processors = cpus();
  const pinned =
    cores.server === null
      ? "server and client NOT pinned to a core each (no taskset, or fewer than two cores)"
      : `server pinned to core ${cores.server}, client to core ${cores.client}`;
  const versions = peers.map((peer) => `${peer} ${versionOf(modulesOf(peer)[0]!)}`);
  return [
    `rpc on Node ${process.version}, ${process.platform} ${process.arch}, ${processors.length} × ${processors[0]?.model.trim() ?? "?"}`,
    pinned,
    `medians over ${plan.roundCount} rounds of ${plan.windowMs / 1_000} s per peer, after ${plan.warmUpMs / 1_000} s of warm-up`,
    versions.join(", "),
    ...(plan.inPairs ? [] : ["a quick run: hardly warm, so all are slower than they are; nothing to quote"]),
  ].join("\n");
}

/** The version of an installed package, or of this one. */
function versionOf(packageName: string): string {
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
