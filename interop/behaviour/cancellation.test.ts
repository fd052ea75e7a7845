import * as net from "node:net";
import { type CallContext, RpcError, Status, stub } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { Echo } from "../gen/echo_pb.js";
import {
  all,
  cleanUp,
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

describe.each(WAYS)("over %s", (way) => {
  /** Handlers of all four kinds that hang, and tell what becomes of them. */
  function hanging() {
    const calls: CallContext[] = [];
    const aborted: unknown[] = [];
    const ended: string[] = [];
    const enter = (call: CallContext) => {
      calls.push(call);
      call.signal.addEventListener("abort", () => aborted.push(call.signal.reason));
    };
    return {
      calls,
      aborted,
      ended,
      handlers: {
        unary: (_: unknown, call: CallContext) => {
          enter(call);
          return never;
        },
        async collect(requests: AsyncIterable<unknown>, call: CallContext) {
          enter(call);
          try {
            for await (const _ of requests);
          } catch (error) {
            ended.push(RpcError.is(error) ? error.codeName : String(error));
          }
          return {};
        },
        async *expand(_: unknown, call: CallContext) {
          enter(call);
          try {
            for (;;) yield {};
          } finally {
            ended.push("left");
          }
        },
        async *chat(requests: AsyncIterable<unknown>, call: CallContext) {
          enter(call);
          try {
            for await (const _ of requests) yield {};
          } catch (error) {
            ended.push(RpcError.is(error) ? error.codeName : String(error));
          }
        },
      },
    };
  }

  test("a signal that has aborted before ends the call before it begins", async () => {
    const { handlers, calls } = hanging();
    const { echo } = await pair(way, handlers);
    const options = { signal: AbortSignal.abort() };
    for (const call of [
      echo.unary({}, options),
      echo.collect([], options),
      echo.collect(options).reply,
      echo.expand({}, options),
      echo.chat(options),
    ])
      expect(await failureOf(call)).toMatchObject({
        code: Status.CANCELLED,
        outcome: "not-executed",
        message: "the call was aborted by its signal",
      });
    await turns(3);
    expect(calls).toEqual([]);
  });

  test("a signal that aborts meanwhile takes calls of all kinds back, and the handlers learn of it", async () => {
    const { handlers, calls, aborted } = hanging();
    const { echo } = await pair(way, handlers);
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const failures = [
      echo.unary({}, options),
      echo.collect(options).reply,
      echo.expand({}, options),
      echo.chat(options),
    ].map(failureOf);
    await until(() => calls.length === 4);
    abort.abort(new Error("the user has left"));
    for (const error of await Promise.all(failures))
      expect(error).toMatchObject({
        code: Status.CANCELLED,
        outcome: "unknown",
        message: "the call was aborted by its signal: the user has left",
        cause: { message: "the user has left" },
      });
    await until(() => aborted.length === 4);
    for (const reason of aborted) expect(reason).toMatchObject({ code: Status.CANCELLED });
  });

  test("a signal that aborts afterwards does nothing", async () => {
    const { echo } = await pair(way);
    const abort = new AbortController();
    await echo.unary({}, { signal: abort.signal });
    abort.abort();
    await echo.unary({});
  });

  test("one signal serves many calls without a warning", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    cleanUp(() => process.off("warning", onWarning));
    const { echo } = await pair(way);
    const abort = new AbortController();
    for (let round = 0; round < 2; round++)
      await Promise.all(Array.from({ length: 50 }, () => echo.unary({}, { signal: abort.signal })));
    await turns(2);
    expect(warnings).toEqual([]);
  });

  test("leaving the loop takes the call back", async () => {
    const { handlers, calls, aborted, ended } = hanging();
    const { echo } = await pair(way, handlers);
    for await (const _ of echo.expand({})) break;
    await until(() => aborted.length === 1 && ended.length === 1);
    expect(ended).toEqual(["left"]);
    expect(calls).toHaveLength(1);
  });

  test("an error in the loop takes the call back", async () => {
    const { handlers, aborted } = hanging();
    const { echo } = await pair(way, handlers);
    await expect(
      (async () => {
        for await (const _ of echo.expand({})) throw new Error("mine");
      })(),
    ).rejects.toThrow("mine");
    await until(() => aborted.length === 1);
  });

  test("throw and return on the iterator take the call back", async () => {
    const { handlers, aborted } = hanging();
    const { echo } = await pair(way, handlers);
    const messages = [echo.expand({}), echo.chat([{}]), echo.chat()];
    for (const [at, stream] of messages.entries()) {
      if (at < 2) await stream.next();
      if (at % 2 === 0) await expect(stream.throw?.(new Error("mine"))).rejects.toThrow("mine");
      else expect(await stream.return?.()).toEqual({ done: true, value: undefined });
      expect(await stream.next()).toEqual({ done: true, value: undefined });
    }
    await until(() => aborted.length >= 2);
  });

  test("a reader that waits is released when the stream is left", async () => {
    const { echo } = await pair(way, {
      async *expand() {
        await never;
      },
    });
    const messages = echo.expand({});
    const waiting = messages.next();
    await messages.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test("a second reader is told that there is one already, or gets its turn", async () => {
    const go = signal();
    const { echo } = await pair(way, {
      async *expand() {
        await go.promise;
        yield { index: 0 };
        yield { index: 1 };
      },
    });
    const messages = echo.expand({});
    const first = messages.next();
    await expect(messages.next()).rejects.toThrow("another next()");
    go.resolve();
    expect((await first).value.index).toBe(0);
    expect((await messages.next()).value.index).toBe(1);
  });

  test("cancel ends streams by hand, and sends afterwards resolve", async () => {
    const { handlers, aborted, calls } = hanging();
    const { echo } = await pair(way, handlers);
    const upload = echo.collect();
    const chat = echo.chat();
    await until(() => calls.length === 2);
    upload.cancel();
    chat.cancel();
    expect(await failureOf(upload.reply)).toMatchObject({ code: Status.CANCELLED });
    expect(await failureOf(chat)).toMatchObject({ code: Status.CANCELLED });
    await upload.send({});
    await chat.send({});
    upload.cancel();
    await until(() => aborted.length === 2);
  });

  test("the handler's stream of requests ends with CANCELLED", async () => {
    const { handlers, ended, calls } = hanging();
    const { echo } = await pair(way, handlers);
    const upload = echo.collect();
    const chat = echo.chat();
    await until(() => calls.length === 2);
    upload.cancel();
    chat.cancel();
    await until(() => ended.length === 2);
    expect(ended).toEqual(["CANCELLED", "CANCELLED"]);
  });

  test("a handler that asks for its signal too late finds it aborted", async () => {
    const goOn = signal();
    const running = signal();
    const seen = signal<boolean>();
    const { echo } = await pair(way, {
      async unary(_, call) {
        running.resolve();
        await goOn.promise;
        seen.resolve(call.signal.aborted);
        return {};
      },
    });
    const abort = new AbortController();
    const failure = failureOf(echo.unary({}, { signal: abort.signal }));
    await running.promise;
    abort.abort();
    await failure;
    // It comes after the cancellation on the same connection.
    await all(echo.expand({}));
    goOn.resolve();
    expect(await seen.promise).toBe(true);
  });

  test("a call that was answered does not abort its signal", async () => {
    const seen = signal<CallContext>();
    const { echo } = await pair(way, {
      unary(_, call) {
        void call.signal;
        seen.resolve(call);
        return {};
      },
    });
    await echo.unary({});
    await turns(3);
    expect((await seen.promise).signal.aborted).toBe(false);
  });

  test("cancelling in the turn of the call itself is clean", async () => {
    const { echo } = await pair(way);
    for (let i = 0; i < 20; i++) {
      const abort = new AbortController();
      const failure = failureOf(echo.unary({}, { signal: abort.signal }));
      abort.abort();
      expect((await failure).code).toBe(Status.CANCELLED);
    }
    await echo.unary({});
  });

  test("onHeaders that throws ends the call with the error as its cause", async () => {
    const { echo } = await pair(way);
    const error = await failureOf(
      echo.unary(
        {},
        {
          onHeaders: () => {
            throw new Error("mine");
          },
        },
      ),
    );
    expect(error).toMatchObject({ code: Status.INTERNAL, cause: { message: "mine" } });
    await echo.unary({});
  });
});

test("a client whose connection is gone takes all its calls back", async () => {
  const aborted: unknown[] = [];
  const running = signal();
  const { address } = await pair("tcp", {
    async unary(_, call) {
      call.signal.addEventListener("abort", () => aborted.push(call.signal.reason));
      running.resolve();
      return never;
    },
  });
  const relay = await startRelay(address);
  const echo = stub(Echo, openChannel(relay.address));
  const failure = failureOf(echo.unary({}));
  await running.promise;
  relay.cut();
  expect(await failure).toMatchObject({ code: Status.UNAVAILABLE, outcome: "unknown" });
  await until(() => aborted.length === 1);
  expect(aborted[0]).toMatchObject({ code: Status.CANCELLED });
});

/** A TCP relay whose connections can be cut. */
async function startRelay(target: string): Promise<{ address: string; cut(): void }> {
  const [host, port] = target.split(":");
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  cleanUp(() => {
    cut();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as net.AddressInfo).port}`, cut };
}
