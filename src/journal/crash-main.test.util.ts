/**
 * The program that looks for what a journal lacks, in a process of its own, for `npm run simulate -- --mutants`: it is bundled
 * with the sources, one of whose guards is off. chaos/promises/ has the other end.
 */
import { CHECKS, type CheckName } from "./crash-checks.test.util.js";
import type { Violation } from "./crash-violation.test.util.js";

function tell(check: CheckName, runs: number, violation: Violation | undefined): void {
  const failure = violation && { seed: check, oracle: violation.oracle, detail: violation.detail, lines: [] };
  const failures = failure === undefined ? [] : [failure];
  process.send?.({ kind: "report", report: { runs, failures, counts: {}, notes: [], trace: [] } });
}

process.on("message", ({ check }: { readonly check: CheckName }) => {
  const astray = (error: unknown) => {
    const detail = error instanceof Error ? `${error.stack}` : `${error}`;
    tell(check, 1, { oracle: "no-stray-errors", detail });
  };
  process.on("uncaughtException", astray);
  CHECKS[check]().then(({ runs, violation }) => tell(check, runs, violation), astray);
});
process.send?.({ kind: "ready" });
