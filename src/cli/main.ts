#!/usr/bin/env node
import { systemErrorText } from "../runtime/node-files.js";
import { run, tellWhatWasThrown } from "./run.js";
import type { Sink, Source, World } from "./world.js";

const SIGPIPE = 13;

const stop = new AbortController();
let stoppedBy = 0;
let isStdinOpen = false;
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
] as const) {
  process.once(signal, () => {
    stoppedBy = number;
    stop.abort();
  });
}

const world: World = {
  cwd: process.cwd(),
  env: process.env,
  stdin: source(),
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  stop: stop.signal,
};
const args = process.argv.slice(2);
process.on("uncaughtException", (error) => process.exit(tellWhatWasThrown(error, args, world)));
void run(args, world).then((exitCode) => {
  // What ends because it was told to says so, as shells expect it; `--watch` ends well.
  process.exitCode = exitCode !== 0 && stoppedBy > 0 ? 128 + stoppedBy : exitCode;
});

/** The standard input, which is not opened before somebody reads it. */
function source(): Source {
  return {
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    get chunks() {
      isStdinOpen = true;
      return process.stdin;
    },
    close() {
      if (isStdinOpen) process.stdin.destroy();
    },
  };
}

function sink(stream: NodeJS.WriteStream): Sink {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Who reads our output may stop reading: `redoubt … | head`. Then there is nobody to go on for.
    if (error.code === "EPIPE") {
      stoppedBy ||= SIGPIPE;
      stop.abort();
      return;
    }
    if (stream !== process.stderr) process.stderr.write(`redoubt: cannot write: ${systemErrorText(error)}\n`);
    process.exit(1);
  });
  return {
    write: (data) => void stream.write(data),
    drained: () => drained(stream),
    hasColors: hasColors(stream.isTTY === true),
    isTerminal: stream.isTTY === true,
  };
}

async function drained(stream: NodeJS.WriteStream): Promise<void> {
  while (stream.writableNeedDrain && !stream.destroyed && !stop.signal.aborted)
    await new Promise<void>((resolve) => {
      const done = () => {
        stream.off("drain", done).off("close", done);
        stop.signal.removeEventListener("abort", done);
        resolve();
      };
      stream.on("drain", done).on("close", done);
      stop.signal.addEventListener("abort", done);
    });
}

/** See https://no-color.org and https://force-color.org. */
function hasColors(isTerminal: boolean): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  return isTerminal && TERM !== "dumb";
}
