import type { Row } from "../report/row.js";
import { geometricMean } from "../report/statistics.js";
import { type Direction, directions, type Scenario, scenarios } from "./scenarios.js";

/** What a scenario brought. */
export interface Result {
  readonly scenario: Scenario;
  readonly rows: readonly Row[];
}

/** All of a direction in one table. */
export interface Mean {
  readonly name: string;
  readonly summary: string;
  readonly rows: readonly Row[];
}

/** The geometric means of each direction of which all but the 1 MiB were measured; those say more of memory. */
export function meansOf(results: readonly Result[]): Mean[] {
  return directions.flatMap((direction) => {
    const counted = scenarios.filter(
      (scenario) => scenario.direction === direction && scenario.fixture !== "1MiB",
    );
    const measured = results.filter(({ scenario }) => counted.includes(scenario));
    return measured.length === counted.length ? [meanOf(direction, measured)] : [];
  });
}

function meanOf(direction: Direction, results: readonly Result[]): Mean {
  const peers = results[0]!.rows.map(({ peer }) => peer);
  return {
    name: `${direction}-mean`,
    summary: `geometric mean of the ${results.length} above, without 1 MiB`,
    rows: peers.map((peer) => meanRow(peer, results)),
  };
}

function meanRow(peer: string, results: readonly Result[]): Row {
  const rows = results.map(({ rows }) => rows.find((row) => row.peer === peer)!);
  const namesOf = (is: (row: Row) => boolean) =>
    results.filter((_, index) => is(rows[index]!)).map(({ scenario }) => scenario.name);
  const failed = namesOf(({ failure }) => failure !== null);
  const remarked = namesOf(({ remark }) => remark !== null);
  return {
    peer,
    unit: rows[0]!.unit,
    value: meanOrNull(rows.map(({ value }) => value)),
    p50Ms: null,
    p99Ms: null,
    ratio: meanOrNull(rows.map(({ ratio }) => ratio)),
    spread: null,
    failure: failed.length === 0 ? null : `it failed in ${failed.join(", ")}`,
    remark: remarked.length === 0 ? null : `differs as remarked in ${remarked.join(", ")}`,
  };
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : geometricMean(known);
}
