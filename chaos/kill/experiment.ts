import { Credentials, Server, Status } from "@redoubt/rpc";
import { Echo } from "../../interop/gen/echo_pb.js";
import { type Cut, isSilent } from "../virtual/cut.js";
import type { LinkManner } from "../virtual/link.js";
import { VirtualNetwork } from "../virtual/network.js";
import { VirtualRuntime } from "../virtual/runtime.js";
import { World } from "../virtual/world.js";
import { type CallRecord, Conversation } from "./conversation.js";
import { EntryLog } from "./entry-log.js";
import { Evidence } from "./evidence.js";
import type { Scenario } from "./scenarios.js";

/** What has come of a conversation. */
export interface Finding {
  /** Each breach of a rule, in words; none if all is well. */
  readonly faults: readonly string[];
  readonly records: readonly CallRecord[];
  /** What the first connection has carried. */
  readonly bytes: { readonly "to-server": number; readonly "to-client": number };
}

/** The world's time in which everything has to come to an end: longer than every time limit of the engine's. */
const LIMIT_MS = 120_000;

/** For calls in a world where connections may fall silent: gRPC without keepalive knows no other end. */
const SILENCE_TIMEOUT_MS = 3_000;

/** Runs a conversation in a world of its own, with a cut or without, and checks every rule there is. */
export async function experiment(
  scenario: Scenario,
  options: { readonly cut?: Cut; readonly refusesLater?: boolean; readonly manner?: LinkManner } = {},
): Promise<Finding> {
  const { cut, refusesLater, manner } = options;
  const faults: string[] = [];
  const world = new World();
  const evidence = new Evidence();
  const network = new VirtualNetwork(world, { cut, refusesLater, manner, watch: () => evidence.watchLink() });
  const clientRuntime = new VirtualRuntime(world, network);
  const serverRuntime = new VirtualRuntime(world, network);
  const log = new EntryLog(world);
  const servers: Server[] = [];
  const startServer = async (): Promise<string> => {
    const server = new Server({ ...scenario.server, runtime: serverRuntime }).add(Echo, log.handlers());
    servers.push(server);
    return server.listen("10.0.0.1:80", Credentials.insecure());
  };
  const target = await startServer();
  const conversation = new Conversation({
    world,
    server: servers[0],
    startSuccessor: async () => void (await startServer()),
    target,
    runtime: clientRuntime,
    log,
    evidence,
    timeoutMs: cut !== undefined && isSilent(cut.kind) ? SILENCE_TIMEOUT_MS : undefined,
  });

  const finishes = async (what: string, promise: Promise<unknown>): Promise<void> => {
    let over = false;
    promise.then(
      () => {
        over = true;
      },
      (error) => {
        over = true;
        faults.push(`${what}: ${error}`);
      },
    );
    const stopped = await world.run(() => over, LIMIT_MS);
    if (stopped === "done") return;
    const open = conversation.records
      .filter((record) => record.settled === undefined)
      .map(({ name }) => name);
    faults.push(`${what} hangs (${stopped}); calls without an end: ${open.join(", ") || "none"}`);
  };
  await finishes("the conversation", scenario.converse(conversation));
  await finishes("channel.close()", conversation.channel.close());
  const left = network.openPipes("client");
  if (left > 0) faults.push(`channel.close() has resolved with ${left} connections open`);
  for (const server of servers) await finishes("server.close()", server.close());
  const kept = network.openPipes("server");
  if (kept > 0) faults.push(`server.close() has resolved with ${kept} connections open`);
  await world.run(() => false, LIMIT_MS);

  faults.push(...callFaults(conversation.records, log, evidence));
  if (log.running > 0) faults.push(`${log.running} handlers never returned`);
  for (const [side, { pending }] of [
    ["client", clientRuntime],
    ["server", serverRuntime],
  ] as const) {
    const pipes = network.openPipes(side);
    if (pipes > 0) faults.push(`the ${side} has left ${pipes} pipes`);
    if (pending.timers > 0) faults.push(`the ${side} has left ${pending.timers} timers`);
    if (pending.turnEnds > 0) faults.push(`the ${side} has left ${pending.turnEnds} callbacks`);
  }
  const { bytesSent = { "to-server": 0, "to-client": 0 } } = network.links[0] ?? {};
  return { faults, records: conversation.records, bytes: bytesSent };
}

/** The rules of DESIGN.md, "What an error says", call by call. */
function callFaults(records: readonly CallRecord[], log: EntryLog, evidence: Evidence): string[] {
  const faults: string[] = [];
  const names = new Set(records.map(({ name }) => name));
  for (const { name, end, settled, demanded } of records) {
    if (end === undefined || settled === undefined) {
      faults.push(`${name}: has no end`);
      continue;
    }
    const entries = log.count(name);
    const { code, outcome } = end;
    const said = `${name}: ${code} ${outcome} "${end.message}" (${entries} entries, ${evidence.attemptsOf(name)} attempts)`;
    if (settled.code !== Status.OK && (settled.code !== code || settled.outcome !== outcome))
      faults.push(`${said}; but the caller was told ${settled.code} ${settled.outcome}`);
    if (entries > 1) faults.push(`${said}: executed more than once`);
    if (outcome === "not-executed" && entries !== 0) faults.push(`${said}: it was executed`);
    if (outcome === "executed" && entries !== 1) faults.push(`${said}: it was not executed`);
    if (code !== Status.OK && outcome !== demanded)
      faults.push(`${said}: the definition demands ${demanded}`);
  }
  if (evidence.nameless > 0) faults.push(`${evidence.nameless} streams without a name`);
  for (const entry of log.entries)
    if (!names.has(entry)) faults.push(`an entry of ${entry}, which was never called`);
  return faults;
}
