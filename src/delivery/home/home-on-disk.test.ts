import { describe, expect, it } from "vitest";
import { Home } from "./home.js";
import { bytesOf, HandClient, type MakeHandler, nonce, textOf } from "./home.test.util.js";
import { HomeOnDisk } from "./home-on-disk.test.util.js";

let nonces = 0;

async function openedAt(disk: HomeOnDisk, principal = ""): Promise<HandClient<HomeOnDisk>> {
  const client = new HandClient(disk, principal);
  client.take(await disk.outcome(client.open(nonce(++nonces))));
  return client;
}

describe("a checkpoint of a home", () => {
  it("is made whatever was recorded: one value as large as the log takes, beside small ones", async () => {
    const disk = new HomeOnDisk();
    await disk.open({
      store({ key, text }, { state }) {
        state.put(key, new Uint8Array(Number(text)).fill(7));
        return {};
      },
    });
    const client = await openedAt(disk);
    for (let i = 0; i < 70; i++) await disk.outcome(client.call({ key: `a${i}`, text: "100" }));
    let largest = disk.journal.recordBytesMax;
    // The largest that is taken.
    for (; ; largest--)
      if ((await disk.outcome(client.call({ key: "b", text: `${largest}` }))).is === "OK") break;
    await disk.outcome(disk.journal.checkpoint());
    expect(disk.home.openIntents).toEqual([]);
    disk.crash();
    await disk.open();
    expect(disk.state.store.size).toBe(71);
    expect(disk.state.store.get("b")?.value).toEqual(new Uint8Array(largest).fill(7));
  });

  it("is made whatever was recorded: an open call as large as the log takes, and its note", async () => {
    const disk = new HomeOnDisk();
    const noted: string[] = [];
    const make: MakeHandler = async (_, call) => {
      if (call.noted === undefined) await call.note(bytesOf("n".repeat(40_000)));
      return new Promise(() => {});
    };
    await disk.open({ make }, { maxAnswerBytes: 1000 });
    const client = await openedAt(disk);
    let bytes = disk.journal.recordBytesMax;
    const open = () => disk.home.openIntents.length;
    for (; open() === 0; bytes--) {
      void client.call({ method: "Make", sequence: 1, text: "x".repeat(bytes) });
      await disk.world.settle();
    }
    await disk.pass(1000);
    await disk.outcome(disk.journal.checkpoint());
    disk.crash();
    await disk.open({
      make(_, call) {
        noted.push(textOf(call.noted));
        return {};
      },
    });
    await disk.world.settle();
    expect(noted).toEqual(["n".repeat(40_000)]);
  });
});

describe("a home with a record that it cannot read", () => {
  /** Opens it as a program does, from the disk. */
  const openError = (disk: HomeOnDisk) =>
    disk.outcome(
      Home.open("/shop", { runtime: disk.anotherRuntime(), segmentBytes: 65536 }).then(
        () => "opened",
        (error: unknown) => error,
      ),
    );

  it("does not open, and says which record of the log, why, and what to do", async () => {
    const disk = new HomeOnDisk();
    await disk.open();
    await openedAt(disk);
    const position = disk.journal.add(Uint8Array.of(8, 1));
    await disk.outcome(disk.journal.whenDurable(position));
    disk.crash();
    const error = await openError(disk);
    expect(error).toMatchObject({ name: "JournalError", fault: "not-a-journal" });
    expect(String(error)).toContain(
      `a newer version of Redoubt wrote it: the record that ends at position ${position} of the log (done, 2 bytes) ` +
        "cannot be read: malformed record: it ends in a number. Open it with the version that wrote it; if that is this one",
    );
    expect(String(error)).toContain("report what `redoubt journal verify /shop` says");
  });

  it("says which record of the checkpoint", async () => {
    const disk = new HomeOnDisk();
    await disk.open();
    await openedAt(disk);
    disk.state.snapshot = () => [Uint8Array.of(32, 0, 1), Uint8Array.of(99)];
    await disk.outcome(disk.journal.checkpoint());
    disk.crash();
    expect(String(await openError(disk))).toContain(
      "record 2 of the newest checkpoint (kind 99, 1 bytes) cannot be read: malformed record: kind 99 is not known here",
    );
  });

  it("says so of changes that are none", async () => {
    const disk = new HomeOnDisk();
    await disk.open();
    const position = disk.journal.add(Uint8Array.of(11, 200));
    await disk.outcome(disk.journal.whenDurable(position));
    disk.crash();
    expect(String(await openError(disk))).toContain(
      "(changed, 2 bytes) cannot be read: these bytes are no changes",
    );
  });
});

/** Handlers that wait until they may go on, then note and are done. */
function waitingShop(noteBytes = 10) {
  const going: (() => void)[] = [];
  let isFree = false;
  const make: MakeHandler = async ({ text }, call) => {
    if (!isFree) await new Promise<void>((resolve) => going.push(resolve));
    if (call.noted === undefined) await call.note(new Uint8Array(noteBytes));
    return { text };
  };
  const free = () => {
    isFree = true;
    for (const go of going.splice(0)) go();
  };
  return { make, free, running: () => going.length };
}

const SMALL = { maxAnswerBytes: 1000, retry: { initialMs: 50, maxMs: 200 } };

/** How many replies are of which kind; `pending` ones as well. */
async function kindsOf(replies: readonly Promise<{ is: string }>[]): Promise<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (const reply of replies) {
    const { is } = await Promise.race([reply, Promise.resolve({ is: "pending" })]);
    kinds[is] = (kinds[is] ?? 0) + 1;
  }
  return kinds;
}

describe("thousands of open calls", () => {
  it("of one principal leave room for all others and for what is no intent, and come to their end", async () => {
    const disk = new HomeOnDisk();
    const shop = waitingShop();
    await disk.open({ make: shop.make }, SMALL);
    const clients = [await openedAt(disk, "ann"), await openedAt(disk, "ann")];
    const other = await openedAt(disk, "ben");
    const replies = Array.from({ length: 1000 }, (_, i) =>
      clients[i % 2].call({ method: "Make", key: `${i}`, text: "made" }),
    );
    await disk.world.settle();
    // A quarter of 64 segments of 64 KiB, by 1000 + 64 and 1024 + 32 for each.
    const most = Math.ceil((16 * 65536) / 2120);
    expect(shop.running()).toBe(most);
    expect(await kindsOf(replies)).toEqual({ pending: most, quota: 1000 - most });
    expect(await replies.at(-1)).toMatchObject({
      outcome: "not-executed",
      text: expect.stringContaining("ann has as many calls under way as the home reserves room for"),
    });
    for (let i = 0; i < 300; i++)
      expect(await disk.outcome(clients[0].call({ key: "k", text: "x".repeat(500) }))).toMatchObject({
        is: "OK",
      });
    expect(await disk.outcome(clients[1].outcome(900))).toBe("refused");
    await disk.outcome(clients[1].keepAlive());
    const more = other.call({ method: "Make", key: "ben", text: "made" });
    await disk.world.settle();
    expect(shop.running()).toBe(most + 1);
    await openedAt(disk, "cid");
    shop.free();
    await disk.world.settle();
    expect(await kindsOf([...replies, more])).toEqual({ OK: most + 1, quota: 1000 - most });
    expect(disk.home.openIntents).toEqual([]);
    expect(await disk.outcome(clients[0].call({ method: "Make", key: "again" }))).toMatchObject({ is: "OK" });
  });

  it("of many principals are as many as the home has room for", async () => {
    const disk = new HomeOnDisk();
    const shop = waitingShop();
    await disk.open({ make: shop.make }, SMALL);
    const replies: Promise<{ is: string }>[] = [];
    for (let i = 0; i < 4; i++) {
      const client = await openedAt(disk, `p${i}`);
      for (let j = 0; j < 490; j++) replies.push(client.call({ method: "Make", key: `${i} ${j}` }));
      await disk.world.settle();
    }
    const most = Math.ceil((56 * 65536) / 2120);
    expect(await kindsOf(replies)).toEqual({ pending: most, window: 4 * 490 - most });
    expect(await disk.outcome((await openedAt(disk, "new")).call({ key: "k" }))).toMatchObject({ is: "OK" });
    shop.free();
    await disk.world.settle();
    expect(await kindsOf(replies)).toEqual({ OK: most, window: 4 * 490 - most });
  });

  it("have their room again when the home is opened anew", async () => {
    const disk = new HomeOnDisk();
    await disk.open({ make: waitingShop().make }, SMALL);
    const client = await openedAt(disk);
    for (let i = 0; i < 300; i++) void client.call({ method: "Make", key: `${i}` });
    await disk.world.settle();
    expect(disk.home.openIntents.length).toBe(300);
    disk.crash();
    const shop = waitingShop();
    await disk.open({ make: shop.make }, SMALL);
    client.bench = disk;
    await disk.world.settle();
    disk.fill();
    const other = await openedAt(disk);
    const store = () => other.call({ key: "k", text: "x".repeat(400), ack: other.next });
    while ((await disk.outcome(store())).is !== "full");
    shop.free();
    await disk.world.settle();
    expect(disk.home.openIntents).toEqual([]);
  });
});

describe("on a disk that is full", () => {
  it("calls that were under way before a restart have their room, and end", async () => {
    const disk = new HomeOnDisk();
    await disk.open({ make: waitingShop(1024).make }, SMALL);
    const client = await openedAt(disk);
    for (let i = 0; i < 40; i++) void client.call({ method: "Make", key: `${i}`, text: "x".repeat(900) });
    await disk.world.settle();
    await disk.outcome(disk.journal.whenRoom());
    disk.fill();
    const other = await openedAt(disk);
    const store = () => other.call({ key: "k", text: "x".repeat(400), ack: other.next });
    while ((await disk.outcome(store())).is !== "full");
    disk.crash();
    disk.fill();
    const shop = waitingShop(1024);
    await disk.open({ make: shop.make }, SMALL);
    other.bench = disk;
    await disk.world.settle();
    while ((await disk.outcome(store())).is !== "full");
    shop.free();
    await disk.world.settle();
    expect(disk.home.openIntents).toEqual([]);
  });

  it("calls under way note and end, new ones are refused, and sessions are opened all the same", async () => {
    const disk = new HomeOnDisk();
    const shop = waitingShop(1024);
    await disk.open({ make: shop.make }, SMALL);
    const client = await openedAt(disk);
    const before = Array.from({ length: 10 }, (_, i) =>
      client.call({ method: "Make", key: `${i}`, text: "x" }),
    );
    await disk.world.settle();
    await disk.outcome(disk.journal.whenRoom());
    disk.fill();
    const after: ReturnType<typeof client.call>[] = [];
    for (let i = 0; i < 200; i++) {
      after.push(client.call({ method: "Make", key: `later ${i}`, text: "x" }));
      await disk.world.settle();
    }
    const { pending: begun = 0 } = await kindsOf(after);
    expect(begun).toBeLessThan(60);
    expect(await kindsOf(after)).toEqual({ pending: begun, full: 200 - begun });
    expect(await after.at(-1)).toMatchObject({ outcome: "not-executed" });
    for (let i = 0; i < 20; i++) await openedAt(disk, `${i}`);
    expect(await disk.outcome(client.outcome(900))).toBe("refused");
    shop.free();
    await disk.world.settle();
    expect(await kindsOf(before)).toEqual({ OK: 10 });
    expect(await kindsOf(after)).toEqual({ OK: begun, full: 200 - begun });
    expect(disk.home.openIntents).toEqual([]);
  });

  it("a note that is longer than most waits for room that is being made", async () => {
    const disk = new HomeOnDisk();
    const shop = waitingShop(50_000);
    await disk.open({ make: shop.make }, SMALL);
    const client = await openedAt(disk);
    const replies = Array.from({ length: 20 }, (_, i) => client.call({ method: "Make", key: `${i}` }));
    await disk.world.settle();
    shop.free();
    await disk.world.settle();
    expect(await kindsOf(replies)).toEqual({ OK: 20 });
  });

  it("a note that is longer than most is refused, and made once there is room", async () => {
    const disk = new HomeOnDisk();
    const shop = waitingShop(50_000);
    await disk.open({ make: shop.make }, SMALL);
    const client = await openedAt(disk);
    const replies = Array.from({ length: 5 }, (_, i) => client.call({ method: "Make", key: `${i}` }));
    await disk.world.settle();
    disk.fill();
    shop.free();
    await disk.world.settle();
    const { OK = 0 } = await kindsOf(replies);
    expect(OK).toBeLessThan(5);
    expect(disk.home.openIntents.map(({ lastError }) => lastError)).toEqual(
      Array(5 - OK).fill(expect.objectContaining({ fault: "full" })),
    );
    disk.makeRoom();
    await disk.pass(2000);
    expect(await kindsOf(replies)).toEqual({ OK: 5 });
  });
});
