/**
 * Compares the IDL compiler with others, over the interface descriptions that Google publishes and those of protobuf's
 * own tests: `npm run corpus`.
 *
 * Exit code 0: no difference but explained ones; 1: others; 2: the command line is wrong.
 */
import { HELP, type RunOptions, readArguments, type Step } from "./arguments.js";
import { compareInvalid, compareValid } from "./cases.js";
import { compareCode } from "./code.js";
import { type Collection, collections } from "./collections.js";
import { compareDescriptors } from "./descriptors.js";
import { type InstalledProtoc, installPackages, installProtoc } from "./install.js";
import { Ledger } from "./ledger.js";
import { compareTimes } from "./time.js";

interface World {
  readonly all: readonly Collection[];
  readonly protoc: InstalledProtoc | undefined;
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
  async time({ all, ledger }) {
    const collection = all.find(({ together }) => together.length > 0);
    if (collection !== undefined) compareTimes(collection, ledger);
  },
};

async function run(options: RunOptions): Promise<number> {
  const ledger = new Ledger(options.json);
  const packages = await installPackages();
  const protoc = await installProtoc().catch((error: Error) => noteItIsMissing(error, ledger));
  const all = collections(packages, protoc?.include, options);
  for (const step of options.steps) {
    await RUN[step]({ all, protoc, ledger }).catch((error: Error) => {
      ledger.record(step, "all files", [{ kind: "the step has failed", detail: String(error.stack) }]);
    });
  }
  const isWhole = !options.quick && options.files === "" && options.steps.includes("descriptors");
  if (isWhole && protoc !== undefined) ledger.expectAllMet();
  return ledger.close();
}

function noteItIsMissing(error: Error, ledger: Ledger): undefined {
  const what = `protoc cannot be installed (it needs python3 with venv and pip): ${error.message.trim()}`;
  if (process.env.CI === "true") ledger.record("protoc", "protoc", [{ kind: "missing", detail: what }]);
  else ledger.skip(`what needs protoc: ${what}`);
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
