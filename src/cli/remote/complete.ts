import type { Command } from "commander";
import { printable } from "../../idl/text/diagnostic-text.js";
import { ExitCode, type World } from "../world.js";
import { findService, type Interface } from "./interface.js";
import { type TargetOptions, withServer } from "./session.js";

/** Who has pressed the tabulator waits no longer for a server. */
const ANSWER_MAX = "1s";

/**
 * Prints what the last of the words could become, a line each, with a tabulator and a description behind it where there
 * is one. `words` are those behind `redoubt`. Says nothing where it cannot help: then shells offer file names.
 */
export async function complete(words: readonly string[], program: Command, world: World): Promise<ExitCode> {
  const candidates = await candidatesFor(words, program, world).catch(() => []);
  const current = words.at(-1) ?? "";
  const fitting = candidates.filter(({ text }) => text.startsWith(current) && WORD.test(text));
  world.stdout.write(
    fitting
      .map(({ text, about }) => (about === undefined ? `${text}\n` : `${text}\t${printable(about)}\n`))
      .join(""),
  );
  return ExitCode.OK;
}

/** What a shell takes as it stands: names of servers that have anything else in them are not for its command line. */
const WORD = /^[\w.:/-]+$/;

interface Candidate {
  readonly text: string;
  readonly about?: string;
}

async function candidatesFor(
  words: readonly string[],
  program: Command,
  world: World,
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? "";
  const [name, ...before] = words.slice(0, -1);
  if (name === undefined) return current.startsWith("-") ? optionsOf(program) : commandsOf(program);
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return [];
  if (command.commands.length > 0) return candidatesFor(words.slice(1), command, world);
  const last = before.at(-1) ?? "";
  const asking = command.options.find(
    ({ required, long, short }) => required && (last === long || last === short),
  );
  if (asking !== undefined) return (asking.argChoices ?? []).map((text) => ({ text }));
  if (current.startsWith("-")) return optionsOf(command);
  const { operands } = command.parseOptions([...before]);
  const argument = command.registeredArguments[operands.length];
  if (argument?.argChoices !== undefined) return argument.argChoices.map((text) => ({ text }));
  if (name === "help") return commandsOf(program);
  if (argument === undefined || operands.length !== 1) return [];
  const options = { header: [], include: [], ...command.opts(), target: operands[0], timeout: ANSWER_MAX };
  return remoteCandidates(argument.name(), current, options, world);
}

function commandsOf(program: Command): Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((each) => ({ text: each.name(), about: each.summary() }));
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ text: long, about: description }] : []));
}

/** Names that the server tells of itself, for the argument of that name. */
async function remoteCandidates(
  argument: string,
  current: string,
  options: TargetOptions,
  world: World,
): Promise<readonly Candidate[]> {
  let found: readonly Candidate[] = [];
  const silence = { ...world.stderr, write: () => {} };
  await withServer(options, { ...world, stderr: silence }, async ({ interface: known }) => {
    const hasMethods = argument === "METHOD" || argument === "NAME";
    const services = (await known.serviceNames()).filter(
      (name) => current.startsWith(name) || name.startsWith(current),
    );
    const [only, ...others] = services;
    if (hasMethods && only !== undefined && others.length === 0) found = await methodsOf(only, known);
    else found = services.map((name) => ({ text: argument === "METHOD" ? `${name}/` : name }));
    return ExitCode.OK;
  });
  return found;
}

async function methodsOf(serviceName: string, known: Interface): Promise<Candidate[]> {
  const { methods, typeName } = await findService(known, serviceName);
  return methods.map(({ name, input }) => ({ text: `${typeName}/${name}`, about: input.typeName }));
}
