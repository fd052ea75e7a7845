import { create } from "@bufbuild/protobuf";
import {
  type CallEnd,
  type ExecutionGate,
  type GateHost,
  type GuardedCall,
  Metadata,
  RpcError,
  type ServerOptions,
  Status,
  toBinary,
} from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { type Message, MessageSchema } from "../gen/echo_pb.js";
import { all, failureOf, installChecks, pair, type Signal, signal, turns, until } from "./harness.js";

installChecks();

type Handler = (request: unknown) => unknown;

/** A gate before the unary method, with what it admits. */
function gated(
  admit: (call: GuardedCall, handler: Handler) => void,
  more: Partial<ExecutionGate> & { left?: GuardedCall[] } = {},
): ExecutionGate {
  return {
    services: [],
    async start() {},
    release() {},
    guard: ({ kind }, handler, owner) => {
      if (kind !== "unary") return undefined;
      return {
        admit(call) {
          admit(call, (request) => handler.call(owner, request, call.context));
          return { leave: (gone) => void more.left?.push(gone) };
        },
      };
    },
    ...more,
  };
}

/** An OK with these trailers. */
function ok(trailers: Record<string, string> = {}): CallEnd {
  return {
    code: Status.OK,
    message: "",
    outcome: "executed",
    trailers: () => new Metadata(trailers),
    details: () => [],
  };
}

function response(text: string): Uint8Array {
  return toBinary(MessageSchema, create(MessageSchema, { text }));
}

describe.each<[string, NonNullable<ServerOptions["interceptors"]>]>([
  ["straight", []],
  ["through interceptors", [(call, next) => next(call)]],
])("%s", (_, interceptors) => {
  test("calls of guarded methods pass the gate, others do not", async () => {
    const admitted: string[] = [];
    const home = gated((call, handler) => {
      const { text } = handler(call.request) as Message;
      admitted.push(`${text} ${call.context.method.name} ${call.context.metadata.get("k")}`);
      call.answer({ kind: "execute", response: response(text), end: ok() });
    });
    const { echo } = await pair("tcp", {}, { server: { home, interceptors } });
    expect((await echo.unary({ text: "x" }, { metadata: { k: "v" } })).text).toBe("x");
    await echo.collect([]);
    await all(echo.expand({ repeatCount: 1 }));
    await all(echo.chat([{}]));
    expect(admitted).toEqual(["x Unary v"]);
  });

  test.each(["execute", "join", "replay"] as const)(
    "an answer is sent as it is, now or later: %s",
    async (kind) => {
      const calls: GuardedCall[] = [];
      const home = gated((call) => calls.push(call));
      const { echo } = await pair("tcp", {}, { server: { home, interceptors } });
      let trailers: Metadata | undefined;
      const reply = echo.unary(
        {},
        {
          onTrailers: (received) => {
            trailers = received;
          },
        },
      );
      await until(() => calls.length === 1);
      calls[0].answer({ kind, response: response("recorded"), end: ok({ k: "v" }) });
      expect((await reply).text).toBe("recorded");
      expect(trailers?.get("k")).toBe("v");
    },
  );

  test.each(["not-executed", "unknown", "executed"] as const)(
    "an error is, too, and its outcome is as the gate says: %s",
    async (outcome) => {
      const home = gated((call) => {
        const metadata = { k: "v" };
        const error = new RpcError(Status.FAILED_PRECONDITION, "stale", { outcome, metadata });
        call.answer({ kind: "refuse", error });
      });
      const { echo } = await pair("tcp", {}, { server: { home, interceptors, maxConcurrentCalls: 1 } });
      for (let i = 0; i < 3; i++) {
        const failure = await failureOf(echo.unary({}));
        expect(failure).toMatchObject({ code: Status.FAILED_PRECONDITION, message: "stale", outcome });
        expect(failure.metadata.get("k")).toBe("v");
      }
    },
  );

  test("only the first answer counts", async () => {
    const home = gated((call) => {
      call.answer({ kind: "execute", response: response("first"), end: ok() });
      call.answer({ kind: "execute", response: response("second"), end: ok() });
    });
    const { echo } = await pair("tcp", {}, { server: { home, interceptors } });
    expect((await echo.unary({})).text).toBe("first");
  });

  test("whose client has left is told so, and its answer goes nowhere", async () => {
    const calls: GuardedCall[] = [];
    const left: GuardedCall[] = [];
    const home = gated((call) => calls.push(call), { left });
    const { echo } = await pair("tcp", {}, { server: { home, interceptors } });
    const abort = new AbortController();
    const failure = failureOf(echo.unary({ text: "x" }, { signal: abort.signal }));
    await until(() => calls.length === 1);
    abort.abort();
    expect(await failure).toMatchObject({ code: Status.CANCELLED });
    await until(() => left.length === 1);
    expect(left).toEqual(calls);
    calls[0].answer({ kind: "execute", response: response("late"), end: ok() });
    expect(left.length).toBe(1);
  });

  test("has a place among the running calls, until the gate takes that over", async () => {
    const calls: GuardedCall[] = [];
    let host: GateHost | undefined;
    const home = gated((call) => calls.push(call), {
      async start(given) {
        host = given;
      },
    });
    const { echo } = await pair("tcp", {}, { server: { home, interceptors, maxConcurrentCalls: 1 } });
    const replies = [echo.unary({}), echo.unary({}), echo.unary({})];
    await until(() => calls.length === 1);
    await turns(10);
    expect(calls.length).toBe(1);
    expect(calls[0].takePlace()).toBe(true);
    expect(calls[0].takePlace()).toBe(false);
    calls[0].answer({ kind: "execute", response: response(""), end: ok() });
    await replies[0];
    expect(calls.length).toBe(1);
    host?.limiter?.leave();
    await until(() => calls.length === 2);
    calls[1].answer({ kind: "execute", response: response(""), end: ok() });
    await until(() => calls.length === 3);
    calls[2].answer({ kind: "execute", response: response(""), end: ok() });
    await Promise.all(replies);
  });

  test("what its handler throws by accident is reported, and hidden", async () => {
    const reported: unknown[] = [];
    const accident = new Error("secret");
    const home = gated((call) => call.answer({ kind: "refuse", error: call.publicError(accident) }));
    const onHandlerError = (error: unknown) => reported.push(error);
    const { echo } = await pair("tcp", {}, { server: { home, interceptors, onHandlerError } });
    const hidden = { code: Status.UNKNOWN, message: "the handler has failed" };
    expect(await failureOf(echo.unary({}))).toMatchObject(hidden);
    expect(reported).toEqual([accident]);
  });

  test("what the gate itself throws fails the call", async () => {
    const home = gated(() => {
      throw new RpcError(Status.DATA_LOSS, "the journal is gone");
    });
    const { echo } = await pair("tcp", {}, { server: { home, interceptors } });
    expect(await failureOf(echo.unary({}))).toMatchObject({ code: Status.DATA_LOSS, outcome: "unknown" });
  });

  test("while it has no answer, nothing is certain of it", async () => {
    const home = gated(() => {});
    const { echo } = await pair("tcp", {}, { server: { home, interceptors } });
    const error = await failureOf(echo.unary({ text: "x" }, { timeoutMs: 30 }));
    expect(error).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "unknown" });
  });
});

test("a gate that guards a stream is refused when the service is added", async () => {
  const guard = () => ({ admit: () => ({ leave() {} }) });
  const home = gated(() => {}, { guard });
  await expect(pair("tcp", {}, { server: { home } })).rejects.toThrow(
    "is client-streaming: an execution gate can guard unary methods only",
  );
});

test("a server listens once its gate is ready, and not where that fails", async () => {
  const ready: Signal<void> = signal();
  const home = gated(() => {}, { start: () => ready.promise });
  let listens = false;
  const opened = pair("tcp", {}, { server: { home } }).finally(() => {
    listens = true;
  });
  await turns(10);
  expect(listens).toBe(false);
  ready.resolve();
  await opened;
  const failing = gated(() => {}, { start: () => Promise.reject(new Error("not today")) });
  await expect(pair("tcp", {}, { server: { home: failing } })).rejects.toThrow("not today");
});
