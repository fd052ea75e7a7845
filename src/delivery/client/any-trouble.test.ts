import fc from "fast-check";
import { expect, test } from "vitest";
import { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import type { Refusal } from "../refusal.js";
import { OPEN, OUTCOME } from "./delivery-requests.js";
import { DurableLab } from "./durable-lab.test.util.js";
import {
  type Behaviour,
  type FakeHome,
  fakePair,
  installChecks,
  pass,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

const REFUSALS: readonly Refusal[] = ["window", "quota", "full", "failed", "starting", "wrong-home"];

const TROUBLES: Readonly<Record<string, Behaviour>> = {
  "comes well": (attempt) => attempt.treatWell(),
  "is lost": (attempt) => attempt.lose(),
  "never leaves": (attempt) => attempt.neverLeave(),
  "loses its answer": (attempt) => attempt.loseAnswer(),
  "loses its answer in silence": (attempt) => attempt.loseSilently(),
  "is answered by somebody else": (attempt) => attempt.status(Status.INTERNAL, "", "unknown"),
  "is answered with nothing recorded": (attempt) => attempt.reply(attempt.request),
  ...Object.fromEntries(
    REFUSALS.map((refusal): [string, Behaviour] => [refusal, (attempt) => attempt.refuse(refusal)]),
  ),
};

const CONTROL_TROUBLES: Readonly<Record<string, Behaviour>> = {
  "comes well": (attempt) => attempt.treatWell(),
  "is lost": (attempt) => attempt.lose(),
  "loses its answer": (attempt) => attempt.openSilently(),
};

const troubles = (names: Readonly<Record<string, Behaviour>>) =>
  fc.array(fc.constantFrom(...Object.keys(names)), { maxLength: 12 });

const plans = fc.record({
  calls: fc.array(
    fc.record({ afterMs: fc.nat(300), timeoutMs: fc.constantFrom(undefined, 60, 400, 5_000) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  window: fc.constantFrom(1, 2, 1024),
  write: troubles(TROUBLES),
  open: troubles(CONTROL_TROUBLES),
  outcome: troubles({
    "comes well": (attempt) => attempt.treatWell(),
    "is lost": (attempt) => attempt.lose(),
  }),
});

type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;

function script(home: FakeHome, { window, write, open, outcome }: Plan): void {
  home.window = window;
  home.script(WRITE, ...write.map((name) => TROUBLES[name]!));
  home.script(OPEN, ...open.map((name) => CONTROL_TROUBLES[name]!));
  home.script(OUTCOME, ...outcome.map((name) => CONTROL_TROUBLES[name]!));
}

/** What a caller was told. */
type Told = "OK" | RpcError;

async function toldTo(call: Promise<unknown>): Promise<Told> {
  try {
    await call;
    return "OK";
  } catch (error) {
    if (RpcError.is(error)) return error;
    throw error;
  }
}

/** Whatever was told is true, and nothing happened twice. */
function expectTruth(home: FakeHome, told: readonly Told[]): void {
  told.forEach((one, i) => {
    const effects = home.effects.filter((effect) => effect === String(i)).length;
    if (one === "OK") expect(effects).toBe(1);
    else if (one.outcome === "not-executed") expect(effects).toBe(0);
    else expect(effects).toBeLessThanOrEqual(1);
  });
}

test("a volatile client's calls happen once at most, are told truly, and leave nothing behind", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { channel, home, notes, runtime } = fakePair();
      script(home, plan);
      const calls: Promise<Told>[] = [];
      for (const [i, { afterMs, timeoutMs }] of plan.calls.entries()) {
        await pass(runtime, afterMs, 4);
        calls.push(toldTo(notes.write({ text: String(i) }, timeoutMs === undefined ? {} : { timeoutMs })));
      }
      await pass(runtime, 10_000, 50);
      home.heal();
      await pass(runtime, 120_000, 60);
      const told = await Promise.all(calls);
      expectTruth(home, told);
      for (const one of told) {
        if (one === "OK" || one.callId === undefined) continue;
        const { outcome } = await channel.outcomeOf(one.callId);
        const index = told.indexOf(one);
        expect(outcome).toBe(home.effects.includes(String(index)) ? "executed" : "not-executed");
      }
      // Nothing is remembered any more but by who lost an answer to Open.
      for (const session of home.sessions.values()) expect(session.answers.size).toBe(0);
      await channel.close();
      expect(runtime.pendingMs).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 120_000);

test("a durable client's calls happen once, whoever crashes", async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.array(fc.nat(5), { maxLength: 3 }), async (plan, crashes) => {
      const lab = new DurableLab();
      script(lab.home, plan);
      let program = await lab.start();
      const crashAt = new Set(crashes);
      const asked: { readonly key: string; told: Promise<Told> }[] = [];
      for (const [i, { afterMs, timeoutMs }] of plan.calls.entries()) {
        await pass(program.runtime, afterMs, 4);
        const options = { key: String(i), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
        asked.push({ key: String(i), told: toldTo(program.notes.write({ text: String(i) }, options)) });
        if (!crashAt.has(i)) continue;
        await turns(i * 3);
        lab.powerFailure(program);
        program = await lab.start();
      }
      await pass(program.runtime, 10_000, 50);
      lab.home.heal();
      await pass(program.runtime, 120_000, 60);
      // Whoever comes again with a key gets the answer, and nothing happens a second time.
      for (const { key } of asked) {
        const again = program.notes.write({ text: key }, { key });
        await pass(program.runtime, 40_000, 10);
        expect(await toldTo(again)).toBe("OK");
        expect(lab.home.effects.filter((effect) => effect === key)).toHaveLength(1);
      }
      await pass(program.runtime, 60_000, 30);
      expect(program.client.unfinished()).toEqual([]);
      for (const session of lab.home.sessions.values()) expect(session.answers.size).toBe(0);
      await lab.stop(program);
      expect(program.runtime.pendingMs).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 120_000);
