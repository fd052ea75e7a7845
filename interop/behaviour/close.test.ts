import { existsSync } from "node:fs";
import * as net from "node:net";
import { type CallContext, Channel, Credentials, Server, Status, stub } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import {
  all,
  cleanUp,
  ECHO,
  failureOf,
  installChecks,
  openChannel,
  pair,
  signal,
  turns,
  until,
  WAYS,
} from "./harness.js";

installChecks();

const never = new Promise<never>(() => {});

/** A unary handler that hangs until told, and tells what it sees. */
function holding() {
  const running = signal<CallContext>();
  const go = signal();
  return {
    running: running.promise,
    go: go.resolve,
    handlers: {
      async unary(_: unknown, call: CallContext) {
        void call.signal;
        running.resolve(call);
        await go.promise;
        return { text: "done" };
      },
    },
  };
}

/** Whether `promise` has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let is = false;
  promise.then(
    () => {
      is = true;
    },
    () => {
      is = true;
    },
  );
  await turns(5);
  return is;
}

describe.each(WAYS)("over %s", (way) => {
  describe("a server", () => {
    test("closes with an idle connection", async () => {
      const { echo, server } = await pair(way);
      await echo.unary({});
      await server.close();
    });

    test("closes with an idle connection in its grace, without waiting for its end", async () => {
      const runtime = new ManualRuntime();
      const { echo, server } = await pair(way, {}, { server: { runtime } });
      await echo.unary({});
      await server.close({ graceMs: 60_000 });
      expect(runtime.pendingMs).toEqual([]);
    });

    test("lets open calls end in its grace", async () => {
      const { handlers, running, go } = holding();
      const { echo, server } = await pair(way, handlers);
      const reply = echo.unary({});
      await running;
      const closing = server.close({ graceMs: 60_000 });
      expect(await settled(closing)).toBe(false);
      go();
      expect((await reply).text).toBe("done");
      await closing;
    });

    test("lets a stream go on in its grace", async () => {
      const { echo, server } = await pair(way);
      const chat = echo.chat();
      await chat.send({ index: 1 });
      await chat.next();
      const closing = server.close({ graceMs: 60_000 });
      await turns(5);
      await chat.send({ index: 2 });
      expect((await chat.next()).value.index).toBe(2);
      chat.end();
      expect((await chat.next()).done).toBe(true);
      await closing;
    });

    test("ends calls that have not ended after its grace, and tells their handlers", async () => {
      const runtime = new ManualRuntime();
      const { handlers, running } = holding();
      const { echo, server } = await pair(way, handlers, { server: { runtime } });
      const failure = failureOf(echo.unary({}));
      const call = await running;
      const closing = server.close({ graceMs: 1000 });
      await turns(5);
      runtime.advance(999);
      expect(await settled(closing)).toBe(false);
      runtime.advance(1);
      expect(await failure).toMatchObject({ code: Status.UNAVAILABLE, outcome: "unknown" });
      await closing;
      expect(call.signal.aborted).toBe(true);
    });

    test("ends calls at once without grace", async () => {
      const { handlers, running } = holding();
      const { echo, server } = await pair(way, handlers);
      const failure = failureOf(echo.unary({}));
      await running;
      await server.close();
      expect((await failure).code).toBe(Status.UNAVAILABLE);
    });

    test("may be closed twice; the second time cuts the grace short", async () => {
      const { handlers, running } = holding();
      const { echo, server } = await pair(way, handlers);
      const failure = failureOf(echo.unary({}));
      await running;
      const first = server.close({ graceMs: 1e9 });
      expect(await settled(first)).toBe(false);
      const second = server.close();
      await Promise.all([first, second]);
      await failure;
      await server.close();
    });

    test("takes no new calls while it drains, and they were certainly not executed", async () => {
      const { handlers, running, go } = holding();
      const { echo, server, address } = await pair(way, {
        unary: (request, call) => (request.text === "early" ? request : handlers.unary(request, call)),
      });
      const reply = echo.unary({});
      await running;
      const closing = server.close({ graceMs: 60_000 });
      // What the client sends before it knows is still served.
      await until(() =>
        echo.unary({ text: "early" }).then(
          () => false,
          () => true,
        ),
      );
      for (const target of [echo, stub(Echo, openChannel(way === "in-process" ? server : address))])
        expect(await failureOf(target.unary({}))).toMatchObject({
          code: Status.UNAVAILABLE,
          outcome: "not-executed",
        });
      go();
      await reply;
      await closing;
    });

    test("disposes of itself", async () => {
      const { echo, server } = await pair(way);
      await echo.unary({});
      await server[Symbol.asyncDispose]();
      expect((await failureOf(echo.unary({}))).code).toBe(Status.UNAVAILABLE);
    });

    test("with a handler that yields for ever closes all the same", async () => {
      const { echo, server } = await pair(way, {
        async *expand() {
          for (;;) yield {};
        },
      });
      const messages = echo.expand({});
      await messages.next();
      await server.close();
      expect((await failureOf(messages)).code).toBe(Status.UNAVAILABLE);
    });
  });

  describe("a channel", () => {
    test("closes unused", async () => {
      const { channel } = await pair(way);
      await channel.close();
    });

    test("closes idle", async () => {
      const { channel, echo } = await pair(way);
      await echo.unary({});
      await channel.close({ graceMs: 60_000 });
      await channel.close();
    });

    test("lets open calls end in its grace", async () => {
      const { handlers, running, go } = holding();
      const { echo, channel } = await pair(way, handlers);
      const reply = echo.unary({});
      await running;
      const closing = channel.close({ graceMs: 60_000 });
      expect(await settled(closing)).toBe(false);
      go();
      expect((await reply).text).toBe("done");
      await closing;
    });

    test("cancels what has not ended after its grace", async () => {
      const runtime = new ManualRuntime();
      const { handlers, running } = holding();
      const { echo, channel } = await pair(way, handlers, { channel: { runtime } });
      const failure = failureOf(echo.unary({}));
      const call = await running;
      const closing = channel.close({ graceMs: 1000 });
      expect(await settled(closing)).toBe(false);
      runtime.advance(1000);
      expect((await failure).outcome).toBe("unknown");
      await closing;
      await until(() => call.signal.aborted);
      expect(runtime.pendingMs).toEqual([]);
    });

    test("takes no calls once it is closed", async () => {
      const { echo, channel } = await pair(way);
      await echo.unary({});
      void channel.close();
      for (const call of [echo.unary({}), echo.expand({}), echo.collect([]), echo.chat([])])
        expect(await failureOf(call)).toMatchObject({
          code: Status.CANCELLED,
          outcome: "not-executed",
          message: "the channel was closed",
        });
      await channel.close();
    });

    test("takes back the calls that wait for a connection", async () => {
      const { echo, channel } = await pair(way);
      const failure = failureOf(echo.expand({ repeatCount: 1 }));
      await channel.close();
      expect((await failure).message).toBe("the channel was closed");
    });

    test("disposes of itself", async () => {
      const { echo, channel } = await pair(way);
      await echo.unary({});
      await channel[Symbol.asyncDispose]();
      expect((await failureOf(echo.unary({}))).code).toBe(Status.CANCELLED);
    });
  });
});

describe("a server", () => {
  test("closes before it has listened, and does not listen any more", async () => {
    const server = new Server();
    await server.close({ graceMs: 1000 });
    await expect(server.listen("127.0.0.1:0", Credentials.insecure())).rejects.toThrow(
      "the server is closed",
    );
  });

  test("closes while it begins to listen", async () => {
    const server = new Server();
    const listening = server.listen("127.0.0.1:0", Credentials.insecure());
    await server.close();
    await expect(listening).rejects.toThrow("the server is closed");
  });

  test("frees its address: another one may have it at once", async () => {
    const { server, address, echo } = await pair("tcp");
    await echo.unary({});
    await server.close();
    const next = new Server().add(Echo, ECHO);
    expect(await next.listen(address, Credentials.insecure())).toBe(address);
    await echo.unary({});
    await next.close();
  });

  test("removes its socket file", async () => {
    const { server, address } = await pair("unix");
    const path = address.slice("unix:".length);
    expect(existsSync(path)).toBe(true);
    await server.close();
    expect(existsSync(path)).toBe(false);
  });

  test.each([0, 1000])(
    "closes with clients that are silent, or do not read (grace %i ms)",
    async (graceMs) => {
      const runtime = new ManualRuntime();
      const { server, address } = await pair("tcp", {}, { server: { runtime } });
      const [host, port] = address.split(":");
      const sockets = await Promise.all(
        [
          "",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0",
        ].map(
          (bytes) =>
            new Promise<net.Socket>((resolve) => {
              const socket = net.connect({ port: Number(port), host, allowHalfOpen: true }, () => {
                socket.write(Buffer.from(bytes, "latin1"));
                socket.pause();
                resolve(socket);
              });
              socket.on("error", () => {});
              cleanUp(() => socket.destroy());
            }),
        ),
      );
      await turns(20);
      const closing = server.close({ graceMs });
      await turns(5);
      runtime.advance(1000);
      await turns(5);
      // What is left of the last words' time.
      runtime.advance(10_000);
      await closing;
      expect(runtime.pendingMs).toEqual([]);
      expect(sockets.length).toBe(3);
    },
  );

  test("closes with a client that has stopped reading a long answer", async () => {
    const runtime = new ManualRuntime();
    const { server, echo } = await pair(
      "tcp",
      {
        async *expand() {
          for (;;) yield { body: new Uint8Array(100_000) };
        },
      },
      { server: { runtime } },
    );
    const messages = echo.expand({});
    await messages.next();
    await turns(20);
    const closing = server.close({ graceMs: 10 });
    await turns(5);
    runtime.advance(10);
    await turns(5);
    runtime.advance(10_000);
    await closing;
    await failureOf(messages);
  });

  test("ends pipes that come too late", async () => {
    const server = new Server();
    await server.close();
    let destroyed = 0;
    server.accept({ destroy: () => destroyed++ } as never);
    expect(destroyed).toBe(1);
  });
});

describe("a channel", () => {
  test("closes while it looks a name up", async () => {
    const runtime = new ManualRuntime();
    const found = signal<string[]>();
    runtime.lookup = () => found.promise;
    const channel = new Channel("db.example:80", { credentials: Credentials.insecure(), runtime });
    const failure = failureOf(stub(Echo, channel).unary({}));
    await channel.close({ graceMs: 1000 });
    expect((await failure).code).toBe(Status.CANCELLED);
    found.resolve(["127.0.0.1"]);
    await turns(5);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("closes while the look-up never ends", async () => {
    const runtime = new ManualRuntime();
    runtime.lookup = () => never;
    const channel = new Channel("db.example:80", { credentials: Credentials.insecure(), runtime });
    stub(Echo, channel)
      .unary({})
      .catch(() => {});
    await channel.close();
  });

  test("closes while it waits to connect again", async () => {
    const runtime = new ManualRuntime();
    const channel = new Channel("unix:/no/such/socket", { runtime });
    await failureOf(stub(Echo, channel).unary({}));
    const waiting = failureOf(stub(Echo, channel).unary({}, { waitForReady: true }));
    await channel.close();
    expect((await waiting).code).toBe(Status.CANCELLED);
    expect(runtime.pendingMs).toEqual([]);
  });

  test("closes while it connects to a peer that says nothing", async () => {
    const silent = net.createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    cleanUp(() => silent.close());
    const runtime = new ManualRuntime();
    const channel = openChannel(`127.0.0.1:${(silent.address() as net.AddressInfo).port}`, { runtime });
    const failure = failureOf(stub(Echo, channel).unary({}));
    await turns(20);
    const closing = channel.close();
    await turns(5);
    runtime.advance(10_000);
    await closing;
    expect((await failure).code).toBe(Status.CANCELLED);
  });

  test("keeps open streams readable to their end in its grace", async () => {
    const { echo, channel } = await pair("tcp");
    const messages = echo.expand({ repeatCount: 500, text: "x".repeat(1000) });
    await messages.next();
    const closing = channel.close({ graceMs: 60_000 });
    expect((await all(messages)).length).toBe(499);
    await closing;
  });
});

describe("those who want to know that a server closes", () => {
  test("are told once, before its clients are; the late ones at once", async () => {
    const { server, channel } = await pair("tcp");
    await stub(Echo, channel).unary({});
    const told: string[] = [];
    server.onClosing(() => {
      told.push("one");
      void server.close({ graceMs: 60_000 });
    });
    server.onClosing(() => told.push("two"));
    const closed = server.close({ graceMs: 60_000 });
    expect(told).toEqual(["one", "two"]);
    expect(channel.readyTransport()).toBeDefined();
    await closed;
    void server.close();
    server.onClosing(() => told.push("late"));
    expect(told).toEqual(["one", "two", "late"]);
  });

  test("harm nothing by throwing", async () => {
    const failed: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => failed.push(error));
    try {
      const { server } = await pair("tcp");
      let told = false;
      server.onClosing(() => {
        throw new Error("oops");
      });
      server.onClosing(() => {
        told = true;
      });
      await server.close();
      expect(told).toBe(true);
      expect(failed).toMatchObject([{ message: "oops" }]);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
  });
});

test("a server lists its services", async () => {
  const { server } = await pair("in-process");
  expect([...server.services]).toEqual([Echo]);
});
