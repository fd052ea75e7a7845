import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, it } from "vitest";
import { OpenRequestSchema } from "../../rpc/gen/redoubt/delivery_pb.js";
import { CALL_NUMBER_MAX } from "../call-header.js";
import { HandClient, HomeBench, nonce, refusalOf, turns } from "./home.test.util.js";

let bench: HomeBench;
let client: HandClient;

beforeEach(async () => {
  bench = new HomeBench();
  client = await HandClient.opened(bench);
});

describe("Open", () => {
  it("says all that a client has to know", async () => {
    const reply = await new HandClient(bench).open(nonce(9));
    expect(reply).toMatchObject({
      session: {
        home: bench.home.id,
        client: expect.stringMatching(/^[\w-]{22}$/),
        incarnation: 1n,
        mark: expect.stringMatching(/^1-eeeeeee1-\d+$/),
      },
      nextSequence: 1n,
      window: 1024,
      expiresAfterMs: 604_800_000n,
      methods: ["/t.Shop/Store", "/t.Shop/Make"],
    });
  });

  it("gives each client a session of its own", async () => {
    const others = await Promise.all([nonce(2), nonce(3)].map((nonce) => new HandClient(bench).open(nonce)));
    const clients = [client.client, ...others.map(({ session }) => session!.client)];
    expect(new Set(clients).size).toBe(3);
  });

  it("repeated with its nonce gives the same session", async () => {
    const again = new HandClient(bench);
    again.take(await again.open(nonce(1)));
    expect(again).toMatchObject({ client: client.client, incarnation: 1, next: 1 });
    expect(bench.state.sessions.size).toBe(1);
    client.bench = bench.after();
    const later = new HandClient(client.bench);
    later.take(await later.open(nonce(1)));
    expect(later.client).toBe(client.client);
  });

  it("repeated by somebody else gives nothing away", async () => {
    expect(await refusalOf(new HandClient(bench, "eve").open(nonce(1)))).toBe("forbidden");
  });

  it("repeated when the session was opened again since is outdated", async () => {
    await client.open(nonce(2));
    expect(await refusalOf(new HandClient(bench).open(nonce(1)))).toBe("fenced");
    expect(bench.state.sessions.size).toBe(1);
  });

  it("of a session gives it its next incarnation, once for each nonce", async () => {
    const replies = await Promise.all([client.open(nonce(2)), client.open(nonce(2))]);
    for (const reply of replies)
      expect(reply.session).toMatchObject({ client: client.client, incarnation: 2n });
    client.take(replies[0]);
    expect((await client.open(nonce(3))).session!.incarnation).toBe(3n);
  });

  it("by a copy of the client is refused: only the first gets the next incarnation", async () => {
    const { session } = client;
    const [first, second] = [client.open(nonce(2), session), client.open(nonce(3), session)];
    expect((await first).session!.incarnation).toBe(2n);
    expect(await refusalOf(second)).toBe("fenced");
    client.take(await first);
    expect(await client.call()).toMatchObject({ is: "OK" });
  });

  it("by a client that was put back is refused, and opens nothing", async () => {
    for (let i = 0; i < 3; i++) await client.call();
    expect(await refusalOf(client.open(nonce(2), client.session, 3))).toBe("fenced");
    const { session } = await client.open(nonce(3), client.session, 4);
    expect(session!.incarnation).toBe(2n);
  });

  it("by a client that was put back to before the reply is refused, if calls were made since", async () => {
    await client.call();
    const { session } = client;
    client.take(await client.open(nonce(2), session, 2));
    expect((await client.open(nonce(2), session, 2)).session!.incarnation).toBe(2n);
    await client.call();
    expect(await refusalOf(client.open(nonce(2), session, 2))).toBe("fenced");
    expect((await client.open(nonce(3), client.session, 3)).session!.incarnation).toBe(3n);
  });

  it("by a client that has forgotten a number which it gave to nobody goes on behind it", async () => {
    await client.call();
    await client.keepAlive(3);
    client.take(await client.open(nonce(2), client.session, 2));
    expect(client).toMatchObject({ incarnation: 2, next: 3 });
  });

  it("is answered as it was opened, though it is opened again before that is durable", async () => {
    const { session } = client;
    client.take(await client.open(nonce(2), session));
    bench.journal.isHeld = true;
    const again = client.open(nonce(2), session);
    const next = client.open(nonce(3));
    await turns();
    bench.journal.flush();
    expect((await again).session!.incarnation).toBe(2n);
    expect((await next).session!.incarnation).toBe(3n);
  });

  it("that comes late does not fence the client that has gone on", async () => {
    const { session } = client;
    client.take(await client.open(nonce(2), session));
    client.take(await client.open(nonce(3)));
    expect(await refusalOf(client.open(nonce(2), session))).toBe("fenced");
    expect(await client.call()).toMatchObject({ is: "OK" });
  });

  it("says numbers that no call has had, not even one that is under way", async () => {
    let go = () => {};
    bench = new HomeBench({
      async store() {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        return {};
      },
    });
    client = await HandClient.opened(bench);
    void client.call({ sequence: 7 });
    await turns();
    client.take(await client.open(nonce(2)));
    expect(client.next).toBe(8);
    const joined = client.call({ sequence: 7 });
    go();
    expect(await joined).toMatchObject({ is: "OK", kind: "join" });
    client.take(await client.open(nonce(3)));
    expect(client.next).toBe(8);
  });

  it("says numbers above all that were acknowledged", async () => {
    await client.keepAlive(100);
    client.take(await client.open(nonce(2)));
    expect(client.next).toBe(100);
  });

  it("of more sessions than a principal may have is refused; of known ones it is not", async () => {
    bench = new HomeBench({}, { maxSessions: 2 });
    const ann = await HandClient.opened(bench, "ann");
    await new HandClient(bench, "ann").open(nonce(2));
    expect(await refusalOf(new HandClient(bench, "ann").open(nonce(3)))).toBe("quota");
    await new HandClient(bench, "bob").open(nonce(4));
    await new HandClient(bench, "ann").open(nonce(1));
    await ann.open(nonce(5));
    await ann.close().catch(() => {});
    ann.incarnation = 2;
    await ann.close();
    await new HandClient(bench, "ann").open(nonce(3));
  });

  it.each([
    ["a short nonce", new Uint8Array(15), undefined],
    ["no mark", nonce(2), { mark: "" }],
    ["incarnation 0", nonce(2), { incarnation: 0n }],
    ["incarnation 2^53", nonce(2), { incarnation: 1n << 53n }],
  ])("with %s is malformed", async (_, nonce, change) => {
    const session = change === undefined ? undefined : { ...client.session!, ...change };
    expect(await refusalOf(client.open(nonce, session))).toBe("malformed");
  });

  it.each([
    ["expired", { client: "NOBODYNOBODYNOBODYNOBO" }],
    ["wrong-home", { home: "OTHEROTHEROTHEROTHEROT" }],
    ["lost-home", { mark: "1-00000000-0" }],
    ["fenced", { incarnation: 5n }],
  ])("of what is not so is refused: %s", async (refusal, change) => {
    expect(await refusalOf(client.open(nonce(2), { ...client.session!, ...change }))).toBe(refusal);
  });
});

describe("KeepAlive", () => {
  it("says the home's mark, and lets go what is no longer wanted", async () => {
    await client.call();
    await client.call();
    const { mark } = await client.keepAlive(3);
    expect(mark).toMatch(/^1-eeeeeee1-\d+$/);
    expect([...bench.state.sessions.values()][0].calls.size).toBe(0);
    expect(await client.call({ sequence: 2, ack: 1 })).toMatchObject({ is: "stale" });
  });

  it("that comes late takes nothing back", async () => {
    await client.call();
    await client.keepAlive(2);
    await client.keepAlive(1);
    expect(await client.call({ sequence: 1, ack: 1 })).toMatchObject({ is: "stale" });
  });

  it("records nothing where nothing is new", async () => {
    const { position } = bench.journal;
    await client.keepAlive(1);
    expect(bench.journal.position).toBe(position);
  });

  it("of an older incarnation, or without a session, is refused", async () => {
    await client.open(nonce(2));
    expect(await refusalOf(client.keepAlive())).toBe("fenced");
    client.client = "";
    expect(await refusalOf(client.keepAlive())).toBe("malformed");
  });
});

it("numbers so high that none could follow are malformed", async () => {
  expect(await refusalOf(client.keepAlive(CALL_NUMBER_MAX + 1))).toBe("malformed");
  expect(await refusalOf(client.outcome(CALL_NUMBER_MAX + 1))).toBe("malformed");
  await client.keepAlive(CALL_NUMBER_MAX);
  expect(await client.outcome(CALL_NUMBER_MAX)).toBe("refused");
  bench.journal.checkpoint();
  client.bench = bench.after();
  expect(await client.outcome(CALL_NUMBER_MAX)).toBe("refused");
});

describe("Outcome", () => {
  it("of a call that has not come refuses it for good", async () => {
    expect(await client.outcome(3)).toBe("refused");
    const refused = { is: "CANCELLED", outcome: "not-executed", recorded: expect.anything(), kind: "replay" };
    expect(await client.call({ sequence: 3 })).toMatchObject(refused);
    expect(await client.call({ sequence: 3, method: "Make", key: "other" })).toMatchObject(refused);
    client.bench = bench.after();
    expect(await client.outcome(3)).toBe("refused");
    expect(await client.call({ sequence: 3 })).toMatchObject(refused);
    expect(client.bench.state.store.size).toBe(0);
  });

  it("of a call that has been answered is its answer", async () => {
    await client.call({ sequence: 1 });
    expect(await client.outcome(1)).toBe("answer 0");
    client.bench = bench.after();
    expect(await client.outcome(1)).toBe("answer 0");
  });

  it("of what is no longer wanted, or too far ahead, is not told", async () => {
    await client.call({ sequence: 3, ack: 3 });
    expect(await refusalOf(client.outcome(2))).toBe("stale");
    expect(await refusalOf(client.outcome(3 + 1024))).toBe("window");
  });
});

describe("Close", () => {
  it("forgets the session, and is fine when it comes again", async () => {
    await client.call({ sequence: 1 });
    await client.close();
    expect(bench.state).toMatchObject({
      sessions: new Map(),
      byClient: new Map(),
      byNonce: new Map(),
      principals: new Map(),
    });
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "expired", outcome: "unknown" });
    expect(await client.call({ sequence: 2 })).toMatchObject({ is: "expired" });
    await client.close();
    client.bench = bench.after();
    expect(await client.call({ sequence: 1 })).toMatchObject({ is: "expired" });
  });

  it("by an older incarnation is refused", async () => {
    await client.open(nonce(2));
    expect(await refusalOf(client.close())).toBe("fenced");
  });

  it("of a session with open calls lets these come to their end", async () => {
    let fails = true;
    bench = new HomeBench({
      make() {
        if (fails) throw new Error("oops");
        return {};
      },
    });
    client = await HandClient.opened(bench);
    const call = client.call({ method: "Make", sequence: 1 });
    await turns();
    await client.close();
    expect(await client.call({ method: "Make", sequence: 1 })).toMatchObject({ is: "expired" });
    bench = bench.after({ make: () => ({}) });
    await bench.started;
    await turns();
    expect(bench.home.openIntents).toEqual([]);
    expect(bench.state.sessions.size).toBe(0);
    expect(bench.state.principals.size).toBe(0);
    fails = false;
    client.bench.runtime.advance(1000);
    expect(await call).toMatchObject({ is: "OK" });
    expect(client.bench.state.sessions.size).toBe(0);
  });

  it("keeps calls that have not begun from beginning", async () => {
    const going: (() => void)[] = [];
    bench = new HomeBench({ make: () => new Promise((resolve) => going.push(() => resolve({}))) });
    client = await HandClient.opened(bench);
    const other = new HandClient(bench);
    other.take(await other.open(nonce(2)));
    const first = other.call({ method: "Make" });
    const waits = client.call({ method: "Make" });
    await turns();
    await client.close();
    going[0]();
    expect(await first).toMatchObject({ is: "OK" });
    expect(await waits).toMatchObject({ is: "expired" });
    expect(going.length).toBe(1);
    expect(bench.after().state.sessions.size).toBe(1);
  });

  it("while a call runs keeps what that changes", async () => {
    let go = () => {};
    bench = new HomeBench({
      async store({ key }, { state }) {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        state.put(key, Uint8Array.of(1));
        return {};
      },
    });
    client = await HandClient.opened(bench);
    const call = client.call();
    await turns();
    await client.close();
    go();
    expect(await call).toMatchObject({ is: "OK", recorded: undefined });
    expect(bench.state.store.size).toBe(1);
    expect(bench.after().state.store.size).toBe(1);
  });
});

it("a full journal refuses what would have to be recorded", async () => {
  await client.call({ sequence: 1 });
  bench.journal.fault = "full";
  expect(await refusalOf(client.open(nonce(2)))).toBe("full");
  expect(await refusalOf(client.outcome(2))).toBe("full");
  expect(await client.outcome(1)).toBe("answer 0");
  await client.keepAlive(2);
  expect(create(OpenRequestSchema).nonce.length).toBe(0);
});
