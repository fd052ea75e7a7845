import { parseArgs } from "node:util";

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  readonly json: boolean;
  /** Whether the folder with journals and logs stays where all is well. */
  readonly keep: boolean;
}

/** What a command line asks for. `wrong` says what is not understood. */
export type Request =
  | { readonly kind: "run"; readonly options: CrashOptions }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

const FLAGS = {
  quick: { type: "boolean" },
  kills: { type: "string" },
  seed: { type: "string" },
  json: { type: "boolean" },
  keep: { type: "boolean" },
  help: { type: "boolean" },
} as const;

const KILLS = 600;
const KILLS_QUICK = 45;

/** What `npm run crash -- --help` prints. */
export const HELP = `npm run crash -- [options]

Kills a server of exactly-once calls, its clients or both with SIGKILL, at random moments under load, again and again, and
compares what callers were told with the effects there are: an acknowledged call has had exactly one, any other at most one.
Exit code 0: so it was; 1: it was not, and the folder with journals and logs is kept; 2: the command line is wrong.

Options:
  --kills N   how many processes to kill; default ${KILLS}, which takes some minutes
  --quick     ${KILLS_QUICK} instead, in less than a minute
  --seed N    which calls, victims and moments are drawn; default: another one each time. Processes take their own time,
              so that the same seed gives the same plan, but not the same run
  --json      print one JSON object a line
  --keep      keep the folder with journals and logs in any case
  --help      print this
`;

/** Reads the words after `npm run crash --`; `seed` is the one to take where none is given. */
export function readArguments(words: readonly string[], seed: number): Request {
  const parsed = parse(words);
  if (typeof parsed === "string") return wrong(parsed);
  const { quick = false, json = false, keep = false, help } = parsed;
  if (help) return { kind: "help" };
  const kills = numberOf(parsed.kills, quick ? KILLS_QUICK : KILLS);
  if (kills === undefined || kills === 0)
    return wrong(`--kills takes a number from 1 on, not "${parsed.kills}"`);
  const chosen = numberOf(parsed.seed, seed);
  if (chosen === undefined) return wrong(`--seed takes a whole number, not "${parsed.seed}"`);
  return { kind: "run", options: { kills, seed: chosen, json, keep } };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: FLAGS }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

function numberOf(text: string | undefined, instead: number): number | undefined {
  if (text === undefined) return instead;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function wrong(message: string): Request {
  return { kind: "wrong", message: `${message}\n(--help tells more)` };
}
