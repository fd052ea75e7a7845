import type { Commands } from "../process/commands.js";
import { Program } from "../process/program.js";

export interface ActorSettings<Served extends Commands> {
  readonly name: string;
  /** The program's file. */
  readonly file: string;
  /** A descriptor for what it prints. */
  readonly output: number;
  /** Makes a program that was just started ready for use. */
  begin(program: Program<Served>): Promise<void>;
  /** What must not happen: it ends by itself, or cannot begin. */
  onFault(text: string): void;
}

/** A program that is started again whenever it was killed. */
export class Actor<Served extends Commands> {
  /** How often it was killed, how often of these before it was ready, and how long it has taken to be ready, each time. */
  kills = 0;
  killsWhileStarting = 0;
  readonly startMs: number[] = [];
  private readonly settings: ActorSettings<Served>;
  private program: Program<Served> | undefined;
  private isUp = false;
  private isStopping = false;
  private faults = 0;
  private downMs = 0;
  private waiting: ((program: Program<Served>) => void)[] = [];
  private running: Promise<void> | undefined;

  constructor(settings: ActorSettings<Served>) {
    this.settings = settings;
  }

  /** It has failed so often that it is not started any more. */
  get isHopeless(): boolean {
    return this.faults >= FAULTS_MAX;
  }

  start(): void {
    this.running = this.run();
  }

  /** The program, once it is ready. Never resolves once the actor was stopped. */
  async ready(): Promise<Program<Served>> {
    if (this.isUp && this.program !== undefined) return this.program;
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Whether the program is the one that is ready now: of any other nothing more is to be expected. */
  isReady(program: Program<Served>): boolean {
    return this.isUp && this.program === program;
  }

  /** SIGKILL, if there is a process, which is started again after `downMs`; says whether there was one. */
  kill(downMs: number): boolean {
    if (this.program === undefined) return false;
    this.kills++;
    if (!this.isUp) this.killsWhileStarting++;
    this.endLife(downMs);
    return true;
  }

  /** The same, without counting it: nothing is under way. */
  restart(): void {
    this.endLife(0);
  }

  /** Ends it for good, by SIGKILL. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.program?.kill();
    await this.running;
  }

  private endLife(downMs: number): void {
    const { program } = this;
    this.downMs = downMs;
    this.program = undefined;
    this.isUp = false;
    void program?.kill();
  }

  private async run(): Promise<void> {
    while (!this.isStopping && !this.isHopeless) {
      if (this.downMs > 0) await new Promise((resolve) => setTimeout(resolve, this.downMs));
      if (this.isStopping) return;
      await this.live();
    }
  }

  /** One life of the program. */
  private async live(): Promise<void> {
    const { name, file, output, begin } = this.settings;
    const startedMs = performance.now();
    const program = Program.fork<Served>(file, { answerMsMax: Infinity, output });
    this.program = program;
    try {
      await program.ready;
      await Promise.race([begin(program), endOf(program)]);
      if (this.program === program) this.isNowReady(program, performance.now() - startedMs);
    } catch (error) {
      if (this.program === program) this.fault(`the ${name} cannot begin: ${(error as Error).message}`);
      void program.kill();
    }
    await program.exited;
    if (this.isReady(program) && !this.isStopping) this.fault(`the ${name} has ended by itself`);
    if (this.program === program) this.program = undefined;
    this.isUp = false;
  }

  private isNowReady(program: Program<Served>, tookMs: number): void {
    this.startMs.push(tookMs);
    this.isUp = true;
    for (const resolve of this.waiting.splice(0)) resolve(program);
  }

  private fault(text: string): void {
    this.faults++;
    this.settings.onFault(text);
  }
}

async function endOf(program: { readonly exited: Promise<void> }): Promise<never> {
  await program.exited;
  throw new Error("the program has ended");
}

/** A program that fails so often will fail always. */
const FAULTS_MAX = 3;
