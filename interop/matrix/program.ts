import type { CaseName } from "../cases/cases.js";
import { LineProcess, type LineProcessOptions } from "../line-process.js";
import type { CertificateFiles } from "./certificates.js";
import type { Report, RunningServer, Security } from "./peer.js";

/** Longer than what the programs give a case themselves, so that they can say what was late. */
const CASE_MS_MAX = 45_000;
const START_MS_MAX = 20_000;
const END_MS_MAX = 10_000;

/** How often the soak cases call: enough for a connection to wear, little enough for a run of minutes. */
const RPC_SOAK_ITERATIONS = 100;
const CHANNEL_SOAK_ITERATIONS = 20;
/** It is not speed that is tested, and all runs share a machine. */
const SOAK_ITERATION_MS_MAX = 10_000;
const SOAK_SECONDS_MAX = 30;

/** Of the names in the certificate, one that no look-up of names gives. */
const SERVER_NAME = "interop.test.google.fr";

/** A program and what stands before its flags. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** Starts a server that tells on a line where it listens. */
export async function startServer(
  { command, args }: Command,
  security: Security,
  { tls_cert_file, tls_key_file }: CertificateFiles,
  options: LineProcessOptions = {},
): Promise<RunningServer> {
  const tls = { use_tls: true, tls_cert_file, tls_key_file };
  const flags = { port: 0, ...(security === "tls" ? tls : {}) };
  const server = new LineProcess(command, [...args, ...flagsFrom(flags)], options);
  for (;;) {
    const [, port] = /listening on \S*:([0-9]+)$/.exec(await server.receive(START_MS_MAX)) ?? [];
    if (port !== undefined) return { port: Number(port), kill: () => server.kill() };
  }
}

/** Runs a client that takes several cases and prints a line for each. */
export async function runCases(
  { command, args }: Command,
  cases: readonly CaseName[],
  target: readonly string[],
  report: Report,
): Promise<void> {
  for (const batch of batches(cases)) {
    const rest = [...batch];
    while (rest.length > 0) {
      const client = new LineProcess(command, [...args, ...target, ...caseFlags(rest)]);
      let name = rest[0]!;
      try {
        while (rest.length > 0) {
          name = rest.shift()!;
          report(name, faultIn(name, await client.receive(CASE_MS_MAX)));
        }
        if ((await client.ended(END_MS_MAX)) === null)
          report(name, "the client does not end after its cases");
      } catch (error) {
        report(name, error instanceof Error ? error.message : String(error));
      } finally {
        await client.kill();
      }
    }
  }
}

/** Runs a client that takes one case and says in its exit code how that went. */
export async function runEachCase(
  { command, args }: Command,
  cases: readonly CaseName[],
  target: readonly string[],
  report: Report,
): Promise<void> {
  for (const name of cases) {
    const client = new LineProcess(command, [...args, ...target, ...caseFlags([name])]);
    const code = await client.ended(CASE_MS_MAX);
    const why = code === null ? `not done after ${CASE_MS_MAX / 1000} s` : `exit code ${code}`;
    report(name, code === 0 ? undefined : `${why}: ${client.complaints}`);
  }
}

/** The flags that lead a client to a server. */
export function targetFlags(port: number, security: Security, { ca_file }: CertificateFiles): string[] {
  const tls = { use_tls: true, use_test_ca: true, ca_file, server_host_override: SERVER_NAME };
  return flagsFrom({
    server_host: "127.0.0.1",
    server_port: port,
    ...(security === "tls" ? tls : {}),
  });
}

/** Cases that one process can run: those with the same flags. */
function batches(cases: readonly CaseName[]): CaseName[][] {
  const parts = [
    cases.filter((name) => name !== "channel_soak"),
    cases.filter((name) => name === "channel_soak"),
  ];
  return parts.filter((batch) => batch.length > 0);
}

function caseFlags(cases: readonly CaseName[]): string[] {
  return flagsFrom({
    test_case: cases.join(","),
    soak_iterations: cases.includes("channel_soak") ? CHANNEL_SOAK_ITERATIONS : RPC_SOAK_ITERATIONS,
    soak_per_iteration_max_acceptable_latency_ms: SOAK_ITERATION_MS_MAX,
    soak_overall_timeout_seconds: SOAK_SECONDS_MAX,
  });
}

function faultIn(name: CaseName, line: string): string | undefined {
  if (line === `passed: ${name}`) return undefined;
  const start = `failed: ${name}: `;
  return line.startsWith(start) ? line.slice(start.length) : `an unexpected line: ${line}`;
}

/** What a command line says with these flags. */
export function flagsFrom(flags: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
