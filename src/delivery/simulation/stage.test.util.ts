import { Causes } from "./causes.test.util.js";
import { Counts } from "./counts.test.util.js";
import { Judge } from "./judge.test.util.js";
import { type Endpoint, Network, type Reply } from "./network.test.util.js";
import { Observer } from "./observer.test.util.js";
import { Outside } from "./outside.test.util.js";
import type { Program } from "./program.test.util.js";
import type { Scenario } from "./scenario.test.util.js";
import { bytesOf, METHODS, requestText, transactionOf, type Work } from "./work.test.util.js";
import type { World } from "./world.test.util.js";

/** What all that happens in one world shares. */
export class Stage {
  readonly world: World;
  readonly scenario: Scenario;
  readonly counts = new Counts();
  readonly outside = new Outside();
  readonly judge: Judge;
  readonly observer: Observer;
  readonly causes: Causes;
  readonly network: Network;
  /** How often each label has thrown. */
  readonly thrown = new Map<string, number>();
  /** Told of each named point that a program comes to. */
  onPoint: ((name: string, program: Program) => void) | undefined;
  /** Where calls are meant to go. */
  home: Endpoint | undefined;

  constructor(world: World, scenario: Scenario) {
    this.world = world;
    this.scenario = scenario;
    this.judge = new Judge(world, this.outside);
    this.observer = new Observer(world, this.judge, this.counts);
    this.causes = new Causes(world, this.judge, scenario.expiresAfterMs);
    this.network = new Network(world, scenario.network, (what) => this.counts.add(what));
    this.network.watch = this.observer;
  }

  point(name: string, program: Program): void {
    if (program.isDead) return;
    this.world.note(`${program.name}: ${name}`);
    this.onPoint?.(name, program);
  }

  /** What a transaction's answer says of the state. */
  tellsOf(text: string): void {
    const sum = text.split("|")[5];
    if (sum !== undefined && sum !== "0") this.judge.fail("sum-is-kept", `${text} has seen the sum ${sum}`);
    this.judge.tellsOf(transactionOf(text));
  }

  /** A call without a promise. */
  sendPlainly(program: Program, client: string, work: Work): Promise<Reply> {
    const { path } = METHODS[work.style as keyof typeof METHODS];
    const request = {
      path,
      call: undefined,
      bytes: bytesOf(requestText(work)),
      principal: principalOf(client),
    };
    return this.network.attempt(program, client, this.home!, request, 10_000, { isPlain: true }).reply;
  }
}

/** Whom a client proves to be: a clone is who it was made from. */
export function principalOf(client: string): string {
  return `principal of ${client.split(" ")[0]}`;
}
