import type { TokenReader } from "./token-reader.js";
import { TokenKind } from "./tokens.js";

/** How messages name statements, and where those stand that have one place. */
const STATEMENTS: ReadonlyMap<string, { readonly noun: string; readonly home?: string }> = new Map([
  ["enum", { noun: "an enum" }],
  ["extend", { noun: "an extend block" }],
  ["import", { noun: "an import", home: "at the top of the file" }],
  ["message", { noun: "a message" }],
  ["oneof", { noun: "a oneof" }],
  ["package", { noun: "the package", home: "at the top of the file" }],
  ["rpc", { noun: "an rpc", home: "in a service" }],
  ["service", { noun: "a service", home: "at the top of the file" }],
]);

/**
 * Tells of a statement that cannot stand `where`, "in a oneof", say. Its keyword can also be the type of a field or the name
 * of an enum value: then it is none.
 */
export function isMisplaced(reader: TokenReader, where: string): boolean {
  const { index } = reader;
  const statement = STATEMENTS.get(reader.word());
  const next = reader.kind(index + 1);
  if (statement === undefined || (next !== TokenKind.IDENTIFIER && next !== TokenKind.STRING)) return false;
  if (reader.isSymbol("=", index + 2)) return false;
  const { noun, home } = statement;
  const message = home === undefined ? `${noun} cannot stand ${where}` : `${noun} must stand ${home}`;
  reader.error(reader.spanOf(index), message);
  return true;
}
