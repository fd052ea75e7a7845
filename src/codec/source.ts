/**
 * The text of a function that is compiled at run time. What comes from a descriptor gets into the text as a literal
 * (`quoted`, `literal`) or not at all (`constant`), so that no name, however it is written, can become code.
 */
export class Source {
  private readonly lines: string[] = [];
  private readonly constants = new Map<unknown, string>();

  line(text: string): void {
    this.lines.push(text);
  }

  /** Gives the text a name for a value that exists outside of it. */
  constant(value: unknown): string {
    const known = this.constants.get(value);
    if (known !== undefined) return known;
    const name = `c${this.constants.size}`;
    this.constants.set(value, name);
    return name;
  }

  /** The value of the text, which ends with a return statement. */
  compile(): unknown {
    const names = [...this.constants.values()].map((name, i) => `const ${name} = constants[${i}];`);
    const text = ['"use strict";', ...names, ...this.lines].join("\n");
    return new Function("constants", text)([...this.constants.keys()]);
  }
}

/** A string as a literal: JSON is a part of ECMAScript. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A number as a literal. A descriptor that was made by hand may hold anything in a number's place: that is refused. */
export function literal(value: number): string {
  if (!Number.isInteger(value))
    throw new Error(`the descriptor is malformed: ${JSON.stringify(value)} is no integer`);
  return String(value);
}

/** The access to a property. */
export function property(object: string, name: string): string {
  return `${object}[${quoted(name)}]`;
}

/** Whether functions can be made from text here; `--disallow-code-generation-from-strings` forbids it. */
export function canGenerateCode(): boolean {
  try {
    new Function("");
    return true;
  } catch {
    return false;
  }
}
