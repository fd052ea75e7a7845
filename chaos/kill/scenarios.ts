import type { ServerOptions } from "@redoubt/rpc";
import type { Conversation } from "./conversation.js";

/** One conversation between a client and a server, to be cut at every byte. */
export interface Scenario {
  readonly name: string;
  readonly server?: ServerOptions;
  converse(conversation: Conversation): Promise<unknown>;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "all kinds of calls at once",
    converse: (c) =>
      Promise.all([
        c.call("unary", async (options, request) => {
          const { text } = await c.echo.unary(request(), options);
          same(text, request().text);
        }),
        c.call("unary refused by its handler", (options, request) =>
          c.echo.unary(request("refuse"), options),
        ),
        c.call("unary with a crash", (options, request) => c.echo.unary(request("crash"), options)),
        c.call("unknown method", (options, request) => c.callUnknownMethod(request(), options)),
        c.call("server streaming", async (options, request) => {
          let count = 0;
          for await (const { index } of c.echo.expand(request(undefined, 3), options)) same(index, count++);
          same(count, 3);
        }),
        c.call("server streaming with a crash", async (options, request) => {
          for await (const _ of c.echo.expand(request("crash", 3), options)) same("an answer", "none");
        }),
        c.call("client streaming", async (options, request) => {
          const { text } = await c.echo.collect([request(), request(), request()], options);
          same(text, request().text.repeat(3));
        }),
        c.call("bidirectional", async (options, request) => {
          const chat = c.echo.chat(options);
          for (let i = 0; i < 3; i++) {
            await chat.send(request());
            const { done, value } = await chat.next();
            if (done) return;
            same(value.index, i);
          }
          chat.end();
          same((await chat.next()).done, true);
        }),
        c.call("deadline and metadata", (options, request) => c.echo.unary(request(), options), {
          timeoutMs: 1_000,
          metadata: { color: "red and green", tone: "a" },
        }),
        c.call("deadline that passes", (options, request) => c.echo.unary(request("wait"), options), {
          timeoutMs: 20,
        }),
      ]),
  },
  {
    name: "one call after the other",
    async converse(c) {
      for (let i = 0; i < 3; i++)
        await c.call(`unary ${i}`, (options, request) => c.echo.unary(request(), options));
    },
  },
  {
    name: "a server that takes one call and queues one",
    server: { maxConcurrentCalls: 1, maxQueuedCalls: 1 },
    async converse(c) {
      await Promise.all(
        [0, 1, 2, 3].map((i) =>
          c.call(`unary ${i}`, (options, request) => c.echo.unary(request("sleep"), options)),
        ),
      );
      await c.call("unary after", (options, request) => c.echo.unary(request(), options));
    },
  },
  {
    name: "calls that are taken back",
    server: { maxConcurrentCalls: 4, maxQueuedCalls: 10 },
    async converse(c) {
      const controller = new AbortController();
      const { signal } = controller;
      const calls = [
        c.call("unary", (options, request) => c.echo.unary(request("wait"), options), { signal }),
        c.call("server streaming left early", async (options, request) => {
          for await (const _ of c.echo.expand(request(undefined, 5), options)) break;
        }),
        c.call(
          "client streaming",
          async (options, request) => {
            const upload = c.echo.collect(options);
            await upload.send(request());
            await upload.reply;
          },
          { signal },
        ),
        c.call("bidirectional", async (options, request) => {
          const chat = c.echo.chat(options);
          await chat.send(request());
          await chat.next();
          chat.cancel();
          await chat.next();
        }),
        c.call("unary with a deaf handler", (options, request) => c.echo.unary(request("sleep"), options), {
          signal,
        }),
        c.call("unary in the server's queue", (options, request) => c.echo.unary(request("wait"), options), {
          signal,
        }),
      ];
      await c.world.sleep(50);
      controller.abort();
      await Promise.all(calls);
      await c.call("unary after", (options, request) => c.echo.unary(request(), options));
    },
  },
  {
    name: "more calls than the server takes streams",
    server: { http2: { maxConcurrentStreams: 2 } },
    converse: (c) =>
      Promise.all(
        [0, 1, 2, 3, 4].map((i) =>
          c.call(`unary ${i}`, (options, request) =>
            c.echo.unary(request(i < 2 ? "sleep" : undefined), options),
          ),
        ),
      ),
  },
  {
    name: "streams refused while deaf handlers run on",
    server: { http2: { maxConcurrentStreams: 1 } },
    async converse(c) {
      await c.call(
        "unary with a deaf handler",
        (options, request) => c.echo.unary(request("sleep"), options),
        {
          timeoutMs: 20,
        },
      );
      await c.call("unary refused", (options, request) => c.echo.unary(request(), options));
      await c.world.sleep(200);
      await c.call("unary after", (options, request) => c.echo.unary(request(), options));
    },
  },
  {
    name: "a server that goes away gracefully",
    async converse(c) {
      const early = [
        c.call("unary in flight", (options, request) => c.echo.unary(request("sleep"), options)),
        c.call("client streaming in flight", async (options, request) => {
          const upload = c.echo.collect(options);
          await upload.send(request());
          await c.world.sleep(50);
          upload.end();
          await upload.reply;
        }),
      ];
      await c.world.sleep(10);
      void c.server.close({ graceMs: 5_000 });
      const crossing = c.call("unary that crosses the GOAWAY", (options, request) =>
        c.echo.unary(request(), options),
      );
      await c.world.sleep(10);
      await c.call("unary after the GOAWAY", (options, request) => c.echo.unary(request(), options));
      await Promise.all([...early, crossing]);
    },
  },
  {
    name: "a server that is replaced by another",
    async converse(c) {
      const early = c.call("unary in flight", (options, request) => c.echo.unary(request("sleep"), options));
      await c.world.sleep(10);
      const replaced = c.replaceServer();
      const crossing = [0, 1].map((i) =>
        c.call(`unary ${i} that crosses the GOAWAY`, (options, request) => c.echo.unary(request(), options)),
      );
      await replaced;
      await c.world.sleep(10);
      await c.call("unary at the successor", (options, request) => c.echo.unary(request(), options));
      await Promise.all([early, ...crossing]);
    },
  },
  {
    name: "a client that goes away gracefully",
    async converse(c) {
      const calls = [
        c.call("unary", (options, request) => c.echo.unary(request("sleep"), options)),
        c.call("server streaming", async (options, request) => {
          for await (const _ of c.echo.expand(request("sleep", 2), options));
        }),
      ];
      await c.world.sleep(10);
      const closed = c.channel.close({ graceMs: 5_000 });
      await c.call("unary after close", (options, request) => c.echo.unary(request(), options));
      await Promise.all([...calls, closed]);
    },
  },
];

function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`got ${actual} where ${expected} was due`);
}
