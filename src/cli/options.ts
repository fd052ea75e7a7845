import { Option } from "commander";

// Options that several commands have.

/** `--json` */
export function jsonOption(): Option {
  return new Option("--json", "print one JSON document for programs to read");
}

/** An option whose values, each given with a flag of its own, make a list; undefined where there are none. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, earlier: string[] = []) => [
    ...earlier,
    value,
  ]);
}
