import { execFile } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seeded } from "../soak/mixed-calls.js";
import { Actor } from "./actor.js";
import { aboveFloor, clientFloor, type FolderFloor, type FolderSize, homeFloor, sizeOf } from "./floor.js";
import { Healing } from "./healing.js";
import { DurableLoad, type Load, type LoadFigures, VolatileLoad } from "./load.js";
import { type Judgement, type ListName, Oracle } from "./oracle.js";
import { pause, within } from "./patience.js";
import { drawBlow, type Moment, type Random, type Victim } from "./plan.js";
import type { CrashClient } from "./programs/client.js";
import type { CrashServer } from "./programs/server.js";
import { World } from "./world.js";

/** How long all may take that is due once nobody is killed any more. */
const HEALING_MS_MAX = 60_000;

/**
 * How long to wait for answers before somebody is killed all the same: longer than it takes to start everything, so that there
 * has to be an answer at least.
 */
const MOMENT_MS_MAX = 30_000;

/** So small that segments and checkpoints come and go all the time. */
const SEGMENT_BYTES = 64 * 1024;

/** Of a call's name that fills the journals: as long as a key may be, or nearly. */
const FILLER_REPEATS = 140;

/** So many before somebody looks whether it is enough: they fill two segments. */
const FILLERS_AT_ONCE = 100;

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
  readonly server: FolderSize | undefined;
  readonly client: FolderSize | undefined;
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
    worldAnswers: 0,
    stateAnswers: 0,
    livedThroughKills: 0,
    askedAgain: 0,
    outcomesAnswered: 0,
    outcomesDenied: 0,
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
  private readonly healing: Healing;
  private answerListener: (() => void) | undefined;
  private answersSinceBlow = 0;

  constructor(settings: RunSettings) {
    this.settings = settings;
    this.random = seeded(settings.seed);
    mkdirSync(settings.folder, { recursive: true });
    this.log = openSync(join(settings.folder, "output.log"), "a");
    this.actors = this.makeActors();
    const { server, durable: client } = this.actors;
    const { oracle, world } = this;
    this.healing = new Healing({ server, client, oracle, world: world.lists, msMax: HEALING_MS_MAX });
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
    const goesOn = () => !this.isHopeless && !loads.some(({ hasFailed }) => hasFailed);
    while (this.kills - killsBefore < kills && goesOn()) await this.strike();
    const judgement = this.oracle.judge(this.isHopeless ? undefined : await this.healing.heal(loads));
    return {
      ...judgement,
      kills: this.kills - killsBefore,
      tookMs: performance.now() - startedMs,
    };
  }

  /** Lets the volatile client's sessions expire and all else be forgotten, until no more is on disk than has to be. */
  async floor(): Promise<Floor> {
    await this.actors.volatile.stop();
    let found: Floor = {
      server: undefined,
      client: undefined,
      violations: ["nobody has looked at the journals"],
    };
    const isDone = async () => {
      const [server, client] = await Promise.all([this.serverFolder, this.clientFolder].map(inspected));
      const above = (name: string, size: FolderSize, floor: FolderFloor) =>
        aboveFloor(size, floor).map((text) => `the ${name} remembers nothing, and ${text}`);
      const violations = [
        ...above("home", server, homeFloor(SEGMENT_BYTES)),
        ...above("durable client", client, clientFloor(SEGMENT_BYTES)),
      ];
      found = { server, client, violations };
      return violations.length === 0;
    };
    try {
      await within(HEALING_MS_MAX, this.writeUntil(isDone));
    } catch (error) {
      found = { ...found, violations: [(error as Error).message] };
    }
    return found;
  }

  /** Fills journals with calls that leave nothing, so that checkpoints are made. */
  private async writeUntil(isDone: () => Promise<boolean>): Promise<void> {
    const client = await this.actors.durable.ready();
    const list: ListName = "world 1";
    const plan = { list, isRefused: true, timeoutMs: undefined, asksAgain: false, asksOutcome: false };
    for (let number = 0; number % FILLERS_AT_ONCE > 0 || !(await isDone()); number++) {
      const name = `${number} ${"filler ".repeat(FILLER_REPEATS)}`;
      await client.tell("call", { ...plan, name });
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
    const isMet = await within(MOMENT_MS_MAX, this.until(moment));
    if (!isMet && this.answersSinceBlow === 0 && !this.isHopeless)
      this.oracle.violation(`for ${MOMENT_MS_MAX / 1000} s nobody has got an answer`);
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
    this.answersSinceBlow = 0;
    if (moment.after === "time") return pause(moment.starts * (this.actors.server.startMs.at(-1) ?? 0));
    await new Promise<void>((resolve) => {
      this.answerListener = () => {
        if (++this.answersSinceBlow === moment.count) resolve();
      };
    });
    await pause(moment.andMs);
  }
}

/** What is in a journal's folder, as the command says. */
async function inspected(folder: string): Promise<FolderSize> {
  const args = [COMMAND, "journal", "inspect", folder, "--json"];
  const said = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { timeout: HEALING_MS_MAX }, (_, stdout, stderr) => {
      // It fails where the journal is damaged, and says so.
      if (stdout === "") reject(new Error(`${folder} cannot be looked at: ${stderr}`));
      else resolve(stdout);
    });
  });
  return sizeOf(folder, said);
}

const COMMAND = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
