import { cpus } from "node:os";
import { modulesOf } from "../peers/registry.js";
import { packageVersion } from "../report/package-version.js";
import type { Cores } from "./cores.js";
import type { Plan } from "./plan.js";

/** What was measured, on what and how: the lines above the first table. */
export function headerText(peers: readonly string[], plan: Plan, cores: Cores): string {
  const processors = cpus();
  const pinned =
    cores.server === null
      ? "server and client NOT pinned to a core each (no taskset, or fewer than two cores)"
      : `server pinned to core ${cores.server}, client to core ${cores.client}`;
  const versions = peers.map((peer) => `${peer} ${packageVersion(modulesOf(peer)[0]!)}`);
  return [
    `rpc on Node ${process.version}, ${process.platform} ${process.arch}, ${processors.length} × ${processors[0]?.model.trim() ?? "?"}`,
    pinned,
    `medians over ${plan.roundCount} rounds of ${plan.windowMs / 1_000} s per peer, after ${plan.warmUpMs / 1_000} s of warm-up`,
    versions.join(", "),
    ...(plan.inPairs ? [] : ["a quick run: hardly warm, so all are slower than they are; nothing to quote"]),
  ].join("\n");
}
