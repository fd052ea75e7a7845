import { RpcError, Status } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { all, failureOf, installChecks, pair, signal, turns, until, WAYS } from "./harness.js";

installChecks();

const MESSAGE_BYTES = 50_000;
const body = new Uint8Array(MESSAGE_BYTES);

/** Both windows, the output and a pipe's own buffers: far below what a producer without bounds makes in the time. */
const IN_FLIGHT_MESSAGES_MAX = (16 * 1024 * 1024) / MESSAGE_BYTES;

/** Lets everything go as far as it gets. */
async function settled(count: () => number): Promise<number> {
  let before = -1;
  while (before !== count()) {
    before = count();
    await turns(50);
  }
  return before;
}

describe.each(WAYS)("over %s", (way) => {
  test("a handler waits while the client does not read, and goes on when it does", async () => {
    let produced = 0;
    const { echo } = await pair(way, {
      async *expand(request) {
        for (; produced < request.repeatCount; produced++) yield { body };
      },
    });
    const total = 1000;
    const messages = echo.expand({ repeatCount: total });
    await messages.next();
    const stuck = await settled(() => produced);
    expect(stuck).toBeLessThan(IN_FLIGHT_MESSAGES_MAX);
    expect((await all(messages)).length).toBe(total - 1);
  });

  test("a client that awaits its sends waits while the handler does not read", async () => {
    const read = signal();
    const { echo } = await pair(way, {
      async collect(requests) {
        await read.promise;
        let repeatCount = 0;
        for await (const _ of requests) repeatCount++;
        return { repeatCount };
      },
    });
    let sent = 0;
    const upload = echo.collect();
    const total = 1000;
    const sending = (async () => {
      for (; sent < total; sent++) await upload.send({ body });
      upload.end();
    })();
    expect(await settled(() => sent)).toBeLessThan(IN_FLIGHT_MESSAGES_MAX);
    read.resolve();
    await sending;
    expect((await upload.reply).repeatCount).toBe(total);
  });

  test("a client's generator is not asked for more than can be sent", async () => {
    const read = signal();
    const { echo } = await pair(way, {
      async collect(requests) {
        await read.promise;
        for await (const _ of requests);
        return {};
      },
    });
    let made = 0;
    const reply = echo.collect(
      (function* () {
        for (; made < 1000; made++) yield { body };
      })(),
    );
    expect(await settled(() => made)).toBeLessThan(IN_FLIGHT_MESSAGES_MAX);
    read.resolve();
    await reply;
    expect(made).toBe(1000);
  });

  test("one stream that is not read holds up no other", async () => {
    const { echo } = await pair(way, {
      async *expand() {
        for (;;) yield { body };
      },
    });
    const stuck = [echo.expand({}), echo.expand({})];
    for (const messages of stuck) await messages.next();
    await turns(20);
    for (let i = 0; i < 10; i++) expect((await echo.unary({ body })).body.length).toBe(MESSAGE_BYTES);
    for (const messages of stuck) await messages.return?.();
  });

  test("sends that nobody awaits are bounded: the call ends with an error that says so", async () => {
    const hold = signal();
    const { echo } = await pair(way, {
      async collect() {
        await hold.promise;
        return {};
      },
    });
    const upload = echo.collect();
    const failures: unknown[] = [];
    for (let i = 0; i < 3000; i++) upload.send({ body }).catch((error) => failures.push(error));
    const error = await failureOf(upload.reply);
    expect(error).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      message: "1024 messages wait to be sent: await each send",
    });
    await turns(2);
    expect(failures.length).toBeGreaterThan(0);
    expect(RpcError.is(failures[0])).toBe(true);
    hold.resolve();
  });

  test("sends that nobody awaits reject unheard", async () => {
    const { echo } = await pair(way);
    const chat = echo.chat();
    for (let i = 0; i < 3000; i++) void chat.send({ body });
    expect((await failureOf(chat)).code).toBe(Status.RESOURCE_EXHAUSTED);
  });

  test("as many sends as the bound allows arrive, though nobody awaits them", async () => {
    const { echo } = await pair(way);
    const upload = echo.collect();
    for (let i = 0; i < 1024; i++) void upload.send({ text: "x" });
    upload.end();
    expect((await upload.reply).text.length).toBe(1024);
  });

  test("a send that waits is released when the call ends", async () => {
    const fail = signal();
    const { echo } = await pair(way, {
      async collect() {
        await fail.promise;
        throw new RpcError(Status.ABORTED);
      },
    });
    const upload = echo.collect();
    let sent = 0;
    const sending = (async () => {
      for (; sent < 1000; sent++) await upload.send({ body });
    })();
    await settled(() => sent);
    fail.resolve();
    expect((await failureOf(upload.reply)).code).toBe(Status.ABORTED);
    await sending;
    expect(sent).toBe(1000);
  });

  test("a handler that waits for room is released when the client leaves", async () => {
    const left = signal();
    let produced = 0;
    const { echo } = await pair(way, {
      async *expand() {
        try {
          for (;;) {
            produced++;
            yield { body };
          }
        } finally {
          left.resolve();
        }
      },
    });
    const messages = echo.expand({});
    await messages.next();
    await settled(() => produced);
    await messages.return?.();
    await left.promise;
  });

  test("a message that cannot be sent ends its stream, so that no gap passes unseen", async () => {
    const { echo } = await pair(way, {}, { channel: { maxSendMessageBytes: 100 } });
    const upload = echo.collect();
    await upload.send({ text: "a" });
    await expect(upload.send({ text: "x".repeat(200) })).rejects.toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
    });
    await upload.send({ text: "b" });
    upload.end();
    expect((await failureOf(upload.reply)).code).toBe(Status.RESOURCE_EXHAUSTED);
  });

  test("a send after the end is refused, and ends the call", async () => {
    const hold = signal();
    const { echo } = await pair(way, {
      async collect() {
        await hold.promise;
        return {};
      },
    });
    const upload = echo.collect();
    upload.end();
    await expect(upload.send({})).rejects.toThrow("send() after end()");
    expect(await failureOf(upload.reply)).toMatchObject({ message: "send() after end()" });
    hold.resolve();
  });
});

test("calls that wait for the connection keep their sends in bounds too", async () => {
  const { echo } = await pair("tcp");
  const upload = echo.collect();
  let failed = 0;
  for (let i = 0; i < 1100; i++) upload.send({ text: "x" }).catch(() => failed++);
  expect((await failureOf(upload.reply)).code).toBe(Status.RESOURCE_EXHAUSTED);
  await until(() => failed > 0);
});
