import type { Row } from "./row.js";

/** A row as one line of JSON, without the line's end. `error` is there only if the peer failed, `remark` only if there is one. */
export function jsonLine(suite: string, scenario: string, row: Row): string {
  return JSON.stringify({
    suite,
    scenario,
    peer: row.peer,
    value: rounded(row.value),
    unit: row.unit,
    p50_ms: rounded(row.p50Ms),
    p99_ms: rounded(row.p99Ms),
    ratio: rounded(row.ratio),
    ...(row.failure === null ? {} : { error: row.failure }),
    ...(row.remark === null ? {} : { remark: row.remark }),
  });
}

/** To five significant digits: more than a benchmark knows. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(5));
}
