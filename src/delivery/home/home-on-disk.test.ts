import { describe, expect, it } from "vitest";
import { bytesOf, HandClient, type MakeHandler, textOf } from "./home.test.util.js";
import { HomeOnDisk } from "./home-on-disk.test.util.js";

async function openedAt(disk: HomeOnDisk, principal = ""): Promise<HandClient<HomeOnDisk>> {
  return disk.outcome(HandClient.opened(disk, principal));
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
