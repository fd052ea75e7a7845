import type { Report } from "./report/report.js";

/** A named set of scenarios, each measured for several peers. */
export interface Suite {
  /** How the command line calls it. */
  readonly name: string;
  /** One line for the list of suites. */
  readonly summary: string;
  /** In the order in which they run. */
  readonly scenarios: readonly { readonly name: string; readonly summary: string }[];
  /** What can be measured, the project's own first. */
  readonly peers: readonly string[];
  /** What its help says about how it measures; lines of up to 100 characters. */
  readonly method: string;
  /** Measures and reports; what fails is reported too and does not reject. */
  run(options: RunOptions, report: Report): Promise<void>;
}

/** What the user asked for. */
export interface RunOptions {
  /** Names out of the suite's, in the suite's order, at least one. */
  readonly scenarios: readonly string[];
  /** Names out of the suite's, in the suite's order, at least one. */
  readonly peers: readonly string[];
  /** One JSON object a line instead of tables. */
  readonly json: boolean;
  /** A short run that shows whether everything works; its numbers are rough. */
  readonly quick: boolean;
}
