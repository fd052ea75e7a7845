#!/usr/bin/env node
import { systemErrorText } from "../runtime/node-files.js";
import { run, tellWhatWasThrown } from "./run.js";
import type { Sink, World } from "./world.js";

const stop = new AbortController();
let stoppedBy = 0;
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

function sink(stream: NodeJS.WriteStream): Sink {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Who reads our output may stop reading: `redoubt … | head`.
    if (error.code === "EPIPE") return;
    if (stream !== process.stderr) process.stderr.write(`redoubt: cannot write: ${systemErrorText(error)}\n`);
    process.exit(1);
  });
  return {
    write: (data) => void stream.write(data),
    hasColors: hasColors(stream.isTTY === true),
  };
}

/** See https://no-color.org and https://force-color.org. */
function hasColors(isTerminal: boolean): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  return isTerminal && TERM !== "dumb";
}
