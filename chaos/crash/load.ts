import type { Program } from "../process/program.js";
import type { Oracle } from "./oracle.js";
import { drawCall, type PlannedCall, type Random } from "./plan.js";
import type { CrashClient, Ending } from "./programs/client.js";

/** What the calls came to, beyond what the oracle judges. */
export interface LoadFigures {
  asked: number;
  /** Of both styles: effects in the world, and in the server's state. */
  worldAnswers: number;
  stateAnswers: number;
  /** Calls that were answered, and during which somebody was killed. */
  livedThroughKills: number;
  /** Answers that were asked for again, and compared. */
  askedAgain: number;
  /** Calls that failed, and of which it was told later that they had an answer, or would never be executed. */
  outcomesAnswered: number;
  outcomesDenied: number;
  /** Volatile calls that ended with their process. */
  abandoned: number;
  /** Calls that a durable client has found in its journal when it was started again. */
  resumed: number;
}

export type ClientProgram = Pick<Program<CrashClient>, "tell">;

/** A client that is started again whenever it was killed. */
export interface LivingClient {
  ready(): Promise<ClientProgram>;
  isReady(program: ClientProgram): boolean;
}

export interface LoadSettings {
  readonly client: LivingClient;
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
  /** A caller has met what no caller should, and calls no more. */
  hasFailed = false;
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
      try {
        await this.make(call);
      } catch (error) {
        oracle.violation(`${call.name}: the caller has failed: ${(error as Error).message}`);
        oracle.gaveUp(call.name, "unknown");
        this.hasFailed = true;
        return;
      }
      if (oracle.hasAnswer(call.name) && this.settings.kills() > killsBefore) figures.livedThroughKills++;
    }
  }

  /** Makes a call until it has an answer or is given up. */
  abstract make(call: PlannedCall): Promise<void>;

  protected answered(call: PlannedCall, ending: Answered, by: string): void {
    const { oracle, figures, onAnswer } = this.settings;
    oracle.answered(call.name, ending.answer, by);
    if (call.list.startsWith("world")) figures.worldAnswers++;
    else figures.stateAnswers++;
    onAnswer();
  }

  /** Takes what `outcomeOf` has said; false: nothing yet. */
  protected isTold(call: PlannedCall, ending: Ending): boolean {
    const { oracle, figures } = this.settings;
    if (ending.kind === "answer") {
      this.answered(call, ending, "outcomeOf");
      figures.outcomesAnswered++;
    } else if (ending.outcome === "not-executed") {
      oracle.gaveUp(call.name, "not executed");
      figures.outcomesDenied++;
    } else if (ending.isPassing) return false;
    else this.failedForGood(call, "outcomeOf", ending.text);
    return true;
  }

  protected failedForGood(call: PlannedCall, what: string, text: string): void {
    this.settings.oracle.violation(`${call.name}: ${what} has failed for good: ${text}`);
    this.settings.oracle.gaveUp(call.name, "unknown");
  }
}

type Answered = Ending & { kind: "answer" };

/** Enough for several to share each conflict key and each write of the journal. */
const CALLERS = 24;

/** A durable client's callers ask until they have the answer: by the call's key, after each restart. */
export class DurableLoad extends Load {
  override async make(call: PlannedCall): Promise<void> {
    const { figures, oracle } = this.settings;
    const first = await this.askUntilAnswered(call, "the call");
    if (first !== undefined) this.answered(call, first, "the call");
    const second =
      first !== undefined && call.asksAgain ? await this.askUntilAnswered(call, "asking again") : undefined;
    if (second !== undefined) {
      oracle.answered(call.name, second.answer, "asking again");
      figures.askedAgain++;
    }
    await this.untilTold("forget", call.name);
  }

  /** Undefined: it will never be executed. */
  private async askUntilAnswered(call: PlannedCall, what: string): Promise<Answered | undefined> {
    let hasAsked = false;
    for (;;) {
      const ending = await this.untilTold("call", call);
      if (ending.kind === "answer") return ending;
      // Who asks what became of a call that was not seen has it refused, also where the asker is not told any more.
      if (hasAsked && !ending.isPassing && ending.outcome === "not-executed") {
        this.settings.oracle.gaveUp(call.name, "not executed");
        return undefined;
      }
      if (!ending.isPassing) {
        this.failedForGood(call, what, ending.text);
        return undefined;
      }
      // It goes on behind the caller's back.
      const { callId } = ending;
      if (callId === undefined || !call.asksOutcome) continue;
      hasAsked = true;
      this.isTold(call, await this.untilTold("outcome", { list: call.list, callId }));
    }
  }

  /** Tells the client something, again in each of its lives, until it has done it. */
  private async untilTold<Command extends "call" | "outcome" | "forget">(
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
  override async make(call: PlannedCall): Promise<void> {
    const { client, figures, oracle } = this.settings;
    const program = await client.ready();
    try {
      const ending = await program.tell("call", call);
      if (ending.kind === "answer") this.answered(call, ending, "the call");
      else if (!ending.isPassing) this.failedForGood(call, "the call", ending.text);
      else if (ending.outcome === "not-executed") oracle.gaveUp(call.name, "not executed");
      else if (ending.callId === undefined)
        this.failedForGood(call, "the call", `${ending.text}, and nobody can ask what became of it`);
      else await this.askOutcome(call, program, ending.callId);
    } catch (error) {
      if (client.isReady(program)) throw error;
      oracle.gaveUp(call.name, "unknown");
      figures.abandoned++;
    }
  }

  private async askOutcome(call: PlannedCall, program: ClientProgram, callId: string): Promise<void> {
    const { list } = call;
    while (!this.isTold(call, await program.tell("outcome", { list, callId }))) {
      // The server is away, or still at work on it.
    }
  }
}
