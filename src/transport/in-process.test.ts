import { describe, expect, it } from "vitest";
import type { Output } from "../bytes/output.js";
import { type CallEnd, localEnd, OK_END } from "../rpc/call-end.js";
import { RpcError } from "../rpc/error.js";
import { Metadata } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import { Status, statusName } from "../rpc/status.js";
import { nodeRuntime } from "../runtime/node.js";
import type { IncomingCall, MessageLimits, OutgoingCall } from "./call-transport.js";
import { InProcessTransport } from "./in-process.js";

// Text as messages: what starts with "!" can be encoded but not decoded, "?" not even that.
const TEXT = {
  encode(message: unknown, output: Output) {
    if (message === "?") throw new Error("not this one");
    output.append(new TextEncoder().encode(message as string));
  },
  decode(bytes: Uint8Array, start: number, end: number) {
    const text = new TextDecoder().decode(bytes.subarray(start, end));
    if (text.startsWith("!")) throw new Error("not this one");
    return text;
  },
};

const METHOD: Method = {
  path: "/p.S/M",
  service: "p.S",
  name: "M",
  kind: "bidirectional",
  request: TEXT,
  response: TEXT,
  promise: "at-most-once",
};

const LIMITS: MessageLimits = { receiveBytesMax: 1_000_000, sendBytesMax: 1_000_000 };

interface Options {
  readonly metadata?: Metadata;
  readonly timeoutMs?: number;
  readonly client?: Partial<MessageLimits>;
  readonly server?: Partial<MessageLimits>;
  /** What the server does with the call, instead of beginning it. */
  readonly onCall?: (call: IncomingCall) => void;
}

/** A call with both its ends, and what each was told. */
class Conversation {
  readonly client: OutgoingCall;
  readonly clientTold: string[] = [];
  readonly serverTold: string[] = [];
  readonly transport: InProcessTransport;
  closed = 0;
  end: CallEnd | undefined;
  incoming: IncomingCall | undefined;

  constructor({ metadata, timeoutMs, client, server, onCall }: Options = {}) {
    const acceptor = {
      onCall: (call: IncomingCall) => {
        this.incoming = call;
        this.serverTold.push("call");
        if (onCall) onCall(call);
        else call.begin(METHOD, this.serverListener, { ...LIMITS, ...server });
      },
    };
    this.transport = new InProcessTransport(nodeRuntime(), acceptor, () => this.closed++);
    const request = { method: METHOD, metadata, timeoutMs, ...LIMITS, ...client };
    this.client = this.transport.open(request, {
      onHeaders: (headers) => this.clientTold.push(`headers ${JSON.stringify(headers.metadata())}`),
      onMessage: (message) => this.clientTold.push(`message ${message}`),
      onWritable: () => this.clientTold.push("writable"),
      onBegun: () => this.clientTold.push("begun"),
      onEnd: (end, unprocessed) => {
        this.end = end;
        this.clientTold.push(`end ${statusName(end.code)}${unprocessed ? " unprocessed" : ""}`);
      },
    });
  }

  private readonly serverListener = {
    onMessage: (message: unknown) => this.serverTold.push(`message ${message}`),
    onHalfClose: () => this.serverTold.push("half-close"),
    onWritable: () => this.serverTold.push("writable"),
    onFault: (code: Status, detail: string) => this.serverTold.push(`fault ${statusName(code)} ${detail}`),
    onCancel: (detail: string) => this.serverTold.push(`cancel ${detail}`),
  };

  get server(): IncomingCall {
    return this.incoming as IncomingCall;
  }
}

async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function begun(options?: Options): Promise<Conversation> {
  const conversation = new Conversation(options);
  await turns();
  return conversation;
}

describe("a call in this process", () => {
  it("goes from one end to the other in later turns of the event loop", async () => {
    const talk = new Conversation({ metadata: new Metadata({ a: "1" }), timeoutMs: 70 });
    talk.client.send("one", false);
    talk.client.send("two", true);
    expect(talk.serverTold).toEqual([]);
    await turns();
    expect(talk.serverTold).toEqual(["call", "message one", "message two", "half-close"]);
    expect(talk.server.path).toBe("/p.S/M");
    expect(talk.server.timeoutMs).toBe(70);
    expect(talk.server.headers.metadata().toJSON()).toEqual({ a: ["1"] });
    talk.server.send("uno");
    talk.server.finish(OK_END);
    expect(talk.clientTold).toEqual([]);
    await turns();
    expect(talk.clientTold).toEqual(["headers {}", "message uno", "end OK"]);
    expect(talk.end?.outcome).toBe("executed");
  });

  it("copies metadata, so that neither end sees what the other changes later", async () => {
    const metadata = new Metadata({ a: "1" });
    const talk = new Conversation({ metadata });
    metadata.set("a", "2");
    await turns();
    talk.server.headers.metadata().append("b", "2");
    expect(talk.server.headers.metadata().toJSON()).toEqual({ a: ["1"] });
    const trailers = new Metadata({ t: "1" });
    talk.server.sendHeaders(metadata);
    talk.server.finish({
      ...localEnd(Status.NOT_FOUND, "m", "executed", new Error("inside")),
      trailers: () => trailers,
    });
    metadata.append("c", "3");
    trailers.append("u", "2");
    await turns();
    expect(talk.clientTold).toEqual([`headers {"a":["2"]}`, "end NOT_FOUND"]);
    expect(talk.end?.trailers().toJSON()).toEqual({ t: ["1"] });
    expect(talk.end?.cause).toBeUndefined();
  });

  it("refuses headers that come twice", async () => {
    const talk = await begun();
    talk.server.sendHeaders(undefined);
    expect(() => talk.server.sendHeaders(undefined)).toThrow("sent already");
  });

  it("knows a call of a status alone, whoever answers", async () => {
    const talk = await begun({
      onCall: (call) => call.finish(localEnd(Status.UNIMPLEMENTED, "", "not-executed")),
    });
    expect(talk.clientTold).toEqual(["end UNIMPLEMENTED"]);
    expect(talk.end?.outcome).toBe("not-executed");
  });
});

describe("pausing", () => {
  it("holds messages and the end back, until resumed, and delivers them before resume returns", async () => {
    const talk = await begun();
    talk.client.pause();
    talk.server.pause();
    talk.client.send("one", true);
    talk.server.send("uno");
    talk.server.send("due");
    await turns();
    expect(talk.serverTold).toEqual(["call"]);
    talk.server.resume();
    expect(talk.serverTold).toEqual(["call", "message one", "half-close"]);
    talk.server.finish(OK_END);
    await turns();
    talk.client.resume();
    expect(talk.clientTold.slice(-3)).toEqual(["message uno", "message due", "end OK"]);
  });

  it("does not hold the headers back, as HTTP/2 does not", async () => {
    const talk = await begun();
    talk.client.pause();
    talk.server.send("uno");
    await turns();
    expect(talk.clientTold).toEqual(["headers {}"]);
  });
});

describe("room for messages (64 KiB in each direction)", () => {
  const LARGE = "x".repeat(40_000);

  it("makes a sender wait, and tells it when there is room again", async () => {
    const talk = await begun();
    talk.server.pause();
    talk.client.pause();
    expect(talk.client.send(LARGE, false)).toBe(true);
    expect(talk.client.send(LARGE, false)).toBe(false);
    expect(talk.server.send(LARGE)).toBe(true);
    expect(talk.server.send(LARGE)).toBe(false);
    await turns();
    expect([...talk.serverTold, ...talk.clientTold]).not.toContain("writable");
    talk.server.resume();
    talk.client.resume();
    await turns();
    expect(talk.serverTold.at(-1)).toBe("writable");
    expect(talk.clientTold.at(-1)).toBe("writable");
  });

  it("bounds empty messages too", async () => {
    const talk = await begun();
    talk.server.pause();
    let count = 0;
    while (talk.client.send("", false)) count++;
    expect(count).toBeLessThan(2_000);
  });

  it("lets a sender go on that waits, when the call is answered and nobody reads the answer yet", async () => {
    const talk = await begun();
    talk.client.pause();
    talk.server.pause();
    expect(talk.client.send(LARGE + LARGE, false)).toBe(false);
    talk.server.send("uno");
    talk.server.finish(OK_END);
    await turns();
    expect(talk.clientTold).toEqual(["headers {}", "writable"]);
    // What it sends now goes nowhere, a message a turn.
    expect(talk.client.send("more", false)).toBe(false);
    await turns();
    expect(talk.clientTold).toEqual(["headers {}", "writable", "writable"]);
    talk.client.resume();
    await turns();
    expect(talk.clientTold.slice(3)).toEqual(["message uno", "end OK"]);
    expect(talk.client.send("more", false)).toBe(true);
  });
});

describe("messages", () => {
  it("that cannot be encoded or are too large to send throw, and nothing is sent", async () => {
    const talk = await begun({ client: { sendBytesMax: 3 }, server: { sendBytesMax: 3 } });
    for (const send of [
      (text: string) => talk.client.send(text, false),
      (text: string) => talk.server.send(text),
    ]) {
      expect(() => send("?")).toThrow(RpcError);
      expect(() => send("?")).toThrow("the message cannot be encoded: not this one");
      expect(() => send("four")).toThrow("message of 4 bytes to send; at most 3 are allowed");
      send("ok");
    }
    await turns();
    expect(talk.serverTold).toEqual(["call", "message ok"]);
    expect(talk.clientTold).toEqual(["headers {}", "message ok"]);
  });

  it("that the server cannot take are faults there", async () => {
    const talk = await begun({ server: { receiveBytesMax: 3 } });
    talk.client.send("four", false);
    talk.client.send("!x", false);
    await turns();
    expect(talk.serverTold).toEqual([
      "call",
      "fault RESOURCE_EXHAUSTED received message of 4 bytes; at most 3 are allowed",
      "fault INTERNAL the message cannot be decoded: not this one",
    ]);
  });

  it.each([
    ["four", "RESOURCE_EXHAUSTED", "received message of 4 bytes; at most 3 are allowed"],
    ["!x", "INTERNAL", "the message cannot be decoded: not this one"],
  ])("that the client cannot take end the call, here and there: %s", async (text, code, message) => {
    const talk = await begun({ client: { receiveBytesMax: 3 } });
    talk.server.send(text);
    talk.server.send("ok");
    await turns();
    expect(talk.clientTold).toEqual(["headers {}", `end ${code}`]);
    expect(talk.end).toMatchObject({ message, outcome: "unknown" });
    expect(talk.serverTold.at(-1)).toMatch(/^cancel/);
  });
});

describe("cancelling", () => {
  it("reaches the server, and nothing comes to the client any more", async () => {
    const talk = await begun();
    talk.server.send("uno");
    expect(talk.client.cancel()).toBe("unknown");
    expect(talk.serverTold).toEqual(["call", "cancel the client has taken the call back"]);
    talk.server.send("due");
    talk.server.finish(OK_END);
    talk.client.send("more", true);
    await turns();
    expect(talk.clientTold).toEqual([]);
    expect(talk.serverTold.length).toBe(2);
  });

  it("before the call has arrived: the server never hears of it, and the outcome is certain", async () => {
    const talk = new Conversation();
    talk.client.send("one", true);
    expect(talk.client.cancel()).toBe("not-executed");
    await turns();
    expect(talk.serverTold).toEqual([]);
  });

  it("after the end is without effect", async () => {
    const talk = await begun();
    talk.server.finish(OK_END);
    await turns();
    talk.client.cancel();
    talk.client.halfClose();
    expect(talk.serverTold).toEqual(["call"]);
    expect(talk.clientTold).toEqual(["end OK"]);
  });
});

describe("the transport", () => {
  it("that is shut down lets its calls end, then is closed, once", async () => {
    const talk = await begun();
    talk.transport.shutdown();
    expect(talk.transport.acceptsCalls).toBe(false);
    expect(talk.closed).toBe(0);
    talk.server.send("uno");
    talk.server.finish(OK_END);
    await turns();
    expect(talk.clientTold).toEqual(["headers {}", "message uno", "end OK"]);
    expect(talk.closed).toBe(1);
  });

  it("that is destroyed ends its calls at both ends", async () => {
    const talk = await begun();
    talk.transport.destroy("that was it");
    expect(talk.clientTold).toEqual(["end UNAVAILABLE"]);
    expect(talk.end).toMatchObject({ message: "that was it", outcome: "unknown" });
    expect(talk.serverTold).toEqual(["call", "cancel that was it"]);
    await turns();
    expect(talk.clientTold.length + talk.serverTold.length).toBe(3);
    expect(talk.closed).toBeGreaterThan(0);
  });

  it("that is destroyed before a call has arrived knows that it was not executed", async () => {
    const talk = new Conversation();
    talk.transport.destroy("that was it");
    await turns();
    expect(talk.serverTold).toEqual([]);
    expect(talk.end?.outcome).toBe("not-executed");
  });
});
