import {
  type CallCredentials,
  type CallToProve,
  type ChannelOptions,
  Credentials,
  type Handlers,
  RpcError,
  Server,
  Status,
  stub,
} from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { certificate, testAuthority } from "../../src/runtime/certificates.test.util.js";
import { ManualRuntime } from "../../src/runtime/manual-runtime.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import { foreignServer } from "./foreign-server.js";
import {
  all,
  cleanUp,
  ECHO,
  failureOf,
  installChecks,
  openChannel,
  pair,
  signal,
  turns,
  until,
} from "./harness.js";

installChecks();

/** Answers with what the metadata `authorization` and `x-user` say. */
const TELLING: Partial<Handlers<typeof Echo>> = {
  unary: (_, { metadata }) => ({
    text: [...metadata.getAll("authorization"), ...metadata.getAll("x-user")].join(" "),
  }),
};

async function secure(options: Omit<ChannelOptions, "credentials">, handlers = TELLING) {
  const { cert, key } = certificate();
  const server = new Server();
  cleanUp(() => server.close());
  server.add(Echo, { ...ECHO, ...handlers });
  const address = await server.listen("127.0.0.1:0", Credentials.tls({ cert, key }));
  const channel = openChannel(address, {
    ...options,
    credentials: Credentials.tls({ ca: testAuthority().cert }),
  });
  return { echo: stub(Echo, channel), address, server };
}

const token =
  (value: string): CallCredentials =>
  async () => ({ authorization: value });

describe("call credentials", () => {
  it("of a channel and of a call are sent with the call's own metadata", async () => {
    const { echo } = await secure({ callCredentials: token("a") });
    const own = { metadata: { "x-user": "u" }, credentials: [token("b"), () => ({ authorization: "c" })] };
    expect(await echo.unary({}, own)).toMatchObject({ text: "a b c u" });
    expect(await echo.unary({})).toMatchObject({ text: "a" });
  });

  it("are told what they are for", async () => {
    const seen: CallToProve[] = [];
    const { echo, address } = await secure({
      callCredentials: (call) => {
        seen.push(call);
        return {};
      },
    });
    await echo.unary({});
    expect(seen).toEqual([
      {
        serviceUrl: `https://${address}/redoubt.test.v1.Echo`,
        method: expect.objectContaining({ path: "/redoubt.test.v1.Echo/Unary" }),
      },
    ]);
  });

  it("are asked for each call of any kind, through interceptors too", async () => {
    let count = 0;
    const callCredentials = () => ({ authorization: String(++count) });
    const { echo } = await secure(
      { callCredentials, interceptors: [(call, next) => next(call)] },
      {
        ...TELLING,
        async *expand(_, { metadata }) {
          yield { text: metadata.get("authorization") };
        },
        collect: (_, { metadata }) => ({ text: metadata.get("authorization") }),
        async *chat(_, { metadata }) {
          yield { text: metadata.get("authorization") };
        },
      },
    );
    async function* none() {}
    expect(await echo.unary({})).toMatchObject({ text: "1" });
    expect((await all(echo.expand({}))).map(({ text }) => text)).toEqual(["2"]);
    expect(await echo.collect(none())).toMatchObject({ text: "3" });
    expect((await all(echo.chat(none()))).map(({ text }) => text)).toEqual(["4"]);
  });

  it("send what the caller's message and metadata were when the call was made", async () => {
    const proof = signal<{ authorization: string }>();
    const { echo } = await secure(
      { callCredentials: () => proof.promise },
      {
        unary: ({ text }, { metadata }) => ({ text: `${text} ${metadata.get("x-user")}` }),
      },
    );
    const { Metadata } = await import("@redoubt/rpc");
    const metadata = new Metadata({ "x-user": "u" });
    const reply = echo.unary({ text: "a" }, { metadata });
    await turns(50);
    metadata.set("x-user", "changed");
    proof.resolve({ authorization: "t" });
    expect(await reply).toMatchObject({ text: "a u" });
  });
});

describe("call credentials that fail end the call with", () => {
  it.each<[string, unknown, Status, string]>([
    [
      "UNAUTHENTICATED where they throw",
      new Error("no token"),
      Status.UNAUTHENTICATED,
      "the call credentials failed: no token",
    ],
    [
      "their own status",
      new RpcError(Status.UNAVAILABLE, "token server away"),
      Status.UNAVAILABLE,
      "the call credentials failed: token server away",
    ],
    [
      "INTERNAL for a status that only servers may give (gRFC A54)",
      new RpcError(Status.NOT_FOUND, "no such user"),
      Status.INTERNAL,
      "the call credentials failed with a status that only servers may give: NOT_FOUND: no such user",
    ],
  ])("%s", async (_, thrown, code, message) => {
    const { echo } = await secure({
      callCredentials: () => {
        throw thrown;
      },
    });
    const error = await failureOf(echo.unary({}));
    expect(error).toMatchObject({ code, message, outcome: "not-executed", cause: thrown });
  });

  it("UNAUTHENTICATED where their metadata is malformed", async () => {
    const { echo } = await secure({ callCredentials: () => ({ "a b": "c" }) });
    const error = await failureOf(echo.unary({}));
    expect(error.code).toBe(Status.UNAUTHENTICATED);
    expect(error.message).toMatch(/^the call credentials failed: metadata name "a b"/);
  });

  it("DEADLINE_EXCEEDED, which says what was waited for, where they never come", async () => {
    const runtime = new ManualRuntime();
    const asked = signal();
    const callCredentials = () => {
      asked.resolve();
      return new Promise<never>(() => {});
    };
    const { echo } = await secure({ runtime, callCredentials });
    const failure = failureOf(echo.unary({}, { timeoutMs: 200 }));
    await asked.promise;
    runtime.advance(200);
    const error = await failure;
    expect(error).toMatchObject({ code: Status.DEADLINE_EXCEEDED, outcome: "not-executed" });
    expect(error.message).toMatch(/ms waiting for the call credentials$/);
  });

  it("CANCELLED where the call is taken back meanwhile, and nothing is sent later", async () => {
    let calls = 0;
    const proof = signal<object>();
    const asked = signal();
    const { echo } = await secure(
      {
        callCredentials: () => {
          asked.resolve();
          return proof.promise as Promise<Record<string, string>>;
        },
      },
      { unary: () => ({ index: ++calls }) },
    );
    const controller = new AbortController();
    const reply = failureOf(echo.unary({}, { signal: controller.signal }));
    await asked.promise;
    controller.abort();
    expect((await reply).code).toBe(Status.CANCELLED);
    proof.resolve({});
    expect(await echo.unary({})).toMatchObject({ index: 1 });
  });
});

describe("calls whose credentials have not come", () => {
  async function waiting(count: number, options: ChannelOptions) {
    let asked = 0;
    const callCredentials = () => {
      asked++;
      return new Promise<never>(() => {});
    };
    const { echo, channel } = await pair("unix", TELLING, { channel: { ...options, callCredentials } });
    const failures = Array.from({ length: count }, () => failureOf(echo.unary({})));
    await until(() => asked === count);
    return { echo, channel, failures };
  }

  it.each([0, 60_000])("end with their channel, whatever the grace: %d ms", async (graceMs) => {
    const { channel, failures } = await waiting(3, {});
    await channel.close({ graceMs });
    for (const failure of await Promise.all(failures))
      expect(failure).toMatchObject({
        code: Status.CANCELLED,
        outcome: "not-executed",
        message: "the channel was closed",
      });
  });

  it("count among those that wait, until they end", async () => {
    const { echo, failures } = await waiting(1, { maxWaitingCalls: 2 });
    const controller = new AbortController();
    const second = failureOf(echo.unary({}, { signal: controller.signal }));
    expect(await failureOf(echo.unary({}))).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      outcome: "not-executed",
      message: "2 calls wait for a connection or a free stream",
    });
    controller.abort();
    expect((await second).code).toBe(Status.CANCELLED);
    expect((await failureOf(echo.unary({}, { timeoutMs: 20 }))).code).toBe(Status.DEADLINE_EXCEEDED);
    expect(failures.length).toBe(1);
  });

  it("leave room for others once they have come", async () => {
    const { echo } = await pair("unix", TELLING, {
      channel: { callCredentials: token("a"), maxWaitingCalls: 1 },
    });
    for (let i = 0; i < 5; i++) expect(await echo.unary({})).toMatchObject({ text: "a" });
  });
});

describe("call credentials for a connection that goes meanwhile are", () => {
  it("asked for again, when there is another", async () => {
    const proofs = [signal<{ authorization: string }>(), signal<{ authorization: string }>()];
    let asked = 0;
    const { echo, server, address } = await pair("unix", TELLING, {
      channel: { callCredentials: () => proofs[asked++].promise },
    });
    const reply = echo.unary({}, { waitForReady: true });
    await until(() => asked === 1);
    await server.close();
    await turns(20);
    const next = new Server().add(Echo, { ...ECHO, ...TELLING });
    cleanUp(() => next.close());
    await next.listen(address, Credentials.insecure());
    proofs[0].resolve({ authorization: "stale" });
    proofs[1].resolve({ authorization: "fresh" });
    expect(await reply).toMatchObject({ text: "fresh" });
    expect(asked).toBe(2);
  });

  it("not asked for without end, where no connection lasts", async () => {
    const leaving = await foreignServer(() => {});
    let asked = 0;
    const channel = openChannel(leaving.address, {
      allowInsecureCallCredentials: true,
      callCredentials: async () => {
        asked++;
        const session = leaving.sessions[leaving.sessions.length - 1];
        leaving.cut();
        await until(() => session.destroyed);
        await turns(5);
        return {};
      },
    });
    expect(await failureOf(stub(Echo, channel).unary({}))).toMatchObject({
      code: Status.UNAVAILABLE,
      outcome: "not-executed",
      message: expect.stringContaining("5 connections in a row took no call"),
    });
    expect(asked).toBe(5);
  });
});

describe("without TLS call credentials are", () => {
  it.each([
    ["of the channel", { callCredentials: token("a") }, undefined],
    ["of the call", {}, { credentials: token("a") }],
  ])("refused: %s", async (_, channel, options) => {
    const { echo } = await pair("tcp", TELLING, { channel });
    expect(await failureOf(echo.unary({}, options))).toMatchObject({
      code: Status.UNAUTHENTICATED,
      outcome: "not-executed",
      message:
        "the channel is not secured, so its call credentials would be sent for all to read: use Credentials.tls(), or say allowInsecureCallCredentials: true",
    });
  });

  it("sent where the program says so", async () => {
    const channel = { callCredentials: token("a"), allowInsecureCallCredentials: true };
    const { echo } = await pair("tcp", TELLING, { channel });
    expect(await echo.unary({})).toMatchObject({ text: "a" });
  });

  it.each(["unix", "in-process"] as const)("sent where nothing leaves the machine: %s", async (way) => {
    const { echo } = await pair(way, TELLING, { channel: { callCredentials: token("a") } });
    expect(await echo.unary({})).toMatchObject({ text: "a" });
  });
});
