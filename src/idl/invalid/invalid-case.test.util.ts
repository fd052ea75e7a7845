/** Interface descriptions that break one rule of the language, and what is said of it. */
export interface InvalidCase {
  /** What is broken, as it should be. Each case has a rule of its own. */
  readonly rule: string;
  /** The texts by name. `a.proto` is compiled; it imports the others. */
  readonly files: Readonly<Record<string, string>>;
  /** What we say, from the first line to the last: `path:line:column: message`, or with `; hint: …` behind it. */
  readonly errors: readonly string[];
  /** What protoc 36.2 says, a line an entry. `npm run corpus -- --only invalid` checks that it says so. */
  readonly protoc: readonly string[];
  /** Where buf 1.74 differs from protoc in that it accepts the file. */
  readonly buf?: "accepts";
}
