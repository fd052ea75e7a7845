import { constants } from "node:http2";
import { Credentials, type Outcome, RpcError, Server, Status, stub } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import { answerOk, answerStatus, type ForeignHandler, foreignServer } from "./foreign-server.js";
import { ECHO, failureOf, installChecks, openChannel, pair, signal, turns, until, WAYS } from "./harness.js";

installChecks();

const never = new Promise<never>(() => {});

/** A call to somebody else's server fails with that. */
async function check(handle: ForeignHandler, expected: { code: Status; outcome: Outcome; message?: string }) {
  const { address } = await foreignServer(handle);
  const echo = stub(Echo, openChannel(address));
  for (const call of [echo.unary({}), echo.expand({}), echo.collect([{}]), echo.chat([{}])])
    expect(await failureOf(call)).toMatchObject(expected);
}

describe("somebody else's server", () => {
  test("that answers with an error proves nothing", () =>
    check((stream) => answerStatus(stream, { "grpc-status": "5", "grpc-message": "no %C3%A9" }), {
      code: Status.NOT_FOUND,
      outcome: "unknown",
      message: "no é",
    }));

  test("that answers with UNIMPLEMENTED proves nothing", () =>
    check((stream) => answerStatus(stream, { "grpc-status": "12" }), {
      code: Status.UNIMPLEMENTED,
      outcome: "unknown",
    }));

  test("that answers with an HTTP status proves nothing", () =>
    check((stream) => stream.respond({ ":status": 503, "content-type": "text/html" }, { endStream: true }), {
      code: Status.UNAVAILABLE,
      outcome: "unknown",
    }));

  test("that resets the stream proves nothing", () =>
    check((stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR), {
      code: Status.INTERNAL,
      outcome: "unknown",
    }));

  test("that cuts the connection proves nothing", async () => {
    const server = await foreignServer(() => server.cut());
    const echo = stub(Echo, openChannel(server.address));
    for (const call of [() => echo.unary({}), () => echo.expand({}), () => echo.chat([{}])])
      expect(await failureOf(call())).toMatchObject({ code: Status.UNAVAILABLE, outcome: "unknown" });
  });

  test("that refuses the stream has not executed the call", () =>
    check((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM), {
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
    }));

  test("that invents an outcome is not believed beyond the two words", () =>
    check((stream) => answerStatus(stream, { "grpc-status": "14", "redoubt-outcome": "perhaps" }), {
      code: Status.UNAVAILABLE,
      outcome: "unknown",
    }));

  test("that refuses the stream gets a unary call again, once (gRFC A6)", async () => {
    const server = await foreignServer((stream, _, call) =>
      call === 0 ? stream.close(constants.NGHTTP2_REFUSED_STREAM) : answerOk(stream),
    );
    const echo = stub(Echo, openChannel(server.address));
    await echo.unary({});
    expect(server.calls).toBe(2);
  });

  test("that refuses every stream gets a unary call no more than twice", async () => {
    const server = await foreignServer((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    const echo = stub(Echo, openChannel(server.address));
    expect((await failureOf(echo.unary({}))).outcome).toBe("not-executed");
    expect(server.calls).toBe(2);
  });

  test("that refuses the stream does not get a call again whose requests came by hand", async () => {
    const server = await foreignServer((stream) =>
      stream.on("data", () => stream.close(constants.NGHTTP2_REFUSED_STREAM)),
    );
    const upload = stub(Echo, openChannel(server.address)).collect();
    await upload.send({ text: "x" });
    expect(await failureOf(upload.reply)).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
    });
    expect(server.calls).toBe(1);
  });

  test("that goes away without having looked at the call gets it again on a new connection", async () => {
    const server = await foreignServer((stream, _, call) => {
      // Node fills in the last stream that it has seen, which is the first.
      if (call === 0) stream.session?.goaway(0, 0);
      answerOk(stream);
    });
    const echo = stub(Echo, openChannel(server.address));
    await Promise.all([echo.unary({}), echo.unary({}), echo.unary({})]);
    expect(server.sessions.length).toBe(2);
    expect(server.calls).toBe(5);
  });

  test("that goes away gets a stream of requests that still waited for its turn again on a new connection", async () => {
    const hold = signal();
    const server = await foreignServer(
      (stream, _, call) => {
        if (call > 0) return void stream.resume().on("end", () => answerOk(stream));
        void hold.promise.then(() => answerOk(stream));
      },
      { maxConcurrentStreams: 1 },
    );
    const echo = stub(Echo, openChannel(server.address));
    const first = echo.unary({});
    await until(() => server.calls === 1);
    const upload = echo.collect();
    const sent = upload.send({ text: "a" });
    await turns(5);
    server.sessions[0].goaway(0);
    await sent;
    await upload.send({ text: "b" });
    upload.end();
    await upload.reply;
    expect(server.sessions.length).toBe(2);
    hold.resolve();
    await first;
  });

  test("that goes away lets the calls that it has seen end there, and gets new ones on a new connection", async () => {
    const hold = signal();
    const server = await foreignServer((stream, _, call) => {
      if (call > 0) return answerOk(stream);
      stream.session?.goaway(0, 2 ** 31 - 1);
      void hold.promise.then(() => answerOk(stream));
    });
    const echo = stub(Echo, openChannel(server.address));
    const first = echo.unary({});
    await until(() => server.calls === 1);
    await until(() => server.sessions.length === 1);
    await turns(10);
    await echo.unary({});
    expect(server.sessions.length).toBe(2);
    hold.resolve();
    await first;
  });

  test("that takes one call at a time gets them one after the other", async () => {
    let open = 0;
    let most = 0;
    const server = await foreignServer(
      (stream) => {
        most = Math.max(most, ++open);
        stream.on("close", () => open--);
        setImmediate(() => answerOk(stream));
      },
      { maxConcurrentStreams: 1 },
    );
    const echo = stub(Echo, openChannel(server.address));
    await echo.unary({});
    await Promise.all(Array.from({ length: 20 }, () => echo.unary({})));
    expect(most).toBe(1);
  });

  test("that answers OK without a message, or with two, has executed the call", async () => {
    for (const bytes of [0, 10]) {
      const { address } = await foreignServer((stream) => {
        stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
        stream.end(Buffer.alloc(bytes));
      });
      expect(await failureOf(stub(Echo, openChannel(address)).unary({}))).toMatchObject({
        code: Status.INTERNAL,
        outcome: "executed",
      });
    }
  });
});

describe("no server", () => {
  test("at the address: not executed, and the message says why", async () => {
    const probe = new Server();
    const address = await probe.listen("127.0.0.1:0", Credentials.insecure());
    await probe.close();
    const echo = stub(Echo, openChannel(address));
    for (const call of [echo.unary({}), echo.expand({}), echo.collect([{}]), echo.chat([{}])]) {
      const error = await failureOf(call);
      expect(error).toMatchObject({ code: Status.UNAVAILABLE, outcome: "not-executed" });
      expect(error.message).toContain("ECONNREFUSED");
      expect(error.message).toContain(address);
      expect(error.cause).toMatchObject({ code: "ECONNREFUSED" });
    }
  });

  test("of that name: not executed, and the message says why", async () => {
    const runtime = new ManualRuntime();
    runtime.lookup = async (host) => {
      throw new Error(`looking up ${host}: no such name`);
    };
    expect(await failureOf(stub(Echo, openChannel("db.example:80", { runtime })).unary({}))).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
      message: "looking up db.example: no such name",
    });
  });

  test("but something that speaks no HTTP/2", async () => {
    const { createServer } = await import("node:net");
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect(await failureOf(stub(Echo, openChannel(`127.0.0.1:${port}`)).unary({}))).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
    });
    server.close();
  });
});

describe.each(WAYS)("our own server, over %s,", (way) => {
  test("says of a handler's error that the handler ran", async () => {
    const { echo } = await pair(way, {
      unary() {
        throw new RpcError(Status.UNAVAILABLE, "try later");
      },
    });
    expect((await failureOf(echo.unary({}))).outcome).toBe("executed");
  });

  test("does not let a handler claim another outcome", async () => {
    const { echo } = await pair(way, {
      unary() {
        throw new RpcError(Status.UNAVAILABLE, "", { outcome: "not-executed" });
      },
    });
    expect((await failureOf(echo.unary({}))).outcome).toBe("executed");
  });

  test("passes on nothing of the outcome that another server told its handler", async () => {
    const inner = await pair("tcp", {}, { server: { maxConcurrentCalls: 1, maxQueuedCalls: 0 } });
    const blocked = inner.echo.chat();
    await blocked.send({});
    await blocked.next();
    const { echo } = await pair(way, { unary: () => inner.echo.unary({}) });
    expect(await failureOf(echo.unary({}))).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "executed",
    });
    blocked.cancel();
  });

  test("says of an unknown method that nothing ran", async () => {
    const server = new Server();
    const address = way === "in-process" ? server : await pair(way).then(({ address }) => address);
    const other = {
      ...Echo,
      methods: Echo.methods.map((method) => ({ ...method, name: `${method.name}2` })),
    };
    const echo = stub(other as unknown as typeof Echo, openChannel(address));
    for (const call of [echo.unary({}), echo.expand({}), echo.collect([{}]), echo.chat([{}])])
      expect(await failureOf(call)).toMatchObject({ code: Status.UNIMPLEMENTED, outcome: "not-executed" });
  });

  test("leaves open what became of a call that was taken back", async () => {
    const running = signal();
    const { echo } = await pair(way, {
      unary() {
        running.resolve();
        return never;
      },
    });
    const abort = new AbortController();
    const failure = failureOf(echo.unary({}, { signal: abort.signal }));
    await running.promise;
    abort.abort();
    expect((await failure).outcome).toBe("unknown");
  });
});

test("a call that waits for its connection was not executed when it is cancelled or late", async () => {
  const runtime = new ManualRuntime();
  runtime.lookup = () => never;
  const echo = stub(Echo, openChannel("db.example:80", { runtime }));
  const abort = new AbortController();
  const cancelled = failureOf(echo.unary({}, { signal: abort.signal }));
  const late = failureOf(echo.unary({}, { timeoutMs: 100 }));
  await turns(2);
  abort.abort();
  runtime.advance(100);
  expect(await cancelled).toMatchObject({ code: Status.CANCELLED, outcome: "not-executed" });
  expect(await late).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "not-executed" });
});

test("a call whose connection is refused in its very turn was not executed", async () => {
  const server = new Server().add(Echo, ECHO);
  const echo = stub(Echo, openChannel(server));
  await server.close();
  expect(await failureOf(echo.unary({}))).toMatchObject({
    code: Status.UNAVAILABLE,
    outcome: "not-executed",
  });
});
