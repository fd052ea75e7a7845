import { UsageError } from "../world.js";

/** A hundred times what servers take by default: a message in JSON that is longer is not one that somebody means. */
const VALUE_CHARS_MAX = 512 * 1024 * 1024;

/** As much of what is no JSON as one line has room for. */
const SHOWN_CHARS_MAX = 60;

/**
 * Parts text into the JSON values that stand in it one after another, with or without blanks between them, as soon as
 * each is there. Whole numbers that a JavaScript number cannot hold become strings, which protobuf's JSON takes as well.
 */
export class JsonValues {
  /** From the beginning of the value that is not whole yet. */
  private text = "";
  private state: "between" | "nested" | "string" | "escape" | "word" = "between";
  /** How many braces and brackets are open. */
  private depth = 0;
  private line = 1;
  private valueLine = 1;

  /** The values that end in this text. @throws UsageError on what is no JSON */
  push(text: string): unknown[] {
    const values: unknown[] = [];
    const all = this.text + text;
    let start = 0;
    for (let i = this.text.length; i < all.length; i++) {
      const character = all[i];
      if (this.state === "word" && isWordEnd(character)) {
        values.push(this.finish(all.slice(start, i)));
        start = i;
      }
      if (this.state === "between") {
        start = i;
        if (!isBlank(character)) this.begin(character);
      } else if (this.isLast(character)) {
        values.push(this.finish(all.slice(start, i + 1)));
        start = i + 1;
      }
      if (character === "\n") this.line++;
    }
    this.text = this.state === "between" ? "" : all.slice(start);
    if (this.text.length > VALUE_CHARS_MAX)
      throw new UsageError(`${this.place()}a JSON value is longer than ${VALUE_CHARS_MAX} characters`);
    return values;
  }

  /** The last value, where nothing but the end of the text ends it. @throws UsageError where it is not whole */
  end(): unknown[] {
    return this.state === "between" ? [] : [this.finish(this.text)];
  }

  private begin(character: string): void {
    this.valueLine = this.line;
    this.depth = 0;
    if (character === '"') this.state = "string";
    else if (character === "{" || character === "[") {
      this.state = "nested";
      this.depth = 1;
    } else this.state = "word";
  }

  /** Whether the value ends with this character, which is not its first one. */
  private isLast(character: string): boolean {
    if (this.state === "escape") this.state = "string";
    else if (this.state === "string") {
      if (character === "\\") this.state = "escape";
      else if (character === '"') {
        this.state = "nested";
        return this.depth === 0;
      }
    } else if (this.state === "nested") {
      if (character === '"') this.state = "string";
      else if (character === "{" || character === "[") this.depth++;
      else if (character === "}" || character === "]") return --this.depth === 0;
    }
    return false;
  }

  private finish(text: string): unknown {
    this.state = "between";
    try {
      return JSON.parse(text.replace(STRING_OR_NUMBER, exactNumber));
    } catch (error) {
      const [first] = text.trim().split("\n", 1);
      const shown = first.length > SHOWN_CHARS_MAX ? `${first.slice(0, SHOWN_CHARS_MAX)}…` : first;
      throw new UsageError(
        `${this.place()}\`${shown}\` is no JSON: ${messageOf(error)}`,
        `write messages like this: '{"path":"/x"}'`,
      );
    }
  }

  private place(): string {
    return this.valueLine === 1 ? "" : `line ${this.valueLine}: `;
  }
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

function exactNumber(literal: string): string {
  const isInexact = /^-?[1-9]\d*$/.test(literal) && !Number.isSafeInteger(Number(literal));
  return isInexact ? `"${literal}"` : literal;
}

function isBlank(character: string): boolean {
  return /[\s\uFEFF]/.test(character);
}

function isWordEnd(character: string): boolean {
  return isBlank(character) || character === "{" || character === "[" || character === '"';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
