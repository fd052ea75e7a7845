import { setTimeout as after } from "node:timers/promises";
import type { Bench } from "./cases/case.js";
import { CASES, type CaseName } from "./cases/cases.js";
import { boolean, FlagError, fileOf, helpText, number, parseFlags, text, type Values } from "./flags.js";
import type { ClientSecurity, Implementation } from "./implementation.js";

const CASE_MS_MAX = 40_000;

const FLAGS = {
  server_host: text("localhost", "The host to connect to"),
  server_port: number(8080, "The port to connect to"),
  server_host_override: text("", "The name that the server's certificate must have, if not its host's"),
  test_case: text("large_unary", "The case to run; several with commas between, or all"),
  use_tls: boolean(false, "Whether to use TLS"),
  use_test_ca: boolean(false, "Whether to trust --ca_file instead of the platform's authorities"),
  ca_file: text("build/certificates/ca.pem", "The certificate of the authority for tests"),
  soak_iterations: number(10, "How often rpc_soak and channel_soak call"),
  soak_max_failures: number(0, "How many of these calls may fail"),
  soak_per_iteration_max_acceptable_latency_ms: number(1000, "How long one of them may take"),
  soak_overall_timeout_seconds: number(10, "How long all of them together may take"),
};

/**
 * The client of gRPC's interoperability tests: runs the cases that the flags name and prints `passed: CASE` or
 * `failed: CASE: why` for each. Gives the exit code: 0 if all have passed, 1 if not, 2 where the flags are wrong.
 */
export async function runClient(implementation: Implementation, args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(helpText("Runs cases of gRPC's interoperability tests against a server.", FLAGS));
    console.log(`\nCases: ${Object.keys(CASES).join(" ")}`);
    return 0;
  }
  try {
    const flags = parseFlags(FLAGS, args);
    const cases = casesNamed(flags.test_case);
    const bench = benchOf(implementation, flags);
    let failed = 0;
    for (const name of cases) {
      const fault = await faultOf(CASES[name](bench));
      if (fault !== undefined) failed++;
      console.log(fault === undefined ? `passed: ${name}` : `failed: ${name}: ${fault}`);
    }
    await bench.client.close();
    return failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    console.error(error.message);
    return 2;
  }
}

function casesNamed(names: string): CaseName[] {
  const known = Object.keys(CASES) as CaseName[];
  if (names === "all") return known;
  return names.split(",").map((name) => {
    const found = known.find((candidate) => candidate === name);
    if (found === undefined)
      throw new FlagError(`no case is called "${name}"; there are: ${known.join(" ")}`);
    return found;
  });
}

function benchOf(implementation: Implementation, flags: Values<typeof FLAGS>): Bench {
  const host = flags.server_host.includes(":") ? `[${flags.server_host}]` : flags.server_host;
  const security = securityOf(flags);
  const connect = () => implementation.connect(`${host}:${flags.server_port}`, security);
  return {
    connect,
    client: connect(),
    soak: {
      iterations: flags.soak_iterations,
      maxFailures: flags.soak_max_failures,
      iterationMsMax: flags.soak_per_iteration_max_acceptable_latency_ms,
      overallMsMax: flags.soak_overall_timeout_seconds * 1000,
    },
  };
}

function securityOf(flags: Values<typeof FLAGS>): ClientSecurity {
  if (!flags.use_tls) return { kind: "plaintext" };
  const ca = flags.use_test_ca ? fileOf("ca_file", flags.ca_file) : undefined;
  return { kind: "tls", ca, serverName: flags.server_host_override || undefined };
}

/** What went wrong, on one line; undefined if nothing did. */
async function faultOf(run: Promise<void>): Promise<string | undefined> {
  const timer = new AbortController();
  const late = after(CASE_MS_MAX, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`not done after ${CASE_MS_MAX / 1000} s`);
  });
  try {
    await Promise.race([run, late]);
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.message : error).replaceAll(/\s+/g, " ");
  } finally {
    timer.abort();
    await late.catch(() => {});
  }
}
