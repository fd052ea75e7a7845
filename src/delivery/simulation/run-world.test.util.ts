import type { Desk } from "./application.test.util.js";
import { ClientHost, type OpenClient } from "./client-host.test.util.js";
import { Forger } from "./forger.test.util.js";
import { finalStateOf, type StateView } from "./handlers.test.util.js";
import { HomeHost } from "./home-host.test.util.js";
import type { OpenHome } from "./home-port.test.util.js";
import { type CrashKind, Machine } from "./machine.test.util.js";
import { OracleFailure } from "./oracles.test.util.js";
import type { Clock } from "./program.test.util.js";
import type { RandomStream } from "./random.test.util.js";
import { type Scenario, scenarioOf } from "./scenario.test.util.js";
import { sizeLeft } from "./size-left.test.util.js";
import { Stage } from "./stage.test.util.js";
import { ACCOUNTS, type Work } from "./work.test.util.js";
import { World } from "./world.test.util.js";

/** How a world has ended. */
export interface WorldReport {
  readonly seed: number;
  readonly failure: OracleFailure | undefined;
  readonly counts: ReadonlyMap<string, number>;
  readonly traceHash: string;
  readonly lines: readonly string[];
  readonly events: number;
  readonly virtualMs: number;
}

export interface Ends {
  readonly openHome: OpenHome;
  readonly openClient: OpenClient;
}

/** Most troubles begin until then; whatever lasts longer ends by itself. */
const TROUBLE_MS = 12_000;

/** After this long without trouble everything has to be resolved. */
const HEALING_MS = 240_000;

/** Runs the world of a seed to its end. */
export async function runWorld(seed: number, ends: Ends): Promise<WorldReport> {
  const scenario = scenarioOf(seed);
  const world = new World(seed);
  const stage = new Stage(world, scenario);
  const play = new Play(stage, ends);
  const failure = await play.run();
  return {
    seed,
    failure,
    counts: stage.counts.byName,
    traceHash: world.traceHash,
    lines: world.lastLines,
    events: world.eventCount,
    virtualMs: world.nowMs,
  };
}

/** All machines of a world, and what befalls them. */
class Play {
  private readonly stage: Stage;
  private readonly world: World;
  private readonly scenario: Scenario;
  private readonly ends: Ends;
  private readonly random: RandomStream;
  private readonly home: HomeHost;
  private readonly stranger: HomeHost | undefined;
  private readonly clients: ClientHost[] = [];
  private readonly forger: Forger;
  /** Nothing goes wrong any more. */
  private isHealed = false;

  constructor(stage: Stage, ends: Ends) {
    this.stage = stage;
    this.world = stage.world;
    this.scenario = stage.scenario;
    this.ends = ends;
    this.random = this.world.stream("play");
    this.home = this.host("home");
    stage.home = this.home;
    stage.observer.onContact = (session, atMs) => stage.causes.hears(session, atMs);
    this.stranger = this.scenario.stranger ? this.host("stranger") : undefined;
    if (this.stranger !== undefined) stage.network.strangers = [this.stranger];
    stage.causes.hasStranger = this.stranger !== undefined;
    for (let i = 0; i < this.scenario.durableClients; i++) this.addClient(`durable-${i}`, true);
    for (let i = 0; i < this.scenario.volatileClients; i++) this.addClient(`volatile-${i}`, false);
    this.forger = new Forger(stage);
  }

  async run(): Promise<OracleFailure | undefined> {
    const { judge } = this.stage;
    try {
      this.home.start();
      this.stranger?.start();
      for (const client of this.clients) this.world.after(this.random.between(0, 30), () => client.start());
      this.planTroubles();
      await this.until(
        () => this.world.nowMs >= TROUBLE_MS && this.isQuiet(),
        TROUBLE_MS + this.scenario.partitionMs,
      );
      this.heal();
      const healedMs = this.world.nowMs;
      const { calls, pauseMs } = this.scenario;
      await this.until(() => this.isResolved(), healedMs + HEALING_MS + calls * pauseMs);
      if (!this.isResolved()) judge.fail("resolved-after-healing", this.unresolved());
      await this.until(() => false, this.stage.network.lastStaleMs + 1_000);
      await this.echo();
      await this.close();
      return judge.failure;
    } catch (error) {
      if (judge.failure !== undefined) return judge.failure;
      if (error instanceof OracleFailure) return error;
      return new OracleFailure("no-stray-errors", String((error as Error)?.stack ?? error));
    }
  }

  /** Lets the world run; ends at once where an oracle has found something. */
  private async until(isDone: () => boolean, limitMs: number): Promise<void> {
    const { judge } = this.stage;
    const stopped = await this.world.run(() => judge.failure !== undefined || isDone(), limitMs);
    if (judge.failure !== undefined) throw judge.failure;
    if (stopped === "endless") judge.fail("resolved-after-healing", "something goes on and on");
    if (stopped !== "done") this.world.nowMs = Math.max(this.world.nowMs, limitMs);
  }

  // ── Who takes part ────────────────────────────────────────────────────────────────────────────────────────

  private host(name: string): HomeHost {
    const { expiresAfterMs, checkpointBytes, failures } = this.scenario;
    const machine = new Machine(this.world, name, this.scenario.disk, this.clock());
    return new HomeHost(this.stage, name, this.ends.openHome, {
      machine,
      failures,
      expiresAfterMs,
      checkpointBytes,
    });
  }

  private clock(): Clock {
    const { clockDrift } = this.scenario;
    return { offsetMs: this.random.between(0, 1e9), rate: 1 + this.random.between(-clockDrift, clockDrift) };
  }

  private addClient(name: string, isDurable: boolean, from?: ClientHost): ClientHost {
    const machine = new Machine(this.world, name, this.scenario.disk, this.clock(), from?.machine);
    const desk: Desk = {
      client: name,
      work: this.workFor(name, isDurable),
      isCopy: from !== undefined,
      done: new Set(),
      forgotten: new Set(),
    };
    const client = new ClientHost(this.stage, this.ends.openClient, { machine, desk, isDurable });
    this.clients.push(client);
    return client;
  }

  private workFor(client: string, isDurable: boolean): Work[] {
    const { random } = this;
    const styles = this.scenario.styles.filter((style) => !isDurable || style !== "plain");
    return Array.from({ length: this.scenario.calls }, (_, index) => {
      const style = random.pick(styles);
      const label = `${client.replace(" ", "-")}.${index}`;
      const manner = {
        throws: random.pick([0, 0, 0, 1, 2]),
        refuses: (style === "redo" || style === "journaled") && random.chance(0.12),
        pauseMs: random.pick([0, 0.3, 3, 40]),
      };
      const first = random.below(ACCOUNTS.length);
      const accounts = [0, 1, 2].map((step) => ACCOUNTS[(first + step) % ACCOUNTS.length]!);
      const cells = [`cell-${random.below(this.scenario.cells)}`];
      return { label, style, where: style === "redo" || style === "plain" ? cells : accounts, manner };
    });
  }

  // ── What goes wrong ───────────────────────────────────────────────────────────────────────────────────────

  private planTroubles(): void {
    const { scenario, random, world } = this;
    const some = (count: number, trouble: () => void) => {
      for (let i = 0; i < count; i++)
        world.after(this.sometime(), () => {
          if (!this.isHealed) trouble();
        });
    };
    some(scenario.serverCrashes, () => this.home.crash(this.crashKind(), this.downMs()));
    some(scenario.clientCrashes, () => this.crashClient());
    some(scenario.closings, () => this.closeClient());
    some(scenario.partitions, () => {
      const client = random.pick(this.clients);
      this.separate(client, random.chance(0.5) ? scenario.partitionMs : random.between(0, 5_000));
    });
    some(scenario.clones, () => this.clone());
    some(scenario.forgeries, () => this.forger.act(this.home, random));
    if (scenario.replaced !== "never") this.planReplacement();
  }

  /** Most calls happen early, and so does most trouble. */
  private sometime(): number {
    const lastMs = this.random.chance(0.7) ? this.scenario.earlyMs : TROUBLE_MS;
    return this.random.between(1, lastMs);
  }

  private crashKind(): CrashKind {
    return this.random.chance(this.scenario.power) ? "power" : "process";
  }

  private downMs(): number {
    return this.random.chance(0.9) ? this.random.between(1, 3_000) : this.scenario.partitionMs;
  }

  private crashClient(): void {
    const alive = this.clients.filter(({ machine }) => machine.program !== undefined);
    const durable = alive.filter(({ isDurable }) => isDurable);
    const from = durable.length > 0 && this.random.chance(0.8) ? durable : alive;
    if (from.length > 0) this.random.pick(from).crash(this.crashKind(), this.downMs());
  }

  /** An application ends without waiting for anything. */
  private closeClient(): void {
    const client = this.random.pick(this.clients);
    if (client.isDurable || client.application === undefined) return;
    this.stage.counts.add("closed with calls under way", client.isDone ? 0 : 1);
    client.application.isClosing = true;
    void client.port?.close();
  }

  private separate({ name }: ClientHost, forMs: number): void {
    const { network } = this.stage;
    network.separate(name, "home");
    this.stage.counts.add("partition");
    this.world.after(forMs, () => network.join(name, "home"));
  }

  /** Somebody copies a client's folder and uses both. */
  private clone(): void {
    const originals = this.clients.filter(({ isDurable, name }) => isDurable && !name.includes(" "));
    if (originals.length === 0) return;
    const original = this.random.pick(originals);
    const copy = this.addClient(`${original.name} copy-${this.clients.length}`, true, original);
    this.stage.counts.add("clone");
    for (const { name } of [original, copy]) this.stage.causes.cloned.add(name);
    this.world.note(`${copy.name} is made`);
    this.world.after(this.random.between(0, 500), () => copy.start());
  }

  /** The home's disk is copied, goes on, breaks, and the copy, or a new disk, is put in its place. */
  private planReplacement(): void {
    const { random, world, home } = this;
    const copyMs = random.between(20, 400);
    // Either way of going on has an epoch of the same number then.
    const startsAgain = random.chance(0.5);
    const replaceMs = copyMs + random.between(startsAgain ? 50 : 5, 400);
    let copy: ReturnType<Machine["copyOfDisk"]> | undefined;
    let copiedMs: number | undefined;
    world.after(copyMs, () => {
      if (home.home === undefined) return;
      copy = home.machine.copyOfDisk();
      copiedMs = world.nowMs;
      const { epoch, position } = home.home;
      this.stage.observer.isCopied({ atMs: world.nowMs, epoch, position });
      world.note("the disk of the home is copied");
      if (startsAgain) home.crash("process", 1);
    });
    world.after(replaceMs, () => {
      const isOlder = this.scenario.replaced === "by an older copy";
      if (isOlder && copy === undefined) return;
      home.crash("process", random.between(1, 500));
      home.machine.replaceDisk(isOlder ? copy : undefined);
      this.stage.counts.add(isOlder ? "home set back" : "home replaced");
      world.note(isOlder ? "the copy is put in its place" : "an empty disk is put in its place");
      if (isOlder) this.stage.causes.setBack = true;
      else this.stage.causes.replaced = true;
      this.stage.judge.isSetBack(isOlder ? copiedMs : undefined);
      this.stage.observer.isSetBack(isOlder);
      // By the time that this one comes, others have brought the home further than it had seen it.
      if (startsAgain) this.separate(this.random.pick(this.clients), random.between(1_000, 5_000));
    });
  }

  // ── How it ends ───────────────────────────────────────────────────────────────────────────────────────────

  private isQuiet(): boolean {
    return this.clients.every(({ isDone, isGone }) => isDone || isGone);
  }

  private heal(): void {
    this.isHealed = true;
    this.world.note("all is well again");
    this.stage.network.heal();
    for (const host of [this.home, this.stranger]) {
      if (host === undefined) continue;
      host.failures = 0;
      if (host.home?.failure !== undefined) host.crash("power", 100);
      host.startIfDown();
    }
    for (const client of this.clients) client.startIfDown();
  }

  /** Everything has an end; of a home that is gone for good nobody expects one. */
  private isResolved(): boolean {
    const { home } = this.home;
    if (home === undefined || home.failure !== undefined || home.remembered.openIntents > 0) return false;
    return this.clients.every(({ isDone, isGone }) => isDone || isGone || this.stage.causes.replaced);
  }

  private unresolved(): string {
    const open = this.home.home?.remembered.openIntents;
    const clients = this.clients.filter(({ isDone, isGone }) => !isDone && !isGone).map(({ name }) => name);
    const labels = this.clients.flatMap(({ desk }) =>
      desk.work.filter(({ label }) => !desk.done.has(label)).map(({ label }) => label),
    );
    return `${open ?? "no home and"} open intents, waiting clients: ${clients.join(", ")}; labels: ${labels.join(", ")}`;
  }

  /** The home is started from its checkpoint, and hears everything once more. */
  private async echo(): Promise<void> {
    const { stage, world, home } = this;
    // What a home has lost it may do again.
    if (stage.causes.setBack || stage.causes.replaced) return;
    await this.done(home.home!.checkpoint());
    home.crash("power", 1);
    await this.until(() => home.home !== undefined, world.nowMs + 60_000);
    if (home.home === undefined)
      stage.judge.fail("starts-again", "the home does not open after a checkpoint");
    stage.network.echo(home, stage.observer.everything());
    await this.until(() => false, world.nowMs + 200);
    await this.until(() => this.isResolved(), world.nowMs + HEALING_MS);
  }

  /** Sessions go, one way or the other; what is left is looked at. */
  private async close(): Promise<void> {
    const { stage, world, home } = this;
    const { judge, causes, scenario } = stage;
    let open = 0;
    for (const { port, application } of this.clients) {
      if (port === undefined || application === undefined) continue;
      application.isClosing = true;
      open++;
      void port.close().then(() => open--);
    }
    await this.until(() => open === 0, world.nowMs + 30_000);
    if (open > 0) judge.fail("resolved-after-healing", `${open} clients do not close`);
    await this.until(() => false, world.nowMs + 2.5 * scenario.expiresAfterMs);
    const port = home.home!;
    const { sessions, answers, openIntents } = port.remembered;
    if (sessions + answers + openIntents > 0)
      judge.fail("nothing-left", `${sessions} sessions, ${answers} answers, ${openIntents} open intents`);
    await this.done(port.checkpoint());
    await this.done(port.checkpoint());
    const before = finalStateOf(...this.states());
    const wasSetBack = causes.setBack || causes.replaced;
    judge.close(wasSetBack ? undefined : before);
    await this.done(port.close());
    this.checkSize();
    home.isAttended = false;
    home.crash("power", 0);
    home.start();
    await this.until(() => home.home !== undefined, world.nowMs + 10_000);
    if (home.home === undefined) judge.fail("starts-again", "the home does not open after it was closed");
    if (!wasSetBack) judge.close(finalStateOf(...this.states()));
  }

  private states(): StateView[] {
    return [this.home, this.stranger].flatMap((host) => host?.home?.state ?? []);
  }

  private checkSize(): void {
    const { judge, counts } = this.stage;
    const { usedBytes, preparedBytes } = sizeLeft(this.home.machine.disk);
    counts.add("bytes left", usedBytes);
    counts.add("bytes prepared", preparedBytes);
    if (usedBytes > FLOOR_BYTES_MAX) judge.fail("nothing-left", `${usedBytes} bytes on the home's disk`);
    if (preparedBytes > PREPARED_BYTES_MAX)
      judge.fail("nothing-left", `${preparedBytes} bytes on the home's disk that are to be filled later`);
  }

  private async done(promise: Promise<void>): Promise<void> {
    let isOver = false;
    let error: unknown;
    promise.then(
      () => (isOver = true),
      (reason: unknown) => {
        isOver = true;
        error = reason;
      },
    );
    await this.until(() => isOver, this.world.nowMs + 60_000);
    if (!isOver) this.stage.judge.fail("resolved-after-healing", "a checkpoint or a close does not end");
    if (error !== undefined)
      this.stage.judge.fail("no-stray-errors", String((error as Error).stack ?? error));
  }
}

/** Two checkpoints of a small state and the segments since the older one. */
const FLOOR_BYTES_MAX = 40 * 1024;

/** Segments of 8 KiB: the eight that are prepared ahead at most, and as many for what calls have reserved. */
const PREPARED_BYTES_MAX = 16 * 8 * 1024;
