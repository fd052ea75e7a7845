import type { CaseName } from "./cases/cases.js";
import { makeCertificates } from "./matrix/certificates.js";
import { CASE_NAMES, type Outcome, type Pairing, pairingName, runPairing } from "./matrix/pairing.js";
import { type Peer, type RunningServer, SECURITIES } from "./matrix/peer.js";
import { goPeer, grpcJsPeer, pythonPeer, redoubtPeer } from "./matrix/peers.js";
import { type Column, tableText } from "./matrix/table.js";

// gRPC's interoperability tests: Redoubt against gRPC for Go, Python and Node, each as client and as server of the
// other, in plaintext and over TLS. Prints a line for each case, then the table of all, then the counts; exits 1 if a
// case has failed that both ends implement.

const RUN_MS_MAX = 540_000;
/** A client and a server make one pairing busy on two cores; a second one fills the time in which they wait. */
const PAIRINGS_AT_ONCE = 2;
const FAULT_CHARS_MAX = 500;

const columns: Column[] = [];
let failed = 0;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
const overdue = setTimeout(() => {
  fail(`not done after ${RUN_MS_MAX / 1000} s`);
  process.exit(finish());
}, RUN_MS_MAX);

try {
  await runAll();
} catch (error) {
  fail(error instanceof Error ? String(error.stack) : String(error));
}
clearTimeout(overdue);
process.exit(finish());

async function runAll(): Promise<void> {
  const servers = new Map<string, Promise<RunningServer>>();
  const queue = pairings();
  const worker = async () => {
    for await (const pairing of queue) await runColumn(pairing, servers);
  };
  try {
    await Promise.all(Array.from({ length: PAIRINGS_AT_ONCE }, worker));
  } finally {
    for (const server of servers.values()) await server.then(({ kill }) => kill()).catch(() => {});
  }
}

/** The pairings, as their peers are ready: what has to be compiled is so while others run. */
async function* pairings(): AsyncGenerator<Pairing> {
  const certificates = await makeCertificates();
  const ours = redoubtPeer(certificates);
  const others = [
    Promise.resolve(grpcJsPeer(certificates)),
    prepared("Python", pythonPeer(certificates)),
    prepared("Go", goPeer(certificates)),
  ];
  for (const security of SECURITIES) yield { client: ours, server: ours, security };
  for (const other of others) {
    const peer = await other;
    if (peer === undefined) continue;
    for (const security of SECURITIES) yield { client: ours, server: peer, security };
    for (const security of SECURITIES) yield { client: peer, server: ours, security };
  }
}

/** Where the tools for a peer are missing, that is a failure in CI and a skip elsewhere. */
async function prepared(name: string, peer: Promise<Peer>): Promise<Peer | undefined> {
  try {
    return await peer;
  } catch (error) {
    const what = `${name}: ${error instanceof Error ? error.message.trim() : error}`;
    if (process.env.CI === "true") fail(what);
    else console.log(`skipped: ${what}`);
    return undefined;
  }
}

async function runColumn(pairing: Pairing, servers: Map<string, Promise<RunningServer>>): Promise<void> {
  const outcomes = new Map<CaseName, Outcome>();
  columns.push({ pairing, outcomes });
  const { server, security } = pairing;
  const name = pairingName(pairing);
  try {
    const { port } = await cached(servers, `${server.name}, ${security}`, () => server.serve(security));
    await runPairing(pairing, port, (caseName, outcome) => {
      outcomes.set(caseName, outcome);
      console.log(`${outcome.kind}: ${name}: ${caseName}${explanation(outcome)}`);
    });
  } catch (error) {
    fail(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

function explanation(outcome: Outcome): string {
  switch (outcome.kind) {
    case "passed":
      return "";
    case "failed":
      return `: ${outcome.why.slice(0, FAULT_CHARS_MAX)}`;
    case "lacking":
      return `: ${outcome.why} (${outcome.fault.slice(0, FAULT_CHARS_MAX)})`;
  }
}

function cached<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function fail(what: string): void {
  failed++;
  console.log(`failed: ${what}`);
}

/** Prints the table and the counts, and gives the exit code. */
function finish(): number {
  let passed = 0;
  for (const { pairing, outcomes } of columns) {
    for (const name of CASE_NAMES) {
      const outcome = outcomes.get(name);
      if (outcome === undefined) fail(`${pairingName(pairing)}: ${name} has not been run`);
      else if (outcome.kind === "failed") failed++;
      else if (outcome.kind === "passed") passed++;
    }
  }
  console.log(`\n${tableText(columns)}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
