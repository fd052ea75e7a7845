import { setTimeout as sleep } from "node:timers/promises";
import type { Files } from "../runtime/files.js";
import { nodeFiles } from "../runtime/node-files.js";
import type { Build } from "./build.js";
import { FolderWatcher, Interest } from "./watch-folders.js";
import type { World } from "./world.js";

/** A build begins when nothing has changed for so long: editors and Git write in several steps. */
const QUIET_MS = 10;

/** Who writes all the time still gets a build after this many pauses that were none. */
const UNQUIET_PAUSES_MAX = 20;

/**
 * Builds, prints, and does so again after each change where the build looked, until `world.stop`. That something has
 * changed is all that a build is told: it looks at everything anew, and what stayed the same costs it little.
 */
export async function watch(
  build: (files: Files) => Promise<Build>,
  print: (build: Build) => void,
  world: World,
): Promise<void> {
  const bell = new Bell();
  const watcher = new FolderWatcher(
    () => bell.ring(),
    (message) => world.stderr.write(`redoubt: ${message}\n`),
  );
  world.stop.addEventListener("abort", () => bell.ring(), { once: true });
  let isAsked = true;
  let lastDiagnostics = "";
  while (!world.stop.aborted) {
    const interest = new Interest();
    const result = await build(interest.recording(nodeFiles(world.cwd)));
    const diagnostics = JSON.stringify(result.diagnostics);
    const isNews = diagnostics !== lastDiagnostics || (result.outputs?.written.length ?? 0) > 0;
    if (isAsked || isNews) print(result);
    lastDiagnostics = diagnostics;
    // What changed after the build and before we watched would go unnoticed: then look once more.
    isAsked = !watcher.watch(interest);
    if (isAsked) await bell.rung(world.stop);
  }
  watcher.close();
}

/** Says that something has happened, however often it did. */
class Bell {
  private count = 0;
  private heard = 0;
  private wake = () => {};

  ring(): void {
    this.count++;
    this.wake();
  }

  /** Waits until it has rung since the last time, and is quiet again. */
  async rung(stop: AbortSignal): Promise<void> {
    if (this.count === this.heard && !stop.aborted)
      await new Promise<void>((resolve) => (this.wake = resolve));
    for (let pause = 0; pause < UNQUIET_PAUSES_MAX && !stop.aborted; pause++) {
      this.heard = this.count;
      await sleep(QUIET_MS);
      if (this.heard === this.count) break;
    }
  }
}
