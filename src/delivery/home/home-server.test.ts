import { afterEach, describe, expect, it } from "vitest";
import {
  Channel,
  type ChannelOptions,
  Credentials,
  RpcError,
  Server,
  type ServerOptions,
  Status,
  stub,
} from "../../index.js";
import { Journal } from "../../journal/journal.js";
import { CALL_FIELD } from "../../rpc/delivery-fields.js";
import { Delivery } from "../../rpc/gen/redoubt/delivery_pb.js";
import type { Metadata } from "../../rpc/metadata.js";
import { nodeRuntime } from "../../runtime/node.js";
import type { Runtime } from "../../runtime/runtime.js";
import { SimulatedDisk } from "../../runtime/simulated-disk.test.util.js";
import { Home } from "./home.js";
import {
  count,
  nonce,
  type ShopHandlers,
  serviceText,
  shopHandlers,
  shopService,
  turns,
} from "./home.test.util.js";
import type { HomeOptions } from "./home-options.js";

// Whole calls, by a client that knows nothing of exactly-once calls but the header that it is given to send.

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

class Shop {
  readonly disk: SimulatedDisk;
  readonly runtime: Runtime;
  home!: Home;
  server!: Server;
  target: string | Server = "";

  constructor(disk = new SimulatedDisk({ post: (event) => void setImmediate(event), random: () => 0.5 })) {
    this.disk = disk;
    this.runtime = Object.assign(Object.create(nodeRuntime()), { storage: disk.start() });
  }

  async open(
    handlers: ShopHandlers = {},
    options: { home?: HomeOptions; server?: ServerOptions; tcp?: boolean } = {},
  ): Promise<this> {
    this.home = await Home.open("/h", { runtime: this.runtime, segmentBytes: 1 << 20, ...options.home });
    this.server = new Server({ home: this.home, ...options.server });
    cleanups.push(() => this.close());
    this.server.add(shopService(), shopHandlers(handlers) as never);
    this.target = options.tcp ? await this.server.listen("127.0.0.1:0", Credentials.insecure()) : this.server;
    return this;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.home.close();
  }

  channel(options: Partial<ChannelOptions> = {}): Channel {
    const channel = new Channel(this.target, { credentials: Credentials.insecure(), ...options });
    cleanups.push(() => channel.close());
    return channel;
  }

  async client(channel = this.channel()): Promise<Client> {
    const { session } = await stub(Delivery, channel).open({ nonce: nonce(1) });
    const { home, client, incarnation, mark } = session!;
    return new Client(channel, `${home}.${client}.${incarnation}`, mark);
  }
}

interface Reply {
  readonly is: string;
  readonly text: string;
  readonly outcome: string;
  readonly recorded: string | undefined;
  readonly refusal: string | undefined;
  readonly trailers: Metadata;
}

type Plain = (
  request: object,
  options: {
    metadata: object;
    timeoutMs?: number;
    signal?: AbortSignal;
    onTrailers: (trailers: Metadata) => void;
  },
) => Promise<{ text: string }>;

/** As Python's or Go's is: the promise of the methods means nothing to it. */
class Client {
  private readonly methods: Record<string, Plain>;
  private readonly prefix: string;
  private readonly mark: string;

  constructor(channel: Channel, prefix: string, mark: string) {
    this.methods = stub(shopService(serviceText("")), channel) as unknown as Record<string, Plain>;
    this.prefix = prefix;
    this.mark = mark;
  }

  /** For `redoubt.Delivery`. */
  get session(): { readonly home: string; readonly client: string; readonly mark: string } {
    const [home, client] = this.prefix.split(".");
    return { home, client, mark: this.mark };
  }

  field(sequence: number, ack = 1): string {
    return `${this.prefix}.${sequence}.${ack}.${this.mark}`;
  }

  call(
    sequence: number | undefined,
    method = "store",
    request: object = { key: "a" },
    options: { field?: string | string[]; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<Reply> {
    const field = options.field ?? (sequence === undefined ? undefined : this.field(sequence));
    let trailers: Metadata | undefined;
    const reply = this.methods[method](request, {
      ...options,
      metadata: field === undefined ? {} : { [CALL_FIELD]: field },
      onTrailers: (received) => {
        trailers = received;
      },
    });
    return reply.then(
      ({ text }) => described("OK", text, "executed", trailers!),
      (error: RpcError) => described(error.codeName, error.message, error.outcome, error.metadata),
    );
  }
}

function described(is: string, text: string, outcome: string, trailers: Metadata): Reply {
  const [recorded, refusal] = [trailers.get("redoubt-recorded"), trailers.get("redoubt-refusal")];
  return { is, text, outcome, recorded, refusal, trailers };
}

const MARK = /^1-[0-9a-f]{8}-\d+$/;

describe.each([
  ["in process", false],
  ["over TCP", true],
])("%s", (_, tcp) => {
  it("a call is executed once and answered as often as it comes", async () => {
    const shop = await new Shop().open({}, { tcp });
    const client = await shop.client();
    expect(await client.call(1)).toMatchObject({
      is: "OK",
      text: "1",
      recorded: expect.stringMatching(MARK),
    });
    expect(await client.call(1)).toMatchObject({
      is: "OK",
      text: "1",
      recorded: expect.stringMatching(MARK),
    });
    expect(await client.call(2)).toMatchObject({ is: "OK", text: "2" });
    expect(
      (await Promise.all(Array.from({ length: 20 }, () => client.call(3)))).map(({ text }) => text),
    ).toEqual(Array(20).fill("3"));
  });

  it("errors that are recorded, and refusals, say what they are", async () => {
    const shop = await new Shop().open(
      { make: (_, call) => call.refuse(Status.NOT_FOUND, "nöthing") },
      { tcp },
    );
    const client = await shop.client();
    const recorded = {
      is: "NOT_FOUND",
      text: "nöthing",
      outcome: "executed",
      recorded: expect.stringMatching(MARK),
      refusal: undefined,
    };
    expect(await client.call(1, "make")).toMatchObject(recorded);
    expect(await client.call(1, "make")).toMatchObject(recorded);
    expect(await client.call(1, "store")).toMatchObject({
      is: "INVALID_ARGUMENT",
      refusal: "mismatch",
      outcome: "unknown",
      recorded: undefined,
    });
    expect(await client.call(5000)).toMatchObject({
      is: "RESOURCE_EXHAUSTED",
      refusal: "window",
      outcome: "not-executed",
    });
  });

  it.each(["x", "", [1, 2].map((sequence) => `a.${sequence}`)])(
    "a field that is malformed is refused: %j",
    async (field) => {
      const shop = await new Shop().open({}, { tcp });
      const client = await shop.client();
      expect(await client.call(1, "store", {}, { field })).toMatchObject({
        is: "INVALID_ARGUMENT",
        refusal: "malformed",
        outcome: "unknown",
      });
    },
  );

  it("two fields are one too many", async () => {
    const shop = await new Shop().open({}, { tcp });
    const client = await shop.client();
    const field = [client.field(1), client.field(1)];
    expect(await client.call(1, "store", {}, { field })).toMatchObject({ refusal: "malformed" });
  });

  it.each(["plain", "look"])("a field where it has no business is refused: %s", async (method) => {
    const shop = await new Shop().open({}, { tcp });
    const client = await shop.client();
    expect(await client.call(1, method)).toMatchObject({
      is: "FAILED_PRECONDITION",
      refusal: "not-guarded",
      outcome: "unknown",
    });
    expect(await client.call(undefined, method)).toMatchObject({ is: "OK" });
  });

  it("clients of plain gRPC call the same methods at most once", async () => {
    const shop = await new Shop().open({}, { tcp });
    const client = await shop.client();
    for (const text of ["1", "2"])
      expect(await client.call(undefined)).toMatchObject({ is: "OK", text, recorded: undefined });
    expect(await client.call(undefined, "make", { text: "x" })).toMatchObject({
      is: "OK",
      text: "x",
      recorded: undefined,
    });
    expect(await client.call(undefined, "look")).toMatchObject({ is: "OK", text: "2" });
  });
});

describe("a server without a home", () => {
  it("refuses calls that want to be executed exactly once", async () => {
    const server = new Server();
    cleanups.push(() => server.close());
    server.add(
      shopService(serviceText("")),
      { plain: () => ({ text: "x" }) } as never,
      { partial: true } as never,
    );
    const channel = new Channel(server);
    cleanups.push(() => channel.close());
    const client = new Client(channel, "a", "b");
    expect(await client.call(1, "plain")).toMatchObject({
      is: "FAILED_PRECONDITION",
      text: "/t.Shop/Plain is not called exactly once here: Delivery.Open says which methods are",
      refusal: "not-guarded",
      outcome: "unknown",
    });
    expect(server.counters.failed).toBe(1);
    expect(await client.call(undefined, "plain")).toMatchObject({ is: "OK" });
    expect(await client.call(1, "store")).toMatchObject({ is: "UNIMPLEMENTED", refusal: undefined });
  });

  it("cannot have methods or handlers that need one", () => {
    const handlers = shopHandlers({}) as never;
    expect(() => new Server().add(shopService(), handlers)).toThrow(
      "/t.Shop/Store promises EXACTLY_ONCE, and the server has no home to keep that with: new Server({ home: await Home.open(folder) })",
    );
    expect(() => new Server().add(shopService(serviceText("")), handlers)).toThrow(
      "/t.Shop/Store is handled by a journaled(…) handler, which runs only on a server with a home",
    );
  });
});

describe("a home and its server", () => {
  it("come up again after a restart, with all that they knew", async () => {
    const shop = await new Shop().open();
    const first = await shop.client();
    await first.call(1);
    await shop.close();
    const again = await new Shop(shop.disk).open();
    const field = first.field(1);
    const client = await again.client();
    expect(await client.call(1, "store", { key: "a" }, { field })).toMatchObject({
      is: "OK",
      text: "1",
      recorded: expect.stringMatching(/^2-/),
    });
    expect(await client.call(2)).toMatchObject({ text: "2" });
  });

  it("listen only once what was open can be done again", async () => {
    const shop = await new Shop().open({ make: () => Promise.reject(new Error("oops")) });
    const client = await shop.client();
    void client.call(1, "make");
    while (shop.home.openIntents.length === 0) await turns();
    await shop.close();
    const disk = new Shop(shop.disk);
    const home = await Home.open("/h", { runtime: disk.runtime, segmentBytes: 1 << 20 });
    cleanups.push(() => home.close());
    const server = new Server({ home });
    cleanups.push(() => server.close());
    await expect(server.listen("127.0.0.1:0", Credentials.insecure())).rejects.toThrow(
      "the journal has open calls of /t.Shop/Make",
    );
    const channel = new Channel(server);
    cleanups.push(() => channel.close());
    expect(
      await stub(Delivery, channel)
        .open({ nonce: nonce(3) })
        .catch((error) => error),
    ).toMatchObject({
      code: Status.UNAVAILABLE,
      message: expect.stringContaining("the journal has open calls of /t.Shop/Make"),
    });
    let made = 0;
    server.add(shopService(), shopHandlers({ make: () => ({ text: String(++made) }) }) as never);
    await server.listen("127.0.0.1:0", Credentials.insecure());
    while (home.openIntents.length > 0) await turns();
    expect(made).toBe(1);
  });

  it("take a service that was corrected", async () => {
    const shop = await new Shop().open({}, {});
    const home = await Home.open("/other", { runtime: shop.runtime, segmentBytes: 1 << 20 });
    cleanups.push(() => home.close());
    const server = new Server({ home });
    const { make, look, ...others } = shopHandlers({});
    expect(() => server.add(shopService(), { ...others, make } as never)).toThrow("no handler for look");
    expect(() => server.add(shopService(), { ...others, look, make: others.plain } as never)).toThrow(
      "/t.Shop/Make promises EXACTLY_ONCE: say how its handler keeps that",
    );
    server.add(shopService(), { ...others, look, make } as never);
    const channel = new Channel(server);
    cleanups.push(
      () => server.close(),
      () => channel.close(),
    );
    expect((await stub(Delivery, channel).open({ nonce: nonce(1) })).methods).toEqual([
      "/t.Shop/Store",
      "/t.Shop/Make",
    ]);
  });

  it("bring redoubt.Delivery along, and keep it to themselves", async () => {
    const shop = await new Shop().open();
    expect([...shop.server.services].map(({ typeName }) => typeName)).toEqual(["t.Shop"]);
    expect(() => shop.server.add(Delivery, {} as never)).toThrow(
      "service redoubt.Delivery comes with the home",
    );
  });

  it("take no answer larger than the server sends", async () => {
    const shop = await new Shop().open(
      { store: () => ({ text: "x".repeat(300) }) },
      { server: { maxSendMessageBytes: 200 } },
    );
    const client = await shop.client();
    expect(await client.call(1)).toMatchObject({
      is: "RESOURCE_EXHAUSTED",
      recorded: expect.anything(),
      outcome: "executed",
    });
  });

  it("refuse the journal of somebody else", async () => {
    const { runtime } = new Shop();
    const journal = await Journal.open("/h", undefined, { runtime });
    await journal.append(Uint8Array.of(99));
    await journal.close();
    await expect(Home.open("/h", { runtime })).rejects.toMatchObject({
      fault: "not-a-journal",
      message: expect.stringContaining("the journal in /h is not that of a home"),
    });
  });

  it("refuse options that cannot be", async () => {
    const { runtime } = new Shop();
    await expect(Home.open("/h", { runtime, segmentBytes: 4096 })).rejects.toThrow(
      "maxAnswerBytes is 65536, and a record of the journal can have",
    );
    await (await Home.open("/h", { runtime, segmentBytes: 4096, maxAnswerBytes: 512 })).close();
  });

  it("close in turn: callers are let go, handlers come to their end", async () => {
    let go = () => {};
    const shop = await new Shop().open({
      async make({ text }) {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
        return { text };
      },
    });
    const client = await shop.client();
    const call = client.call(1, "make", { text: "made" });
    while (shop.home.openIntents.length === 0) await turns();
    await shop.server.close();
    expect(await call).toMatchObject({ is: "UNAVAILABLE", outcome: "unknown" });
    const closed = shop.home.close({ graceMs: 10_000 });
    go();
    await closed;
    const again = await new Shop(shop.disk).open();
    const later = await again.client();
    expect(await later.call(1, "make", { text: "made" }, { field: client.field(1) })).toMatchObject({
      is: "OK",
      text: "made",
    });
    expect(again.home.openIntents).toEqual([]);
  });
});

describe("callers", () => {
  it("whose deadline passes, or who take the call back, leave the handler at work", async () => {
    const going: (() => void)[] = [];
    const signals: unknown[] = [];
    const shop = await new Shop().open({
      async store(request, call) {
        signals.push("signal" in call);
        await new Promise<void>((resolve) => going.push(resolve));
        return count(request, call);
      },
    });
    const client = await shop.client();
    expect(await client.call(1, "store", { key: "a" }, { timeoutMs: 30 })).toMatchObject({
      is: "DEADLINE_EXCEEDED",
      outcome: "unknown",
    });
    const abort = new AbortController();
    const cancelled = client.call(1, "store", { key: "a" }, { signal: abort.signal });
    await turns();
    abort.abort();
    expect(await cancelled).toMatchObject({ is: "CANCELLED" });
    const joined = client.call(1);
    await turns();
    expect(going.length).toBe(1);
    going[0]();
    expect(await joined).toMatchObject({ is: "OK", text: "1" });
    expect(signals).toEqual([false]);
  });

  it("that are gone leave reports of what goes wrong behind", async () => {
    const reported: unknown[] = [];
    let fail = () => {};
    const shop = await new Shop().open(
      {
        store: () =>
          new Promise((_, reject) => {
            fail = () => reject(new Error("oops"));
          }),
        make: () => Promise.reject(new Error("oops, made")),
      },
      { server: { onHandlerError: (error, { method }) => reported.push(method.name, error) } },
    );
    const client = await shop.client();
    await client.call(1, "store", {}, { timeoutMs: 20 });
    fail();
    await client.call(2, "make", {}, { timeoutMs: 20 });
    while (reported.length < 4) await turns();
    expect(reported).toEqual(["Store", new Error("oops"), "Make", new Error("oops, made")]);
  });

  it("that are gone free their stream, however long the handler runs", async () => {
    const shop = await new Shop().open(
      { store: () => new Promise(() => {}) },
      { tcp: true, server: { http2: { maxConcurrentStreams: 2 } } },
    );
    const client = await shop.client();
    for (let i = 0; i < 5; i++)
      expect(await client.call(1, "store", { key: "a" }, { timeoutMs: 20 })).toMatchObject({
        is: "DEADLINE_EXCEEDED",
      });
    expect(await client.call(undefined, "plain")).toMatchObject({ is: "OK" });
  });

  it("that join take no place among the running calls", async () => {
    let go = () => {};
    const shop = await new Shop().open(
      {
        async store(request, call) {
          if (request.key === "a")
            await new Promise<void>((resolve) => {
              go = resolve;
            });
          return count(request, call);
        },
      },
      { server: { maxConcurrentCalls: 2 } },
    );
    const client = await shop.client();
    const calls = Array.from({ length: 5 }, () => client.call(1));
    await turns();
    expect(await client.call(2, "store", { key: "b" })).toMatchObject({ is: "OK" });
    go();
    for (const reply of await Promise.all(calls)) expect(reply).toMatchObject({ text: "1" });
  });

  it("are joined, repeated, asked after and kept alive by a server that is as busy as it may be", async () => {
    let go = () => {};
    const shop = await new Shop().open(
      {
        async store(request, call) {
          if (request.key === "waits")
            await new Promise<void>((resolve) => {
              go = resolve;
            });
          return count(request, call);
        },
      },
      { server: { maxConcurrentCalls: 1, maxQueuedCalls: 0 } },
    );
    const channel = shop.channel();
    const client = await shop.client(channel);
    const session = { ...client.session, incarnation: 1n };
    expect(await client.call(1)).toMatchObject({ text: "1" });
    const running = client.call(2, "store", { key: "waits" });
    await turns();
    const joining = client.call(2, "store", { key: "waits" });
    expect(await client.call(1)).toMatchObject({
      is: "OK",
      text: "1",
      recorded: expect.stringMatching(MARK),
    });
    const delivery = stub(Delivery, channel);
    expect(await delivery.outcome({ session, sequence: 1n })).toMatchObject({ outcome: { case: "answer" } });
    expect(await delivery.outcome({ session, sequence: 2n })).toMatchObject({
      outcome: { case: "inProgress" },
    });
    await delivery.keepAlive({ session, ack: 1n });
    await delivery.open({ nonce: nonce(8) });
    const refused = { is: "RESOURCE_EXHAUSTED", outcome: "not-executed" };
    expect(await client.call(undefined, "plain")).toMatchObject({ ...refused, refusal: undefined });
    for (const method of ["store", "make"])
      expect(await client.call(3, method)).toMatchObject({ ...refused, refusal: "window" });
    go();
    for (const reply of await Promise.all([running, joining]))
      expect(reply).toMatchObject({ is: "OK", text: "1" });
    expect(await client.call(3)).toMatchObject({ is: "OK" });
    expect(await client.call(undefined, "plain")).toMatchObject({ is: "OK" });
  });

  it("wait for a conflict key without a place among the running calls", async () => {
    let go = () => {};
    const shop = await new Shop().open(
      {
        async make({ text }) {
          if (text === "first")
            await new Promise<void>((resolve) => {
              go = resolve;
            });
          return { text };
        },
      },
      { server: { maxConcurrentCalls: 2 } },
    );
    const client = await shop.client();
    const first = client.call(1, "make", { key: "k", text: "first" });
    const waiting = [2, 3, 4].map((sequence) =>
      client.call(sequence, "make", { key: "k", text: String(sequence) }),
    );
    await turns();
    expect(await client.call(undefined, "plain", { text: "x" })).toMatchObject({ text: "x" });
    go();
    expect(await first).toMatchObject({ text: "first" });
    expect((await Promise.all(waiting)).map(({ text }) => text)).toEqual(["2", "3", "4"]);
  });

  it("are told apart by who they are", async () => {
    const shop = await new Shop().open(
      { store: (_, { principal }) => ({ text: principal }) },
      { home: { principal: ({ metadata }) => metadata.get("user") ?? "nobody" } },
    );
    const as = (user: string) =>
      shop.channel({
        interceptors: [
          (call, next) => {
            call.metadata.set("user", user);
            return next(call);
          },
        ],
      });
    const ann = await shop.client(as("ann"));
    expect(await ann.call(1)).toMatchObject({ text: "ann" });
    const eve = new Client(as("eve"), "", "");
    expect(await eve.call(1, "store", { key: "a" }, { field: ann.field(1) })).toMatchObject({
      is: "PERMISSION_DENIED",
      refusal: "forbidden",
    });
    expect(await eve.call(undefined)).toMatchObject({ text: "eve" });
  });

  it.each([
    [
      "an error",
      () => {
        throw new RpcError(Status.UNAUTHENTICATED, "who?");
      },
      { is: "UNAUTHENTICATED", text: "who?" },
    ],
    [
      "an accident",
      () => {
        throw new Error("secret");
      },
      { is: "UNKNOWN", text: "the handler has failed" },
    ],
    ["no text", () => 5 as never, { is: "UNKNOWN" }],
    ["too much text", () => "x".repeat(1025), { is: "UNKNOWN" }],
    ["half a character, which no record keeps", () => "\ud83d", { is: "UNKNOWN" }],
  ])("whose principal is %s are refused", async (_, principal, expected) => {
    const shop = await new Shop().open({}, { home: { principal } });
    const client = new Client(shop.channel(), "", "");
    expect(await client.call(undefined)).toMatchObject(expected);
    expect(
      await stub(Delivery, shop.channel())
        .open({ nonce: nonce(1) })
        .catch((error: RpcError) => ({ is: error.codeName, text: error.message })),
    ).toMatchObject(expected);
  });
});

describe("interceptors", () => {
  const options = (interceptor: NonNullable<ServerOptions["interceptors"]>[number]) => ({
    server: { interceptors: [interceptor] },
  });

  it("see messages in both directions, of recorded answers too", async () => {
    const seen: unknown[] = [];
    const shop = await new Shop().open(
      {},
      options(async (call, next) => {
        const reply = await next(call);
        if (call.method.name === "Store")
          seen.push(
            (call as { message: { key: string } }).message.key,
            (reply as { message: { text: string } }).message.text,
          );
        return reply;
      }),
    );
    const client = await shop.client();
    for (let i = 0; i < 2; i++)
      expect(await client.call(1)).toMatchObject({
        is: "OK",
        text: "1",
        recorded: expect.stringMatching(MARK),
      });
    expect(seen).toEqual(["a", "1", "a", "1"]);
  });

  it("may change requests: calls are known by what has come", async () => {
    let version = 0;
    const shop = await new Shop().open(
      { make: ({ key, text }) => ({ text: `${key} ${text}` }) },
      options((call, next) => {
        if (call.method.name !== "Make") return next(call);
        return next({
          ...call,
          message: { $typeName: "t.Entry", key: "changed", text: String(++version) },
        } as never);
      }),
    );
    const client = await shop.client();
    expect(await client.call(1, "make", { key: "a" })).toMatchObject({ text: "changed 1" });
    expect(await client.call(1, "make", { key: "a" })).toMatchObject({ text: "changed 1" });
    expect(await client.call(1, "make", { key: "b" })).toMatchObject({ refusal: "mismatch" });
  });

  it("have what they changed stored with the intent", async () => {
    const change = options((call, next) =>
      call.method.name === "Make"
        ? next({ ...call, message: { $typeName: "t.Entry", key: "changed", text: "" } } as never)
        : next(call),
    );
    const make: ShopHandlers["make"] = (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const shop = await new Shop().open({ make }, change);
    const client = await shop.client();
    void client.call(1, "make", { key: "a" });
    while (shop.home.openIntents.length === 0) await turns();
    await shop.close();
    const again = await new Shop(shop.disk).open({ make: ({ key }) => ({ text: key }) }, change);
    const later = await again.client();
    expect(await later.call(1, "make", { key: "a" }, { field: client.field(1) })).toMatchObject({
      is: "OK",
      text: "changed",
    });
  });

  it("may change answers, and add trailers", async () => {
    const shop = await new Shop().open(
      {},
      options(async (call, next) => {
        const reply = (await next(call)) as { message: { text: string } };
        call.context.responseTrailers.set("more", "x");
        if (call.method.name === "Store") reply.message.text += "!";
        return reply as never;
      }),
    );
    const client = await shop.client();
    for (let i = 0; i < 2; i++) {
      const reply = await client.call(1);
      expect(reply).toMatchObject({ text: "1!", recorded: expect.stringMatching(MARK) });
      expect(reply.trailers.get("more")).toBe("x");
    }
  });

  it("that fail a call in its stead do not pass for its answer", async () => {
    const shop = await new Shop().open(
      {},
      options(async (call, next) => {
        const reply = await next(call);
        if (call.method.name === "Store") throw new RpcError(Status.UNAVAILABLE, "not now");
        return reply;
      }),
    );
    const client = await shop.client();
    expect(await client.call(1)).toMatchObject({
      is: "UNAVAILABLE",
      outcome: "executed",
      recorded: undefined,
    });
  });

  it("that refuse a call keep it from the home", async () => {
    let calls = 0;
    const shop = await new Shop().open(
      {},
      options((call, next) => {
        if (call.method.name === "Store" && calls++ === 0) throw new RpcError(Status.UNAUTHENTICATED, "who?");
        return next(call);
      }),
    );
    const client = await shop.client();
    expect(await client.call(1)).toMatchObject({ is: "UNAUTHENTICATED", outcome: "not-executed" });
    expect(await client.call(1)).toMatchObject({ is: "OK", text: "1" });
  });

  it("come to their end when nobody waits any more", async () => {
    let ended = 0;
    const shop = await new Shop().open(
      { store: () => new Promise(() => {}) },
      options(async (call, next) => {
        try {
          return await next(call);
        } finally {
          if (call.method.name === "Store") ended++;
        }
      }),
    );
    const client = await shop.client();
    await client.call(1, "store", {}, { timeoutMs: 20 });
    while (ended === 0) await turns();
  });
});
