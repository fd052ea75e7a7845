import { setTimeout as after } from "node:timers/promises";
import type { CallContext, Handlers } from "@redoubt/rpc";
import type { Directories } from "../../examples/directories/gen/directories_pb.js";
import type { RootFolder } from "../../examples/directories/root-folder.js";
import { directoriesService } from "../../examples/directories/service.js";

/** The Directories service with the debugging aids that `directories_server.py` describes. */
export function debuggingService(folder: RootFolder): Handlers<typeof Directories> {
  const service = directoriesService(folder);
  return {
    ...service,
    async listDirectory(request, call) {
      await oblige(call);
      return service.listDirectory(request, call);
    },
  };
}

async function oblige(call: CallContext): Promise<void> {
  for (const [key, value] of call.metadata) {
    if (key.startsWith("echo")) call.responseTrailers.append(key, value);
  }
  const remainingMs = call.timeRemainingMs();
  if (remainingMs !== undefined) {
    call.responseTrailers.append("time-remaining-ms", String(Math.round(remainingMs)));
  }
  const delayMs = Number(call.metadata.get("delay-ms") ?? 0);
  if (delayMs > 0) await after(delayMs, undefined, { signal: call.signal });
}
