import { describe, expect, test } from "vitest";
import { Status } from "../../rpc/status.js";
import { KEEP_ALIVE, OUTCOME } from "./delivery-requests.js";
import {
  EXPIRES_AFTER_MS,
  FakeHome,
  failureOf,
  fakePair,
  installChecks,
  lose,
  neverLeave,
  pass,
  turns,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

describe("another home", () => {
  /** A channel that leads to a second home from now on. */
  async function led() {
    const first = new FakeHome("first");
    const second = new FakeHome("second");
    const pair = fakePair({}, first);
    await pair.notes.write({ text: "a" });
    let away = true;
    const behave = first.behave.bind(first);
    first.behave = (attempt) => (away ? attempt.serveAt(second) : behave(attempt));
    const lead = (to: FakeHome) => void (away = to === second);
    return { ...pair, first, second, lead };
  }

  test("gets no call that was sent to the first", async () => {
    const { notes, runtime, first, second, lead } = await led();
    const sent = notes.write({ text: "b" }, { timeoutMs: 60_000 });
    await pass(runtime, 300);
    expect(second.effects).toEqual([]);
    lead(first);
    await pass(runtime, 3_000);
    expect(await sent).toMatchObject({ text: "done: b" });
    expect([first.effects, second.effects]).toEqual([["a", "b"], []]);
  });

  test.each([
    [
      "ends a call without a deadline before long, which may have happened",
      undefined,
      Status.FAILED_PRECONDITION,
    ],
    ["lets a call with a deadline look for the first until then", 300_000, Status.DEADLINE_EXCEEDED],
  ])("in place of the first %s", async (_, timeoutMs, code) => {
    const { notes, runtime, first, second } = await led();
    const sent = failureOf(notes.write({ text: "b" }, { timeoutMs }));
    await pass(runtime, 20_000, 100);
    expect(second.attempts(WRITE).length).toBeLessThan(30);
    await pass(runtime, 300_000, 300);
    expect(await sent).toMatchObject({ code, outcome: "unknown", callId: expect.any(String) });
    expect([first.effects, second.effects]).toEqual([["a"], []]);
    if (timeoutMs === undefined) expect(second.attempts(WRITE)).toHaveLength(30);
  });

  test("does not end a call whose attempts come to it only now and then", async () => {
    const { notes, runtime, first, second, lead } = await led();
    const sent = notes.write({ text: "b" });
    for (let i = 0; i < 4; i++) {
      await pass(runtime, 30_000, 100);
      first.script(WRITE, lose);
      lead(first);
      await pass(runtime, 2_500, 5);
      lead(second);
    }
    expect(second.attempts(WRITE).length).toBeGreaterThan(60);
    lead(first);
    await pass(runtime, 5_000);
    expect(await sent).toMatchObject({ text: "done: b" });
  });

  test("gets calls that were never sent, in a session of its own", async () => {
    const { notes, runtime, first, second } = await led();
    const sent = failureOf(notes.write({ text: "b" }, { timeoutMs: 1_000 }));
    await pass(runtime, 100);
    const fresh = notes.write({ text: "c" });
    await pass(runtime, 10);
    expect(await fresh).toMatchObject({ text: "done: c" });
    await pass(runtime, 1_000);
    expect(await sent).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "unknown" });
    expect([first.effects, second.effects]).toEqual([["a"], ["c"]]);
  });

  test("gets calls that wait for another attempt and never left", async () => {
    const { home, notes, runtime, first, second } = await led();
    home.script(WRITE, neverLeave);
    const original = first.behave;
    first.behave = (attempt) =>
      attempt.path === WRITE && attempt.text === "p" ? attempt.neverLeave() : original(attempt);
    const pausing = notes.write({ text: "p" }, { timeoutMs: 10_000 });
    await turns(6);
    first.behave = original;
    const sent = failureOf(notes.write({ text: "b" }, { timeoutMs: 1_000 }));
    await pass(runtime, 2_000);
    expect(await pausing).toMatchObject({ text: "done: p" });
    await sent;
    expect([first.effects, second.effects]).toEqual([["a"], ["p"]]);
  });
});

describe("many homes", () => {
  /** A channel that is led from home to home while each still has a call of its own. */
  async function wander(count: number) {
    const homes = Array.from({ length: count }, (_, i) => new FakeHome(`home${i}`));
    const pair = fakePair({}, homes[0]!);
    let here = homes[0]!;
    const original = here.behave.bind(here);
    homes[0]!.behave = (attempt) => (here === homes[0] ? original(attempt) : attempt.serveAt(here));
    const failures: Promise<unknown>[] = [];
    for (const [i, home] of homes.entries()) {
      here = home;
      // The first one that comes goes astray, and tells that the home is another.
      if (i > 0)
        failures.push(failureOf(pair.notes.write({ text: `astray ${i}` }, { timeoutMs: 3_600_000 })));
      await pass(pair.runtime, 10, 2);
      await pair.notes.write({ text: `well ${i}` });
    }
    return { ...pair, homes, failures };
  }

  test("are remembered up to 16, and the calls of the oldest given up beyond", async () => {
    const { failures, channel } = await wander(19);
    expect(await failures[0]).toMatchObject({ code: Status.UNAVAILABLE, outcome: "unknown" });
    expect(await failures[1]).toMatchObject({ code: Status.UNAVAILABLE, outcome: "unknown" });
    let isSettled = false;
    void failures[2]!.then(() => {
      isSettled = true;
    });
    await turns(3);
    expect(isSettled).toBe(false);
    await channel.close();
  });

  test("that have no unresolved calls are left, and nothing is said to them any more", async () => {
    const { home, homes, runtime } = await wander(2);
    await pass(runtime, 3_600_000, 200);
    const { length } = home.seen;
    await pass(runtime, 3 * EXPIRES_AFTER_MS, 50);
    const said = home.seen.slice(length).map(({ path, header }) => `${path} ${header?.home ?? ""}`);
    expect(new Set(said)).toEqual(new Set([`${KEEP_ALIVE} `, `${OUTCOME} `]));
    expect(homes[1]!.sessions.size).toBe(1);
  });
});
