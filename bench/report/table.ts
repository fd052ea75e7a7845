import { OURS, type Row } from "./row.js";

/** One scenario's rows as a table for people; ends with a line's end. */
export function formatTable(scenario: string, summary: string, rows: readonly Row[]): string {
  const unit = rows[0]!.unit;
  const showLatency = rows.some((row) => row.p50Ms !== null);
  const head = ["", unit, "spread", ...(showLatency ? ["p50 ms", "p99 ms"] : []), `${OURS} ÷ peer`];
  const lines = rows.map((row) => [
    row.peer,
    row.failure === null ? formatNumber(row.value) : "failed",
    row.spread === null ? "" : `${Math.round(row.spread * 100)} %`,
    ...(showLatency ? [formatNumber(row.p50Ms), formatNumber(row.p99Ms)] : []),
    row.ratio === null ? "" : `${formatNumber(row.ratio)} ×`,
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]!.length)),
  );
  const formatLine = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("   ")}`.trimEnd();
  const failures = rows
    .filter((row) => row.failure !== null)
    .map((row) => `  ${row.peer} failed: ${row.failure}`);
  const remarks = rows.filter((row) => row.remark !== null).map((row) => `  ${row.peer}: ${row.remark}`);
  return `${[`${scenario}: ${summary}`, formatLine(head), ...lines.map(formatLine), ...failures, ...remarks].join("\n")}\n`;
}

/** Thousands separated by commas; three significant digits below a hundred. */
export function formatNumber(value: number | null): string {
  if (value === null) return "";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  if (value === 0) return "0";
  return Number(value.toPrecision(3)).toString();
}
