// The tables that the compiler's unit tests read too, as `tsc` has built them.

export interface InvalidCase {
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
  /** What protoc says, a line an entry. */
  readonly protoc: readonly string[];
}

export interface ValidCase {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Files that break a rule each; `a.proto` is the one to compile. */
export async function invalidCases(): Promise<readonly InvalidCase[]> {
  const { INVALID } = await table<"INVALID", InvalidCase>("invalid");
  return Object.values(INVALID).flat();
}

/** Doubtful files that are right; `a.proto` is the one to compile. */
export async function validCases(): Promise<readonly ValidCase[]> {
  const { VALID } = await table<"VALID", ValidCase>("valid");
  return Object.values(VALID).flat();
}

function table<Name extends string, Case>(
  folder: string,
): Promise<Readonly<Record<Name, Readonly<Record<string, readonly Case[]>>>>> {
  return import(new URL(`../../dist/idl/${folder}/cases.test.util.js`, import.meta.url).href);
}
