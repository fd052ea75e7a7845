/**
 * Compares the IDL compiler with others, over the interface descriptions that Google publishes and those of protobuf's
 * own tests: `npm run corpus`.
 *
 * Exit code 0: no difference but explained ones; 1: others; 2: the command line is wrong.
 */
import { HELP, type RunOptions, readArguments, type Step } from "./arguments.js";
import { compareInvalid, compareMutants, compareValid } from "./cases.js";
import { compareCode } from "./code.js";
import { type Collection, collections } from "./collections.js";
import { compareDescriptors } from "./descriptors.js";
import { DIFFERENCES } from "./differences.js";
import { type InstalledProtoc, installPackages, installProtoc } from "./install.js";
import { Ledger } from "./ledger.js";
import { compareTimes } from "./time.js";

interface World {
  readonly all: readonly Collection[];
  readonly protoc: InstalledProtoc | undefined;
  readonly options: RunOptions;
  readonly ledger: Ledger;
}

/** Without protoc there is not much to compare with. */
const RUN: Readonly<Record<Step, (world: World) => Promise<void>>> = {
  async descriptors({ all, protoc, ledger }) {
    for (const collection of all) await compareDescriptors(collection, protoc, ledger);
  },
  async code({ all, protoc, ledger }) {
    if (protoc) for (const collection of all) await compareCode(collection, protoc, ledger);
  },
  async invalid({ protoc, ledger }) {
    if (protoc) await compareInvalid(protoc, ledger);
  },
  async valid({ protoc, ledger }) {
    if (protoc) await compareValid(protoc, ledger);
  },
  async mutants({ protoc, options, ledger }) {
    if (protoc) await compareMutants(protoc, options, ledger);
  },
  async time({ all, options, ledger }) {
    const collection = all.find(({ together }) => together.length > 0);
    if (collection !== undefined) compareTimes(collection, !options.quick && options.files === "", ledger);
  },
};

async function run(options: RunOptions): Promise<number> {
  const ledger = new Ledger(DIFFERENCES, options.json, (line) => console.log(line));
  const packages = await installPackages().catch((error: Error) => noteMissing("the corpus", error, ledger));
  const protoc = await installProtoc().catch((error: Error) => noteMissing("protoc", error, ledger));
  const all = collections(packages, protoc?.include, options);
  for (const step of options.steps) {
    await RUN[step]({ all, protoc, options, ledger }).catch((error: Error) => {
      ledger.record(step, "all files", [{ kind: "the step has failed", detail: String(error.stack) }]);
    });
  }
  if (options.isWhole && packages !== undefined && protoc !== undefined) ledger.expectAllMet();
  return ledger.close();
}

/** What cannot be installed is skipped, and a failure where all has to be there. */
function noteMissing(what: string, error: Error, ledger: Ledger): undefined {
  const text = `${what} cannot be installed: ${error.message.trim()}`;
  if (process.env.CI === "true") ledger.record("installation", what, [{ kind: "missing", detail: text }]);
  else ledger.skip(text);
}

const request = readArguments(process.argv.slice(2));
switch (request.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "wrong":
    process.stderr.write(`corpus: ${request.message}\n`);
    process.exitCode = 2;
    break;
  case "run":
    process.exitCode = await run(request.options);
    break;
  default:
    request satisfies never;
}
