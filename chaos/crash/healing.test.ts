import { expect, it } from "vitest";
import { Healing } from "./healing.js";
import { Oracle } from "./oracle.js";
import type { CrashClient } from "./programs/client.js";
import type { CrashServer } from "./programs/server.js";

type Commands = Record<string, (argument: never) => unknown>;

/** A program that does what `commands` say, and others after it was started again. */
class FakeActor<Served extends CrashServer | CrashClient> {
  restarts = 0;
  private commands: Commands;
  private readonly later: Commands;

  constructor(commands: Commands, later: Commands = commands) {
    this.commands = commands;
    this.later = later;
  }

  async ready() {
    const tell = async (command: string, argument?: unknown) => this.commands[command](argument as never);
    return { tell } as unknown as { tell: import("../process/program.js").Program<Served>["tell"] };
  }

  restart(): void {
    this.restarts++;
    this.commands = this.later;
  }
}

const SERVER = { openIntents: () => 0 };

/** Has two names in one list, told in two parts. */
const CLIENT = {
  unfinished: () => [],
  read: ({ list, from }: { list: string; from: number }) =>
    list === "state 1" ? { length: 2, names: ["a", "b"].slice(from, from + 1) } : { length: 0, names: [] },
  clear: () => {},
};

const STOPPED = [{ stop: async () => {} }];

function healing(server: Commands, client: Commands, later?: { server?: Commands; client?: Commands }) {
  const oracle = new Oracle();
  const actors = {
    server: new FakeActor<CrashServer>(server, later?.server),
    client: new FakeActor<CrashClient>(client, later?.client),
  };
  const world = new Map([["world 1", ["c"]]]);
  const healing = new Healing({ ...actors, oracle, world, msMax: 300 });
  return { healing, oracle, world, ...actors };
}

it("gives all that is there, as it is found after one more restart, and removes it", async () => {
  const cleared: string[] = [];
  const client = { ...CLIENT, clear: (list: string) => cleared.push(list) };
  const { healing: well, oracle, world, ...actors } = healing(SERVER, client);
  const lists = await well.heal(STOPPED);
  expect(lists?.get("world 1")).toEqual(["c"]);
  expect(lists?.get("state 1")).toEqual(["a", "b"]);
  expect(lists?.get("state 2")).toEqual([]);
  expect(world.size).toBe(0);
  expect(cleared).toContain("state 1");
  expect([actors.server.restarts, actors.client.restarts]).toEqual([1, 1]);
  expect(oracle.judge(undefined).violations).toEqual([]);
});

const never = () => new Promise(() => {});
const fails = () => Promise.reject(new Error("the server is gone"));

it.each<[what: string, broken: { server?: Commands; client?: Commands }, violation: string, isRead: boolean]>(
  [
    [
      "calls that the durable client has not finished",
      { client: { unfinished: () => ["x", "y"] } },
      "the durable client has not finished x, y",
      true,
    ],
    [
      "an intent that stays open",
      { server: { openIntents: () => 1 } },
      "not every call has come to its end 0.3 s after the last kill",
      false,
    ],
    [
      "a server that does not know its intents",
      { server: { openIntents: () => undefined } },
      "not every call has come to its end 0.3 s after the last kill",
      false,
    ],
    [
      "reading that takes too long",
      { client: { read: never } },
      "what is there could not be read 0.3 s after the last kill",
      false,
    ],
    [
      "reading that fails",
      { client: { read: fails } },
      "what is there could not be read: the server is gone",
      false,
    ],
    [
      "names that are gone, though they are counted",
      { client: { read: () => ({ length: 1, names: [] }) } },
      "state 1 has 0 names, and counts 1",
      true,
    ],
    [
      "removing that takes too long",
      { client: { clear: never } },
      "what is there could not be removed 0.3 s after the last kill",
      true,
    ],
    [
      "removing that fails",
      { client: { clear: fails } },
      "what is there could not be removed: the server is gone",
      true,
    ],
  ],
)("finds %s", async (_what, broken, violation, isRead) => {
  const { healing: ill, oracle } = healing({ ...SERVER, ...broken.server }, { ...CLIENT, ...broken.client });
  const lists = await ill.heal(STOPPED);
  expect(oracle.judge(undefined).violations.map(({ text }) => text)).toContain(violation);
  expect(lists !== undefined).toBe(isRead);
});

it("finds what only the disk knows", async () => {
  const later = { client: { ...CLIENT, unfinished: () => ["x"] } };
  const { healing: ill, oracle } = healing(SERVER, CLIENT, later);
  await ill.heal(STOPPED);
  expect(oracle.judge(undefined).violations.map(({ text }) => text)).toEqual([
    "the durable client has not finished x",
  ]);
});

it("finds callers that never end", async () => {
  const { healing: ill, oracle } = healing(SERVER, CLIENT);
  expect(await ill.heal([{ stop: () => new Promise(() => {}) }])).toBe(undefined);
  expect(oracle.judge(undefined).violations.map(({ text }) => text)).toEqual([
    "not every call has come to its end 0.3 s after the last kill",
  ]);
});
