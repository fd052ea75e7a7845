import { type ParseArgsConfig, parseArgs } from "node:util";
import { HELP, type Topic } from "./help.js";

export type Command =
  | { readonly name: "help"; readonly topic: Topic }
  | {
      readonly name: "serve";
      readonly root: string;
      readonly journal: string | undefined;
      readonly listen: readonly string[];
      readonly maxConcurrentCalls: number | undefined;
    }
  | {
      readonly name: "mkdir";
      readonly target: string;
      readonly path: string;
      readonly timeoutMs: number;
      readonly durable: string | undefined;
      readonly key: string | undefined;
    }
  | { readonly name: "forget"; readonly durable: string; readonly key: string }
  | {
      readonly name: "ls";
      readonly target: string;
      readonly path: string;
      readonly timeoutMs: number;
      readonly json: boolean;
    };

/** A mistake in what was typed. The message says what to type instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const RUN = "npm run directories --";
const TIMEOUT_MS_DEFAULT = 10_000;

/** `args` is what follows the script, as in `process.argv.slice(2)`. Throws {@link UsageError}. */
export function readCommandLine(args: readonly string[]): Command {
  const [word, ...rest] = args;
  switch (word) {
    case "serve":
      return readServe(rest);
    case "mkdir":
      return readMkdir(rest);
    case "forget":
      return readForget(rest);
    case "ls":
      return readLs(rest);
    case "help":
      return { name: "help", topic: isTopic(rest[0]) ? rest[0] : "all" };
    case "-h":
    case "--help":
      return { name: "help", topic: "all" };
    case undefined:
      throw new UsageError(`Say what to do: serve, mkdir, forget or ls. To learn how: ${RUN} --help`);
    default:
      throw new UsageError(
        `There is no command "${word}", only serve, mkdir, forget and ls. See: ${RUN} --help`,
      );
  }
}

function readServe(args: readonly string[]): Command {
  const { values, positionals } = parse("serve", args, {
    root: { type: "string" },
    journal: { type: "string" },
    listen: { type: "string", multiple: true },
    "max-concurrent-calls": { type: "string" },
  });
  if (values.help) return { name: "help", topic: "serve" };
  if (positionals.length > 0) {
    throw new UsageError(`serve takes options only, not "${positionals[0]}". To serve a folder: --root DIR`);
  }
  if (!values.root) throw new UsageError("serve needs the folder to serve: --root DIR");
  if (!values.listen) {
    throw new UsageError(
      "serve needs an address to listen on, for example: --listen 127.0.0.1:12345, or: --listen unix:/tmp/d.sock",
    );
  }
  const wrong = values.listen.find((address) => !/^unix:.|.:\d{1,5}$/.test(address));
  if (wrong !== undefined) {
    throw new UsageError(
      `--listen takes HOST:PORT, such as 127.0.0.1:12345, or unix:PATH, such as unix:/tmp/d.sock, not "${wrong}"`,
    );
  }
  const most = values["max-concurrent-calls"];
  return {
    name: "serve",
    root: values.root,
    journal: values.journal,
    listen: values.listen,
    maxConcurrentCalls: most === undefined ? undefined : positive("--max-concurrent-calls", most),
  };
}

function readMkdir(args: readonly string[]): Command {
  const { values, positionals } = parse("mkdir", args, {
    timeout: { type: "string" },
    durable: { type: "string" },
    key: { type: "string" },
  });
  if (values.help) return { name: "help", topic: "mkdir" };
  const target = targetOf("mkdir", positionals);
  const path = positionals[1];
  if (path === undefined) {
    throw new UsageError(`mkdir needs the path to make, for example: ${RUN} mkdir ${target} /photos`);
  }
  const { durable, key } = values;
  if (key === "") throw new UsageError("--key is empty: give the call a name, for example: --key order-17");
  if (key !== undefined && durable === undefined) {
    throw new UsageError(
      `--key names a call in the folder of --durable, so that the same key is the same call. Write: --durable DIR --key ${key}`,
    );
  }
  return { name: "mkdir", target, path, timeoutMs: timeoutMsOf(values.timeout), durable, key };
}

function readForget(args: readonly string[]): Command {
  const { values, positionals } = parse("forget", args, {});
  if (values.help) return { name: "help", topic: "forget" };
  const [durable, key, tooMuch] = positionals;
  if (durable === undefined || key === undefined || tooMuch !== undefined) {
    throw new UsageError(
      `forget needs the folder of --durable and a key, for example: ${RUN} forget ~/calls order-17`,
    );
  }
  return { name: "forget", durable, key };
}

function readLs(args: readonly string[]): Command {
  const { values, positionals } = parse("ls", args, {
    timeout: { type: "string" },
    json: { type: "boolean" },
  });
  if (values.help) return { name: "help", topic: "ls" };
  const target = targetOf("ls", positionals);
  const path = positionals[1] ?? "/";
  return { name: "ls", target, path, timeoutMs: timeoutMsOf(values.timeout), json: values.json ?? false };
}

function parse<O extends NonNullable<ParseArgsConfig["options"]>>(
  command: string,
  args: readonly string[],
  options: O,
) {
  try {
    return parseArgs({
      args: [...args],
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ")[0] : error;
    const known = [...Object.keys(options), "help"].map((option) => `--${option}`).join(", ");
    throw new UsageError(`${command}: ${reason}. It takes ${known}. See: ${RUN} ${command} --help`);
  }
}

function targetOf(command: string, positionals: readonly string[]): string {
  const [target, , tooMuch] = positionals;
  const example = `${RUN} ${command} 127.0.0.1:12345 /photos`;
  if (target === undefined) {
    throw new UsageError(`${command} needs the server to call and a path, for example: ${example}`);
  }
  if (/^[/.]/.test(target)) {
    throw new UsageError(
      `The server to call comes first, and "${target}" looks like a path. Write for example: ${example}`,
    );
  }
  if (tooMuch !== undefined) {
    throw new UsageError(
      `${command} takes one path, so "${tooMuch}" is one too many. If the path has spaces, put it in quotes`,
    );
  }
  return target;
}

function timeoutMsOf(text: string | undefined): number {
  return text === undefined ? TIMEOUT_MS_DEFAULT : positive("--timeout", text);
}

function positive(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new UsageError(`${option} takes a whole number from 1 to 999999999, not "${text}"`);
  }
  return Number(text);
}

function isTopic(word: string | undefined): word is Topic {
  return word !== undefined && Object.hasOwn(HELP, word);
}
