import { readFileSync } from "node:fs";

/** A flag of a program: how its text is read, and what it is without one. */
export interface Flag<Value> {
  readonly kind: "text" | "number" | "boolean";
  readonly default: Value;
  readonly help: string;
}

export type Values<Flags extends Record<string, Flag<unknown>>> = {
  readonly [Name in keyof Flags]: Flags[Name]["default"];
};

/** What is wrong with a command line. */
export class FlagError extends Error {}

export function text(value: string, help: string): Flag<string> {
  return { kind: "text", default: value, help };
}

/** A whole number from 0 on. */
export function number(value: number, help: string): Flag<number> {
  return { kind: "number", default: value, help };
}

export function boolean(value: boolean, help: string): Flag<boolean> {
  return { kind: "boolean", default: value, help };
}

/**
 * Reads `--name=value`, `--name value` and, for booleans, `--name`; one dash does as well as two, and the last of
 * several counts. @throws FlagError
 */
export function parseFlags<Flags extends Record<string, Flag<unknown>>>(
  flags: Flags,
  args: readonly string[],
): Values<Flags> {
  const values: Record<string, unknown> = {};
  for (const name in flags) values[name] = flags[name]!.default;
  for (let index = 0; index < args.length; index++) {
    const [, name = "", inline] = /^--?([a-z][a-z_]*)(?:=(.*))?$/s.exec(args[index]!) ?? [];
    const flag = Object.hasOwn(flags, name) ? flags[name]! : undefined;
    if (flag === undefined) throw new FlagError(`unknown argument ${args[index]}; --help shows all flags`);
    const next = args[index + 1];
    const takesNext =
      inline === undefined && (flag.kind !== "boolean" || next === "true" || next === "false");
    const value = inline ?? (takesNext ? next : "true");
    if (value === undefined) throw new FlagError(`--${name} needs a value: --${name}=…`);
    if (takesNext) index++;
    values[name] = readValue(name, flag, value);
  }
  return values as Values<Flags>;
}

function readValue(name: string, flag: Flag<unknown>, value: string): unknown {
  switch (flag.kind) {
    case "text":
      return value;
    case "number":
      if (!/^[0-9]{1,9}$/.test(value)) throw new FlagError(`--${name} takes a whole number, not "${value}"`);
      return Number(value);
    case "boolean":
      if (value !== "true" && value !== "false")
        throw new FlagError(`--${name} takes true or false, not "${value}"`);
      return value === "true";
  }
}

/** The text of a file that a flag names. @throws FlagError */
export function fileOf(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new FlagError(`--${name} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

export function helpText(usage: string, flags: Record<string, Flag<unknown>>): string {
  const width = Math.max(...Object.keys(flags).map((name) => name.length));
  const lines = Object.entries(flags).map(([name, flag]) => {
    const byDefault = flag.default === "" ? "" : ` (${flag.default})`;
    return `  --${name.padEnd(width)}  ${flag.help}${byDefault}`;
  });
  return [usage, "", ...lines].join("\n");
}
