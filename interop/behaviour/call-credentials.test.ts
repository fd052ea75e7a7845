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
import { Echo } from "../gen/echo_pb.js";
import { all, cleanUp, ECHO, failureOf, installChecks, openChannel, pair, signal, turns } from "./harness.js";

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
    const { echo } = await secure({ callCredentials: () => new Promise(() => {}) });
    const error = await failureOf(echo.unary({}, { timeoutMs: 200 }));
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
