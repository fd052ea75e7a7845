import { expect, it } from "vitest";
import { seeded } from "../soak/mixed-calls.js";
import { type ClientProgram, DurableLoad, type Load, type LoadFigures, VolatileLoad } from "./load.js";
import { Oracle } from "./oracle.js";
import type { PlannedCall } from "./plan.js";
import type { Ending } from "./programs/client.js";

const CALL: PlannedCall = {
  name: "a",
  list: "world 1",
  isRefused: false,
  timeoutMs: 100,
  asksAgain: true,
  asksOutcome: true,
};

const DONE: Ending = { kind: "answer", answer: { place: 0, of: "a" } };
const ELSEWHERE: Ending = { kind: "answer", answer: { place: 1, of: "a" } };
const LATE: Ending = {
  kind: "failure",
  text: "DEADLINE_EXCEEDED: late",
  isPassing: true,
  outcome: "unknown",
  callId: "id",
};
const NAMELESS: Ending = { ...LATE, callId: undefined };
const NEVER_SENT: Ending = { ...NAMELESS, outcome: "not-executed" };
const DENIED: Ending = { ...NEVER_SENT, isPassing: false };
const BROKEN: Ending = { ...LATE, text: "INTERNAL: no", isPassing: false };

/** What the client says, in this order; killed, it says nothing. */
type Saying = Ending | "killed" | "forgotten" | Error;

/** A client that says that, and what it was told. */
class FakeClient {
  readonly told: string[] = [];
  private readonly sayings: Saying[];
  private program: ClientProgram = this.started();

  constructor(sayings: readonly Saying[]) {
    this.sayings = [...sayings];
  }

  get isDone(): boolean {
    return this.sayings.length === 0;
  }

  async ready(): Promise<ClientProgram> {
    return this.program;
  }

  isReady(program: ClientProgram): boolean {
    return program === this.program;
  }

  private started(): ClientProgram {
    const tell = async (command: string): Promise<unknown> => {
      this.told.push(command);
      const saying = this.sayings.shift() ?? new Error(`nobody has expected ${command}`);
      if (saying instanceof Error) throw saying;
      if (saying !== "killed") return saying;
      this.program = this.started();
      throw new Error("the program has ended (SIGKILL)");
    };
    return { tell } as ClientProgram;
  }
}

type LoadClass = typeof DurableLoad | typeof VolatileLoad;

function loadOf(
  LoadOfKind: LoadClass,
  client: FakeClient,
  oracle: Oracle,
): { load: Load; figures: LoadFigures } {
  const figures: LoadFigures = {
    asked: 0,
    worldAnswers: 0,
    stateAnswers: 0,
    livedThroughKills: 0,
    askedAgain: 0,
    outcomesAnswered: 0,
    outcomesDenied: 0,
    abandoned: 0,
    resumed: 0,
  };
  const settings = { client, oracle, figures, random: seeded(1), prefix: "load", kills: () => 0 };
  return { load: new LoadOfKind({ ...settings, onAnswer: () => {} }), figures };
}

/** What the oracle finds, and what was counted, where a client says that, and the call stands in the world `effects` times. */
async function made(LoadOfKind: LoadClass, sayings: readonly Saying[], effects: number) {
  const oracle = new Oracle();
  const client = new FakeClient(sayings);
  const { load, figures } = loadOf(LoadOfKind, client, oracle);
  oracle.asked(CALL);
  await load.make(CALL);
  expect(client.isDone).toBe(true);
  const names = Array.from({ length: effects }, () => CALL.name);
  const { violations } = oracle.judge(new Map([[CALL.list, names]]));
  return { violations: violations.map(({ text }) => text), figures };
}

it.each<[what: string, sayings: Saying[], effects: number, figures: Partial<LoadFigures>]>([
  ["is answered, twice", [DONE, DONE, "forgotten"], 1, { worldAnswers: 1, askedAgain: 1 }],
  [
    "lives on with the next client",
    ["killed", DONE, "killed", DONE, "killed", "forgotten"],
    1,
    { askedAgain: 1 },
  ],
  ["goes on behind its caller's back", [NAMELESS, DONE, DONE, "forgotten"], 1, { worldAnswers: 1 }],
  ["has an outcome", [LATE, DONE, DONE, DONE, "forgotten"], 1, { outcomesAnswered: 1 }],
  ["has an outcome later", [LATE, "killed", NAMELESS, LATE, DONE, DONE, DONE, "forgotten"], 1, {}],
  ["will never be executed", [LATE, DENIED, DENIED, "forgotten"], 0, { outcomesDenied: 1 }],
  ["is refused behind the asker's back", [LATE, LATE, DENIED, "forgotten"], 0, { outcomesDenied: 0 }],
])("a durable client's call %s", async (_what, sayings, effects, figures) => {
  const found = await made(DurableLoad, sayings, effects);
  expect(found.violations).toEqual([]);
  expect(found.figures).toMatchObject(figures);
});

it.each<[what: string, sayings: Saying[], effects: number, violation: string]>([
  [
    "an effect that is lost",
    [DONE, DONE, "forgotten"],
    0,
    "a: the call says world 1, place 0, but it stands nowhere",
  ],
  [
    "another answer, asked again",
    [DONE, ELSEWHERE, "forgotten"],
    1,
    "a: the call has said place 0, but asking again says place 1",
  ],
  [
    "another answer than its outcome",
    [LATE, ELSEWHERE, DONE, DONE, "forgotten"],
    1,
    "a: outcomeOf has said place 1, but the call says place 0",
  ],
  [
    "an answer in spite of its outcome",
    [LATE, DENIED, DONE, DONE, "forgotten"],
    1,
    "a: was not executed, it was said, but the call says place 0",
  ],
  [
    "an effect in spite of its outcome",
    [LATE, DENIED, DENIED, "forgotten"],
    1,
    "a: must not have had an effect, but stands in world 1, place 0",
  ],
  [
    "an effect, though it was refused behind the asker's back",
    [LATE, LATE, DENIED, "forgotten"],
    1,
    "a: must not have had an effect, but stands in world 1, place 0",
  ],
  ["a failure for good", [BROKEN, "forgotten"], 0, "a: the call has failed for good: INTERNAL: no"],
  [
    "a refusal that nobody has told",
    [DENIED, "forgotten"],
    0,
    "a: the call has failed for good: DEADLINE_EXCEEDED: late",
  ],
  [
    "no outcome for good",
    [LATE, BROKEN, DONE, DONE, "forgotten"],
    1,
    "a: outcomeOf has failed for good: INTERNAL: no",
  ],
  [
    "a failure for good, asked again",
    [DONE, BROKEN, "forgotten"],
    1,
    "a: asking again has failed for good: INTERNAL: no",
  ],
])("a durable client's call that has %s is found", async (_what, sayings, effects, violation) => {
  expect((await made(DurableLoad, sayings, effects)).violations).toContain(violation);
});

it.each<[what: string, sayings: Saying[], effects: number, figures: Partial<LoadFigures>]>([
  ["is answered", [DONE], 1, { worldAnswers: 1 }],
  ["has never left", [NEVER_SENT], 0, {}],
  ["ends with it, with an effect", ["killed"], 1, { abandoned: 1 }],
  ["ends with it, without one", [LATE, "killed"], 0, { abandoned: 1 }],
  ["has an outcome", [LATE, LATE, DONE], 1, { outcomesAnswered: 1 }],
  ["will never be executed", [LATE, DENIED], 0, { outcomesDenied: 1 }],
])("a volatile client's call %s", async (_what, sayings, effects, figures) => {
  const found = await made(VolatileLoad, sayings, effects);
  expect(found.violations).toEqual([]);
  expect(found.figures).toMatchObject(figures);
});

it.each<[what: string, sayings: Saying[], effects: number, violation: string]>([
  [
    "two effects",
    ["killed"],
    2,
    "a: was executed 2 times, it stands in world 1, place 0 and world 1, place 1",
  ],
  [
    "another outcome than effect",
    [LATE, ELSEWHERE],
    1,
    "a: outcomeOf says world 1, place 1, but it stands in world 1, place 0",
  ],
  [
    "an effect in spite of its outcome",
    [LATE, DENIED],
    1,
    "a: must not have had an effect, but stands in world 1, place 0",
  ],
  [
    "an effect, though it has never left",
    [NEVER_SENT],
    1,
    "a: must not have had an effect, but stands in world 1, place 0",
  ],
  ["a failure for good", [BROKEN], 0, "a: the call has failed for good: INTERNAL: no"],
  ["no outcome for good", [LATE, BROKEN], 0, "a: outcomeOf has failed for good: INTERNAL: no"],
  [
    "nothing to ask for",
    [NAMELESS],
    0,
    "a: the call has failed for good: DEADLINE_EXCEEDED: late, and nobody can ask what became of it",
  ],
])("a volatile client's call that has %s is found", async (_what, sayings, effects, violation) => {
  expect((await made(VolatileLoad, sayings, effects)).violations).toContain(violation);
});

it.each([
  ["durable", DurableLoad],
  ["volatile", VolatileLoad],
])("callers of a %s client that fails otherwise say so, and call no more", async (_what, LoadOfKind) => {
  const oracle = new Oracle();
  const { load, figures } = loadOf(LoadOfKind, new FakeClient([]), oracle);
  load.start();
  await load.stop();
  expect(load.hasFailed).toBe(true);
  expect(figures.asked).toBeGreaterThan(1);
  const { violations } = oracle.judge(new Map());
  expect(violations).toHaveLength(figures.asked);
  expect(violations[0].text).toBe("load 1: the caller has failed: nobody has expected call");
});
