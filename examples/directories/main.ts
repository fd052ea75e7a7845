import { RpcError } from "@redoubt/rpc";
import { forgetKey, makeDirectory, printDirectory } from "./call.js";
import { type Command, readCommandLine, UsageError } from "./command-line.js";
import { errorLine } from "./error-line.js";
import { HELP } from "./help.js";
import { serve } from "./serve.js";
import { painterFor } from "./terminal.js";

const EXIT_OK = 0;
const EXIT_CALL_FAILED = 1;
const EXIT_USAGE = 2;

// The reader of a pipe may leave early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT_OK);
});

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const paint = painterFor(process.stderr);
  try {
    await run(readCommandLine(args));
    return EXIT_OK;
  } catch (error) {
    if (RpcError.is(error)) {
      console.error(paint("red", errorLine(error)));
      return EXIT_CALL_FAILED;
    }
    if (error instanceof UsageError) {
      console.error(paint("red", error.message));
      return EXIT_USAGE;
    }
    throw error;
  }
}

async function run(command: Command): Promise<void> {
  switch (command.name) {
    case "help":
      process.stdout.write(HELP[command.topic]);
      return;
    case "serve":
      return serve(command);
    case "mkdir":
      return makeDirectory(command);
    case "forget":
      return forgetKey(command);
    case "ls":
      return printDirectory(command);
  }
}
