import { expect, test } from "vitest";
import { localEnd, OK_END } from "./call-end.js";
import { MessageStream } from "./message-stream.js";
import { Status } from "./status.js";

/** A source that delivers `messages` one by one when it is resumed. */
function setUp(messages: number[] = []) {
  const events: string[] = [];
  const stream: MessageStream<number> = new MessageStream<number>({
    pause: () => void events.push("pause"),
    resume() {
      events.push("resume");
      const message = messages.shift();
      if (message !== undefined) stream.push(message);
    },
    cancel: () => void events.push("cancel"),
    ended: (end) => void events.push(`ended ${end.code}`),
  });
  return { stream, events };
}

const FAILED = localEnd(Status.ABORTED, "failed", "unknown");

test("holds one message and pauses its source", async () => {
  const { stream, events } = setUp();
  stream.push(1);
  expect(events).toEqual(["pause"]);
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  expect(events).toEqual(["pause"]);
});

test("resumes its source when the reader wants more", async () => {
  const { stream, events } = setUp([1, 2]);
  expect((await stream.next()).value).toBe(1);
  expect((await stream.next()).value).toBe(2);
  expect(events).toEqual(["resume", "pause", "resume", "pause"]);
});

test("wakes the reader that waits", async () => {
  const { stream } = setUp();
  const waiting = stream.next();
  stream.push(7);
  expect(await waiting).toEqual({ done: false, value: 7 });
});

test("ends after the last message", async () => {
  const { stream, events } = setUp();
  stream.push(1);
  stream.finish(OK_END);
  expect((await stream.next()).value).toBe(1);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(events).toEqual(["pause", "ended 0"]);
});

test("throws the error after the last message, once", async () => {
  const { stream, events } = setUp();
  stream.push(1);
  stream.finish(FAILED);
  expect((await stream.next()).value).toBe(1);
  await expect(stream.next()).rejects.toMatchObject({ code: Status.ABORTED, message: "failed" });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(events).toEqual(["pause", "ended 10"]);
});

test("the first end counts, but that an error takes the place of a success that nobody has read", async () => {
  const [failed, cut] = [setUp().stream, setUp().stream];
  failed.finish(FAILED);
  failed.finish(OK_END);
  await expect(failed.next()).rejects.toMatchObject({ message: "failed" });
  cut.finish(OK_END);
  cut.finish(FAILED);
  await expect(cut.next()).rejects.toMatchObject({ message: "failed" });
});

test("nobody who does not read is told of the error", () => {
  const { stream } = setUp();
  stream.finish(FAILED);
});

test.each(["return", "throw"] as const)(
  "%s cancels the source, drops the message and releases a reader",
  async (how) => {
    const { stream, events } = setUp();
    const waiting = stream.next();
    const left = how === "return" ? stream.return() : stream.throw(new Error("mine"));
    if (how === "return") expect(await left).toEqual({ done: true, value: undefined });
    else await expect(left).rejects.toThrow("mine");
    expect(await waiting).toEqual({ done: true, value: undefined });
    stream.push(1);
    expect((await stream.next()).done).toBe(true);
    await stream.return();
    expect(events).toEqual(["resume", "cancel"]);
  },
);

test("leaving after the end cancels nothing", async () => {
  const { stream, events } = setUp();
  stream.finish(OK_END);
  await stream.return();
  expect(events).toEqual([]);
});

test("a second reader is turned away", async () => {
  const { stream } = setUp();
  const waiting = stream.next();
  await expect(stream.next()).rejects.toThrow("next() was called while another next() is waiting");
  stream.push(1);
  expect((await waiting).value).toBe(1);
});

test("a reader whose message another has taken meanwhile gets the next one", async () => {
  const { stream } = setUp([]);
  const first = stream.next();
  stream.push(1);
  // The first reader is awake, but has not run yet.
  expect((await stream.next()).value).toBe(1);
  stream.push(2);
  expect((await first).value).toBe(2);
});

test("a reader whose message another has taken meanwhile asks the source again", async () => {
  const messages: number[] = [];
  const { stream, events } = setUp(messages);
  const first = stream.next();
  stream.push(1);
  messages.push(2);
  expect((await stream.next()).value).toBe(1);
  expect((await first).value).toBe(2);
  expect(events.filter((event) => event === "resume").length).toBe(2);
});
