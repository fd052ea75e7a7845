import { readCommandLine } from "./command-line.js";
import { serve } from "./serve.js";

// `directories serve`, but for one thing: as soon as it has made a directory it dies, before it can answer, and before
// anything of the answer is in its journal. For the demo and for tests.

const command = readCommandLine(process.argv.slice(2));
if (command.name !== "serve") throw new Error("it only serves");
await serve(command, (folder) => ({
  checkFree: (path) => folder.checkFree(path),
  listDirectory: (path) => folder.listDirectory(path),
  async makeDirectory(path, options) {
    await folder.makeDirectory(path, options);
    process.kill(process.pid, "SIGKILL");
  },
}));
