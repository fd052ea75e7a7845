import { compatible } from "../idl/compatible/compatible.js";
import type { Finding, Place } from "../idl/compatible/finding.js";
import { isRuleName, RULES, type RuleName } from "../idl/compatible/rules.js";
import { counted } from "../idl/text/diagnostic-text.js";
import { Diagnostics } from "../idl/text/diagnostics.js";
import { suggest } from "../idl/text/suggest.js";
import { nodeFiles } from "../runtime/node-files.js";
import { checkedIncludes } from "./inputs.js";
import { type LocatedVersion, loadVersion } from "./interface-version.js";
import { jsonDiagnostics, painter, printDiagnostics, printJson } from "./report.js";
import { ExitCode, UsageError, type World } from "./world.js";

/** What the command line says; see `redoubt help compatible`. */
export interface CheckCompatibleOptions {
  readonly older: string;
  readonly newer: string;
  readonly allow: readonly string[];
  readonly include: readonly string[];
  readonly json?: boolean;
}

/** `redoubt compatible` */
export async function checkCompatible(options: CheckCompatibleOptions, world: World): Promise<ExitCode> {
  const allowed = new Set(options.allow.map(ruleName));
  const problems = new Diagnostics();
  const include = checkedIncludes(nodeFiles(world.cwd), options.include, problems);
  const { version: older, diagnostics: ofOlder } = await loadVersion(options.older, include, world);
  const { version: newer, diagnostics: ofNewer } = await loadVersion(options.newer, include, world);
  const all = [...problems.all, ...ofOlder, ...ofNewer];
  const diagnostics = jsonDiagnostics(all);
  if (!options.json) printDiagnostics(all, world);
  if (problems.errorCount > 0 || older === undefined || newer === undefined) {
    if (options.json) printJson({ ok: false, diagnostics }, world);
    return ExitCode.USAGE;
  }
  const found = compatible(older, newer);
  const findings = found
    .filter(({ rule }) => !allowed.has(rule))
    .map((finding) => withShownPaths(finding, older, newer));
  const allowedCount = found.length - findings.length;
  const ok = findings.length === 0;
  if (options.json) printJson({ ok, diagnostics, findings, allowedCount }, world);
  else printFindings(findings, allowedCount, world);
  return ok ? ExitCode.OK : ExitCode.FAILED;
}

function withShownPaths(finding: Finding, older: LocatedVersion, newer: LocatedVersion): Finding {
  const shown = (place: Place | undefined, version: LocatedVersion) =>
    place && { ...place, path: version.shownPath(place.path) };
  return { ...finding, older: shown(finding.older, older), newer: shown(finding.newer, newer) };
}

function ruleName(name: string): RuleName {
  if (isRuleName(name)) return name;
  const meant = suggest(name, Object.keys(RULES));
  const hint =
    meant === undefined ? "`redoubt help compatible` lists the rules" : `did you mean \`${meant}\`?`;
  throw new UsageError(`there is no rule \`${name}\``, hint);
}

function printFindings(findings: readonly Finding[], allowedCount: number, { stdout }: World): void {
  const paint = painter(stdout);
  const lines = findings.flatMap(({ rule, message, older, newer, breaks, formats }) => [
    `${paint("error", rule)}: ${message}`,
    ...(older === undefined ? [] : [`  old: ${paint("place", placeText(older))}`]),
    ...(newer === undefined ? [] : [`  new: ${paint("place", placeText(newer))}`]),
    `  breaks: ${breaks.join(", ")} (${formats.join(", ")})`,
  ]);
  const summary = [
    findings.length === 0 ? "nothing breaks" : `${counted(findings.length, "thing")} would break`,
    ...(allowedCount === 0 ? [] : [`${allowedCount} allowed`]),
  ];
  stdout.write(`${[...lines, summary.join(", ")].join("\n")}\n`);
}

function placeText({ path, line, column }: Place): string {
  return line === 0 ? path : `${path}:${line}:${column}`;
}
