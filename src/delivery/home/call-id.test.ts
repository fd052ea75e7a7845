import { expect, it } from "vitest";
import { HandClient, HomeBench, nonce, type ShopHandlers, turns } from "./home.test.util.js";
import type { MemoryLog } from "./memory-journal.test.util.js";

// `call.id` is for systems that do a thing once for each id: what they would confuse must not have the same.

const ids: string[] = [];
const handlers: ShopHandlers = {
  make(_, { id }) {
    ids.push(id);
    return {};
  },
};

/** The id that the call is made with. */
async function idOf(call: Promise<{ readonly is: string }>): Promise<string> {
  expect(await call).toMatchObject({ is: "OK" });
  return ids.pop()!;
}

function restored(bench: HomeBench, log: MemoryLog): HomeBench {
  return new HomeBench(handlers, { log, runtime: bench.runtime });
}

it("is no other call's: of the same client, or of another one", async () => {
  const bench = new HomeBench(handlers);
  const [ann, bob] = [await HandClient.opened(bench), new HandClient(bench)];
  bob.take(await bob.open(nonce(2)));
  const made = [
    await idOf(ann.call({ method: "Make" })),
    await idOf(ann.call({ method: "Make" })),
    await idOf(bob.call({ method: "Make" })),
    await idOf(bench.send({ method: "Make" }).reply),
    await idOf(bench.send({ method: "Make" }).reply),
  ];
  expect(new Set(made).size).toBe(made.length);
  for (const id of made) expect(id).toMatch(/^[\w-]{22}$/);
});

it("gives nothing away of the session", async () => {
  const bench = new HomeBench(handlers);
  const ann = await HandClient.opened(bench);
  expect(await idOf(ann.call({ method: "Make" }))).not.toContain(ann.client.slice(0, 4));
});

it("is no other client's after the home was put back, though sessions have the same numbers again", async () => {
  const bench = new HomeBench(handlers);
  await bench.started;
  const backup = bench.journal.crashed();
  const before = await HandClient.opened(bench);
  const paid = await idOf(before.call({ method: "Make", sequence: 1 }));
  const again = restored(bench, backup);
  const after = new HandClient(again);
  after.take(await after.open(nonce(2)));
  expect([...again.state.sessions.keys()]).toEqual([...bench.state.sessions.keys()]);
  expect(await idOf(after.call({ method: "Make", sequence: 1 }))).not.toBe(paid);
});

it("is the same for a call that a home does again because it was put back, and for no other one", async () => {
  const bench = new HomeBench(handlers);
  const client = await HandClient.opened(bench);
  const backup = bench.journal.crashed();
  const paid = await idOf(client.call({ method: "Make", sequence: 1, text: "17" }));
  client.bench = restored(bench, backup);
  expect(await idOf(client.call({ method: "Make", sequence: 1, text: "17" }))).toBe(paid);
  client.bench = restored(bench, backup);
  expect(await idOf(client.call({ method: "Make", sequence: 1, text: "18" }))).not.toBe(paid);
});

it("is the same when the call is run again by the next start", async () => {
  const bench = new HomeBench({
    make(_, { id }) {
      ids.push(id);
      return new Promise(() => {});
    },
  });
  const client = await HandClient.opened(bench);
  void client.call({ method: "Make" });
  await turns();
  bench.journal.checkpoint();
  bench.after(handlers);
  await turns();
  expect(ids.pop()).toBe(ids.pop());
});
