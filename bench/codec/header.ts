import { cpus } from "node:os";
import { packageVersion } from "../report/package-version.js";
import { packageOf } from "./peers/registry.js";
import type { Plan } from "./plan.js";

/** What was measured, on what and how: the lines above the first table. */
export function headerText(peers: readonly string[], plan: Plan, core: number | null): string {
  const processors = cpus();
  const pinned =
    core === null ? "NOT pinned to a core (no taskset, or only one core)" : `pinned to core ${core}`;
  const { sittingCount, roundCount, windowMs, warmUpMs } = plan;
  const rounds = `${sittingCount} × ${roundCount} rounds of ${windowMs / 1_000} s per peer`;
  return [
    `codec on Node ${process.version}, ${process.platform} ${process.arch}, ${processors.length} × ${processors[0]?.model.trim() ?? "?"}`,
    `a process for each peer, ${pinned}`,
    `medians over ${rounds}, all in processor time, each sitting after ${warmUpMs / 1_000} s of warm-up`,
    peers.map((peer) => `${peer} ${packageVersion(packageOf(peer))}`).join(", "),
    ...(plan.inPairs ? [] : ["a quick run: hardly warm, so all are slower than they are; nothing to quote"]),
  ].join("\n");
}
