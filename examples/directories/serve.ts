import { Credentials, Home, type OpenIntent, Server } from "@redoubt/rpc";
import { UsageError } from "./command-line.js";
import { Directories } from "./gen/directories_pb.js";
import { defaultJournalFolder, isWithin } from "./journal-folder.js";
import { RootFolder } from "./root-folder.js";
import { directoriesService, type Folder } from "./service.js";
import { printable } from "./terminal.js";

const GRACE_MS = 5_000;
/** What a shell gives for a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;
/** Under `npm run`, one Ctrl-C may arrive twice: from the terminal and from npm. */
const SAME_KEY_PRESS_MS = 300;

export interface ServeOptions {
  readonly root: string;
  /** Default: see {@link defaultJournalFolder}. */
  readonly journal: string | undefined;
  readonly listen: readonly string[];
  readonly maxConcurrentCalls: number | undefined;
}

/**
 * Serves until SIGINT or SIGTERM, and comes back once the calls that were under way have ended. `through` may put
 * something between the service and its folder.
 */
export async function serve(
  { root, journal, listen, maxConcurrentCalls }: ServeOptions,
  through: (folder: RootFolder) => Folder = (folder) => folder,
): Promise<void> {
  const folder = await RootFolder.open(root).catch((cause: Error) => {
    throw new UsageError(`Cannot serve that folder: ${cause.message}. Give another: --root DIR`, { cause });
  });
  const home = await openHome(root, journal ?? (await defaultJournalFolder(root)));
  const server = new Server({ home, maxConcurrentCalls });
  server.add(Directories, directoriesService(through(folder)));
  const stopRequested = firstStopSignal();
  try {
    for (const address of await listenOn(server, listen)) console.log(`listening on ${address}`);
    await stopRequested;
    console.error(`draining: calls under way have ${GRACE_MS / 1000} s; Ctrl-C again stops at once`);
  } finally {
    await server.close({ graceMs: GRACE_MS });
    await home.close({ graceMs: GRACE_MS });
  }
}

async function openHome(root: string, folder: string): Promise<Home> {
  // Whoever may list and make directories must not see the journal, still less make one in it.
  if (await isWithin(root, folder)) {
    throw new UsageError(
      `The journal cannot be in the served folder, as ${folder} is. Give another: --journal DIR`,
    );
  }
  const home = await Home.open(folder, { onIntentError: reportTrouble }).catch((cause: Error) => {
    throw new UsageError(
      `Cannot keep the journal there: ${cause.message}. Give another folder: --journal DIR`,
      {
        cause,
      },
    );
  });
  console.error(`keeps its journal in ${folder}`);
  return home;
}

/** A directory could neither be made nor refused. */
function reportTrouble(error: unknown, { method, conflictKey }: OpenIntent): void {
  console.error(`${method} of ${printable(conflictKey)} is tried again:`, error);
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
