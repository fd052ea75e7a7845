import { parseArgs } from "node:util";

export interface RunOptions {
  /** How many seeded worlds are run. */
  readonly runs: number;
  /** Of the first one; the others follow. */
  readonly seed: number;
  /** Only these worlds. */
  readonly isSeeded: boolean;
  /** Switch off the guards of the code, one by one, in place of all else. */
  readonly mutants: boolean;
  /** Only guards whose name has this in it. */
  readonly guard: string;
  readonly json: boolean;
}

/** What a command line asks for. `wrong` says what is not understood. */
export type Request =
  | { readonly kind: "run"; readonly options: RunOptions }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

const FLAGS = {
  runs: { type: "string" },
  seed: { type: "string" },
  mutants: { type: "boolean" },
  guard: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

const RUNS = 10_000;

/** What `npm run simulate -- --help` prints. */
export const HELP = `npm run simulate -- [options]

Runs exactly-once calls in simulated worlds: clients, servers, disks and networks that fail in every way, in virtual
time. Oracles beside the code look at what happened. The same seed gives the same world.

Without --seed: ${RUNS} worlds, every order of two clients' calls with a duplicate and a crash, and a crash at every
named point. With --mutants: switches off each guard of the code in turn, and runs worlds until an oracle notices.

Exit code 0: all is well; 1: an oracle has failed, or none has noticed that a guard was off; 2: the command line is
wrong.

Options:
  --runs N      run N worlds (with --seed by default 1)
  --seed S      begin with this one, and run nothing but seeded worlds; a single one prints its last events
  --mutants     switch off the guards, one by one
  --guard TEXT  only guards whose name has TEXT in it
  --json        print one JSON object a line
  --help        print this
`;

/** Reads the words after `npm run simulate --`. */
export function readArguments(words: readonly string[]): Request {
  const parsed = parse(words);
  if (typeof parsed === "string") return wrong(parsed);
  if (parsed.help) return { kind: "help" };
  const { mutants = false, json = false, guard = "" } = parsed;
  const isSeeded = parsed.seed !== undefined;
  const seed = wholeNumber(parsed.seed ?? "1");
  const runs = wholeNumber(parsed.runs ?? String(isSeeded ? 1 : RUNS));
  if (seed === undefined) return wrong(`"${parsed.seed}" is no seed: give a whole number`);
  if (runs === undefined || runs === 0) return wrong(`"${parsed.runs}" is no number of runs`);
  if (guard !== "" && !mutants) return wrong("--guard is for --mutants");
  if (mutants && (isSeeded || parsed.runs !== undefined)) return wrong("--mutants chooses its runs itself");
  return { kind: "run", options: { runs, seed, isSeeded, mutants, guard, json } };
}

function wholeNumber(text: string): number | undefined {
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: FLAGS }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

function wrong(message: string): Request {
  return { kind: "wrong", message: `${message}\n(--help tells more)` };
}
