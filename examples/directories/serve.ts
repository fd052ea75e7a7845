import { Credentials, Server } from "@redoubt/rpc";
import { UsageError } from "./command-line.js";
import { Directories } from "./gen/directories_pb.js";
import { RootFolder } from "./root-folder.js";
import { directoriesService } from "./service.js";

const GRACE_MS = 5_000;
/** What a shell gives for a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;
/** Under `npm run`, one Ctrl-C may arrive twice: from the terminal and from npm. */
const SAME_KEY_PRESS_MS = 300;

export interface ServeOptions {
  readonly root: string;
  readonly listen: readonly string[];
  readonly maxConcurrentCalls: number | undefined;
}

/** Serves until SIGINT or SIGTERM, and comes back once the calls that were under way have ended. */
export async function serve({ root, listen, maxConcurrentCalls }: ServeOptions): Promise<void> {
  const stopRequested = firstStopSignal();
  const folder = await RootFolder.open(root).catch((cause: Error) => {
    throw new UsageError(`Cannot serve that folder: ${cause.message}. Give another: --root DIR`, { cause });
  });
  const server = new Server({ maxConcurrentCalls });
  server.add(Directories, directoriesService(folder));
  try {
    for (const address of await listenOn(server, listen)) console.log(`listening on ${address}`);
    await stopRequested;
    console.error(`draining: calls under way have ${GRACE_MS / 1000} s; Ctrl-C again stops at once`);
  } finally {
    await server.close({ graceMs: GRACE_MS });
  }
}

async function listenOn(server: Server, wanted: readonly string[]): Promise<string[]> {
  const addresses: string[] = [];
  for (const address of wanted) {
    try {
      addresses.push(await server.listen(address, Credentials.insecure()));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : cause;
      throw new UsageError(`Cannot serve there: ${reason}. Give another: --listen ADDRESS`, {
        cause,
      });
    }
  }
  return addresses;
}

/** Settles at the first signal to stop; the second ends the process at once. */
function firstStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | undefined;
    const onSignal = () => {
      const nowMs = performance.now();
      if (firstMs === undefined) {
        firstMs = nowMs;
        resolve();
      } else if (nowMs - firstMs > SAME_KEY_PRESS_MS) {
        process.exit(EXIT_INTERRUPTED);
      }
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}
