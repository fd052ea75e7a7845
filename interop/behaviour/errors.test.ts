import { create } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import { Metadata, RpcError, Status, statusName } from "@redoubt/rpc";
import { describe, expect, test, vi } from "vitest";
import { MessageSchema } from "../gen/echo_pb.js";
import { all, failureOf, installChecks, pair, WAYS } from "./harness.js";

installChecks();

const DETAILS = [
  anyPack(MessageSchema, create(MessageSchema, { text: "first" })),
  anyPack(MessageSchema, create(MessageSchema, { text: "second" })),
];

describe.each(WAYS)("over %s", (way) => {
  test("an error keeps code, message, metadata and details", async () => {
    const { echo } = await pair(way, {
      unary() {
        throw new RpcError(Status.NOT_FOUND, "Größe 100 % — 中文 🎉\nnext line", {
          metadata: new Metadata({ k: "v", "b-bin": new Uint8Array([0, 255]) }),
          details: DETAILS,
        });
      },
    });
    const error = await failureOf(echo.unary({}));
    expect(error).toMatchObject({
      name: "RpcError",
      code: Status.NOT_FOUND,
      codeName: "NOT_FOUND",
      message: "Größe 100 % — 中文 🎉\nnext line",
      outcome: "executed",
    });
    expect(error.metadata.toJSON()).toEqual({ k: ["v"], "b-bin": [new Uint8Array([0, 255])] });
    expect(error.findDetails(MessageSchema).map((detail) => detail.text)).toEqual(["first", "second"]);
    expect(error.details.map((detail) => detail.typeUrl)).toEqual(
      Array(2).fill("type.googleapis.com/redoubt.test.v1.Message"),
    );
    expect(String(error)).toBe(`RpcError: [NOT_FOUND] ${error.message}`);
  });

  test.each(Object.values(Status).filter((code) => code !== Status.OK))("code %i arrives", async (code) => {
    const { echo } = await pair(way, {
      async unary() {
        throw new RpcError(code, statusName(code));
      },
    });
    expect(await failureOf(echo.unary({}))).toMatchObject({ code, message: statusName(code) });
  });

  test("an error with code OK is one all the same", async () => {
    const { echo } = await pair(way, {
      unary() {
        throw new RpcError(Status.OK, "fine?");
      },
    });
    expect(await failureOf(echo.unary({}))).toMatchObject({ code: Status.UNKNOWN, message: "fine?" });
  });

  test.each([
    ["an error", new Error("secret")],
    ["a string", "secret"],
    ["undefined", undefined],
    ["null", null],
  ])("%s that a handler throws becomes UNKNOWN without its text, and goes to the log", async (_, thrown) => {
    const reported: unknown[] = [];
    const { echo } = await pair(
      way,
      {
        unary() {
          throw thrown;
        },
        async collect() {
          throw thrown;
        },
        async *expand() {
          yield {};
          throw thrown;
        },
        chat() {
          throw thrown;
        },
      },
      { server: { onHandlerError: (error) => reported.push(error) } },
    );
    for (const call of [echo.unary({}), echo.collect([]), echo.expand({}), echo.chat([])])
      expect(await failureOf(call)).toMatchObject({
        code: Status.UNKNOWN,
        message: "the handler has failed",
        outcome: "executed",
      });
    expect(reported).toEqual([thrown, thrown, thrown, thrown]);
  });

  test("the text of an error goes to the client where the server is told to show it", async () => {
    const { echo } = await pair(
      way,
      {
        unary() {
          throw new TypeError("x is not a function");
        },
      },
      { server: { showErrors: true } },
    );
    expect(await failureOf(echo.unary({}))).toMatchObject({
      code: Status.UNKNOWN,
      message: "x is not a function",
    });
  });

  test("messages that were sent before the error are read first", async () => {
    const { echo } = await pair(way, {
      async *expand() {
        yield { index: 0 };
        yield { index: 1 };
        throw new RpcError(Status.ABORTED, "half way");
      },
    });
    const messages = echo.expand({});
    expect((await messages.next()).value.index).toBe(0);
    expect((await messages.next()).value.index).toBe(1);
    expect(await failureOf(messages.next())).toMatchObject({ code: Status.ABORTED });
    expect((await messages.next()).done).toBe(true);
  });

  test("an RpcError is not taken for an accident", async () => {
    const report = vi.fn();
    const { echo } = await pair(
      way,
      {
        unary() {
          throw new RpcError(Status.NOT_FOUND);
        },
      },
      { server: { onHandlerError: report } },
    );
    expect(await failureOf(echo.unary({}))).toMatchObject({ code: Status.NOT_FOUND, message: "" });
    expect(report).not.toHaveBeenCalled();
  });

  test("trailers of the handler and of its error arrive together", async () => {
    const { echo } = await pair(way, {
      unary(_, call) {
        call.responseTrailers.set("mine", "1");
        throw new RpcError(Status.ABORTED, "", { metadata: new Metadata({ its: "2" }) });
      },
    });
    expect((await failureOf(echo.unary({}))).metadata.toJSON()).toEqual({ mine: ["1"], its: ["2"] });
  });

  test("an error that came from another server can be thrown on as it is", async () => {
    const foreign = Metadata.received(() => ["user-agent", "proxy", "x-note", "caf\u00e9"]);
    const { echo } = await pair(way, {
      unary(_, call) {
        call.responseTrailers.set("mine", "1");
        throw new RpcError(Status.ABORTED, "upstream", { metadata: foreign });
      },
    });
    expect(await failureOf(echo.unary({}))).toMatchObject({ code: Status.ABORTED, message: "upstream" });
  });

  test("a log that fails itself costs no call its answer", async () => {
    const failed: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => failed.push(error));
    try {
      const { echo } = await pair(
        way,
        {
          unary(request) {
            if (request.text === "") throw new Error("oops");
            return request;
          },
          async collect() {
            throw new Error("oops");
          },
          async *expand() {
            throw new Error("oops");
          },
        },
        {
          server: {
            onHandlerError: () => {
              throw new Error("the log is full");
            },
          },
        },
      );
      for (const call of [echo.unary({}), echo.collect([]), echo.expand({})])
        expect(await failureOf(call)).toMatchObject({ code: Status.UNKNOWN });
      await echo.unary({ text: "goes on" });
      expect(failed).toMatchObject(Array(3).fill({ message: "the log is full" }));
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
  });

  test("the stack shows the function that made the call", async () => {
    const { echo } = await pair(way, {
      async unary() {
        throw new RpcError(Status.NOT_FOUND);
      },
      async collect() {
        throw new RpcError(Status.NOT_FOUND);
      },
      async *expand() {
        throw new RpcError(Status.NOT_FOUND);
      },
    });
    async function asksForOne() {
      await echo.unary({});
    }
    async function uploads() {
      await echo.collect([]);
    }
    async function uploadsByHand() {
      await echo.collect().reply;
    }
    async function readsAll() {
      await all(echo.expand({}));
    }
    async function readsByHand() {
      await echo.expand({}).next();
    }
    async function talks() {
      for await (const _ of echo.chat(failing()));
    }
    for (const call of [asksForOne, uploads, uploadsByHand, readsAll, readsByHand, talks])
      expect((await failureOf(call())).stack).toContain(call.name);
  });
});

async function* failing(): AsyncGenerator<{ text: string }> {
  throw new RpcError(Status.ABORTED, "mine");
}

describe("a stream of requests that fails", () => {
  test.each(WAYS)("ends the call with its error over %s", async (way) => {
    const seen: unknown[] = [];
    const { echo } = await pair(way, {
      async collect(requests, call) {
        void call.signal;
        try {
          for await (const _ of requests);
        } catch (error) {
          seen.push(error);
        }
        return {};
      },
    });
    async function* broken() {
      yield { text: "a" };
      throw new Error("disk on fire");
    }
    const error = await failureOf(echo.collect(broken()));
    expect(error).toMatchObject({
      code: Status.UNKNOWN,
      message: "disk on fire",
      cause: { message: "disk on fire" },
    });
    expect(await failureOf(echo.chat(failing()))).toMatchObject({ code: Status.ABORTED, message: "mine" });
  });
});

test("errors of another copy of this package are known", async () => {
  vi.resetModules();
  const other = await import("@redoubt/rpc");
  expect(other.RpcError).not.toBe(RpcError);
  const error = new other.RpcError(Status.NOT_FOUND, "x", { metadata: new other.Metadata({ k: "v" }) });
  expect(error).not.toBeInstanceOf(RpcError);
  expect(RpcError.is(error)).toBe(true);
  const { echo } = await pair("tcp", {
    unary() {
      throw error;
    },
  });
  const failure = await failureOf(echo.unary({}));
  expect(failure).toMatchObject({ code: Status.NOT_FOUND, message: "x" });
  expect(failure.metadata.get("k")).toBe("v");
});

test.each([
  ["undefined", undefined],
  ["a plain error", new Error("x")],
  ["something like it", { code: 5, message: "x", name: "RpcError" }],
])("%s is no RpcError", (_, value) => {
  expect(RpcError.is(value)).toBe(false);
});
