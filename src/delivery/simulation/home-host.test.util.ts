import { randomFaults } from "../../runtime/simulated-faults.test.util.js";
import { never, type Workshop } from "./handlers.test.util.js";
import type { HomePort, HomeSettings, OpenHome } from "./home-port.test.util.js";
import type { CrashKind, Machine } from "./machine.test.util.js";
import type { Departure, Endpoint, Reply, Request } from "./network.test.util.js";
import type { Program } from "./program.test.util.js";
import type { Stage } from "./stage.test.util.js";

/** A machine with a home on it, and the operator who starts it again. */
export class HomeHost implements Endpoint {
  readonly name: string;
  readonly machine: Machine;
  home: HomePort | undefined;
  /** How often a sync or durable write fails. */
  failures: number;
  /** It is started again after a crash. */
  isAttended = true;
  private readonly stage: Stage;
  private readonly openHome: OpenHome;
  private readonly settings: HomeSettings;
  private hasFaults = false;

  constructor(
    stage: Stage,
    name: string,
    openHome: OpenHome,
    options: HomeSettings & { machine: Machine; failures: number },
  ) {
    this.stage = stage;
    this.name = name;
    this.openHome = openHome;
    this.settings = options;
    this.machine = options.machine;
    this.failures = options.failures;
  }

  /** What messages reach; undefined while nothing listens. */
  get program(): Program | undefined {
    return this.home === undefined ? undefined : this.machine.program;
  }

  start(): void {
    const { stage, machine } = this;
    const program = machine.start();
    this.hasFaults = false;
    const random = stage.world.stream(`faults ${this.name}`);
    machine.disk.faults = (operation) => {
      const { action, path } = operation;
      if (action === "rename" && path.includes("/checkpoint-")) this.countCheckpoint();
      // What a folder's names are after a sync of it has failed no program can put right.
      if (operation.name.startsWith("folder")) return undefined;
      const fault = randomFaults({ sync: this.failures }, () => random.fraction())(operation);
      if (fault !== undefined) {
        this.hasFaults = true;
        stage.counts.add("disk fails");
        stage.world.note(`${program.name}: ${operation.name} fails`);
      }
      return fault;
    };
    this.openHome(program, this.workshop(program), this.settings).then(
      (home) => this.opened(program, home),
      (error: unknown) => {
        if (!program.isDead) this.doesNotOpen(error);
      },
    );
  }

  private countCheckpoint(): void {
    const isOpen = (this.home?.remembered.openIntents ?? 0) > 0;
    this.stage.counts.add(isOpen ? "checkpoint with open intents" : "checkpoint");
  }

  private opened(program: Program, home: HomePort): void {
    if (program.isDead) return;
    this.stage.world.note(`${program.name} serves`);
    this.home = home;
    this.stage.causes.servesFrom();
  }

  private doesNotOpen(error: unknown): void {
    this.stage.world.note(`${this.name} does not open: ${String(error)}`);
    if (!this.hasFaults)
      this.stage.judge.fail(
        "starts-again",
        `${this.name} does not open: ${String((error as Error)?.stack ?? error)}`,
      );
    this.crash("process", 100);
  }

  /** The program, or the whole machine, is gone, and is started again after a while. */
  crash(kind: CrashKind, restartMs: number): void {
    const { program } = this.machine;
    if (program === undefined) return;
    this.stage.counts.add(`server crash: ${kind}`);
    if ((this.home?.remembered.openIntents ?? 0) > 0) this.stage.counts.add("crash with open intents");
    this.home = undefined;
    this.stage.causes.servesNoMore();
    this.machine.crash(kind);
    this.stage.network.drop(program);
    if (this.isAttended) this.stage.world.after(restartMs, () => this.startIfDown());
  }

  startIfDown(): void {
    if (this.machine.program === undefined) this.start();
  }

  async serve(request: Request, departure: Departure): Promise<Reply> {
    const { home } = this;
    const { program } = this.machine;
    if (home === undefined || program === undefined) return never();
    const reply = await home.serve(request, departure);
    if (home.failure !== undefined) this.replaceFailed(program, home.failure);
    return reply;
  }

  /** An operator sees that the journal has failed. */
  private replaceFailed(program: Program, failure: Error): void {
    if (!this.hasFaults)
      this.stage.judge.fail(
        "starts-again",
        `the journal of ${this.name} has failed: ${failure.stack} ${(failure.cause as Error | undefined)?.stack}`,
      );
    this.stage.counts.add("journal failed");
    program.later(200, () => this.crash("power", 100));
  }

  private workshop(program: Program): Workshop {
    const { stage } = this;
    return {
      program,
      place: this.name,
      outside: stage.outside,
      judge: stage.judge,
      thrown: stage.thrown,
      count: (what) => stage.counts.add(what),
      runs: (label) => stage.observer.runs(label, this.home?.identity),
      point: (name) => stage.point(name, program),
    };
  }
}
