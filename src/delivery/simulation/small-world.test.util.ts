import { ClientHost } from "./client-host.test.util.js";
import { finalStateOf } from "./handlers.test.util.js";
import { HomeHost } from "./home-host.test.util.js";
import { Machine } from "./machine.test.util.js";
import { OracleFailure } from "./oracles.test.util.js";
import type { Ends } from "./run-world.test.util.js";
import type { Scenario } from "./scenario.test.util.js";
import { Stage } from "./stage.test.util.js";
import type { Work } from "./work.test.util.js";
import { World } from "./world.test.util.js";

/** Nothing goes wrong by itself. */
export const CALM: Scenario = {
  family: "duplicates",
  network: { requestLost: 0, replyLost: 0, duplicated: 0, stale: 0, slow: 0, misrouted: 0, cut: 0 },
  disk: { syncMs: [0.2, 0.2], slow: 0 },
  durableClients: 0,
  volatileClients: 0,
  calls: 0,
  atOnce: 2,
  styles: [],
  cells: 1,
  serverCrashes: 0,
  clientCrashes: 0,
  closings: 0,
  power: 0,
  partitions: 0,
  partitionMs: 0,
  clones: 0,
  forgeries: 0,
  stranger: false,
  replaced: "never",
  failures: 0,
  expiresAfterMs: 60_000,
  checkpointBytes: 100_000,
  earlyMs: 0,
  pauseMs: 60,
  patienceMs: 40_000,
  clockDrift: 0,
};

export interface SmallClient {
  readonly name: string;
  readonly isDurable: boolean;
  readonly work: readonly Work[];
}

/** A world of a few calls in which just that goes wrong what somebody has planned. */
export class SmallWorld {
  readonly world: World;
  readonly stage: Stage;
  readonly home: HomeHost;
  readonly clients: readonly ClientHost[];

  constructor(ends: Ends, clients: readonly SmallClient[], scenario: Scenario = CALM, seed = 1) {
    this.world = new World(seed);
    this.stage = new Stage(this.world, scenario);
    const machineOf = (name: string) =>
      new Machine(this.world, name, scenario.disk, { offsetMs: 1_000, rate: 1 });
    this.home = new HomeHost(this.stage, "home", ends.openHome, {
      machine: machineOf("home"),
      failures: 0,
      expiresAfterMs: scenario.expiresAfterMs,
      checkpointBytes: scenario.checkpointBytes,
    });
    this.stage.home = this.home;
    this.stage.observer.onContact = (session, atMs) => this.stage.causes.hears(session, atMs);
    this.clients = clients.map(
      ({ name, isDurable, work }) =>
        new ClientHost(this.stage, ends.openClient, {
          machine: machineOf(name),
          desk: { client: name, work, isCopy: false, done: new Set(), forgotten: new Set() },
          isDurable,
        }),
    );
  }

  /** Until all calls have their end, and `isDone`; then all of it is looked at. */
  async run(isDone: () => boolean = () => true): Promise<OracleFailure | undefined> {
    const { judge } = this.stage;
    try {
      this.home.start();
      await this.until(() => this.home.home !== undefined);
      for (const client of this.clients) client.start();
      await this.until(() => this.isOver() && isDone());
      this.stage.network.echo(this.home, this.stage.observer.everything());
      // Long enough for signs of life.
      await this.untilMs(this.world.nowMs + 15_000);
      for (const { port, application } of this.clients) {
        if (application !== undefined) application.isClosing = true;
        void port?.close();
      }
      await this.until(() => (this.home.home?.remembered.sessions ?? 99) <= this.durableClients);
      await this.untilMs(this.world.nowMs + 50);
      judge.close(finalStateOf(this.home.home!.state));
      this.home.crash("power", 1);
      await this.until(() => this.home.home !== undefined);
      judge.close(finalStateOf(this.home.home!.state));
      return judge.failure;
    } catch (error) {
      if (judge.failure !== undefined) return judge.failure;
      return new OracleFailure("no-stray-errors", String((error as Error)?.stack ?? error));
    }
  }

  /** Who does not say goodbye. */
  private get durableClients(): number {
    return this.clients.filter(({ isDurable }) => isDurable).length;
  }

  private isOver(): boolean {
    if (this.home.home === undefined || this.home.home.remembered.openIntents > 0) return false;
    return this.clients.every(({ isDone, isGone }) => isDone || isGone);
  }

  private untilMs(untilMs: number): Promise<void> {
    this.world.after(untilMs - this.world.nowMs, () => {});
    return this.until(() => this.world.nowMs >= untilMs && this.home.home !== undefined);
  }

  private async until(isDone: () => boolean): Promise<void> {
    const { judge } = this.stage;
    const limitMs = this.world.nowMs + LIMIT_MS;
    const stopped = await this.world.run(() => judge.failure !== undefined || isDone(), limitMs);
    if (judge.failure !== undefined) throw judge.failure;
    if (stopped !== "done") judge.fail("resolved-after-healing", `nothing more happens (${stopped})`);
  }
}

/** Nothing takes longer, in a world where all goes well but for one crash. */
const LIMIT_MS = 200_000;
