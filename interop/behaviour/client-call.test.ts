import {
  type CallEnd,
  type CallOptions,
  ClientCall,
  type ClientCallListener,
  type Method,
  Status,
} from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { installChecks, openChannel, type Pair, pair, signal, turns, until, WAYS } from "./harness.js";

installChecks();

/** Raw bytes: what a face of another library would use. */
function bytesMethod(name: string, kind: Method["kind"]): Method<Uint8Array, Uint8Array> {
  const marshaller: Method<Uint8Array>["request"] = {
    encode: (message, output) => output.append(message),
    decode: (bytes, start, end) => bytes.slice(start, end),
  };
  return {
    path: `/redoubt.test.v1.Echo/${name}`,
    service: "redoubt.test.v1.Echo",
    name,
    kind,
    request: marshaller,
    response: marshaller,
    promise: "at-most-once",
  };
}

const UNARY = bytesMethod("Unary", "unary");
const EXPAND = bytesMethod("Expand", "server-streaming");
const CHAT = bytesMethod("Chat", "bidirectional");

/** The text "x", and 5 repetitions. */
const TEXT = new Uint8Array([0x0a, 1, 0x78]);
const FIVE = new Uint8Array([0x18, 5]);

class Recorder implements ClientCallListener<Uint8Array> {
  readonly events: string[] = [];
  readonly messages: Uint8Array[] = [];
  end: CallEnd | undefined;
  private readonly ended = signal<CallEnd>();
  readonly done = this.ended.promise;
  on: Partial<Record<"headers" | "message" | "writable" | "end", () => void>> = {};

  onHeaders(): void {
    this.events.push("headers");
    this.on.headers?.();
  }
  onMessage(message: Uint8Array): void {
    this.events.push("message");
    this.messages.push(message);
    this.on.message?.();
  }
  onWritable(): void {
    this.events.push("writable");
    this.on.writable?.();
  }
  onEnd(end: CallEnd): void {
    this.events.push(`end ${end.code}`);
    this.ended.resolve(end);
    this.on.end?.();
  }
}

function start({ channel }: Pair, method: Method<Uint8Array, Uint8Array>, options?: CallOptions) {
  const call = new ClientCall(channel, method, options);
  const listener = new Recorder();
  call.start(listener);
  return { call, listener };
}

describe.each(WAYS)("over %s", (way) => {
  test("a call by hand: start, send, half-close, and the events in order", async () => {
    const both = await pair(way);
    const { call, listener } = start(both, UNARY);
    call.send(TEXT);
    call.halfClose();
    call.halfClose();
    expect((await listener.done).code).toBe(Status.OK);
    expect(listener.events.filter((event) => event !== "writable")).toEqual(["headers", "message", "end 0"]);
    expect(listener.messages).toEqual([TEXT]);
  });

  test("the last message may half-close", async () => {
    const { call, listener } = start(await pair(way), UNARY);
    call.send(TEXT, true);
    expect((await listener.done).code).toBe(Status.OK);
  });

  test("messages are held back while paused, and come one by one when the listener pauses again", async () => {
    const both = await pair(way);
    const { call, listener } = start(both, EXPAND);
    call.pause();
    call.send(FIVE, true);
    await both.echo.unary({});
    await turns(10);
    expect(listener.messages.length).toBe(0);
    listener.on.message = () => call.pause();
    for (let count = 1; count <= 5; count++) {
      call.resume();
      await until(() => listener.messages.length === count);
      await turns(3);
      expect(listener.messages.length).toBe(count);
    }
    expect(listener.end).toBeUndefined();
    call.resume();
    expect((await listener.done).code).toBe(Status.OK);
  });

  test("nothing comes after cancel", async () => {
    const { call, listener } = start(await pair(way), CHAT);
    call.send(TEXT);
    await until(() => listener.messages.length === 1);
    call.cancel("enough");
    call.cancel("again");
    const { length } = listener.events;
    expect(await listener.done).toMatchObject({
      code: Status.CANCELLED,
      message: "enough",
      outcome: "unknown",
    });
    expect(call.send(TEXT)).toBe(true);
    call.halfClose();
    call.pause();
    call.resume();
    await turns(20);
    expect(listener.events.length).toBe(length);
  });

  test("cancelling from inside a message stops those behind it", async () => {
    const { call, listener } = start(await pair(way), EXPAND);
    listener.on.message = () => call.cancel();
    call.send(FIVE, true);
    await listener.done;
    await turns(10);
    expect(listener.messages.length).toBe(1);
    expect(listener.events.filter((event) => event.startsWith("end"))).toEqual(["end 1"]);
  });

  test.each(["headers", "message"] as const)("%s that throws ends the call, and no other", async (where) => {
    const both = await pair(way);
    const { call, listener } = start(both, EXPAND);
    listener.on[where] = () => {
      throw new Error("mine");
    };
    const other = both.echo.unary({ text: "other" });
    call.send(FIVE, true);
    expect(await listener.done).toMatchObject({
      code: Status.INTERNAL,
      message: "a callback of the caller has thrown: mine",
      cause: { message: "mine" },
    });
    expect((await other).text).toBe("other");
    expect(listener.events.filter((event) => event.startsWith("end")).length).toBe(1);
  });

  test("onWritable that throws ends the call, and no other", async () => {
    const hold = signal();
    const both = await pair(way, {
      async *chat(requests) {
        await hold.promise;
        yield* requests;
      },
    });
    const { call, listener } = start(both, CHAT);
    listener.on.writable = () => {
      throw new Error("mine");
    };
    const large = new Uint8Array(100_004);
    large.set([0x12, 0xa0, 0x8d, 0x06]);
    for (let i = 0; i < 30; i++) call.send(large);
    hold.resolve();
    expect(await listener.done).toMatchObject({ code: Status.INTERNAL, cause: { message: "mine" } });
    expect((await both.echo.unary({ text: "other" })).text).toBe("other");
  });

  test("onEnd that throws surfaces as an uncaught exception, and harms no other call", async () => {
    const uncaught = signal<unknown>();
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.once("uncaughtException", uncaught.resolve);
    try {
      const both = await pair(way);
      const { call, listener } = start(both, UNARY);
      listener.on.end = () => {
        throw new Error("mine");
      };
      const other = both.echo.unary({ text: "other" });
      call.send(TEXT, true);
      expect(await uncaught.promise).toMatchObject({ message: "mine" });
      expect((await other).text).toBe("other");
    } finally {
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
  });

  test("a deadline that has passed is told from inside start", async () => {
    const { listener } = start(await pair(way), UNARY, { timeoutMs: 0 });
    expect(listener.events).toEqual(["end 4"]);
  });
});

test("calls that wait for one connection are independent: one's callback may cancel another", async () => {
  const both = await pair("tcp");
  const calls = [start(both, CHAT), start(both, CHAT), start(both, CHAT)];
  for (const { call } of calls) call.send(TEXT);
  calls[0].listener.on.writable = () => {
    calls[1].call.cancel("by its neighbour");
    calls[0].listener.on.writable = undefined;
  };
  expect((await calls[1].listener.done).message).toBe("by its neighbour");
  await until(() => calls[2].listener.messages.length === 1);
  await turns(10);
  expect(calls[1].listener.messages).toEqual([]);
  for (const { call } of calls) call.cancel();
});

test("of calls that fail together, one's end may cancel another: each ends once", async () => {
  const runtime = new ManualRuntime();
  const channel = openChannel("unix:/no/such/socket", { runtime });
  const calls = Array.from({ length: 3 }, () => start({ channel } as Pair, UNARY));
  calls[0].listener.on.end = () => calls[1].call.cancel("by its neighbour");
  await Promise.all(calls.map(({ listener }) => listener.done));
  await turns(5);
  expect(calls.map(({ listener }) => listener.events)).toEqual([["end 14"], ["end 1"], ["end 14"]]);
});
