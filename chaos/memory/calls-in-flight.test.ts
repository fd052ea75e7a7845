import { describe, expect, it } from "vitest";
import { Pair, total } from "./pair.js";

const CALLS = 10_000;
const BYTES_PER_CALL_MAX = 4 * 1024;

/**
 * A call in flight costs at most 4 KiB: a unary one at the client and the server together; a stream, where both
 * sides also hold the program's own generators and promises, at either.
 */
describe(`${CALLS} calls in flight on one connection`, () => {
  it.each([
    { what: "unary", kind: "unary", http2: {}, entered: CALLS },
    {
      what: "unary, past a limit of 100 streams",
      kind: "unary",
      http2: { maxConcurrentStreams: 100 },
      entered: 100,
    },
    { what: "bidirectional", kind: "chat", http2: {}, entered: CALLS },
  ] as const)("cost little memory: $what", async ({ what, kind, http2, entered }) => {
    await using pair = await Pair.start();
    const { client, server } = pair;
    const target = await server.tell("listen", { http2 });
    await client.tell("connect", { target, count: 1 });
    await client.tell("warmUp", 2_000);
    await server.tell("resetEntries");
    const before = await pair.memory();

    await client.tell("holdCalls", { kind, count: CALLS });
    await server.tell("entered", entered);
    const during = await pair.memory();

    const ended = client.tell("heldCallsEnded");
    let released = 0;
    while (kind === "unary" && released < CALLS) released += await server.tell("release");
    expect(await ended).toEqual({ OK: CALLS });
    const after = await pair.memory();

    const cost = (side: "client" | "server") =>
      Math.round((total(during[side]) - total(before[side])) / CALLS);
    const left = (side: "client" | "server") =>
      Math.round((total(after[side]) - total(before[side])) / CALLS);
    console.log(
      `${what}: ${cost("client")} bytes a call at the client, ${cost("server")} at the server; ` +
        `afterwards ${left("client")} and ${left("server")}`,
    );
    if (kind === "unary") expect(cost("client") + cost("server")).toBeLessThanOrEqual(BYTES_PER_CALL_MAX);
    expect(Math.max(cost("client"), cost("server"))).toBeLessThanOrEqual(BYTES_PER_CALL_MAX);
    expect(left("client") + left("server")).toBeLessThan(BYTES_PER_CALL_MAX / 16);
  });
});
