import { CLIENT_RECORD_KINDS, RECORD_KINDS } from "../record-kinds.js";
import { Counts } from "./counts.test.util.js";
import type { Failure, Job, JobReport } from "./jobs.test.util.js";
import type { Machine } from "./machine.test.util.js";
import type { Program } from "./program.test.util.js";
import { EPOCH_KIND, recordKindsIn, SEAL_KIND } from "./records-written.test.util.js";
import type { Ends } from "./run-world.test.util.js";
import { StrayErrors } from "./run-worlds.test.util.js";
import { CALM, type SmallClient, SmallWorld } from "./small-world.test.util.js";
import type { Work } from "./work.test.util.js";

/** Every step of a call's life, with what a crash there is to show. Each is died at. */
export const POINTS: readonly string[] = [
  "home: reply to Close has come",
  "home: reply to KeepAlive has come",
  "home: reply to Open has come",
  "home: reply to Outcome has come",
  "home: reply to call has come",
  "client: Close has arrived",
  "client: KeepAlive has arrived",
  "client: Open has arrived",
  "client: Outcome has arrived",
  "client: call has arrived",
  "client: Close about to be sent",
  "client: KeepAlive about to be sent",
  "client: Open about to be sent",
  "client: Outcome about to be sent",
  "client: call about to be sent",
  "client: call about to be written",
  "client: call durable",
  "client: epoch about to be written",
  "client: epoch durable",
  "client: forgotten about to be written",
  "client: forgotten durable",
  "client: kept about to be written",
  "client: kept durable",
  "client: opened about to be written",
  "client: opened durable",
  "client: opening about to be written",
  "client: opening durable",
  "client: reply to Close received",
  "client: reply to KeepAlive received",
  "client: reply to Open received",
  "client: reply to Outcome received",
  "client: reply to call received",
  "client: seal about to be written",
  "client: seal durable",
  "handler: before the effect",
  "handler: effect",
  "handler: handler entered",
  "handler: note durable",
  "home: Close arrives",
  "home: KeepAlive arrives",
  "home: Open arrives",
  "home: Outcome arrives",
  "home: call arrives",
  "home: done about to be written",
  "home: done durable",
  "home: ended about to be written",
  "home: ended durable",
  "home: epoch about to be written",
  "home: epoch durable",
  "home: executed about to be written",
  "home: executed durable",
  "home: intent about to be written",
  "home: intent durable",
  "home: method about to be written",
  "home: method durable",
  "home: noted about to be written",
  "home: noted durable",
  "home: opened about to be written",
  "home: opened durable",
  "home: refused about to be written",
  "home: refused durable",
  "home: reply to Close sent",
  "home: reply to KeepAlive sent",
  "home: reply to Open sent",
  "home: reply to Outcome sent",
  "home: reply to call sent",
  "home: time about to be written",
  "home: time durable",
  "home: touched about to be written",
  "home: touched durable",
];

const HOME_RECORDS: ReadonlyMap<number, string> = new Map<number, string>([
  [EPOCH_KIND, "epoch"],
  [SEAL_KIND, "seal"],
  ...Object.entries(RECORD_KINDS).map(([name, kind]) => [kind, name] as const),
]);

const CLIENT_RECORDS: ReadonlyMap<number, string> = new Map<number, string>([
  [EPOCH_KIND, "epoch"],
  [SEAL_KIND, "seal"],
  ...Object.entries(CLIENT_RECORD_KINDS).map(([name, kind]) => [kind, name] as const),
]);

/** Where a program dies: at one of the times that it comes there. */
interface Target {
  readonly name: string;
  readonly occurrence: number;
}

/** Places at which a program may die, by name, and how often each is come to. */
class Points {
  readonly seen = new Map<string, number>();
  private readonly target: Target | undefined;
  private readonly onTarget: (program: Program) => void;

  constructor(target: Target | undefined, onTarget: (program: Program) => void) {
    this.target = target;
    this.onTarget = onTarget;
  }

  reach(name: string, program: Program): void {
    if (program.isDead) return;
    const count = (this.seen.get(name) ?? 0) + 1;
    this.seen.set(name, count);
    if (name === this.target?.name && count === this.target.occurrence) this.onTarget(program);
  }

  /** Names what a machine's programs write, by the records in it. */
  watch(machine: Machine, who: string, names: ReadonlyMap<number, string>): void {
    const namesIn = (bytes: Uint8Array) => [
      ...new Set(recordKindsIn(bytes).map((kind) => names.get(kind) ?? `record ${kind}`)),
    ];
    machine.watch = (program) => ({
      onWrite: (bytes) => {
        for (const name of namesIn(bytes)) this.reach(`${who}: ${name} about to be written`, program);
      },
      onWritten: (bytes) => {
        for (const name of namesIn(bytes)) this.reach(`${who}: ${name} durable`, program);
        return !program.isDead;
      },
    });
  }
}

/**
 * Of worlds in which a caller's deadline passes before its call has come; in the second a call leaves while an answer
 * before it is on its way to the disk.
 */
const SEEDS = [6, 31] as const;

/** Slower than the network: what leaves before it is durable comes before it is durable. */
const SLOW_DISK = { syncMs: [40, 40], slow: 0 } as const;

const MANNER = { throws: 0, refuses: false, pauseMs: 0.2 };
const CLIENTS: readonly SmallClient[] = [
  {
    name: "one",
    isDurable: true,
    work: [
      { label: "one.0", style: "redo", where: ["cell"], manner: MANNER },
      { label: "one.1", style: "journaled", where: ["a", "b", "c"], manner: MANNER },
      { label: "one.2", style: "redo", where: ["cell"], manner: { ...MANNER, refuses: true } },
    ] satisfies Work[],
  },
  {
    name: "two",
    isDurable: false,
    work: [
      { label: "two.0", style: "redo", where: ["cell"], manner: { ...MANNER, throws: 1 } },
      { label: "two.1", style: "journaled", where: ["a", "b", "c"], manner: MANNER },
      { label: "two.2", style: "plain", where: ["cell"], manner: MANNER },
      { label: "two.4", style: "query", where: ["a", "b", "c"], manner: { ...MANNER, throws: 1 } },
      { label: "two.5", style: "query", where: ["a", "b", "c"], manner: { ...MANNER, throws: 1 } },
      { label: "two.6", style: "query", where: ["a", "b", "c"], manner: { ...MANNER, throws: 1 } },
      { label: "two.3", style: "query", where: ["a", "b", "c"], manner: MANNER },
    ] satisfies Work[],
  },
  {
    name: "three",
    isDurable: true,
    work: ["three.0", "three.1", "three.2", "three.3", "three.4", "three.5"].map((label) => ({
      label,
      style: "journaled",
      where: ["b", "c", "a"],
      manner: MANNER,
    })),
  },
];

/** Of a point that is come to often, only so many times. */
const OCCURRENCES_MAX = 12;

/** A crash at each point, at each time that it is come to. */
export async function runPoints(
  ends: Ends,
  { stopsAtFailure }: Job & { kind: "points" },
  progress: (runs: number) => void = () => {},
): Promise<JobReport> {
  const failures: Failure[] = [];
  const counts = new Counts();
  let runs = 0;
  const strays = new StrayErrors();
  const run = async (seed: number, target: Target | undefined): Promise<Points> => {
    const { points, failure } = await runWith(ends, seed, target, counts);
    if (failure !== undefined && failures.length < 3) failures.push(failure);
    if (++runs % 20 === 0) progress(runs);
    return points;
  };
  const isOver = () => stopsAtFailure && failures.length > 0;
  const crashes = new Map<string, number>(POINTS.map((name) => [name, 0]));
  for (const seed of SEEDS) {
    const { seen } = await run(seed, undefined);
    for (const [name, count] of [...seen].sort()) {
      const occurrences = Math.min(count, OCCURRENCES_MAX);
      crashes.set(name, (crashes.get(name) ?? 0) + occurrences);
      for (let occurrence = 1; occurrence <= occurrences && !isOver(); occurrence++)
        await run(seed, { name, occurrence });
    }
  }
  for (const [name, count] of isOver() ? [] : crashes) {
    const fail = (detail: string) =>
      failures.push({ seed: name, oracle: "points-are-complete", detail: `${name}: ${detail}`, lines: [] });
    if (count === 0) fail("nobody comes to it");
    if (!POINTS.includes(name)) fail("it is not in the list");
  }
  const notes = Array.from(crashes, ([name, count]) => `${name}: ${count} crashes`);
  strays.close();
  return { runs, failures, counts: Object.fromEntries(counts.byName), notes, trace: [] };
}

async function runWith(
  ends: Ends,
  seed: number,
  target: Target | undefined,
  counts: Counts,
): Promise<{ points: Points; failure: Failure | undefined }> {
  const small = new SmallWorld(
    ends,
    CLIENTS,
    { ...CALM, atOnce: 2, checkpointBytes: 600, disk: SLOW_DISK },
    seed,
  );
  const { stage, home, clients } = small;
  const echo = (): void => {
    if (home.home === undefined) stage.world.after(1, echo);
    else stage.network.echo(home, stage.observer.everything());
  };
  const points = new Points(target, (program) => {
    if (program === home.machine.program) {
      home.crash("power", 5);
      // Whatever was under way comes late, or once more.
      stage.world.after(5, echo);
    }
    for (const client of clients) if (program === client.machine.program) client.crash("power", 5);
  });
  stage.onPoint = (name, program) => points.reach(`handler: ${name}`, program);
  points.watch(home.machine, "home", HOME_RECORDS);
  for (const client of clients) points.watch(client.machine, "client", CLIENT_RECORDS);
  const { observer, network } = stage;
  network.watch = {
    onRequest: (client, to, request) => {
      observer.onRequest(client, to, request);
      if (client === clients[1]!.machine.program) cutOnce(`client: ${nameOf(request.path)}`);
      points.reach(`client: ${nameOf(request.path)} about to be sent`, client);
    },
    onArrival: (host, request) => {
      observer.onArrival(host, request);
      const sender = clients.find(({ name }) => name === host)?.machine.program;
      if (sender !== undefined) points.reach(`client: ${nameOf(request.path)} has arrived`, sender);
      if (home.program !== undefined) points.reach(`home: ${nameOf(request.path)} arrives`, home.program);
    },
    onServed: (request, arrivedMs, reply) => observer.onServed(request, arrivedMs, reply),
    onReply: (client, request, reply) => {
      observer.onReply(client, request, reply);
      if (home.program !== undefined)
        points.reach(`home: reply to ${nameOf(request.path)} sent`, home.program);
    },
    onReceived: (client, request) => {
      const name = nameOf(request.path);
      if (home.program !== undefined) points.reach(`home: reply to ${name} has come`, home.program);
      points.reach(`client: reply to ${name} received`, client);
    },
  };
  // The second client's first call is lost with all that follows, until it asks what became of it.
  let isCut = false;
  const cutOnce = (name: string) => {
    if (isCut || !name.startsWith("client: call") || clients[1]!.application === undefined) return;
    isCut = true;
    network.separate("two", "home");
    stage.world.after(2_000, () => network.join("two", "home"));
  };
  const found = await small.run();
  counts.addAll(stage.counts);
  const crash = target === undefined ? "no crash" : `${target.name}, ${target.occurrence}. time`;
  return {
    points,
    failure: found && {
      seed: `${crash}, world ${seed}`,
      oracle: found.oracle,
      detail: found.message,
      lines: stage.world.lastLines,
    },
  };
}

/** `call` for the work itself, `Open` and so on for redoubt.Delivery. */
function nameOf(path: string): string {
  return path.startsWith("/redoubt.Delivery/") ? path.slice("/redoubt.Delivery/".length) : "call";
}
