import { RpcError, Status } from "@redoubt/rpc";
import { afterEach, describe, expect, it, test } from "vitest";
import { grpcJs } from "../grpc-js/grpc-js-implementation.js";
import type { Implementation } from "../implementation.js";
import { GRPC_JS_SERVER_LACKS } from "../matrix/lacks.js";
import type { Lacks } from "../matrix/peer.js";
import { redoubt } from "../redoubt-implementation.js";
import { type TestServiceHandlers, testServiceHandlers } from "../test-service/handlers.js";
import type { Bench } from "./case.js";
import { CASES, type CaseName, TLS_CASES } from "./cases.js";

const PLAINTEXT = { kind: "plaintext" } as const;
const SOAK = { iterations: 3, maxFailures: 0, iterationMsMax: 20_000, overallMsMax: 20_000 };

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Those for plaintext; the others are for the programs, which have certificates. */
const NAMES = (Object.keys(CASES) as CaseName[]).filter((name) => !TLS_CASES.has(name));

describe.each([
  { pair: "Redoubt's client and server", client: redoubt, server: redoubt, lacks: {} as Lacks },
  {
    pair: "Redoubt's client, grpc-js's server",
    client: redoubt,
    server: grpcJs,
    lacks: GRPC_JS_SERVER_LACKS,
  },
  { pair: "grpc-js's client, Redoubt's server", client: grpcJs, server: redoubt, lacks: {} },
])("$pair", ({ client, server, lacks }) => {
  it.each(NAMES.filter((name) => lacks[name] === undefined))("pass %s", async (name) => {
    await CASES[name](await benchOf(client, server, testServiceHandlers));
  });
});

/** A server that does nothing right. */
const WRONG: TestServiceHandlers = {
  emptyCall() {
    throw new RpcError(Status.INTERNAL, "wrong");
  },
  unaryCall: ({ responseSize }) => ({ payload: { body: new Uint8Array(responseSize).fill(1) } }),
  cacheableUnaryCall: () => ({ payload: { body: new TextEncoder().encode("1") } }),
  async *streamingOutputCall() {},
  streamingInputCall: async () => ({ aggregatedPayloadSize: 1 }),
  async *fullDuplexCall() {
    yield { payload: { body: new Uint8Array(1) } };
  },
  async *halfDuplexCall() {},
};

/** What a client does by itself, or a server that has no such method. */
const INDEPENDENT: readonly CaseName[] = [
  "unimplemented_method",
  "unimplemented_service",
  "cancel_after_begin",
  "timeout_on_sleeping_server",
];

test.each(NAMES.filter((name) => !INDEPENDENT.includes(name)))(
  "%s fails with a server that does nothing right",
  async (name) => {
    const bench = await benchOf(redoubt, redoubt, WRONG);
    await expect(CASES[name](bench)).rejects.toThrow();
  },
);

async function benchOf(
  client: Implementation,
  server: Implementation,
  handlers: TestServiceHandlers,
): Promise<Bench> {
  const { address, close } = await server.serve("127.0.0.1:0", PLAINTEXT, handlers);
  const connect = () => client.connect(address, PLAINTEXT);
  const first = connect();
  cleanUps.push(() => first.close(), close);
  return { connect, client: first, soak: SOAK };
}
