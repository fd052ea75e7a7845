import { Counts } from "./counts.test.util.js";
import type { Failure, Job, JobReport } from "./jobs.test.util.js";
import type { CrashKind } from "./machine.test.util.js";
import type { Request } from "./network.test.util.js";
import type { Program } from "./program.test.util.js";
import type { Ends } from "./run-world.test.util.js";
import { StrayErrors } from "./run-worlds.test.util.js";
import { type SmallClient, SmallWorld } from "./small-world.test.util.js";
import type { Work } from "./work.test.util.js";

/** Two clients that want two things each: both styles, one conflict key, the same accounts. */
const CLIENTS: readonly SmallClient[] = [
  { name: "one", isDurable: false, work: [redo("one.0"), transfer("one.1", "a", "b", "c")] },
  { name: "two", isDurable: false, work: [redo("two.0"), transfer("two.1", "b", "c", "a")] },
];

/** The same with a client that comes back after a crash. */
const DURABLE: readonly SmallClient[] = [{ ...CLIENTS[0]!, isDurable: true }, CLIENTS[1]!];

function redo(label: string): Work {
  return { label, style: "redo", where: ["cell"], manner: { throws: 0, refuses: false, pauseMs: 0 } };
}

function transfer(label: string, ...where: string[]): Work {
  return { label, style: "journaled", where, manner: { throws: 0, refuses: false, pauseMs: 0 } };
}

/** What goes wrong: before which event. */
interface Plan {
  readonly clients: readonly SmallClient[];
  /** Who crashes: the home, or the first client. */
  readonly victim: "home" | "client";
  readonly kind: CrashKind;
  /** Undefined: never. */
  readonly crashAt: number | undefined;
  /** Which message comes once more, counted from 0. */
  readonly message: number | undefined;
  readonly repeatAt: number;
}

interface Outcome {
  readonly failure: Failure | undefined;
  /** How many events there were, and before which the messages were sent. */
  readonly events: number;
  readonly sentAt: readonly number[];
}

/** Every placement of a crash and of a duplicate of one message, in a world of two clients and four calls. */
export async function runOrders(
  ends: Ends,
  { part, parts }: Job & { kind: "orders" },
  progress: (runs: number) => void = () => {},
): Promise<JobReport> {
  const failures: Failure[] = [];
  const counts = new Counts();
  const notes: string[] = [];
  let runs = 0;
  const strays = new StrayErrors();
  const run = async (plan: Plan): Promise<Outcome> => {
    const outcome = await runPlan(ends, plan, counts);
    if (outcome.failure !== undefined && failures.length < 3) failures.push(outcome.failure);
    if (++runs % 200 === 0) progress(runs);
    return outcome;
  };
  for (const { clients, victim, kinds, step } of VARIANTS) {
    const before = runs;
    const none: Plan = {
      clients,
      victim,
      kind: "process",
      crashAt: undefined,
      message: undefined,
      repeatAt: 0,
    };
    const { events } = await run(none);
    let crashes = 0;
    for (let crashAt = 0; crashAt <= events; crashAt++) {
      if (crashAt % parts !== part) continue;
      for (const kind of kinds) {
        const plan = { ...none, kind, crashAt: crashAt === 0 ? undefined : crashAt };
        const crashed = await run(plan);
        crashes++;
        for (const [message, sentAt] of crashed.sentAt.entries()) {
          for (
            let repeatAt = sentAt + 1;
            repeatAt <= crashed.events && failures.length === 0;
            repeatAt += step
          )
            await run({ ...plan, message, repeatAt });
        }
      }
    }
    notes.push(`${victim} crashes: ${events} events, ${crashes} crashes, ${runs - before} worlds`);
  }
  strays.close();
  return { runs, failures, counts: Object.fromEntries(counts.byName), notes, trace: [] };
}

const VARIANTS: readonly {
  readonly clients: readonly SmallClient[];
  readonly victim: Plan["victim"];
  readonly kinds: readonly CrashKind[];
  /** The duplicate comes before each event, or each so-and-so-manieth. */
  readonly step: number;
}[] = [
  { clients: CLIENTS, victim: "home", kinds: ["power"], step: 1 },
  { clients: DURABLE, victim: "client", kinds: ["power"], step: 40 },
];

async function runPlan(ends: Ends, plan: Plan, counts: Counts): Promise<Outcome> {
  const small = new SmallWorld(ends, plan.clients);
  const { world, stage, home, clients } = small;
  const sent: { client: Program; request: Request; atEvent: number }[] = [];
  const { observer } = stage;
  stage.network.watch = {
    onRequest(client, to, request) {
      if (request.call !== undefined) sent.push({ client, request, atEvent: world.eventCount });
      observer.onRequest(client, to, request);
    },
    onArrival: (host, request) => observer.onArrival(host, request),
    onServed: (request, arrivedMs, reply) => observer.onServed(request, arrivedMs, reply),
    onReply: (client, request, reply) => observer.onReply(client, request, reply),
  };
  let events = 0;
  world.beforeEvent = (count) => {
    if (count === plan.crashAt) {
      if (plan.victim === "home") home.crash(plan.kind, 3);
      else clients[0]!.crash(plan.kind, 3);
    }
    const message = plan.message === undefined ? undefined : sent[plan.message];
    if (message !== undefined && count === plan.repeatAt && home.program !== undefined)
      stage.network.repeat(home, message.client, message.request);
    if (!clients.every(({ isDone, isGone }) => isDone || isGone)) events = count;
  };
  const found = await small.run();
  counts.addAll(stage.counts);
  const { crashAt, message, repeatAt, victim } = plan;
  const seed = `${victim} crash ${crashAt}, message ${message} again at ${repeatAt}`;
  const failure: Failure | undefined = found && {
    seed,
    oracle: found.oracle,
    detail: found.message,
    lines: world.lastLines,
  };
  return { failure, events, sentAt: sent.map(({ atEvent }) => atEvent) };
}
