import type { CallEnd, ClientPort } from "./client-port.test.util.js";
import type { Program } from "./program.test.util.js";
import type { RandomStream } from "./random.test.util.js";
import type { Stage } from "./stage.test.util.js";
import { textOf, type Work, workOf } from "./work.test.util.js";

/** What an application knows that no crash of its machine makes it forget, as a person's desk would. */
export interface Desk {
  /** As oracles and networks call the client. */
  readonly client: string;
  readonly work: readonly Work[];
  /** It has begun with a copy of another's folder. */
  readonly isCopy: boolean;
  /** Labels that need nothing more. */
  readonly done: Set<string>;
  /** Labels whose answers were told, and that were then forgotten. */
  readonly forgotten: Set<string>;
}

/** One process that makes calls, and wants to know of each how it has ended. */
export class Application {
  /** Everything that it wanted has an end. */
  isDone = false;
  /** Its client is being closed: whatever is not known by now stays so. */
  isClosing = false;
  private readonly stage: Stage;
  private readonly desk: Desk;
  private readonly program: Program;
  private readonly port: ClientPort;
  private readonly isDurable: boolean;
  private readonly random: RandomStream;
  private readonly atOnce: number;

  constructor(
    stage: Stage,
    desk: Desk,
    program: Program,
    port: ClientPort,
    options: { isDurable: boolean; atOnce: number },
  ) {
    this.stage = stage;
    this.desk = desk;
    this.program = program;
    this.port = port;
    this.isDurable = options.isDurable;
    this.atOnce = options.atOnce;
    this.random = stage.world.stream(`application ${program.name}`);
  }

  async run(): Promise<void> {
    const waiting = this.desk.work.filter(({ label }) => !this.desk.done.has(label));
    const ends: Promise<void>[] = [];
    for (const { text, end } of this.port.unfinished()) ends.push(this.finishOld(text, end));
    if (this.isDurable && !this.desk.isCopy) this.checkMemory();
    const inOrder = async () => {
      for (let work = waiting.shift(); work !== undefined; work = waiting.shift()) await this.do(work);
    };
    for (let i = 0; i < this.atOnce; i++) ends.push(inOrder());
    await Promise.all(ends);
    this.isDone = true;
  }

  /** Whatever has left this client, and was not forgotten, is still known to it. */
  private checkMemory(): void {
    const { judge, observer } = this.stage;
    for (const { label, style } of this.desk.work) {
      const isSent = observer.hasSent(this.desk.client, label);
      if (!isSent || style === "query" || style === "plain" || this.desk.done.has(label)) continue;
      if (!this.port.knows(label))
        judge.fail("client-remembers", `${label} was sent, and ${this.program.name} has not got it`);
    }
  }

  private async finishOld(text: string, end: Promise<CallEnd>): Promise<void> {
    this.stage.counts.add("unfinished at open");
    const work = workOf(text);
    await this.settle(work, await end);
  }

  private async do(work: Work): Promise<void> {
    const { world, judge, scenario } = this.stage;
    await this.program.sleep(this.random.between(0, scenario.pauseMs));
    if (this.desk.done.has(work.label)) return;
    judge.submitted(work.label, work.style);
    world.note(`${this.program.name} submits ${work.label}`);
    if (work.style === "query" || work.style === "plain") return this.doPlainly(work);
    const timeoutMs = this.random.pick([80, 1_500, scenario.patienceMs]);
    const end = await this.port.call(work, this.isDurable ? { timeoutMs, key: work.label } : { timeoutMs });
    await this.settle(work, end);
  }

  /** Until the end of a call is known, or was refused for good. */
  private async settle(work: Work, first: CallEnd): Promise<void> {
    const { judge, counts, causes, observer, scenario } = this.stage;
    let end = first;
    for (;;) {
      if (this.program.isDead) return;
      const { told, isFinal, callId } = end;
      this.stage.world.note(`${this.program.name} is told of ${work.label}: ${told.kind} ${told.text}`);
      // What a copy has done, with a record that was not durable here, is not this client's call.
      const isAnothers =
        !this.desk.isCopy &&
        told.kind === "not-executed" &&
        observer.hasOnlyCopySent(this.desk.client, work.label);
      if (!isAnothers) judge.tells(work.label, told);
      if (told.kind === "answer" && work.style === "journaled") this.stage.tellsOf(told.text);
      if (told.kind !== "unknown") break;
      const isNamed = callId !== undefined;
      // Before it is on a durable client's disk for certain, its key is all that names it.
      if (isNamed ? isFinal : !this.isDurable || this.isClosing || causes.hasRefused(this.desk.client)) {
        if (!this.isClosing) causes.lost(this.desk.client, work.label, told.text);
        break;
      }
      if (this.isDurable && causes.isOver(this.desk.client)) break;
      counts.add("unknown at the deadline");
      if (!this.isDurable && this.random.chance(0.1)) {
        counts.add("given up");
        break;
      }
      await this.program.sleep(this.random.between(10, 3_000));
      const background = this.port.unfinished().find(({ text }) => workOf(text).label === work.label);
      if (background !== undefined && this.random.chance(0.5)) end = await background.end;
      else if (isNamed) end = await this.port.outcomeOf(callId, 60_000);
      else end = await this.port.call(work, { timeoutMs: scenario.patienceMs, key: work.label });
    }
    this.desk.done.add(work.label);
    if (!this.isDurable) return;
    await this.program.sleep(this.random.between(0, 20));
    if (this.isClosing) return;
    this.port.forget(work.label);
    this.desk.forgotten.add(work.label);
  }

  /** As gRPC does it: one attempt, whose end says what it says. */
  private async doPlainly(work: Work): Promise<void> {
    const reply = await this.stage.sendPlainly(this.program, this.desk.client, work);
    if (this.program.isDead) return;
    const { judge } = this.stage;
    const text = reply.response === undefined ? reply.message : textOf(reply.response);
    if (reply.code === 0) {
      judge.tells(work.label, { kind: "answer", text });
      if (work.style === "query") this.stage.tellsOf(text);
    } else if (reply.outcome === "not-executed") judge.tells(work.label, { kind: "not-executed", text });
    else judge.tells(work.label, { kind: "unknown", text });
    this.desk.done.add(work.label);
  }
}
