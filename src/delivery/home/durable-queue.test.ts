import { describe, expect, it } from "vitest";
import { DurableQueue } from "./durable-queue.js";
import { turns } from "./home.test.util.js";
import { MemoryJournal } from "./memory-journal.test.util.js";

const NO_STATE = { restore() {}, apply() {}, snapshot: () => [] };

function held() {
  const journal = new MemoryJournal(NO_STATE);
  journal.isHeld = true;
  const queue = new DurableQueue(journal);
  const told: string[] = [];
  const wait = (name: string, position: number, then = () => {}) =>
    queue.wait(position, {
      onDurable: () => {
        told.push(name);
        then();
      },
      onLost: () => told.push(`${name} lost`),
    });
  return { journal, told, wait, add: () => journal.add(Uint8Array.of(1)) };
}

describe("a queue for what is to be durable", () => {
  it("tells at once what is, and the others each at its time", async () => {
    const { journal, told, wait, add } = held();
    wait("nothing", 0);
    expect(told).toEqual(["nothing"]);
    wait("a", add());
    wait("b", add());
    await turns();
    expect(told).toEqual(["nothing"]);
    journal.flush();
    wait("c", add());
    wait("read", journal.durablePosition);
    await turns();
    expect(told).toEqual(["nothing", "read", "a", "b"]);
    journal.flush();
    await turns();
    expect(told.at(-1)).toBe("c");
  });

  it("takes new ones while it tells others", async () => {
    const { journal, told, wait, add } = held();
    wait("a", add(), () => wait("c", add()));
    wait("b", add());
    journal.flush();
    await turns();
    expect(told).toEqual(["a", "b"]);
    journal.flush();
    await turns();
    expect(told).toEqual(["a", "b", "c"]);
  });

  it("goes on when one throws", async () => {
    const { journal, told, wait, add } = held();
    const thrown: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => thrown.push(error));
    wait("a", add(), () => {
      throw new Error("a bug");
    });
    wait("b", add());
    journal.flush();
    await turns();
    wait("c", add());
    journal.flush();
    await turns();
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
    expect(told).toEqual(["a", "b", "c"]);
    expect(thrown).toEqual([new Error("a bug")]);
  });

  it("tells all that are left when the journal fails", async () => {
    const { journal, told, wait, add } = held();
    wait("a", add());
    wait("b", add());
    journal.fail();
    await turns();
    expect(told).toEqual(["a lost", "b lost"]);
  });
});
