import type { Program } from "../process/program.js";
import type { ListName, Lists, Oracle } from "./oracle.js";
import { pause, within } from "./patience.js";
import { LISTS } from "./plan.js";
import type { CrashClient } from "./programs/client.js";
import type { CrashServer } from "./programs/server.js";

/** A program that is started again whenever it was killed. */
interface Patient<Served extends CrashServer | CrashClient> {
  ready(): Promise<Pick<Program<Served>, "tell">>;
  /** Kills it once more. */
  restart(): void;
}

export interface HealingSettings {
  readonly server: Patient<CrashServer>;
  readonly client: Patient<CrashClient>;
  readonly oracle: Pick<Oracle, "violation">;
  /** Outside of the programs. */
  readonly world: Map<string, string[]>;
  /** How long all may take that is due once nobody is killed any more. */
  readonly msMax: number;
}

/** What has to come once nobody is killed any more: all is resolved, and what there is can be read. */
export class Healing {
  private readonly settings: HealingSettings;
  private lists: Lists | undefined;

  constructor(settings: HealingSettings) {
    this.settings = settings;
  }

  /** Gives all effects there are, and removes them; undefined where that takes too long, or fails. */
  async heal(loads: readonly { stop(): Promise<void> }[]): Promise<Lists | undefined> {
    const { oracle, msMax } = this.settings;
    this.lists = undefined;
    let step = "";
    const steps = async () => {
      step = "not every call has come to its end";
      await Promise.all(loads.map((load) => load.stop()));
      await this.resolved();
      step = "what is there could not be read";
      this.lists = await this.read();
      step = "what is there could not be removed";
      await this.clear();
    };
    try {
      if (!(await within(msMax, steps()))) oracle.violation(`${step} ${msMax / 1000} s after the last kill`);
    } catch (error) {
      oracle.violation(`${step}: ${(error as Error).message}`);
    }
    return this.lists;
  }

  /** Nobody remembers a call as open: neither those who were there, nor those who only know what they find on the disk. */
  private async resolved(): Promise<void> {
    const { server, client } = this.settings;
    await this.nothingIsOpen();
    for (const patient of [server, client]) patient.restart();
    await this.nothingIsOpen();
  }

  private async nothingIsOpen(): Promise<void> {
    const { server, client, oracle } = this.settings;
    const unfinished = await (await client.ready()).tell("unfinished");
    if (unfinished.length > 0)
      oracle.violation(`the durable client has not finished ${unfinished.join(", ")}`);
    while ((await (await server.ready()).tell("openIntents")) !== 0) await pause(10);
  }

  private async read(): Promise<Lists> {
    const lists = new Map<string, readonly string[]>(this.settings.world);
    for (const list of STATE_LISTS) lists.set(list, await this.recorded(list));
    return lists;
  }

  /** A list in the server's state, part by part. */
  private async recorded(list: ListName): Promise<readonly string[]> {
    const client = await this.settings.client.ready();
    const found: string[] = [];
    for (;;) {
      const { length, names } = await client.tell("read", { list, from: found.length });
      found.push(...names);
      if (names.length > 0) continue;
      if (length !== found.length)
        this.settings.oracle.violation(`${list} has ${found.length} names, and counts ${length}`);
      return found;
    }
  }

  private async clear(): Promise<void> {
    this.settings.world.clear();
    const client = await this.settings.client.ready();
    for (const list of STATE_LISTS) await client.tell("clear", list);
  }
}

const STATE_LISTS = LISTS.filter((list) => list.startsWith("state"));
