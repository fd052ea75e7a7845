import { parseArgs } from "node:util";

/** The parts of a run, in their order. */
export const STEPS = {
  descriptors: "descriptors and source info, against protoc and buf",
  code: "TypeScript, against protoc-gen-es, and with tsc --strict",
  invalid: "files that break a rule: protoc says of them what the table says",
  valid: "doubtful files: their descriptors, against protoc",
  mutants: "files made of both kinds by changing a word or two: what protoc makes of them",
  time: "the time of compiling, against buf build, and of generating, against loading protoc-gen-es",
} as const;

export type Step = keyof typeof STEPS;

export interface RunOptions {
  readonly steps: readonly Step[];
  /** Every 20th file only. */
  readonly quick: boolean;
  readonly json: boolean;
  /** Only files whose name has this in it. */
  readonly files: string;
  /** Whether nothing is left out. */
  readonly isWhole: boolean;
}

/** What a command line asks for. `wrong` says what is not understood. */
export type Request =
  | { readonly kind: "run"; readonly options: RunOptions }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

const FLAGS = {
  only: { type: "string" },
  files: { type: "string" },
  quick: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** What `npm run corpus -- --help` prints. */
export const HELP = `npm run corpus -- [options]

Compares Redoubt's IDL compiler with protoc, buf and protoc-gen-es over some 7000 files. Exit code 0: no difference but
those that corpus/differences.ts explains; 1: others; 2: the command line is wrong.

Options:
  --only STEP[,STEP]  run only these steps
  --files TEXT        only files whose name has TEXT in it
  --quick             every 20th file, in about a minute
  --json              print one JSON object a line
  --help              print this

Steps:
${Object.entries(STEPS)
  .map(([name, says]) => `  ${name.padEnd(12)}${says}`)
  .join("\n")}
`;

/** Reads the words after `npm run corpus --`. */
export function readArguments(words: readonly string[]): Request {
  const parsed = parse(words);
  if (typeof parsed === "string") return wrong(parsed);
  const { only, files = "", quick = false, json = false, help } = parsed;
  if (help) return { kind: "help" };
  const all = Object.keys(STEPS) as Step[];
  const asked = only?.split(",").map((name) => name.trim()) ?? all;
  const unknown = asked.find((name) => !all.includes(name as Step));
  if (unknown !== undefined) return wrong(`there is no step "${unknown}"; there are ${all.join(", ")}`);
  const steps = all.filter((name) => asked.includes(name));
  const isWhole = steps.length === all.length && !quick && files === "";
  return { kind: "run", options: { steps, quick, json, files, isWhole } };
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
