import { parseArgs } from "node:util";
import type { RunOptions, Suite } from "./suite.js";

/** What a command line asks for. `wrong` says what is not understood and lists what exists. */
export type Request =
  | { readonly kind: "run"; readonly suite: Suite; readonly options: RunOptions }
  | { readonly kind: "help"; readonly suite: Suite | undefined }
  | { readonly kind: "wrong"; readonly message: string };

/** The flags, with what the help says of them. */
export const flags = {
  only: { type: "string", value: "SCENARIO[,SCENARIO]", says: "measure only these scenarios" },
  peer: {
    type: "string",
    value: "NAME[,NAME]",
    says: "measure only these peers (a ratio needs redoubt too)",
  },
  quick: { type: "boolean", value: "", says: "a run of under a minute to see that all works; rough numbers" },
  json: { type: "boolean", value: "", says: "print one JSON object a line and nothing else on stdout" },
  help: { type: "boolean", value: "", says: "print this" },
} as const;

/** Reads the words after `npm run bench --`. */
export function readArguments(words: readonly string[], suites: readonly Suite[]): Request {
  const parsed = parse(words);
  if (typeof parsed === "string") return wrong(parsed);
  const { values, positionals } = parsed;

  const suiteName = positionals[0];
  if (suiteName === undefined) {
    return values.help ? { kind: "help", suite: undefined } : wrong(`say which suite: ${namesOf(suites)}`);
  }
  const suite = suites.find((candidate) => candidate.name === suiteName);
  if (suite === undefined) return wrong(`there is no suite "${suiteName}"; there is ${namesOf(suites)}`);
  if (positionals.length > 1) {
    return wrong(`one suite at a time: "${positionals[1]}" is too much (scenarios go behind --only)`);
  }
  if (values.help) return { kind: "help", suite };

  const scenarios = choose(
    "scenario",
    values.only,
    suite.scenarios.map((scenario) => scenario.name),
  );
  if (typeof scenarios === "string") return wrong(scenarios);
  const peers = choose("peer", values.peer, suite.peers);
  if (typeof peers === "string") return wrong(peers);
  const { json = false, quick = false } = values;
  return { kind: "run", suite, options: { scenarios, peers, json, quick } };
}

function wrong(message: string): Request {
  return { kind: "wrong", message: `${message}\n(--help tells more)` };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: flags, allowPositionals: true });
  } catch (error) {
    const exist = Object.keys(flags).map((flag) => `--${flag}`);
    return `${(error as Error).message}\nflags: ${exist.join(", ")}`;
  }
}

/** The names in a comma-separated `list`, in the order of `all`; all of them without a list; or what is wrong. */
function choose(kind: string, list: string | undefined, all: readonly string[]): readonly string[] | string {
  if (list === undefined) return all;
  const wanted = list.split(",").map((name) => name.trim());
  for (const name of wanted) {
    if (!all.includes(name)) return `there is no ${kind} "${name}"; there are ${all.join(", ")}`;
  }
  return all.filter((name) => wanted.includes(name));
}

function namesOf(suites: readonly Suite[]): string {
  return suites.map((suite) => suite.name).join(", ");
}
