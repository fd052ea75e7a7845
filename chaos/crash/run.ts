import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seeded } from "../soak/mixed-calls.js";
import { Actor } from "./actor.js";
import { type FolderSize, floorOf, sizeOf } from "./floor.js";
import { DurableLoad, type Load, type LoadFigures, VolatileLoad } from "./load.js";
import { type Judgement, type ListName, type Lists, Oracle } from "./oracle.js";
import { drawBlow, LISTS, type Moment, type Random, type Victim } from "./plan.js";
import type { CrashClient } from "./programs/client.js";
import type { CrashServer } from "./programs/server.js";
import { World } from "./world.js";

/** How long all may take that is due once nobody is killed any more. */
const HEALING_MS_MAX = 60_000;

/** How long to wait for answers before somebody is killed all the same: longer than any machine needs to start everything. */
const MOMENT_MS_MAX = 30_000;

/** So small that segments and checkpoints come and go all the time. */
const SEGMENT_BYTES = 64 * 1024;

/** Of a call's name that fills the journals: as long as a key may be, or nearly. */
const FILLER_REPEATS = 140;

/** How long the home remembers clients that are gone: those that are killed are back before. */
const EXPIRES_AFTER_MS = 10_000;

/** How the home is opened. */
const HOME = { segmentBytes: SEGMENT_BYTES, expiresAfterMs: EXPIRES_AFTER_MS };

/** The programs that are killed; the careless ones promise nothing. */
export type Side = "careful" | "careless";

export interface RunSettings {
  /** Journals, sockets and logs go there; it is there and empty. */
  readonly folder: string;
  readonly seed: number;
  readonly side: Side;
}

/** A part of a run: processes are killed, all heals, and effects are judged. */
export interface Round extends Judgement {
  readonly kills: number;
  readonly tookMs: number;
}

/** What is left on disk in the end. */
export interface Floor {
  readonly server: FolderSize;
  readonly client: FolderSize;
  readonly violations: readonly string[];
}

type Actors = {
  readonly server: Actor<CrashServer>;
  readonly durable: Actor<CrashClient>;
  readonly volatile: Actor<CrashClient>;
};

/** Processes, their world, and an oracle that compares what is said with what is. */
export class CrashRun {
  /** Of all blows, those by which several were killed at once. */
  killsTogether = 0;
  readonly figures: LoadFigures = {
    asked: 0,
    answers: 0,
    livedThroughKills: 0,
    askedAgain: 0,
    outcomesTold: 0,
    abandoned: 0,
    resumed: 0,
  };
  /** How long the home has taken to open, each time. */
  readonly openMs: number[] = [];
  readonly world = new World();
  readonly oracle = new Oracle();
  readonly actors: Actors;
  private readonly settings: RunSettings;
  private readonly random: Random;
  private readonly log: number;
  private answerListener: (() => void) | undefined;

  constructor(settings: RunSettings) {
    this.settings = settings;
    this.random = seeded(settings.seed);
    mkdirSync(settings.folder, { recursive: true });
    this.log = openSync(join(settings.folder, "output.log"), "a");
    this.actors = this.makeActors();
  }

  get kills(): number {
    const { server, durable, volatile } = this.actors;
    return server.kills + durable.kills + volatile.kills;
  }

  private get isHopeless(): boolean {
    return Object.values(this.actors).some(({ isHopeless }) => isHopeless);
  }

  async start(): Promise<void> {
    await this.world.listen(join(this.settings.folder, "world.sock"));
    for (const actor of Object.values(this.actors)) actor.start();
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.actors).map((actor) => actor.stop()));
    await this.world.close();
    closeSync(this.log);
  }

  /** Kills as many processes as that under load, lets all heal, and judges. */
  async round(kills: number, number: number): Promise<Round> {
    const startedMs = performance.now();
    const killsBefore = this.kills;
    const loads = this.loads(number);
    for (const load of loads) load.start();
    while (this.kills - killsBefore < kills && !this.isHopeless) await this.strike();
    const healed = !this.isHopeless && (await within(HEALING_MS_MAX, this.heal(loads)));
    if (!healed)
      this.oracle.violation(`not everything was resolved ${HEALING_MS_MAX / 1000} s after the last kill`);
    const lists = healed ? await this.lists() : this.world.lists;
    const judgement = this.oracle.judge(lists);
    if (healed) await this.clear();
    return {
      ...judgement,
      kills: this.kills - killsBefore,
      tookMs: performance.now() - startedMs,
    };
  }

  /** Lets the volatile client's sessions expire and all else be forgotten, until no more is on disk than has to be. */
  async floor(): Promise<Floor> {
    const { server, durable, volatile } = this.actors;
    await volatile.stop();
    const openings = (actor: Actor<CrashServer> | Actor<CrashClient>) =>
      actor.startMs.length + actor.killsWhileStarting;
    const folders: readonly [string, string, FolderSize][] = [
      ["home", this.serverFolder, floorOf(SEGMENT_BYTES, openings(server))],
      ["durable client", this.clientFolder, floorOf(SEGMENT_BYTES, openings(durable))],
    ];
    const above = () =>
      folders.filter(([, folder, floor]) => {
        const { bytes, checkpointBytes } = sizeOf(folder);
        return bytes > floor.bytes || checkpointBytes === 0 || checkpointBytes > floor.checkpointBytes;
      });
    await within(
      HEALING_MS_MAX,
      this.writeUntil(() => above().length === 0),
    );
    const violations = above().map(([name, folder, floor]) => {
      const { bytes, checkpointBytes } = sizeOf(folder);
      return (
        `the ${name} remembers nothing, and has ${bytes} bytes on disk, where ${floor.bytes} would do, ` +
        `with a checkpoint of ${checkpointBytes}, where ${floor.checkpointBytes} would do`
      );
    });
    return { server: sizeOf(this.serverFolder), client: sizeOf(this.clientFolder), violations };
  }

  /** Fills journals with calls that leave nothing, so that checkpoints are made. */
  private async writeUntil(isDone: () => boolean): Promise<void> {
    const client = await this.actors.durable.ready();
    for (let number = 0; !isDone(); number++) {
      const name = `${number} ${"filler ".repeat(FILLER_REPEATS)}`;
      const list: ListName = "world 1";
      await client.tell("call", { name, list, isRefused: true, timeoutMs: undefined, asksAgain: false });
      await client.tell("forget", name);
    }
  }

  private get serverFolder(): string {
    return join(this.settings.folder, "server");
  }

  private get clientFolder(): string {
    return join(this.settings.folder, "client");
  }

  private makeActors(): Actors {
    const { folder, side } = this.settings;
    const address = `unix:${join(folder, "server.sock")}`;
    const programs = side === "careful" ? "" : "careless-";
    const file = (name: string) =>
      fileURLToPath(new URL(`./programs/${programs}${name}.js`, import.meta.url));
    const common = { output: this.log, onFault: (text: string) => this.oracle.violation(text) };
    const client = (name: string, clientFolder: string | undefined) =>
      new Actor<CrashClient>({
        ...common,
        name,
        file: file("client"),
        begin: async (program) => {
          const start = { folder: clientFolder, address, segmentBytes: SEGMENT_BYTES };
          this.figures.resumed += (await program.tell("start", start)).length;
        },
      });
    return {
      server: new Actor<CrashServer>({
        ...common,
        name: "server",
        file: file("server"),
        begin: async (program) => {
          const generation = this.world.nextGeneration();
          const world = join(folder, "world.sock");
          const seed = this.settings.seed + generation;
          const start = { folder: this.serverFolder, address, world, generation, seed, ...HOME };
          this.openMs.push(await program.tell("start", start));
        },
      }),
      durable: client("durable client", this.clientFolder),
      volatile: client("volatile client", undefined),
    };
  }

  private loads(number: number): readonly Load[] {
    const { oracle, figures, actors } = this;
    const settings = (prefix: string) => ({
      oracle,
      figures,
      random: seeded(Math.floor(this.random() * 2 ** 31)),
      prefix: `${prefix} ${number}`,
      kills: () => this.kills,
      onAnswer: () => this.answerListener?.(),
    });
    return [
      new DurableLoad({ ...settings("durable"), client: actors.durable }),
      new VolatileLoad({ ...settings("volatile"), client: actors.volatile }),
    ];
  }

  /** Waits for the moment, and kills. */
  private async strike(): Promise<void> {
    const { victims, moment, downMs } = drawBlow(this.random);
    await within(MOMENT_MS_MAX, this.until(moment));
    const killed = victims.filter((victim) => this.actorOf(victim).kill(downMs));
    if (killed.length > 1) this.killsTogether += killed.length;
    // Who is down already is not there to be killed: others get to run meanwhile.
    if (killed.length === 0) await pause(1);
  }

  private actorOf(victim: Victim): Actor<CrashServer> | Actor<CrashClient> {
    const { server, durable, volatile } = this.actors;
    return { server, "durable client": durable, "volatile client": volatile }[victim];
  }

  private async until(moment: Moment): Promise<void> {
    if (moment.after === "time") return pause(moment.starts * (this.actors.server.startMs.at(-1) ?? 0));
    let missing = moment.count;
    await new Promise<void>((resolve) => {
      this.answerListener = () => {
        if (--missing === 0) resolve();
      };
    });
    await pause(moment.andMs);
  }

  /** Every call comes to its end, and nobody remembers any. */
  private async heal(loads: readonly Load[]): Promise<void> {
    await Promise.all(loads.map((load) => load.stop()));
    const { server, durable } = this.actors;
    const unfinished = await (await durable.ready()).tell("unfinished");
    if (unfinished.length > 0)
      this.oracle.violation(`the durable client has not finished ${unfinished.join(", ")}`);
    while (((await (await server.ready()).tell("openIntents")) ?? 0) > 0) await pause(10);
  }

  /** All effects there are. */
  private async lists(): Promise<Lists> {
    const lists = new Map<string, readonly string[]>(this.world.lists);
    for (const list of LISTS.filter((list) => list.startsWith("state")))
      lists.set(list, await this.recorded(list));
    return lists;
  }

  /** A list in the server's state, part by part. */
  private async recorded(list: ListName): Promise<readonly string[]> {
    const client = await this.actors.durable.ready();
    const found: string[] = [];
    for (;;) {
      const { length, names } = await client.tell("read", { list, from: found.length });
      found.push(...names);
      if (names.length > 0) continue;
      if (length !== found.length)
        this.oracle.violation(`${list} has ${found.length} names, and counts ${length}`);
      return found;
    }
  }

  private async clear(): Promise<void> {
    this.world.lists.clear();
    const client = await this.actors.durable.ready();
    for (const list of LISTS.filter((list) => list.startsWith("state"))) await client.tell("clear", list);
  }
}

/** Whether something was done in time. */
async function within(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
