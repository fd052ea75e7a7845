/** Loads the modules named on the command line, one after the other, and prints how many milliseconds that took. */
import { performance } from "node:perf_hooks";

const startMs = performance.now();
try {
  for (const module of process.argv.slice(2)) await import(module);
  process.stdout.write(String(performance.now() - startMs));
} catch (error) {
  process.stderr.write(String(error));
  process.exitCode = 1;
}
