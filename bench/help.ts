import { flags } from "./arguments.js";
import type { Suite } from "./suite.js";

/** What `npm run bench -- --help` prints. */
export function topHelp(suites: readonly Suite[]): string {
  return `npm run bench -- SUITE [options]

Suites:
${twoColumns(suites.map((suite) => [suite.name, suite.summary]))}

Options:
${flagLines()}

npm run bench -- SUITE --help   lists the suite's scenarios and peers, and says how it measures.
`;
}

/** What `npm run bench -- SUITE --help` prints. */
export function suiteHelp(suite: Suite): string {
  return `npm run bench -- ${suite.name} [options]

${suite.summary}

Scenarios:
${twoColumns(suite.scenarios.map((scenario) => [scenario.name, scenario.summary]))}

Peers: ${suite.peers.join(", ")}

Options:
${flagLines()}

${suite.method}
Examples:
  npm run bench -- ${suite.name}
  npm run bench -- ${suite.name} --only ${suite.scenarios[0]!.name} --peer ${suite.peers.slice(0, 2).join(",")}
  npm run --silent bench -- ${suite.name} --quick --json > ${suite.name}.jsonl   (--silent: npm prints lines of its own)
`;
}

function flagLines(): string {
  return twoColumns(Object.entries(flags).map(([name, flag]) => [`--${name} ${flag.value}`, flag.says]));
}

function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
