import { describe, expect, test } from "vitest";
import { RpcError } from "../rpc/error.js";
import { Status } from "../rpc/status.js";
import { WritableGate } from "../rpc/writable-gate.js";
import { RequestSender } from "./request-sender.js";

/** A call that takes what it is told to, and a sender to it. */
function setUp() {
  const events: string[] = [];
  const state = { writable: true, error: undefined as Error | undefined, over: false };
  const gate = new WritableGate();
  const sender = new RequestSender<string>(
    {
      send(message) {
        if (state.error !== undefined) throw state.error;
        events.push(message);
        return state.writable;
      },
      halfClose: () => void events.push("half-close"),
      cancel: () => void events.push("cancel"),
      fail(error) {
        state.over = true;
        events.push(`fail: ${(error as Error).message}`);
      },
    },
    gate,
  );
  return { sender, gate, events, state };
}

test("a send waits where there is no room", async () => {
  const { sender, gate, state } = setUp();
  await sender.send("a");
  state.writable = false;
  let sent = false;
  const waiting = sender.send("b").then(() => {
    sent = true;
  });
  await Promise.resolve();
  expect(sent).toBe(false);
  gate.open();
  await waiting;
});

test("what cannot be sent ends the call", async () => {
  const { sender, state, events } = setUp();
  state.error = new RpcError(Status.INTERNAL, "cannot be encoded");
  await expect(sender.send("a")).rejects.toBe(state.error);
  expect(events).toEqual(["fail: cannot be encoded"]);
});

test("the end is said once", () => {
  const { sender, events } = setUp();
  sender.end();
  sender.end();
  expect(events).toEqual(["half-close"]);
});

describe("an iterable", () => {
  test("is sent to its end", async () => {
    const { sender, events } = setUp();
    await sender.sendAll(["a", "b"], () => false);
    expect(events).toEqual(["a", "b", "half-close"]);
  });

  test("that throws ends the call", async () => {
    const { sender, events } = setUp();
    await sender.sendAll(
      (function* () {
        yield "a";
        throw new Error("broken");
      })(),
      () => false,
    );
    expect(events).toEqual(["a", "fail: broken"]);
  });

  test("is left, its finally run, when the call is over", async () => {
    const { sender, events, state } = setUp();
    await sender.sendAll(
      (function* () {
        try {
          for (;;) {
            yield "a";
            state.over = events.length === 2;
          }
        } finally {
          events.push("left");
        }
      })(),
      () => state.over,
    );
    expect(events).toEqual(["a", "a", "left"]);
  });

  test("that throws when it is left harms nobody", async () => {
    const { sender, events } = setUp();
    await sender.sendAll(
      (function* () {
        try {
          yield "a";
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: that is the test
          throw new Error("on leaving");
        }
      })(),
      () => events.length > 0,
    );
    expect(events).toEqual(["a", "fail: on leaving"]);
  });
});
