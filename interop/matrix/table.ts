import type { CaseName } from "../cases/cases.js";
import { CASE_NAMES, type Outcome, type Pairing } from "./pairing.js";

/** A column: what became of each case. */
export interface Column {
  readonly pairing: Pairing;
  readonly outcomes: ReadonlyMap<CaseName, Outcome>;
}

const SYMBOLS: Readonly<Record<Outcome["kind"], string>> = { passed: "ok", failed: "FAILED", lacking: "-" };

/** The table of all cases and pairings, with why something is lacking below it. */
export function tableText(columns: readonly Column[]): string {
  const heads = [
    ["client", ...columns.map(({ pairing }) => pairing.client.name)],
    ["server", ...columns.map(({ pairing }) => pairing.server.name)],
    ["", ...columns.map(({ pairing }) => pairing.security)],
  ];
  const rows = CASE_NAMES.map((name) => [
    name,
    ...columns.map(({ outcomes }) => {
      const outcome = outcomes.get(name);
      return outcome === undefined ? "FAILED" : SYMBOLS[outcome.kind];
    }),
  ]);
  return [...aligned([...heads, ...rows]), ...lackTexts(columns), ...remarkTexts(columns)].join("\n");
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}

/** Each reason once, whatever cases and columns it is for. */
function lackTexts(columns: readonly Column[]): string[] {
  const casesOf = new Map<string, Set<CaseName>>();
  for (const { outcomes } of columns) {
    for (const [name, outcome] of outcomes) {
      if (outcome.kind !== "lacking") continue;
      const cases = casesOf.get(outcome.why) ?? new Set();
      casesOf.set(outcome.why, cases.add(name));
    }
  }
  return Array.from(casesOf, ([why, cases]) => `- ${why}: ${[...cases].join(", ")}`);
}

/** What some clients pass with less than others. */
function remarkTexts(columns: readonly Column[]): string[] {
  const clients = columns.map(({ pairing }) => pairing.client).filter(({ seesSizesAlone }) => seesSizesAlone);
  const names = Array.from(new Set(clients.map(({ name }) => name)));
  return names.map((name) => `* ${name}'s client sees of compressed answers only that they arrive whole`);
}
