import { constants } from "node:http2";
import { type CallObserver, RpcError, Status, statusName, stub } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import { answerOk, foreignServer } from "./foreign-server.js";
import { all, failureOf, installChecks, openChannel, pair, signal, turns, until, WAYS } from "./harness.js";

installChecks();

/** Writes down what it sees. */
function recorder(events: string[], observed: (path: string) => boolean = () => true): CallObserver {
  return {
    onCall(path, method) {
      if (!observed(path)) return undefined;
      const name = path.split("/")[2];
      events.push(`${name} begins${method === undefined ? " unknown" : ""}`);
      return {
        onAttempt: ({ number, queuedMs }) => void events.push(`${name} attempt ${number} after ${queuedMs}`),
        onHandlerStart: (queuedMs) => void events.push(`${name} starts after ${queuedMs}`),
        onMessageSent: () => void events.push(`${name} sent`),
        onMessageReceived: () => void events.push(`${name} received`),
        onEnd: ({ code, outcome }) => void events.push(`${name} ends ${statusName(code)} ${outcome}`),
      };
    },
  };
}

describe.each(WAYS)("over %s", (way) => {
  test("sees calls of all kinds at both ends: attempts, messages, ends", async () => {
    const runtime = new ManualRuntime();
    const client: string[] = [];
    const server: string[] = [];
    const { echo } = await pair(
      way,
      {},
      { channel: { observer: recorder(client), runtime }, server: { observer: recorder(server), runtime } },
    );
    await echo.unary({});
    await echo.collect([{}, {}]);
    await all(echo.expand({ repeatCount: 2 }));
    await all(echo.chat([{}]));
    const unary = (name: string, sent: number, received: number, begin: string) => [
      `${name} begins`,
      begin,
      ...Array(sent).fill(`${name} sent`),
      ...Array(received).fill(`${name} received`),
      `${name} ends OK executed`,
    ];
    expect(sorted(client)).toEqual(
      sorted([
        ...unary("Unary", 1, 1, "Unary attempt 1 after 0"),
        ...unary("Collect", 2, 1, "Collect attempt 1 after 0"),
        ...unary("Expand", 1, 2, "Expand attempt 1 after 0"),
        ...unary("Chat", 1, 1, "Chat attempt 1 after 0"),
      ]),
    );
    expect(sorted(server)).toEqual(
      sorted([
        ...unary("Unary", 1, 1, "Unary starts after 0"),
        ...unary("Collect", 1, 2, "Collect starts after 0"),
        ...unary("Expand", 2, 1, "Expand starts after 0"),
        ...unary("Chat", 1, 1, "Chat starts after 0"),
      ]),
    );
    for (const events of [client, server]) {
      expect(events[0]).toBe("Unary begins");
      expect(events.indexOf("Unary ends OK executed")).toBeLessThan(events.indexOf("Collect begins"));
    }
  });

  test("sees failures with their outcome, and unknown methods", async () => {
    const client: string[] = [];
    const server: string[] = [];
    const { echo } = await pair(
      way,
      {
        unary() {
          throw new RpcError(Status.NOT_FOUND);
        },
      },
      { channel: { observer: recorder(client) }, server: { observer: recorder(server) } },
    );
    await failureOf(echo.unary({}));
    expect(client.at(-1)).toBe("Unary ends NOT_FOUND executed");
    expect(server.at(-1)).toBe("Unary ends NOT_FOUND executed");
    await failureOf(echo.expand({}, { signal: AbortSignal.abort() }));
    expect(client.slice(-2)).toEqual(["Expand begins", "Expand ends CANCELLED not-executed"]);
  });

  test("may decline", async () => {
    const events: string[] = [];
    const observer = recorder(events, () => false);
    const { echo } = await pair(way, {}, { channel: { observer }, server: { observer } });
    await echo.unary({});
    await all(echo.expand({ repeatCount: 1 }));
    expect(events).toEqual([]);
  });

  test("sees how long calls wait for their place on the server", async () => {
    const runtime = new ManualRuntime();
    const events: string[] = [];
    const go = signal();
    let arrived = 0;
    const { echo } = await pair(
      way,
      {
        async unary(request) {
          if (request.index === 0) await go.promise;
          return request;
        },
      },
      {
        server: {
          runtime,
          maxConcurrentCalls: 1,
          observer: {
            onCall: (path, method) => {
              arrived++;
              return recorder(events).onCall(path, method);
            },
          },
        },
      },
    );
    const first = echo.unary({ index: 0 });
    const second = echo.unary({ index: 1 });
    await until(() => arrived === 2);
    await turns(10);
    runtime.advance(250);
    go.resolve();
    await Promise.all([first, second]);
    expect(events.filter((event) => event.includes("starts"))).toEqual([
      "Unary starts after 0",
      "Unary starts after 250",
    ]);
  });
});

test("sees how long calls wait for a connection, and that they are opened again", async () => {
  const runtime = new ManualRuntime();
  const events: string[] = [];
  const server = await foreignServer((stream, _, call) =>
    call === 0 ? stream.close(constants.NGHTTP2_REFUSED_STREAM) : answerOk(stream),
  );
  const found = signal<string[]>();
  runtime.lookup = () => found.promise;
  const port = server.address.split(":")[1];
  const echo = stub(Echo, openChannel(`server.example:${port}`, { runtime, observer: recorder(events) }));
  const reply = echo.unary({});
  await turns(2);
  runtime.advance(70);
  found.resolve(["127.0.0.1"]);
  await reply;
  expect(events).toEqual([
    "Unary begins",
    "Unary attempt 1 after 70",
    "Unary sent",
    "Unary attempt 2 after 70",
    "Unary sent",
    "Unary received",
    "Unary ends OK executed",
  ]);
});

test("a server sees unknown methods by their path", async () => {
  const events: string[] = [];
  const { address } = await pair("tcp", {}, { server: { observer: recorder(events) } });
  const other = { ...Echo, methods: Echo.methods.map((method) => ({ ...method, name: `${method.name}2` })) };
  await failureOf(stub(other as unknown as typeof Echo, openChannel(address)).unary({}));
  expect(events).toEqual(["Unary2 begins unknown", "Unary2 ends UNIMPLEMENTED not-executed"]);
});

function sorted(events: readonly string[]): string[] {
  return [...events].sort();
}
