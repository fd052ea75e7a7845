import { beforeEach, describe, expect, it } from "vitest";
import { CALL_NUMBER_MAX } from "../call-header.js";
import { HandClient, HomeBench, nonce, refusalOf, stateOf, turns } from "./home.test.util.js";
import { WINDOW_MAX } from "./tracker.js";

let bench: HomeBench;
let client: HandClient;

beforeEach(async () => {
  bench = new HomeBench();
  client = await HandClient.opened(bench);
});

describe("an attempt", () => {
  it("of a new call is executed, of a known one repeats its answer", async () => {
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK", text: "1", kind: "execute" });
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK", text: "1", kind: "replay" });
    expect(await client.call({ sequence: 2 })).toMatchObject({ is: "OK", text: "2", kind: "execute" });
  });

  it("of a call under way joins it", async () => {
    bench.journal.isHeld = true;
    const [first, second] = [
      client.call({ method: "Make", sequence: 1, text: "x" }),
      client.call({ method: "Make", sequence: 1, text: "x" }),
    ];
    expect(await stateOf(second)).toBe("pending");
    bench.journal.isHeld = false;
    bench.journal.flush();
    expect(await first).toMatchObject({ is: "OK", text: "x", kind: "execute" });
    expect(await second).toMatchObject({ is: "OK", text: "x", kind: "join" });
  });

  it.each([
    ["Store", "b", ""],
    ["Store", "a", "other"],
    ["Make", "a", ""],
  ] as const)("with the number of another call is no repetition: %s(%s, %s)", async (method, key, text) => {
    await client.call({ sequence: 1 });
    const mismatch = { is: "mismatch", outcome: "unknown", recorded: undefined };
    expect(await client.call({ sequence: 1, method, key, text })).toMatchObject(mismatch);
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK", text: "1" });
  });

  it("with the number of another call that is under way does not join it", async () => {
    bench.journal.isHeld = true;
    const call = client.call({ method: "Make", sequence: 1 });
    const other = client.call({ method: "Make", sequence: 1, key: "b" });
    bench.journal.flush();
    expect(await other).toMatchObject({ is: "mismatch" });
    bench.journal.isHeld = false;
    bench.journal.flush();
    expect(await call).toMatchObject({ is: "OK" });
  });

  it("below what the client still wants is stale, and never new", async () => {
    await client.call({ sequence: 1 });
    await client.call({ sequence: 3, ack: 3 });
    expect(await client.call({ sequence: 1, ack: 1 })).toMatchObject({ is: "stale", outcome: "unknown" });
    expect(await client.call({ sequence: 2, ack: 1 })).toMatchObject({ is: "stale" });
    expect(await client.call({ sequence: 3, ack: 1 })).toMatchObject({ is: "OK", text: "2", kind: "replay" });
  });

  it("below what a refused, joined or repeated attempt has said is stale, too", async () => {
    await client.call({ sequence: 5 });
    await client.call({ sequence: 5, ack: 3 });
    expect(await client.call({ sequence: 2, ack: 1 })).toMatchObject({ is: "stale" });
    await client.call({ sequence: 5, ack: 4, key: "mismatch" });
    expect(await client.call({ sequence: 3, ack: 1 })).toMatchObject({ is: "stale" });
  });

  it("with a number so high that none could follow is malformed, and leaves a home that opens again", async () => {
    for (const sequence of [CALL_NUMBER_MAX + 1, Number.MAX_SAFE_INTEGER])
      expect(await client.call({ sequence, ack: sequence })).toMatchObject({ is: "malformed" });
    const sequence = CALL_NUMBER_MAX;
    expect(await client.call({ sequence, ack: sequence })).toMatchObject({ is: "OK" });
    client.take(await client.open(nonce(2)));
    expect(client.next).toBe(CALL_NUMBER_MAX + 1);
    expect(await client.call({ ack: 1 })).toMatchObject({ is: "malformed" });
    bench.journal.checkpoint();
    for (const after of [bench.after(), bench.after().after()]) {
      client.bench = after;
      expect(await client.call({ sequence, ack: sequence })).toMatchObject({ is: "OK", kind: "replay" });
    }
  });

  it.each([
    ["malformed", { field: "x" }, "unknown"],
    ["malformed", { field: "" }, "unknown"],
    ["wrong-home", { home: "OTHEROTHEROTHEROTHEROT" }, "unknown"],
    ["lost-home", { mark: "1-00000000-0" }, "unknown"],
    ["lost-home", { mark: "2-eeeeeee2-0" }, "unknown"],
    ["lost-home", { mark: "1-eeeeeee1-9999" }, "unknown"],
    ["expired", { client: "NOBODYNOBODYNOBODYNOBO" }, "unknown"],
    ["forbidden", { principal: "somebody else" }, "unknown"],
    ["fenced", { incarnation: 2 }, "unknown"],
  ])("is refused: %s %j", async (is, { field, principal, ...claim }: Record<string, unknown>, outcome) => {
    const lying = Object.assign(Object.create(HandClient.prototype), client, claim);
    const attempt = { field: field ?? lying.field(1), principal: principal ?? "" };
    expect(await bench.send(attempt as never).reply).toMatchObject({
      is,
      outcome,
      kind: "refuse",
      recorded: undefined,
    });
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK", text: "1" });
  });

  it("of an older incarnation is refused, whatever became of the call", async () => {
    const old = client.field(1);
    await client.call({ sequence: 1 });
    client.take(await client.open(nonce(2)));
    expect(await client.call({ field: old })).toMatchObject({ is: "fenced" });
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "OK", text: "1", kind: "replay" });
  });

  it("is fine with a mark of any earlier epoch that was durable, and with the present one", async () => {
    const marks = [client.mark, (await client.call()).recorded!];
    const again = bench.after();
    client.bench = again;
    for (const mark of marks) {
      client.mark = mark;
      expect(await client.call()).toMatchObject({ is: "OK" });
    }
    client.mark = marks[1].replace(/\d+$/, (position) => String(Number(position) + 1));
    expect(await client.call()).toMatchObject({ is: "lost-home" });
  });

  it("of a method that promises less is refused", async () => {
    expect(await client.call({ method: "Look" })).toMatchObject({
      is: "not-guarded",
      outcome: "unknown",
    });
  });

  it("too far ahead is refused, and may come again once others are answered", async () => {
    const last = WINDOW_MAX;
    expect(await client.call({ sequence: last + 1 })).toMatchObject({
      is: "window",
      outcome: "not-executed",
    });
    expect(await client.call({ sequence: last })).toMatchObject({ is: "OK" });
    expect(await client.call({ sequence: last + 1, ack: 2 })).toMatchObject({ is: "OK" });
  });

  it("is refused where as much is remembered for the principal as may be, until that is acknowledged", async () => {
    bench = new HomeBench({}, { maxRememberedBytes: 500 });
    const ann = await HandClient.opened(bench, "ann");
    const bob = new HandClient(bench, "bob");
    bob.take(await bob.open(nonce(2)));
    for (let i = 0; i < 3; i++) expect(await ann.call()).toMatchObject({ is: "OK" });
    expect(await ann.call({ sequence: 4 })).toMatchObject({ is: "quota", outcome: "not-executed" });
    expect(await ann.call({ sequence: 3 })).toMatchObject({ is: "OK", kind: "replay" });
    expect(await bob.call()).toMatchObject({ is: "OK" });
    expect(await ann.call({ sequence: 4, ack: 3 })).toMatchObject({ is: "quota" });
    expect(await ann.call({ sequence: 4, ack: 3 })).toMatchObject({ is: "OK" });
  });
});

describe("a quota of bytes", () => {
  /** A home with room for two calls of a kilobyte, whose handlers wait. */
  async function narrow() {
    const going: (() => void)[] = [];
    const wait = async () => {
      await new Promise<void>((resolve) => going.push(resolve));
      return {};
    };
    bench = new HomeBench({ store: wait, make: wait }, { maxRememberedBytes: 2000 });
    const ann = await HandClient.opened(bench, "ann");
    const text = "x".repeat(1000);
    const [session] = bench.state.sessions.values();
    return { ann, going, text, principal: session.principal };
  }

  it.each([
    ["run", "Store", "a", "b"],
    ["have an intent", "Make", "a", "b"],
    ["wait for a key", "Make", "a", "a"],
  ] as const)("is for calls that %s, too", async (_, method, key, other) => {
    const { ann, going, text, principal } = await narrow();
    const calls = [ann.call({ method, key, text }), ann.call({ method, key: other, text })];
    expect(await ann.call({ method, key: "c", sequence: 3 })).toMatchObject({
      is: "quota",
      outcome: "not-executed",
    });
    for (const call of calls) {
      await turns();
      going.shift()?.();
      await turns();
      if (method === "Store" || key !== other) going.shift()?.();
      expect(await call).toMatchObject({ is: "OK" });
    }
    expect(principal.underWay).toBe(0);
    void ann.call({ method, key: "c", sequence: 3, ack: 3 });
    await turns();
    expect(going.length).toBe(1);
  });

  it("counts nothing twice, and nothing that is over", async () => {
    const { ann, going, text, principal } = await narrow();
    void ann.call({ method: "Make", text });
    await turns();
    expect(principal).toMatchObject({ underWay: 0, bytes: expect.any(Number) });
    expect(principal.bytes).toBeGreaterThan(1000);
    const waiting = ann.send({ method: "Make", text });
    await turns();
    expect(principal.underWay).toBeGreaterThan(1000);
    waiting.leave();
    expect(principal.underWay).toBe(0);
    void bench.send({ method: "Store", text });
    expect(principal.underWay).toBe(0);
    going[0]();
  });

  it("is kept by refusals of calls that have not come: beyond it only the next one that is wanted", async () => {
    bench = new HomeBench({}, { maxRememberedBytes: 1000 });
    const ann = await HandClient.opened(bench, "ann");
    for (let sequence = 2; sequence <= 6; sequence++) expect(await ann.outcome(sequence)).toBe("refused");
    expect(await refusalOf(ann.outcome(7))).toBe("quota");
    expect(await ann.outcome(1)).toBe("refused");
    expect(await ann.outcome(6)).toBe("refused");
    await ann.keepAlive(7);
    expect(await ann.outcome(8)).toBe("refused");
    expect(await ann.call({ sequence: 9, ack: 7 })).toMatchObject({ is: "OK" });
  });
});

it("forgets answers below the floor at once, and nothing else", async () => {
  for (let i = 0; i < 5; i++) await client.call();
  const [session] = bench.state.sessions.values();
  expect(session.calls.all().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  await client.call({ sequence: 6, ack: 4 });
  expect(session.calls.all().map(({ sequence }) => sequence)).toEqual([4, 5, 6]);
  await client.call({ sequence: 1000, ack: 1000 });
  expect(session.calls.all().map(({ sequence }) => sequence)).toEqual([1000]);
  expect(session.principal.bytes).toBe(session.calls.all()[0].bytes);
});

it("keeps no answer that is no longer wanted by the time it is there", async () => {
  const going: (() => void)[] = [];
  const wait = () => new Promise<object>((resolve) => going.push(() => resolve({})));
  bench = new HomeBench({ store: wait, make: wait });
  client = await HandClient.opened(bench);
  const calls = [client.call(), client.call({ method: "Make" })];
  await turns();
  await client.keepAlive(3);
  for (const go of going) go();
  for (const reply of await Promise.all(calls)) expect(reply).toMatchObject({ is: "OK" });
  const [session] = bench.state.sessions.values();
  expect(session.calls.size).toBe(0);
  expect(session.principal.bytes).toBe(0);
});

it("a home that was put back to an earlier state is found out", async () => {
  const old = bench.journal.crashed();
  await client.call();
  const { recorded } = await client.call();
  client.mark = recorded!;
  const putBack = new HomeBench({}, { log: old });
  client.bench = putBack;
  expect(await client.call()).toMatchObject({ is: "lost-home" });
  expect(await refusalOf(client.keepAlive())).toBe("lost-home");
  expect(await refusalOf(client.open(nonce(3)))).toBe("lost-home");
  expect(await refusalOf(client.outcome(1))).toBe("lost-home");
  expect(await refusalOf(client.close())).toBe("lost-home");
});

it("a home that was put back and went on for as long has another epoch", async () => {
  const old = bench.journal.crashed();
  const known = new HomeBench({}, { log: old });
  client.bench = known;
  client.mark = (await client.call()).recorded!;
  const other = new HomeBench(
    {},
    { log: { ...old, epochs: old.epochs.map((epoch) => ({ ...epoch, id: "0badf00d" })) } },
  );
  client.bench = other;
  expect(await client.call()).toMatchObject({ is: "lost-home" });
});
