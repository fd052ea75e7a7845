import { printable } from "../../idl/text/diagnostic-text.js";

/** Rows of the same length as lines, their cells below each other. `right`: the columns of numbers, which stand at the right. */
export function tableLines(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string[] {
  const shown = rows.map((row) => row.map(printable));
  const columns = shown[0] ?? [];
  const widths = columns.map((_, column) => Math.max(...shown.map((row) => row[column].length)));
  return shown.map((row) =>
    row
      .map((cell, column) =>
        right.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join("  ")
      .trimEnd(),
  );
}
