import { Command, Option } from "commander";
import { suggest } from "../idl/text/suggest.js";
import { VERSION } from "../version.js";
import * as help from "./help.js";
import { addJournalCommands } from "./journal-commands.js";
import { jsonOption, repeatable } from "./options.js";
import { addServerCommands } from "./server-commands.js";
import { addShellCommands } from "./shell-commands.js";
import { ExitCode, UsageError, type World } from "./world.js";

/** The commands, besides `help`. */
export const COMMANDS: readonly string[] = [
  "generate",
  "compile",
  "compatible",
  "certificates",
  "call",
  "ls",
  "describe",
  "health",
  "connections",
  "journal",
  "completion",
];

/**
 * Understands the arguments and runs the command that they name. Each command's code is loaded when it is needed.
 *
 * @throws UsageError or CommanderError if they are wrong; a CommanderError with exit code 0 if they ask for help or
 * the version, which is printed by then; whatever the command throws.
 */
export async function commandLine(args: readonly string[], world: World): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.OK;
  const program = new Command("redoubt")
    .description(help.PROGRAM)
    .version(VERSION, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", help.PROGRAM_END)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      // Whoever catches the error says it.
      outputError: () => {},
    });

  program
    .commandsGroup("Interfaces:")
    .command("generate")
    .summary("write TypeScript, or what a protoc plugin makes")
    .description(help.GENERATE)
    .argument("[FILE|DIR...]", help.INPUTS)
    .option("-o, --out <DIR>", "where to write", "gen")
    .addOption(includeOption())
    .addOption(repeatable("--plugin <NAME[=OPTIONS]>", help.PLUGIN))
    .option("-w, --watch", "stay, and write again whenever a .proto file changes")
    .addOption(
      new Option("--import-extension <EXT>", help.IMPORT_EXTENSION)
        .choices(["js", "ts", "none"])
        .default("js"),
    )
    .option(
      "--erasable-syntax",
      "objects in place of enums, for Node's own TypeScript and --erasableSyntaxOnly",
    )
    .addOption(jsonOption())
    .addHelpText("after", help.GENERATE_END)
    .action(async (inputs: string[], options, command: Command) => {
      if (options.plugin !== undefined) refuseEmitterOptions(command);
      const { generate } = await import("./generate.js");
      exitCode = await generate({ inputs, include: [], plugin: [], ...options }, world);
    });

  program
    .command("compile")
    .summary("write descriptors: a FileDescriptorSet, as protoc does")
    .description(help.COMPILE)
    .argument("[FILE|DIR...]", help.INPUTS)
    .requiredOption("-o, --out <FILE>", "where to write; - is the standard output")
    .addOption(includeOption())
    .option("--include-imports", "all that the files import as well")
    .option("--include-source-info", "places and comments as well")
    .option("--retain-options", "also the options that are for the source only")
    .addOption(jsonOption())
    .addHelpText("after", help.COMPILE_END)
    .action(async (inputs: string[], options) => {
      const { compileSet } = await import("./compile-set.js");
      exitCode = compileSet({ inputs, include: [], ...options }, world);
    });

  program
    .command("compatible")
    .summary("tell what breaks between two versions of an interface")
    .description(help.COMPATIBLE)
    .argument("<OLD>", help.OLD)
    .argument("<NEW>", "the same, of the newer version")
    .addOption(repeatable("--allow <RULE>", "do not count what breaks this rule; can be given again"))
    .addOption(includeOption())
    .addOption(jsonOption())
    .addHelpText("after", help.COMPATIBLE_END)
    .action(async (older: string, newer: string, options) => {
      const { checkCompatible } = await import("./check-compatible.js");
      exitCode = await checkCompatible({ older, newer, allow: [], include: [], ...options }, world);
    });

  program
    .command("certificates")
    .helpGroup("Servers:")
    .summary("make certificates, to try TLS out")
    .description(help.CERTIFICATES)
    .argument("[DIR]", "where to write", ".")
    .addOption(repeatable("--name <NAME>", help.CERTIFICATE_NAME))
    .option("--days <DAYS>", "how long they are valid", "30")
    .addOption(jsonOption())
    .addHelpText("after", help.CERTIFICATES_END)
    .action(async (folder: string, options) => {
      const { makeCertificates } = await import("./certificates/make-certificates.js");
      exitCode = makeCertificates({ folder, name: ["localhost", "127.0.0.1", "::1"], ...options }, world);
    });

  addServerCommands(program, world, (ended) => (exitCode = ended));
  addJournalCommands(program, world, (ended) => (exitCode = ended));
  addShellCommands(program, world, (ended) => (exitCode = ended));

  program
    .command("help")
    .summary("tell more of a command")
    .argument("[COMMAND]", "which one")
    .action((name = program.name()) => {
      const command = [program, ...program.commands].find((each) => each.name() === name);
      if (command === undefined) throw unknownCommand(name, program);
      command.outputHelp();
    });

  await program.parseAsync(args, { from: "user" });
  return exitCode;
}

function includeOption(): Option {
  return repeatable("-I, --include <DIR>", help.INCLUDE);
}

function unknownCommand(name: string, program: Command): UsageError {
  const meant = suggest(
    name,
    program.commands.map((command) => command.name()),
  );
  const hint = meant === undefined ? "`redoubt help` tells what there is" : `did you mean \`${meant}\`?`;
  return new UsageError(`unknown command \`${name}\``, hint);
}

/** What only our own emitter knows is no use to a plugin, which has options of its own. */
function refuseEmitterOptions(command: Command): void {
  for (const { attributeName, long } of EMITTER_OPTIONS) {
    if (command.getOptionValueSource(attributeName) === "cli")
      throw new UsageError(
        `\`${long}\` is for our own emitter, not for plugins`,
        "give plugins theirs: `--plugin NAME=OPTIONS`",
      );
  }
}

const EMITTER_OPTIONS = [
  { attributeName: "importExtension", long: "--import-extension" },
  { attributeName: "erasableSyntax", long: "--erasable-syntax" },
];
