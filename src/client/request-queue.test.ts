import { expect, test } from "vitest";
import { Status } from "../rpc/status.js";
import { RequestQueue } from "./request-queue.js";

function setUp() {
  const cancelled: unknown[] = [];
  const queue = new RequestQueue<number>((reason) => cancelled.push(reason));
  return { queue, cancelled };
}

/** Whether `promise` has settled by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), Promise.resolve().then(() => Promise.resolve(false))]);
}

test("a send resolves when its message was taken", async () => {
  const { queue } = setUp();
  const first = queue.send(1);
  const second = queue.send(2);
  expect(await isDone(first)).toBe(false);
  expect(await queue.next()).toEqual({ done: false, value: 1 });
  await first;
  expect(await isDone(second)).toBe(false);
  expect((await queue.next()).value).toBe(2);
  await second;
});

test("a reader waits for messages, and for the end", async () => {
  const { queue } = setUp();
  const first = queue.next();
  void queue.send(1);
  expect((await first).value).toBe(1);
  const end = queue.next();
  queue.end();
  expect((await end).done).toBe(true);
});

test("messages sent before the end are read", async () => {
  const { queue } = setUp();
  void queue.send(1);
  queue.end();
  const read: number[] = [];
  for await (const message of queue) read.push(message);
  expect(read).toEqual([1]);
});

test("a send after the end is refused, and takes the call back", async () => {
  const { queue, cancelled } = setUp();
  queue.end();
  await expect(queue.send(1)).rejects.toThrow("send() after end()");
  expect(cancelled).toMatchObject([{ message: "send() after end()" }]);
});

test("sends that nobody awaits are bounded, and the one too many takes the call back", async () => {
  const { queue, cancelled } = setUp();
  const sends = Array.from({ length: 1024 }, (_, i) => queue.send(i));
  await expect(queue.send(1024)).rejects.toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
  expect(cancelled).toMatchObject([{ code: Status.RESOURCE_EXHAUSTED }]);
  await Promise.all(sends);
  expect((await queue.next()).done).toBe(true);
});

test.each(["close", "return", "cancel"] as const)(
  "%s releases those who send, now and later",
  async (how) => {
    const { queue, cancelled } = setUp();
    const send = queue.send(1);
    await queue[how]();
    await send;
    await queue.send(2);
    expect((await queue.next()).done).toBe(true);
    expect(cancelled.length).toBe(how === "cancel" ? 1 : 0);
  },
);
