import { spawnSync } from "node:child_process";

/** Which core each process is bound to; null: the system decides. */
export interface Cores {
  readonly server: number | null;
  readonly client: number | null;
}

/** Server on core 0 and client on core 1, where `taskset` exists and may bind to both. */
export function chooseCores(): Cores {
  const tried = ["0", "1"].map(
    (core) => spawnSync("taskset", ["-c", core, "true"], { stdio: "ignore" }).status,
  );
  return tried.every((status) => status === 0) ? { server: 0, client: 1 } : { server: null, client: null };
}

/** The command that runs Node with `nodeArguments` on `core`. */
export function nodeCommand(core: number | null, nodeArguments: readonly string[]): [string, string[]] {
  return core === null
    ? [process.execPath, [...nodeArguments]]
    : ["taskset", ["-c", String(core), process.execPath, ...nodeArguments]];
}
