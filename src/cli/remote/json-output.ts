import { toner } from "../report.js";
import type { Sink } from "../world.js";

/** A value as JSON: on several lines with colours where a person looks at it, else on one line. */
export function jsonText(value: unknown, sink: Sink, isForPrograms = false): string {
  if (isForPrograms || !sink.isTerminal) return escaped(JSON.stringify(value));
  const tone = toner(sink);
  return escaped(JSON.stringify(value, null, 2)).replace(STRING, (_, string: string, colon = "") =>
    colon === "" ? tone("text", string) : `${tone("name", string)}${colon}`,
  );
}

const STRING = /("(?:[^"\\]|\\.)*")(:)?/g;

/** What could command a terminal, or make it show lines in another order, as an escape; JSON.stringify escapes the rest. */
function escaped(json: string): string {
  return json.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const UNSAFE = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;
