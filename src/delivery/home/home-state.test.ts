import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Store } from "../../journal/store.js";
import { Status } from "../../rpc/status.js";
import { HandClient, HomeBench, nonce, turns } from "./home.test.util.js";
import { HomeState } from "./home-state.js";
import { MemoryJournal, type MemoryLog } from "./memory-journal.test.util.js";

// What a home remembers is what its journal says: at any time it is the same as what is read back from a checkpoint and
// the records behind it, whenever that checkpoint was begun and however slowly it was written.

type Step =
  | { readonly kind: "open"; readonly client: number }
  | {
      readonly kind: "call";
      readonly client: number;
      readonly method: "Store" | "Make";
      readonly key: string;
      readonly text: string;
      readonly ahead: number;
      readonly acked: number;
    }
  | { readonly kind: "again"; readonly client: number }
  | { readonly kind: "outcome"; readonly client: number; readonly ahead: number }
  | { readonly kind: "keepAlive"; readonly client: number; readonly acked: number }
  | { readonly kind: "close"; readonly client: number }
  | { readonly kind: "look"; readonly key: string }
  | { readonly kind: "pass"; readonly minutes: number }
  | { readonly kind: "checkpoint" }
  | { readonly kind: "pull"; readonly records: number };

const CLIENTS = 3;
const client = fc.nat(CLIENTS - 1);
const key = fc.constantFrom("a", "b");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("open" as const), client }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("call" as const),
      client,
      method: fc.constantFrom("Store" as const, "Make" as const),
      key,
      text: fc.constantFrom("", "note", "refuse", "stuck", "fail"),
      ahead: fc.constantFrom(0, 0, 0, 1, 3),
      acked: fc.constantFrom(0, 0, 1, 2, 9),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("again" as const), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("outcome" as const), client, ahead: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("keepAlive" as const), client, acked: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("close" as const), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("look" as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), minutes: fc.constantFrom(1, 10, 120) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("checkpoint" as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("pull" as const), records: fc.nat(3) }) },
);

/** A home that goes through steps, and checkpoints of it that are written meanwhile. */
class Run {
  readonly bench: HomeBench;
  readonly checkpoints: MemoryLog["checkpoint"][] = [];
  private readonly clients: HandClient[] = [];
  private nonces = 0;
  private writing: { position: number; records: Uint8Array[]; rest: Iterator<Uint8Array> } | undefined =
    undefined;

  constructor() {
    this.bench = new HomeBench(
      {
        store({ key, text }, { state }) {
          if (text === "fail") throw new Error("oops");
          state.put(key, Uint8Array.of((state.get(key)?.[0] ?? 0) + 1));
          return { text: "x".repeat(text.length * 10) };
        },
        async make({ text }, call) {
          if (text === "note" && call.noted === undefined) await call.note(Uint8Array.of(1, 2, 3));
          if (text === "refuse") call.refuse(Status.NOT_FOUND, "refused");
          if (text === "fail" && !call.redo) throw new Error("oops");
          if (text === "stuck") throw new Error("stuck");
          return { text };
        },
        look({ key }, { state }) {
          state.put(`${key} seen`, Uint8Array.of(1));
          return {};
        },
      },
      { expiresAfterMs: 3_600_000, retry: { initialMs: 90_000, maxMs: 90_000 } },
    );
    for (let i = 0; i < CLIENTS; i++) this.clients.push(new HandClient(this.bench, ["", "ann", "ann"][i]));
  }

  async take(step: Step): Promise<void> {
    const client = "client" in step ? this.clients[step.client] : undefined;
    if (client !== undefined && client.client === "" && step.kind !== "open") return;
    switch (step.kind) {
      case "open":
        return this.open(client!);
      case "call": {
        client!.ack = Math.min(client!.next, client!.ack + step.acked);
        client!.next += step.ahead;
        const { method, key, text } = step;
        void client!.call({ method, key, text });
        return turns();
      }
      case "again":
        if (client!.next > 1) void client!.call({ sequence: Math.max(client!.ack, client!.next - 1) });
        return turns();
      case "outcome":
        return ignoring(client!.outcome(client!.next + step.ahead));
      case "keepAlive":
        client!.ack = Math.min(client!.next, client!.ack + step.acked);
        return ignoring(client!.keepAlive());
      case "close":
        return ignoring(client!.close());
      case "look":
        await this.bench.send({ method: "Look", key: step.key }).reply;
        return;
      case "pass":
        for (let i = 0; i < step.minutes; i++) this.bench.runtime.advance(60_000);
        return turns();
      case "checkpoint": {
        const rest = this.bench.state.snapshot()[Symbol.iterator]();
        this.writing = { position: this.bench.journal.position, records: [], rest };
        return;
      }
      case "pull":
        for (let i = 0; i < step.records; i++) this.pull();
    }
  }

  /** Writes one more record of the checkpoint that is under way; false at its end. */
  pull(): boolean {
    if (this.writing === undefined) return false;
    const { position, records, rest } = this.writing;
    const { done, value } = rest.next();
    if (done !== true) records.push(value.slice());
    else {
      this.checkpoints.push({ position, records });
      this.writing = undefined;
    }
    return done !== true;
  }

  private async open(client: HandClient): Promise<void> {
    const session = client.client === "" ? undefined : client.session;
    const reply = await client.open(nonce(++this.nonces), session).catch(() => undefined);
    if (reply === undefined) client.client = "";
    else client.take(reply);
  }
}

async function ignoring(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {});
}

/** All that a state is, as text. */
function described(state: HomeState): string[] {
  const records = Array.from(state.snapshot(), (record) => String.fromCharCode(...record));
  const principals = [...state.principals.values()].map(
    ({ name, sessions, bytes }) => `${name} ${sessions} ${bytes}`,
  );
  const clients = [...state.byClient].map(([client, { number }]) => `${client} ${number}`);
  const nonces = [...state.byNonce].map(([nonce, { number }]) => `${nonce} ${number}`);
  const open = state.openCalls.all().map(({ session, sequence }) => `${session.number} ${sequence}`);
  return [
    ...records,
    ...principals.sort(),
    ...clients.sort(),
    ...nonces.sort(),
    ...open.sort(),
    String(state.nextSession),
  ];
}

it("is what a checkpoint and the records behind it say", async () => {
  let checkpoints = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const run = new Run();
      await run.take({ kind: "open", client: 0 });
      for (const step of steps) await run.take(step);
      while (run.pull());
      const { bench } = run;
      bench.journal.flush();
      const live = described(bench.state);
      const log = bench.journal.crashed();
      for (const checkpoint of [{ position: 0, records: [] }, ...run.checkpoints]) {
        const state = new HomeState(new Store());
        new MemoryJournal(state, { ...log, checkpoint });
        expect(described(state)).toEqual(live);
      }
      checkpoints += run.checkpoints.length;
      const notes = bench.state.openCalls.all().filter(({ note }) => note === undefined).length;
      expect(bench.journal.reservations).toBe(bench.home.openIntents.length + notes);
    }),
    { numRuns: 60 },
  );
  // Some seventy, give or take five.
  expect(checkpoints).toBeGreaterThan(30);
}, 60_000);

describe("a checkpoint that is being written does not show", () => {
  const changes: [string, (client: HandClient, bench: HomeBench) => unknown][] = [
    ["a call", (client) => client.call({ key: "b" })],
    ["what is no longer wanted", (client) => client.keepAlive(2)],
    ["a note, an answer", (_, bench) => bench.runtime.advance(1000)],
    ["a refused call", (client) => client.outcome(9)],
    ["that a session was opened again", (client) => client.open(nonce(7))],
    ["a new session", (_, bench) => new HandClient(bench, "new").open(nonce(8))],
    ["that a session has ended", (client) => client.close()],
    ["a change of the store", (_, bench) => bench.send({ key: "b" }).reply],
  ];

  it.each(changes)("%s", async (_, change) => {
    let fails = true;
    const bench = new HomeBench({
      async make(_, call) {
        if (fails) throw new Error("oops");
        await call.note(Uint8Array.of(1, 2, 3));
        throw new Error("oops again");
      },
    });
    const client = await HandClient.opened(bench);
    await client.call();
    await client.call();
    void client.call({ method: "Make" });
    await turns();
    fails = false;
    const before = described(bench.state);
    const { position } = bench.journal;
    const snapshot = bench.state.snapshot();
    await change(client, bench);
    await turns();
    const records = Array.from(snapshot, (record) => record.slice());
    expect(described(bench.state)).not.toEqual(before);
    const state = new HomeState(new Store());
    new MemoryJournal(state, { ...bench.journal.crashed(), checkpoint: { position, records }, records: [] });
    expect(described(state)).toEqual(before);
  });
});

it("a checkpoint that is given up holds nothing", async () => {
  const bench = new HomeBench();
  const client = await HandClient.opened(bench);
  await client.call();
  const ended = vi.spyOn(Object.getPrototypeOf(bench.state.store.snapshot()), "return");
  for (const records of [0, 1, 3]) {
    const snapshot = bench.state.snapshot()[Symbol.iterator]();
    for (let i = 0; i < records; i++) snapshot.next();
    await client.call();
    snapshot.return?.();
    snapshot.return?.();
  }
  expect(ended).toHaveBeenCalledTimes(3);
  ended.mockRestore();
  await client.call();
  bench.journal.checkpoint();
  client.bench = bench.after();
  expect(await client.call({ sequence: 5 })).toMatchObject({ text: "5", kind: "replay" });
});
