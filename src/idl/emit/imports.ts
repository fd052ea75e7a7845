import { quote } from "./literals.js";
import { createUniqueNames } from "./unique-names.js";

/** What a module imports, as it turns out while its text is written. */
export interface Imports {
  /** The identifier by which the module knows `name` of the module `from`. */
  use(name: string, from: string, as: "type" | "value"): string;
  /** The import statements for all that was used. */
  statements(): string;
}

interface Imported {
  readonly name: string;
  readonly identifier: string;
  isValue: boolean;
}

/** `exported` are the names that the module declares itself. What is imported under one of them gets an alias. */
export function createImports(exported: Iterable<string>): Imports {
  const uniqueName = createUniqueNames(new Set(exported), (name, attempt) => `${name}$${attempt}`);
  const modules = new Map<string, Map<string, Imported>>();

  function use(name: string, from: string, as: "type" | "value"): string {
    let names = modules.get(from);
    if (names === undefined) modules.set(from, (names = new Map()));
    let imported = names.get(name);
    if (imported === undefined) {
      imported = { name, identifier: uniqueName(name), isValue: false };
      names.set(name, imported);
    }
    imported.isValue ||= as === "value";
    return imported.identifier;
  }

  function statements(): string {
    let text = "";
    for (const [from, names] of modules) {
      const all = [...names.values()].sort((a, b) => compareNames(a.name, b.name));
      text += statement(
        "import type",
        from,
        all.filter(({ isValue }) => !isValue),
      );
      text += statement(
        "import",
        from,
        all.filter(({ isValue }) => isValue),
      );
    }
    return text;
  }

  return { use, statements };
}

function statement(keyword: string, from: string, names: readonly Imported[]): string {
  if (names.length === 0) return "";
  const list = names.map(({ name, identifier }) => (name === identifier ? name : `${name} as ${identifier}`));
  return `${keyword} { ${list.join(", ")} } from ${quote(from)};\n`;
}

/** Alphabetical, upper case after lower case where nothing else tells two names apart, on every machine alike. */
export function compareNames(a: string, b: string): number {
  return compareCodes(collated(a), collated(b)) || compareCodes(b, a);
}

/** Folds case and moves `_` and `$` in front of digits, which stand in front of letters. */
function collated(name: string): string {
  return name.toLowerCase().replaceAll("_", "!").replaceAll("$", "#");
}

function compareCodes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
