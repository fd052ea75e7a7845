import {
  type Admission,
  type Answer,
  type ExecutionGate,
  type GatedCall,
  RpcError,
  Status,
} from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import type { Message } from "../gen/echo_pb.js";
import { all, failureOf, installChecks, pair, type Signal, signal, turns, until } from "./harness.js";

installChecks();

type Admit = (call: GatedCall) => Admission | Promise<Admission>;

function gated(admit: Admit): ExecutionGate {
  return { guards: (method) => method.kind === "unary", admit };
}

const passing: Admission = { kind: "execute", settle: (answer) => answer };

describe.each([
  ["straight", []],
  ["through interceptors", [(call, next) => next(call)]],
] as [
  string,
  NonNullable<Parameters<typeof pair>[2]>["server"] extends infer O
    ? O extends { interceptors?: infer I }
      ? I
      : never
    : never,
][])("%s", (_, interceptors) => {
  test("calls of guarded methods pass the gate, others do not", async () => {
    const admitted: string[] = [];
    const gate = gated((call) => {
      admitted.push(
        `${call.method.name} ${(call.request as Message).text} ${call.context.metadata.get("k")}`,
      );
      return passing;
    });
    const { echo } = await pair("tcp", {}, { server: { gate, interceptors } });
    expect((await echo.unary({ text: "x" }, { metadata: { k: "v" } })).text).toBe("x");
    await echo.collect([]);
    await all(echo.expand({ repeatCount: 1 }));
    await all(echo.chat([{}]));
    expect(admitted).toEqual(["Unary x v"]);
  });

  test("the answer leaves when it is settled, and as it was settled", async () => {
    const settled = signal<Answer>();
    const seen = signal<Answer>();
    const gate = gated(() => ({
      kind: "execute",
      settle: (answer) => {
        seen.resolve(answer);
        return settled.promise;
      },
    }));
    const { echo } = await pair("tcp", {}, { server: { gate, interceptors } });
    let done = false;
    const reply = echo.unary({ text: "mine" }).finally(() => {
      done = true;
    });
    expect(await seen.promise).toMatchObject({ message: { text: "mine" } });
    await turns(10);
    expect(done).toBe(false);
    settled.resolve({ message: { text: "settled" } });
    expect((await reply).text).toBe("settled");
  });

  test.each([
    ["an RpcError", new RpcError(Status.NOT_FOUND, "x"), { code: Status.NOT_FOUND, message: "x" }],
    ["an accident", new Error("secret"), { code: Status.UNKNOWN, message: "the handler has failed" }],
  ])("%s of the handler is an answer to settle too", async (_, thrown, expected) => {
    const answers: Answer[] = [];
    const reported: unknown[] = [];
    const gate = gated(() => ({
      kind: "execute",
      settle: (answer) => {
        answers.push(answer);
        return answer;
      },
    }));
    const { echo } = await pair(
      "tcp",
      {
        unary() {
          throw thrown;
        },
      },
      { server: { gate, interceptors, onHandlerError: (error) => reported.push(error) } },
    );
    expect(await failureOf(echo.unary({}))).toMatchObject({ ...expected, outcome: "executed" });
    expect(answers).toMatchObject([{ error: expected }]);
    expect(reported).toEqual(RpcError.is(thrown) ? [] : [thrown]);
  });

  test("settling that fails fails the call", async () => {
    const gate = gated(() => ({
      kind: "execute",
      settle: () => {
        throw new RpcError(Status.DATA_LOSS, "the journal is gone");
      },
    }));
    const { echo } = await pair("tcp", {}, { server: { gate, interceptors } });
    expect(await failureOf(echo.unary({}))).toMatchObject({ code: Status.DATA_LOSS, outcome: "executed" });
  });

  test("a replayed answer does not reach the handler, and counts as executed", async () => {
    let executed = 0;
    let answer: Answer = { message: { text: "recorded" } };
    const gate = gated(() => ({ kind: "replay", answer }));
    const { echo } = await pair(
      "tcp",
      {
        unary(request) {
          executed++;
          return request;
        },
      },
      { server: { gate, interceptors } },
    );
    expect((await echo.unary({})).text).toBe("recorded");
    answer = { error: new RpcError(Status.ALREADY_EXISTS, "recorded") };
    expect(await failureOf(echo.unary({}))).toMatchObject({
      code: Status.ALREADY_EXISTS,
      outcome: "executed",
    });
    expect(executed).toBe(0);
  });

  test("a joined call waits without a place, and gets the same answer", async () => {
    const first = signal<Answer>();
    let calls = 0;
    const running: Signal<void>[] = [];
    const gate = gated(() => (calls++ === 0 ? { kind: "join", answer: first.promise } : passing));
    const { echo } = await pair(
      "tcp",
      {
        async unary(request) {
          const go = signal();
          running.push(go);
          await go.promise;
          return request;
        },
      },
      { server: { gate, interceptors, maxConcurrentCalls: 1 } },
    );
    const joined = echo.unary({ text: "joined" });
    const other = echo.unary({ text: "other" });
    await until(() => running.length === 1);
    first.resolve({ message: { text: "the first's" } });
    expect((await joined).text).toBe("the first's");
    running[0].resolve();
    expect((await other).text).toBe("other");
    // The place was given back once, not twice.
    const more = [echo.unary({}), echo.unary({})];
    await until(() => running.length === 2);
    await turns(10);
    expect(running.length).toBe(2);
    running[1].resolve();
    await until(() => running.length === 3);
    running[2].resolve();
    await Promise.all(more);
  });

  test("a joined error counts as executed", async () => {
    const gate = gated(() => ({
      kind: "join",
      answer: Promise.resolve({ error: new RpcError(Status.ABORTED) }),
    }));
    const { echo } = await pair("tcp", {}, { server: { gate, interceptors } });
    expect(await failureOf(echo.unary({}))).toMatchObject({ code: Status.ABORTED, outcome: "executed" });
  });

  test.each(["not-executed", "unknown", "executed"] as const)(
    "a refused call does not reach the handler; its outcome is as the gate says: %s",
    async (outcome) => {
      let executed = 0;
      const gate = gated(async () => ({
        kind: "refuse",
        error: new RpcError(Status.FAILED_PRECONDITION, "stale", { outcome }),
      }));
      const { echo } = await pair(
        "tcp",
        {
          unary(request) {
            executed++;
            return request;
          },
        },
        { server: { gate, interceptors, maxConcurrentCalls: 1 } },
      );
      for (let i = 0; i < 3; i++)
        expect(await failureOf(echo.unary({}))).toMatchObject({
          code: Status.FAILED_PRECONDITION,
          message: "stale",
          outcome,
        });
      expect(executed).toBe(0);
    },
  );

  test("a call once admitted runs on, though its client has left meanwhile", async () => {
    const admitting = signal();
    const admission = signal<Admission>();
    const settled = signal<Answer>();
    const gate = gated(() => {
      admitting.resolve();
      return admission.promise;
    });
    let executed = 0;
    const { echo } = await pair(
      "tcp",
      {
        unary(request) {
          executed++;
          return request;
        },
      },
      { server: { gate, interceptors } },
    );
    const abort = new AbortController();
    const failure = failureOf(echo.unary({ text: "x" }, { signal: abort.signal }));
    await admitting.promise;
    abort.abort();
    await failure;
    await turns(20);
    admission.resolve({
      kind: "execute",
      settle: (answer) => {
        settled.resolve(answer);
        return answer;
      },
    });
    expect(await settled.promise).toMatchObject({ message: { text: "x" } });
    expect(executed).toBe(1);
  });
});

test("a gate that guards a stream is refused when the service is added", async () => {
  const gate: ExecutionGate = { guards: () => true, admit: () => passing };
  await expect(pair("tcp", {}, { server: { gate } })).rejects.toThrow(
    "is client-streaming: an execution gate can guard unary methods only",
  );
});

test("while a gate has not said what it admits, nothing is certain of the call", async () => {
  const admitting = signal<Admission>();
  const asked = signal();
  const gate = gated(() => {
    asked.resolve();
    return admitting.promise;
  });
  const runtime = new ManualRuntime();
  const { echo } = await pair("tcp", {}, { server: { gate }, channel: { runtime } });
  const failure = failureOf(echo.unary({ text: "x" }, { timeoutMs: 100_000 }));
  await asked.promise;
  runtime.advance(100_000);
  expect(await failure).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "unknown" });
  admitting.resolve(passing);
});
