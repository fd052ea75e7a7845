import { connect, constants, createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Channel, type ChannelOptions, Credentials, RpcError, Server, Status, stub } from "../../index.js";
import { nodeRuntime } from "../../runtime/node.js";
import type { Runtime } from "../../runtime/runtime.js";
import { SimulatedDisk } from "../../runtime/simulated-disk.test.util.js";
import { Home } from "../home/home.js";
import { type ShopHandlers, serviceText, shopHandlers, shopService } from "../home/home.test.util.js";
import { DurableClient } from "./durable-client.js";

// Whole calls, over TCP, by clients and homes that know nothing of each other but what they say.

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const SHOP = shopService();

type ShopStub = Record<
  "store" | "make" | "look" | "plain",
  (request: object, options?: object) => Promise<{ text: string }>
>;

function newDisk(): SimulatedDisk {
  return new SimulatedDisk({ post: (event) => void setImmediate(event), random: () => 0.5 });
}

function runtimeOn(disk: SimulatedDisk): Runtime {
  return Object.assign(Object.create(nodeRuntime()), { storage: disk.start() });
}

/** A server with a home, which crashes and comes again at the same address. */
class Shop {
  readonly disk = newDisk();
  address = "127.0.0.1:0";
  private server: Server | undefined;
  private home: Home | undefined;

  async open(handlers: ShopHandlers = {}): Promise<this> {
    const runtime = runtimeOn(this.disk);
    this.home = await Home.open("/shop", { runtime, segmentBytes: 1 << 20, retry: { initialMs: 1 } });
    this.server = new Server({ home: this.home });
    this.server.add(SHOP, shopHandlers(handlers) as never);
    this.address = await this.server.listen(this.address, Credentials.insecure());
    cleanups.push(() => this.crash());
    return this;
  }

  /** As SIGKILL does. */
  async crash(): Promise<void> {
    const { server, home } = this;
    this.server = undefined;
    this.home = undefined;
    if (server === undefined || home === undefined) return;
    const closed = server.close();
    void home.close();
    await closed;
    await home.close();
    // With the process goes what its handlers keep locked.
    this.disk.locks.clear();
  }

  channel(options: ChannelOptions = {}): { channel: Channel; shop: ShopStub } {
    const channel = new Channel(this.address, {
      credentials: Credentials.insecure(),
      backoff: { initialMs: 10, maxMs: 50 },
      ...options,
    });
    cleanups.push(() => channel.close());
    return { channel, shop: stub(SHOP, channel) as unknown as ShopStub };
  }
}

async function failureOf(call: Promise<unknown>): Promise<RpcError> {
  try {
    await call;
  } catch (error) {
    if (RpcError.is(error)) return error;
    throw error;
  }
  throw new Error("the call has succeeded");
}

/** A promise with its resolver in reach. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A handler that never answers, and what tells that it has begun. */
function endless(): { reached: Promise<void>; make: () => Promise<object> } {
  const { opened, open } = gate();
  const make = () => {
    open();
    return new Promise<object>(() => {});
  };
  return { reached: opened, make };
}

describe("a channel at a home", () => {
  test("calls journaled and redo methods exactly once", async () => {
    const { shop } = (await new Shop().open()).channel();
    expect((await shop.store({ key: "a" })).text).toBe("1");
    expect((await shop.store({ key: "a" })).text).toBe("2");
    expect((await shop.make({ key: "m", text: "made" })).text).toBe("made");
    expect((await shop.look({ key: "a" })).text).toBe("2");
  });

  test("gets what a handler refuses, as recorded", async () => {
    const home = await new Shop().open({ make: (_, call) => call.refuse(Status.NOT_FOUND, "no such thing") });
    const { shop } = home.channel();
    expect(await failureOf(shop.make({ key: "a" }))).toMatchObject({
      code: Status.NOT_FOUND,
      message: "no such thing",
      outcome: "executed",
      callId: undefined,
    });
  });

  test("makes many calls at once, beyond the window", async () => {
    const { shop } = (await new Shop().open()).channel();
    const replies = await Promise.all(Array.from({ length: 3_000 }, () => shop.store({ key: "n" })));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(3_000);
    expect((await shop.look({ key: "n" })).text).toBe("3000");
  });

  test("gets its answers from a home that crashes again and again", async () => {
    const home = await new Shop().open();
    const { shop } = home.channel();
    await shop.store({ key: "n" });
    const replies = Array.from({ length: 400 }, async (_, i) => {
      for (let waited = 0; waited < i % 8; waited++) await new Promise((resolve) => setImmediate(resolve));
      return shop.store({ key: "n" }, { timeoutMs: 15_000 });
    });
    for (let crashes = 0; crashes < 3; crashes++) {
      await replies[crashes * 50];
      await home.crash();
      await home.open();
    }
    const numbers = (await Promise.all(replies)).map(({ text }) => Number(text));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, i) => i + 2));
  });

  test("gets the answer of an effect that was done before the crash, and is not done twice", async () => {
    const done: string[] = [];
    const reached = gate();
    const home = await new Shop().open({
      make: async ({ text }) => {
        done.push(text);
        reached.open();
        await new Promise(() => {});
        return {};
      },
    });
    const { shop } = home.channel();
    const reply = shop.make({ key: "k", text: "a" }, { timeoutMs: 15_000 });
    await reached.opened;
    await home.crash();
    await home.open({
      make: ({ text }, call) => ({ text: `${text} was ${call.redo ? "made before" : "made now"}` }),
    });
    expect((await reply).text).toBe("a was made before");
    expect(done).toEqual(["a"]);
  });

  test("asks what became of a call that was taken back", async () => {
    const [begun, go] = [gate(), gate()];
    const home = await new Shop().open({
      make: async () => {
        begun.open();
        await go.opened;
        return { text: "late" };
      },
    });
    const { channel, shop } = home.channel();
    const controller = new AbortController();
    const failing = failureOf(shop.make({ key: "k" }, { signal: controller.signal }));
    await begun.opened;
    controller.abort();
    const failure = await failing;
    expect(failure).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    const outcome = channel.outcomeOf(failure.callId!);
    go.open();
    const { response } = await outcome;
    expect(new TextDecoder().decode(response)).toContain("late");
  });

  test("is told that a call never will be carried out that the home has not seen", async () => {
    const home = await new Shop().open();
    const { channel, shop } = home.channel();
    await shop.store({ key: "a" });
    await home.crash();
    const failure = await failureOf(shop.store({ key: "a" }, { timeoutMs: 200 }));
    expect(failure.code).toBe(Status.DEADLINE_EXCEEDED);
    await home.open();
    if (failure.callId !== undefined)
      expect(await channel.outcomeOf(failure.callId)).toEqual({ outcome: "not-executed" });
    expect((await shop.look({ key: "a" })).text).toBe("1");
  });

  test("opens a session anew for each channel, and ends it with the channel", async () => {
    const home = await new Shop().open();
    for (let i = 1; i <= 3; i++) {
      const { channel, shop } = home.channel();
      expect((await shop.store({ key: "a" })).text).toBe(String(i));
      await channel.close();
    }
  });

  test("is told what to do where the server has no home", async () => {
    const server = new Server();
    cleanups.push(() => server.close());
    server.add(shopService(serviceText("")), { plain: () => ({}) } as never, { partial: true } as never);
    const channel = new Channel(server);
    cleanups.push(() => channel.close());
    const failure = await failureOf((stub(SHOP, channel) as unknown as ShopStub).store({ key: "a" }));
    expect(failure).toMatchObject({ code: Status.UNIMPLEMENTED, outcome: "not-executed" });
    expect(failure.message).toContain("the server has no redoubt.Delivery");
  });
});

describe("a durable client at a home", () => {
  async function open(disk: SimulatedDisk): Promise<DurableClient> {
    return DurableClient.open("/client", { runtime: runtimeOn(disk), segmentBytes: 64 * 1024 });
  }

  test("gets one answer for a key, whatever crashes", async () => {
    const home = await new Shop().open();
    const disk = newDisk();
    for (let round = 0; round < 3; round++) {
      const client = await open(disk);
      const { channel, shop } = home.channel({ delivery: client });
      expect((await shop.store({ key: "a" }, { key: "order-17" })).text).toBe("1");
      await channel.close();
      await client.close();
      await home.crash();
      await home.open();
    }
    const { shop } = home.channel();
    expect((await shop.look({ key: "a" })).text).toBe("1");
  });

  test("is free for another channel when calls have no answer at the end of the grace", async () => {
    const { reached, make } = endless();
    const home = await new Shop().open({ make });
    const client = await open(newDisk());
    const { channel, shop } = home.channel({ delivery: client });
    const lost = failureOf(shop.make({ key: "k", text: "a" }, { key: "order-17" }));
    await reached;
    await channel.close({ graceMs: 50 });
    expect(await lost).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    await home.crash();
    await home.open({ make: ({ text }) => ({ text: `${text} again` }) });
    const next = home.channel({ delivery: client });
    expect((await next.shop.make({ key: "k", text: "a" }, { key: "order-17" })).text).toBe("a again");
  });

  test("goes on with what was unfinished when both had crashed", async () => {
    const { reached, make } = endless();
    const home = await new Shop().open({ make });
    const disk = newDisk();
    const first = await open(disk);
    const { channel, shop } = home.channel({ delivery: first });
    const lost = failureOf(shop.make({ key: "k", text: "a" }, { key: "order-17" }));
    await reached;
    await channel.close();
    await first.close();
    expect(await lost).toMatchObject({ code: Status.CANCELLED, outcome: "unknown" });
    await home.crash();
    await home.open({ make: ({ text }) => ({ text: `${text} again` }) });
    const second = await open(disk);
    cleanups.push(() => second.close());
    const again = home.channel({ delivery: second });
    const [unfinished] = second.unfinished();
    expect(unfinished!.id).toBe((await lost).callId);
    expect((await again.shop.make({ key: "k", text: "a" }, { key: "order-17" })).text).toBe("a again");
    expect(new TextDecoder().decode(await unfinished!.answer)).toContain("a again");
  });

  test("that was copied is refused where the other is in use", async () => {
    const home = await new Shop().open();
    const disk = newDisk();
    const first = await open(disk);
    const before = home.channel({ delivery: first });
    await before.shop.store({ key: "a" });
    await before.channel.close();
    await first.close();
    const copied = disk.copy();
    const [original, copy] = [await open(disk), await open(copied)];
    cleanups.push(
      () => original.close(),
      () => copy.close(),
    );
    const { shop } = home.channel({ delivery: original });
    expect((await shop.store({ key: "a" })).text).toBe("2");
    const other = home.channel({ delivery: copy });
    const failure = await failureOf(other.shop.store({ key: "a" }));
    expect(failure).toMatchObject({ code: Status.FAILED_PRECONDITION, outcome: "not-executed" });
    expect(failure.message).toMatch(/^fenced: another copy of this client was used since: .* a new folder$/);
    expect(failure.metadata.get("redoubt-refusal")).toBe("fenced");
    expect((await shop.store({ key: "a" })).text).toBe("3");
  });
});

describe("an answer that something on the way has cut off", () => {
  const html = { ":status": 200, "content-type": "text/html" };
  const grpc = { ":status": 200, "content-type": "application/grpc" };

  /** Passes calls on to `address`, and their answers back; the answer of a first Make is treated by `spoil`. */
  async function proxyTo(address: string, spoil: (stream: ServerHttp2Stream) => void): Promise<string> {
    const server = createServer();
    const upstream = connect(`http://${address}`);
    let isSpoilt = false;
    server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      const request = upstream.request(headers);
      stream.pipe(request);
      let head = {};
      let trailers = {};
      const chunks: Buffer[] = [];
      request.on("response", (fields) => {
        head = fields;
      });
      request.on("trailers", (fields) => {
        trailers = fields;
      });
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        if (!isSpoilt && headers[":path"]!.endsWith("/Make")) {
          isSpoilt = true;
          return spoil(stream);
        }
        if (stream.destroyed) return;
        stream.respond(head, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers(trailers));
        stream.end(Buffer.concat(chunks));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cleanups.push(() => {
      upstream.destroy();
      server.close();
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test.each<[string, (stream: ServerHttp2Stream) => void]>([
    ["reset: INTERNAL_ERROR", (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
    ["reset: ENHANCE_YOUR_CALM", (stream) => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM)],
    [
      "ended without trailers",
      (stream) => {
        stream.respond(grpc);
        stream.end();
      },
    ],
    ["ended without a word", (stream) => stream.respond(grpc, { endStream: true })],
    [
      "in the middle of its message",
      (stream) => {
        stream.respond(grpc);
        stream.end(Buffer.from([0, 0, 0]));
      },
    ],
    [
      "in favour of a page",
      (stream) => {
        stream.respond(html);
        stream.end("<h1>sorry</h1>");
      },
    ],
    [
      "in favour of an HTTP status",
      (stream) => {
        stream.respond({ ...html, ":status": 500 });
        stream.end("<h1>sorry</h1>");
      },
    ],
    [
      "in favour of an HTTP status alone",
      (stream) => stream.respond({ ":status": 500 }, { endStream: true }),
    ],
  ])("%s: is asked for again", async (_, spoil) => {
    const home = new Shop();
    let made = 0;
    await home.open({
      make: ({ text }) => {
        made++;
        return { text };
      },
    });
    home.address = await proxyTo(home.address, spoil);
    const { shop } = home.channel();
    expect(await shop.make({ key: "a", text: "made" }, { timeoutMs: 10_000 })).toMatchObject({
      text: "made",
    });
    expect(made).toBe(1);
  });
});
