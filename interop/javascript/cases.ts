import { randomBytes } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { Status, statusName } from "@redoubt/rpc";
import { describe, expect, it, vi } from "vitest";
import { all, cleanUp, installChecks, type Signal, signal, until } from "../behaviour/harness.js";
import { type Message, MessageSchema } from "../gen/echo_pb.js";
import {
  type EchoClient,
  type EchoHandlers,
  type Entries,
  Failure,
  type Peer,
  type RunningServer,
  type Sent,
  type Serving,
} from "./peer.js";

/** Runs every case with `client`'s client against `server`'s server. */
export function testPairing(client: Peer, server: Peer): void {
  describe(`${client.name} client, ${server.name} server`, () => {
    installChecks();
    async function start(handlers: Partial<EchoHandlers> = {}): Promise<Started> {
      const running = await server.serve({ ...ECHO, ...handlers });
      cleanUp(() => running.kill());
      const echo = client.connect(running.address);
      cleanUp(() => echo.close());
      return { echo, server: running };
    }
    for (const [name, run] of Object.entries(CASES)) it(name, () => run(start));
  });
}

interface Started {
  readonly echo: EchoClient;
  readonly server: RunningServer;
}

type Start = (handlers?: Partial<EchoHandlers>) => Promise<Started>;

/** What the service's description says. */
const ECHO: EchoHandlers = {
  unary: async (request) => request,
  async collect(requests) {
    const messages = await all(requests);
    return {
      text: messages.map(({ text }) => text).join(""),
      body: Buffer.concat(messages.map(({ body }) => body)),
      repeatCount: messages.reduce((sum, { repeatCount }) => sum + repeatCount, 0),
    };
  },
  async *expand(request) {
    for (let index = 0; index < request.repeatCount; index++) yield { ...request, index };
  },
  async *chat(requests) {
    yield* requests;
  },
};

const FULL: Sent = {
  text: "grüße ☃ 😀",
  body: new Uint8Array([0, 127, 128, 255]),
  repeatCount: -1,
  index: 2 ** 31 - 1,
  tags: ["", "a", "é"],
  counters: { least: -(2n ** 63n), most: 2n ** 63n - 1n, "": 0n },
  nested: { text: "inner", nested: { tags: ["innermost"] } },
};

const LARGE_BYTES = 3 * 1024 * 1024;

async function* sent(...messages: Sent[]): AsyncGenerator<Sent> {
  yield* messages;
}

/** Requests that come one at a time, as the test gives them. */
class Requests {
  private readonly queue: Sent[] = [];
  private ended = false;
  private wake: Signal = signal();

  give(message: Sent): void {
    this.queue.push(message);
    this.wake.resolve();
  }

  end(): void {
    this.ended = true;
    this.wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sent> {
    for (;;) {
      const message = this.queue.shift();
      if (message !== undefined) yield message;
      else if (this.ended) return;
      else {
        this.wake = signal();
        await this.wake.promise;
      }
    }
  }
}

async function failureOf(call: PromiseLike<unknown> | AsyncIterable<unknown>): Promise<Failure> {
  try {
    if (Symbol.asyncIterator in call) await all(call);
    else await call;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("the call has succeeded");
}

/** A handler that waits until nobody does any more, and tells. */
function waitingHandlers() {
  const started = signal<Serving>();
  const aborted = signal();
  const wait = async (serving: Serving): Promise<never> => {
    started.resolve(serving);
    if (!serving.signal.aborted)
      await new Promise((resolve) => serving.signal.addEventListener("abort", resolve, { once: true }));
    aborted.resolve();
    throw new Failure(Status.CANCELLED, "nobody waits");
  };
  const handlers: EchoHandlers = {
    unary: (_, serving) => wait(serving),
    collect: (_, serving) => wait(serving),
    async *expand(request, serving) {
      yield request;
      await wait(serving);
    },
    async *chat(requests, serving) {
      for await (const request of requests) {
        yield request;
        await wait(serving);
      }
    },
  };
  return { handlers, started, aborted };
}

/** Values of one name, in one form for those who keep repeated text apart and those who join it. */
function joined(entries: Entries | undefined, name: string): unknown {
  const values = entries?.[name] ?? [];
  return typeof values[0] === "string" ? values.join(", ") : [...values];
}

const METADATA: Entries = {
  "x-text": ["a b", "c"],
  "x-empty": [""],
  "x-bytes-bin": [new Uint8Array([0, 255, 10]), new Uint8Array([]), new Uint8Array([1, 2])],
};

function checkMetadata(entries: Entries | undefined): void {
  expect(joined(entries, "x-text")).toBe("a b, c");
  expect(joined(entries, "x-empty")).toBe("");
  expect(joined(entries, "x-bytes-bin")).toEqual(METADATA["x-bytes-bin"]);
}

/** Cases by name. They speak of `echo`, a client, and of handlers, whoever's they are. */
const CASES: Record<string, (start: Start) => Promise<void>> = {
  async "unary: every kind of field"(start) {
    const { echo } = await start();
    const reply = await echo.unary(FULL);
    // Connect gives a Buffer where it has decompressed the message.
    expect({ ...reply, body: new Uint8Array(reply.body) }).toEqual({ ...create(MessageSchema, FULL) });
  },

  async "empty messages, in every kind of call"(start) {
    const { echo } = await start();
    const empty = create(MessageSchema);
    expect(await echo.unary({})).toEqual(empty);
    expect(await echo.collect(sent({}))).toEqual(empty);
    expect(await all(echo.expand({ repeatCount: 1 }))).toEqual([create(MessageSchema, { repeatCount: 1 })]);
    expect(await all(echo.chat(sent({}, {})))).toEqual([empty, empty]);
  },

  async "client streaming: many messages, and none"(start) {
    const { echo } = await start();
    const messages = Array.from({ length: 100 }, (_, i): Sent => ({ text: `${i} `, repeatCount: i }));
    const reply = await echo.collect(sent(...messages));
    expect(reply.text).toBe(messages.map(({ text }) => text).join(""));
    expect(reply.repeatCount).toBe(4950);
    expect(await echo.collect(sent())).toEqual(create(MessageSchema));
  },

  async "server streaming: many messages, and none"(start) {
    const { echo } = await start();
    const replies = await all(echo.expand({ text: "a", repeatCount: 500 }));
    expect(replies.map(({ index }) => index)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(await all(echo.expand({}))).toEqual([]);
  },

  async "bidirectional: each answer before the next request"(start) {
    const { echo } = await start();
    const requests = new Requests();
    const replies = echo.chat(requests)[Symbol.asyncIterator]();
    for (let index = 0; index < 20; index++) {
      requests.give({ index });
      expect((await replies.next()).value.index).toBe(index);
    }
    requests.end();
    expect((await replies.next()).done).toBe(true);
  },

  async "bidirectional: answers go on after the requests have ended"(start) {
    const { echo } = await start({
      async *chat(requests) {
        const messages = await all(requests);
        for (const message of messages.reverse()) yield message;
      },
    });
    const replies = await all(echo.chat(sent({ text: "a" }, { text: "b" }, { text: "c" })));
    expect(replies.map(({ text }) => text)).toEqual(["c", "b", "a"]);
  },

  async "client streaming: an answer before the requests have ended"(start) {
    const { echo } = await start({
      async collect(requests) {
        for await (const { text } of requests) return { text };
        return {};
      },
    });
    const requests = new Requests();
    requests.give({ text: "enough" });
    expect((await echo.collect(requests)).text).toBe("enough");
    requests.end();
  },

  async "metadata to the server: text, bytes, repeated"(start) {
    const seen: Entries[] = [];
    const { echo } = await start({
      async unary(request, { metadata }) {
        seen.push(metadata);
        return request;
      },
      async *chat(requests, { metadata }) {
        seen.push(metadata);
        yield* requests;
      },
    });
    await echo.unary({}, { metadata: METADATA });
    await all(echo.chat(sent({}), { metadata: METADATA }));
    expect(seen.length).toBe(2);
    for (const metadata of seen) checkMetadata(metadata);
  },

  async "metadata from the server, in headers and trailers"(start) {
    const answer = (serving: Serving) => {
      serving.setHeaders({ ...METADATA, "x-where": ["headers"] });
      serving.setTrailers({ ...METADATA, "x-where": ["trailers"] });
    };
    const { echo } = await start({
      async unary(request, serving) {
        answer(serving);
        return request;
      },
      async collect(requests, serving) {
        answer(serving);
        return ECHO.collect(requests, serving);
      },
      async *expand(request, serving) {
        answer(serving);
        yield request;
      },
      async *chat(requests, serving) {
        answer(serving);
        yield* requests;
      },
    });
    const seen: Entries[] = [];
    const settings = { onHeaders: (e: Entries) => seen.push(e), onTrailers: (e: Entries) => seen.push(e) };
    const calls = [
      () => echo.unary({}, settings),
      () => echo.collect(sent({}), settings),
      () => all(echo.expand({}, settings)),
      () => all(echo.chat(sent({}), settings)),
    ];
    for (const call of calls) {
      seen.length = 0;
      await call();
      await until(() => seen.length === 2);
      for (const entries of seen) checkMetadata(entries);
      expect(seen.map((entries) => joined(entries, "x-where"))).toEqual(["headers", "trailers"]);
    }
  },

  async "errors: every code, with its message"(start) {
    const { echo } = await start({
      async unary({ index, text }) {
        throw new Failure(index, text);
      },
    });
    for (let code = 1; code <= 16; code++) {
      const failure = await failureOf(echo.unary({ index: code, text: `it is ${code}` }));
      expect([statusName(failure.code), failure.message]).toEqual([statusName(code), `it is ${code}`]);
    }
  },

  async "errors: messages beyond ASCII"(start) {
    const { echo } = await start({
      async unary({ text }) {
        throw new Failure(Status.ABORTED, text);
      },
    });
    for (const text of ["", "é ☃ 😀", "100% of %41", "a\nb\tc", "%", " both ends ".trim(), "\u007f"])
      expect((await failureOf(echo.unary({ text }))).message).toBe(text);
  },

  async "errors: details and trailers, alone and after messages"(start) {
    const failure = new Failure(Status.FAILED_PRECONDITION, "not nów", {
      notes: ["first", "zweite ☃"],
      trailers: METADATA,
    });
    const { echo } = await start({
      async unary() {
        throw failure;
      },
      async collect() {
        throw failure;
      },
      async *expand(request) {
        for (let index = 0; index < request.repeatCount; index++) yield { index };
        throw failure;
      },
      async *chat(requests) {
        for await (const request of requests) {
          yield request;
          throw failure;
        }
      },
    });
    const received: Message[] = [];
    const keeping = async (replies: AsyncIterable<Message>) => {
      for await (const reply of replies) received.push(reply);
    };
    const calls = [
      () => echo.unary({}),
      () => echo.collect(sent({}, {})),
      () => echo.expand({}),
      () => keeping(echo.expand({ repeatCount: 3 })),
      () => keeping(echo.chat(sent({ index: 3 }))),
    ];
    for (const call of calls) {
      const { code, message, notes, trailers } = await failureOf(call());
      expect({ code: statusName(code), message, notes }).toEqual({
        code: "FAILED_PRECONDITION",
        message: "not nów",
        notes: ["first", "zweite ☃"],
      });
      checkMetadata(trailers);
    }
    expect(received.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  },

  async "a method that the server does not have"(start) {
    const { echo } = await start();
    expect(statusName((await failureOf(echo.unknown())).code)).toBe("UNIMPLEMENTED");
    expect((await echo.unary({ text: "a" })).text).toBe("a");
  },

  async "the deadline reaches the server"(start) {
    const seen: (number | undefined)[] = [];
    const { echo } = await start({
      async unary(request, serving) {
        seen.push(serving.timeRemainingMs());
        return request;
      },
    });
    await echo.unary({});
    await echo.unary({}, { timeoutMs: 20_000 });
    await echo.unary({}, { timeoutMs: 3_600_000 });
    expect(seen[0]).toBeUndefined();
    expect(seen[1]).toBeGreaterThan(10_000);
    // Rounding up to the milliseconds that the field can say, and the clocks of two implementations.
    expect(seen[1]).toBeLessThanOrEqual(20_010);
    expect(seen[2]).toBeGreaterThan(3_590_000);
    expect(seen[2]).toBeLessThanOrEqual(3_600_010);
  },

  async "a deadline that passes, at both ends"(start) {
    // Time stands still until the call has reached the handler, and passes for both ends: they live in this process.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    cleanUp(() => vi.useRealTimers());
    const timeoutMs = 100;
    const calls: ((echo: EchoClient) => PromiseLike<unknown> | AsyncIterable<unknown>)[] = [
      (echo) => echo.unary({}, { timeoutMs }),
      (echo) => echo.collect(sent({}), { timeoutMs }),
      (echo) => echo.expand({}, { timeoutMs }),
      (echo) => echo.chat(sent({}), { timeoutMs }),
    ];
    for (const call of calls) {
      const { handlers, started, aborted } = waitingHandlers();
      const { echo } = await start(handlers);
      const failure = failureOf(call(echo));
      await started.promise;
      vi.advanceTimersByTime(timeoutMs + 10);
      expect(statusName((await failure).code)).toBe("DEADLINE_EXCEEDED");
      await aborted.promise;
    }
  },

  async "a call that its client takes back, seen by the handler"(start) {
    const calls: ((echo: EchoClient, abort: AbortSignal) => PromiseLike<unknown> | AsyncIterable<unknown>)[] =
      [
        (echo, abort) => echo.unary({}, { signal: abort }),
        (echo, abort) => echo.collect(new Requests(), { signal: abort }),
        (echo, abort) => echo.expand({}, { signal: abort }),
        (echo, abort) => {
          const requests = new Requests();
          requests.give({});
          return echo.chat(requests, { signal: abort });
        },
      ];
    for (const call of calls) {
      const { handlers, started, aborted } = waitingHandlers();
      const { echo } = await start(handlers);
      const controller = new AbortController();
      const failure = failureOf(call(echo, controller.signal));
      await started.promise;
      controller.abort();
      expect(statusName((await failure).code)).toBe("CANCELLED");
      await aborted.promise;
    }
  },

  async "a reader that leaves early, seen by the handler"(start) {
    const { handlers, aborted } = waitingHandlers();
    const { echo } = await start(handlers);
    for await (const reply of echo.expand({ text: "a" })) {
      expect(reply.text).toBe("a");
      break;
    }
    await aborted.promise;
  },

  async "messages of 3 MiB, both ways, in every kind of call"(start) {
    const { echo } = await start();
    const body = randomBytes(LARGE_BYTES);
    const check = (reply: Message) => expect(Buffer.compare(reply.body, body)).toBe(0);
    check(await echo.unary({ body }));
    check(
      await echo.collect(sent({ body: body.subarray(0, 1_000_000) }, { body: body.subarray(1_000_000) })),
    );
    for (const reply of await all(echo.expand({ body, repeatCount: 3 }))) check(reply);
    for (const reply of await all(echo.chat(sent({ body }, { body })))) check(reply);
  },

  async "200 calls at once"(start) {
    const { echo } = await start();
    const indices = Array.from({ length: 200 }, (_, i) => i);
    const body = randomBytes(5_000);
    const replies = await Promise.all(indices.map((index) => echo.unary({ index, body })));
    expect(replies.map(({ index }) => index)).toEqual(indices);
    const chats = await Promise.all(indices.map((index) => all(echo.chat(sent({ index }, { index })))));
    expect(chats.map((messages) => messages.map(({ index }) => index))).toEqual(indices.map((i) => [i, i]));
  },

  async "a server that is gone in the middle of a stream"(start) {
    const { handlers, started } = waitingHandlers();
    const { echo, server } = await start(handlers);
    const replies = echo.expand({ text: "a" })[Symbol.asyncIterator]();
    expect((await replies.next()).value.text).toBe("a");
    await started.promise;
    const failure = failureOf(replies.next());
    await server.kill();
    // What the implementations make of it: ours says UNAVAILABLE, as the statuscodes document has it.
    expect(["UNAVAILABLE", "INTERNAL", "CANCELLED", "ABORTED"]).toContain(statusName((await failure).code));
  },

  async "a server that drains: a stream that is open goes on to its end"(start) {
    const going = signal();
    const { echo, server } = await start({
      async *chat(requests) {
        for await (const request of requests) {
          yield request;
          if (request.text === "first") await going.promise;
        }
      },
    });
    const requests = new Requests();
    requests.give({ text: "first" });
    const replies = echo.chat(requests)[Symbol.asyncIterator]();
    expect((await replies.next()).value.text).toBe("first");
    const drained = server.drain();
    going.resolve();
    for (const text of ["second", "third"]) {
      requests.give({ text });
      expect((await replies.next()).value.text).toBe(text);
    }
    requests.end();
    expect((await replies.next()).done).toBe(true);
    await drained;
    expect((await failureOf(echo.unary({}, { timeoutMs: 5_000 }))).code).toBe(Status.UNAVAILABLE);
  },
};
