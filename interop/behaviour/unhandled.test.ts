import { RpcError, Status, stub } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { Echo } from "../gen/echo_pb.js";
import { installChecks, openChannel, pair, turns, until, WAYS } from "./harness.js";

// Each test fails if a rejection is left unhandled: see installChecks.
installChecks();

const REFUSING: Parameters<typeof pair>[1] = {
  unary() {
    throw new RpcError(Status.ABORTED);
  },
  async collect() {
    throw new RpcError(Status.ABORTED);
  },
  async *expand() {
    yield {};
    throw new RpcError(Status.ABORTED);
  },
  async *chat() {
    throw new RpcError(Status.ABORTED);
  },
};

async function* broken(): AsyncGenerator<{ text: string }> {
  yield { text: "x" };
  throw new Error("broken");
}

function* brokenAtOnce(): Generator<{ text: string }> {
  throw new Error("broken");
}

const throwing: Iterable<never> = {
  [Symbol.iterator]() {
    throw new Error("no iterator");
  },
};

describe.each(WAYS)("nobody looks, over %s:", (way) => {
  /** Makes calls of all kinds and forms and drops what comes of them. */
  async function drop(interceptors: boolean, options: Parameters<typeof pair>[2] = {}) {
    const channel = interceptors
      ? { interceptors: [(call: never, next: (call: never) => never) => next(call)] }
      : {};
    let ended = 0;
    const { echo } = await pair(way, REFUSING, {
      ...options,
      server: { ...options.server, observer: { onCall: () => ({ onEnd: () => void ended++ }) } },
      channel: { ...channel, ...options.channel } as never,
    });
    echo.unary({});
    echo.collect([{}]);
    echo.collect();
    echo.collect(broken());
    echo.collect(brokenAtOnce());
    echo.collect(throwing);
    echo.expand({});
    echo.chat([{}]);
    echo.chat();
    echo.chat(broken());
    echo.chat(brokenAtOnce());
    echo.chat(throwing);
    const upload = echo.collect();
    void upload.send({});
    upload.end();
    void upload.send({});
    const chat = echo.chat();
    void chat.send({});
    chat.end();
    void chat.send({});
    return { echo, ended: () => ended };
  }

  test.each([false, true])("calls that the server refuses (interceptors: %s)", async (interceptors) => {
    const { ended } = await drop(interceptors);
    await until(() => ended() >= 5);
    await turns(20);
  });

  test.each([false, true])("calls that are late (interceptors: %s)", async (interceptors) => {
    await drop(interceptors, { channel: { timeoutMs: 0 } });
    await turns(20);
  });

  test("bad options", async () => {
    const { echo } = await pair(way);
    echo.unary({}, { timeoutMs: Number.NaN });
    echo.unary({}, { metadata: { "bad name": "x" } });
    echo.collect([], { timeoutMs: Number.NaN });
    await turns(5);
  });

  test("messages that cannot be encoded", async () => {
    const { echo } = await pair(way);
    const bad = { counters: 5, nested: "x", body: "y" } as never;
    echo.unary(bad);
    echo.expand(bad);
    echo.collect([bad]);
    echo.chat([bad]);
    void echo.collect().send(bad);
    void echo.chat().send(bad);
    await turns(20);
  });

  test("calls whose channel closes", async () => {
    const { echo, channel } = await pair(way);
    echo.unary({});
    echo.collect();
    echo.chat();
    echo.expand({ repeatCount: 1e6 });
    void echo.collect().send({});
    await channel.close();
    echo.unary({});
    echo.collect();
    void echo.chat().send({});
    await turns(5);
  });

  test("callbacks that throw", async () => {
    const { echo } = await pair(way);
    const options = {
      onHeaders: () => {
        throw new Error("mine");
      },
      onTrailers: () => {
        throw new Error("mine");
      },
    };
    echo.unary({}, options);
    echo.collect([], options);
    echo.expand({ repeatCount: 1 }, options);
    echo.chat([{}], options);
    await turns(20);
    expect((await echo.unary({ text: "goes on" })).text).toBe("goes on");
  });
});

test("no server", async () => {
  const echo = stub(Echo, openChannel("unix:/no/such/socket"));
  echo.unary({});
  echo.collect();
  echo.collect([{}]);
  echo.chat();
  echo.expand({});
  void echo.chat().send({});
  await turns(20);
});

test("a handler whose stream of requests fails though it does not read it", async () => {
  const { echo } = await pair("tcp", { collect: () => ({}) });
  const upload = echo.collect();
  upload.cancel();
  await turns(20);
});
