/**
 * Simulated worlds for exactly-once calls: `npm run simulate`.
 *
 * Exit code 0: all is well; 1: an oracle has failed, or none has noticed that a guard was off; 2: the command line is
 * wrong.
 */
import { Account } from "./account.js";
import { HELP, type RunOptions, readArguments } from "./arguments.js";
import { runMutants } from "./mutants.js";
import { runWorlds } from "./worlds.js";

async function run(options: RunOptions): Promise<number> {
  const account = new Account(options.json, (line) => console.log(line));
  if (options.mutants) await runMutants(options.guard, account);
  else await runWorlds(options, account);
  return account.close();
}

const request = readArguments(process.argv.slice(2));
switch (request.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "wrong":
    process.stderr.write(`simulate: ${request.message}\n`);
    process.exitCode = 2;
    break;
  case "run":
    process.exitCode = await run(request.options);
    break;
  default:
    request satisfies never;
}
