import { CommanderError } from "commander";
import { diagnosticText } from "../idl/text/diagnostic-text.js";
import type { Diagnostic } from "../idl/text/diagnostics.js";
import { COMMANDS, commandLine } from "./command-line.js";
import { jsonDiagnostics, painter, printJson } from "./report.js";
import { CommandError, ExitCode, type World } from "./world.js";

/** Runs `redoubt` with the arguments behind its name. Never throws. */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  try {
    return await commandLine(args, world);
  } catch (error) {
    return tellWhatWasThrown(error, args, world);
  }
}

/** Gives the exit code for it. */
export function tellWhatWasThrown(error: unknown, args: readonly string[], world: World): ExitCode {
  const { exitCode, message, hint } = problemOf(error, args, world);
  if (message !== undefined) tell(message, hint, args, world);
  return exitCode;
}

interface Problem {
  /** Undefined where all has been said, as by `--help`. */
  readonly message?: string;
  readonly hint?: string;
  readonly exitCode: ExitCode;
}

function problemOf(error: unknown, args: readonly string[], world: World): Problem {
  if (error instanceof CommandError) return error;
  if (error instanceof CommanderError) return usageProblem(error, args);
  const isDebug = (world.env.REDOUBT_DEBUG ?? "") !== "";
  if (isDebug && error instanceof Error) world.stderr.write(`${error.stack}\n`);
  return {
    message: `this is a bug in redoubt: ${error instanceof Error ? error.message : String(error)}`,
    hint: isDebug ? undefined : "please report it with what REDOUBT_DEBUG=1 in the environment shows",
    exitCode: ExitCode.BUG,
  };
}

/** Commander's `error: unknown option '--ouput'` and `(Did you mean --out?)`, said as we say things. */
function usageProblem({ message, code, exitCode }: CommanderError, args: readonly string[]): Problem {
  if (code === "commander.help") return { exitCode: ExitCode.USAGE };
  if (exitCode === 0) return { exitCode: ExitCode.OK };
  const [first, ...rest] = message.replace(/^error: /, "").split("\n");
  const meant = /\(Did you mean (?:one of )?(.*)\?\)/.exec(rest.join(" "))?.[1];
  return {
    message: first.replaceAll("'", "`").replace(/\.$/, ""),
    hint: meant === undefined ? helpHint(args[0]) : `did you mean \`${meant}\`?`,
    exitCode: ExitCode.USAGE,
  };
}

function helpHint(command: string | undefined): string {
  const isCommand = command !== undefined && COMMANDS.includes(command);
  return isCommand ? `\`redoubt help ${command}\` tells more` : "`redoubt help` tells what there is";
}

function tell(message: string, hint: string | undefined, args: readonly string[], world: World): void {
  const problem: Diagnostic = { severity: "error", path: "", line: 0, column: 0, message, hint };
  if (args.includes("--json")) printJson({ ok: false, diagnostics: jsonDiagnostics([problem]) }, world);
  else world.stderr.write(`redoubt: ${diagnosticText(problem, painter(world.stderr))}\n`);
}
