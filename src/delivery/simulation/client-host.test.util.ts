import { Application, type Desk } from "./application.test.util.js";
import type { ClientPort } from "./client-port.test.util.js";
import type { CrashKind, Machine } from "./machine.test.util.js";
import type { Program } from "./program.test.util.js";
import type { Stage } from "./stage.test.util.js";

/** Opens the delivery half of a client: with a folder, or for the life of the program only. */
export type OpenClient = (
  stage: Stage,
  program: Program,
  client: string,
  isDurable: boolean,
) => Promise<ClientPort>;

/** A machine with an application on it. */
export class ClientHost {
  readonly name: string;
  readonly machine: Machine;
  readonly desk: Desk;
  readonly isDurable: boolean;
  application: Application | undefined;
  port: ClientPort | undefined;
  private readonly stage: Stage;
  private readonly openClient: OpenClient;

  constructor(
    stage: Stage,
    openClient: OpenClient,
    options: { machine: Machine; desk: Desk; isDurable: boolean },
  ) {
    this.stage = stage;
    this.openClient = openClient;
    this.name = options.desk.client;
    this.machine = options.machine;
    this.desk = options.desk;
    this.isDurable = options.isDurable;
  }

  get isDone(): boolean {
    return this.application?.isDone === true;
  }

  start(): void {
    const { stage } = this;
    const program = this.machine.start();
    this.openClient(stage, program, this.name, this.isDurable).then(
      (port) => this.opened(program, port),
      (error: unknown) => {
        if (!program.isDead)
          stage.judge.fail(
            "starts-again",
            `${this.name} does not open: ${String((error as Error)?.stack ?? error)}`,
          );
      },
    );
  }

  private opened(program: Program, port: ClientPort): void {
    if (program.isDead) return;
    this.port = port;
    const options = { isDurable: this.isDurable, atOnce: this.stage.scenario.atOnce };
    this.application = new Application(this.stage, this.desk, program, port, options);
    this.application.run().catch((error: unknown) => {
      this.stage.judge.failure ??
        this.stage.judge.fail("no-stray-errors", String((error as Error)?.stack ?? error));
    });
  }

  /** Volatile clients do not come back: what they wanted is nobody's any more. */
  crash(kind: CrashKind, restartMs: number): void {
    const { program } = this.machine;
    if (program === undefined) return;
    this.stage.counts.add(`client crash: ${kind}`);
    this.application = undefined;
    this.port = undefined;
    this.machine.crash(kind);
    if (this.isDurable) this.stage.world.after(restartMs, () => this.startIfDown());
  }

  get isGone(): boolean {
    return !this.isDurable && this.machine.program === undefined;
  }

  startIfDown(): void {
    if (this.machine.program === undefined && this.isDurable) this.start();
  }
}
