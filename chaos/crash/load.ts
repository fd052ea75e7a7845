import type { Actor } from "./actor.js";
import type { Oracle } from "./oracle.js";
import { drawCall, type PlannedCall, type Random } from "./plan.js";
import type { CrashClient, Ending } from "./programs/client.js";

/** What the calls came to, beyond what the oracle judges. */
export interface LoadFigures {
  asked: number;
  answers: number;
  /** Calls that were answered, and during which somebody was killed. */
  livedThroughKills: number;
  /** Answers that were asked for again, and compared. */
  askedAgain: number;
  /** Calls of a volatile client that failed, and of which it was told later what became. */
  outcomesTold: number;
  /** Volatile calls that ended with their process. */
  abandoned: number;
  /** Calls that a durable client has found in its journal when it was started again. */
  resumed: number;
}

export interface LoadSettings {
  readonly client: Actor<CrashClient>;
  readonly oracle: Oracle;
  readonly random: Random;
  /** Its calls' names begin with this. */
  readonly prefix: string;
  readonly figures: LoadFigures;
  /** How many processes were killed so far. */
  kills(): number;
  onAnswer(): void;
}

/** Callers of one client process: each has one call outstanding. */
export abstract class Load {
  protected readonly settings: LoadSettings;
  private isOn = false;
  private lastNumber = 0;
  private callers: Promise<void>[] = [];

  constructor(settings: LoadSettings) {
    this.settings = settings;
  }

  start(): void {
    this.isOn = true;
    this.callers = Array.from({ length: CALLERS }, () => this.callUntilStopped());
  }

  /** Lets every caller come to its end; resolves when all have. */
  async stop(): Promise<void> {
    this.isOn = false;
    await Promise.all(this.callers);
  }

  private async callUntilStopped(): Promise<void> {
    const { oracle, random, prefix, figures } = this.settings;
    while (this.isOn) {
      const call = drawCall(`${prefix} ${++this.lastNumber}`, random);
      const killsBefore = this.settings.kills();
      oracle.asked(call);
      figures.asked++;
      await this.make(call);
      if (oracle.hasAnswer(call.name) && this.settings.kills() > killsBefore) figures.livedThroughKills++;
    }
  }

  /** Makes a call until it has an answer or is given up. */
  protected abstract make(call: PlannedCall): Promise<void>;

  protected answered(call: PlannedCall, ending: Ending & { kind: "answer" }, by: string): void {
    this.settings.oracle.answered(call.name, ending.answer, by);
    this.settings.figures.answers++;
    this.settings.onAnswer();
  }
}

/** Enough for several to share each conflict key and each write of the journal. */
const CALLERS = 24;

/** A durable client's callers ask until they have the answer: by the call's key, after each restart. */
export class DurableLoad extends Load {
  protected override async make(call: PlannedCall): Promise<void> {
    const { figures, oracle } = this.settings;
    const first = await this.askUntilAnswered(call, "the call");
    if (first === undefined) return;
    this.answered(call, first, "the call");
    if (call.asksAgain) {
      const second = await this.askUntilAnswered(call, "asking again");
      if (second === undefined) return;
      oracle.answered(call.name, second.answer, "asking again");
      figures.askedAgain++;
    }
    await this.untilTold("forget", call.name);
  }

  private async askUntilAnswered(
    call: PlannedCall,
    what: string,
  ): Promise<(Ending & { kind: "answer" }) | undefined> {
    for (;;) {
      const ending = await this.untilTold("call", call);
      if (ending.kind === "answer") return ending;
      // It goes on behind the caller's back.
      if (ending.isPassing) continue;
      this.settings.oracle.violation(`${call.name}: ${what} has failed for good: ${ending.text}`);
      this.settings.oracle.gaveUp(call.name, "unknown");
      return undefined;
    }
  }

  /** Tells the client something, again in each of its lives, until it has done it. */
  private async untilTold<Command extends "call" | "forget">(
    command: Command,
    argument: Parameters<CrashClient[Command]>[0],
  ): Promise<Awaited<ReturnType<CrashClient[Command]>>> {
    for (;;) {
      const program = await this.settings.client.ready();
      try {
        return (await program.tell(command, ...([argument] as never))) as never;
      } catch (error) {
        if (this.settings.client.isReady(program)) throw error;
      }
    }
  }
}

/** A volatile client's callers ask once, and if that fails, what became of it. Its calls end with its process. */
export class VolatileLoad extends Load {
  protected override async make(call: PlannedCall): Promise<void> {
    const { client, figures, oracle } = this.settings;
    const program = await client.ready();
    try {
      const ending = await program.tell("call", call);
      if (ending.kind === "answer") this.answered(call, ending, "the call");
      else if (ending.outcome === "not-executed") oracle.gaveUp(call.name, "not executed");
      else if (ending.callId === undefined) oracle.gaveUp(call.name, "unknown");
      else await this.askOutcome(call, program, ending.callId);
    } catch (error) {
      if (client.isReady(program)) throw error;
      oracle.gaveUp(call.name, "unknown");
      figures.abandoned++;
    }
  }

  private async askOutcome(
    call: PlannedCall,
    program: Awaited<ReturnType<Actor<CrashClient>["ready"]>>,
    callId: string,
  ): Promise<void> {
    const { oracle, figures } = this.settings;
    for (;;) {
      const ending = await program.tell("outcome", { list: call.list, callId });
      if (ending.kind === "failure" && ending.isPassing) continue;
      figures.outcomesTold++;
      if (ending.kind === "answer") this.answered(call, ending, "outcomeOf");
      else oracle.gaveUp(call.name, ending.outcome === "not-executed" ? "not executed" : "unknown");
      return;
    }
  }
}
