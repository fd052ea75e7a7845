import { describe, expect, it } from "vitest";
import { Pair, type Side, total } from "../memory/pair.js";
import { Program } from "../process/program.js";
import type { ClientProgram } from "../programs/client.js";
import type { ServerProgram } from "../programs/server.js";
import { scaled } from "../scale.js";
import { slope } from "./trend.js";

const CYCLES = scaled(200, 4_000);
const WARM_UP_CYCLES = CYCLES / 2;
const MEASURE_EVERY = CYCLES / 10;

/** Five of each kind: see `callsInFlight`. */
const CALLS_PER_CYCLE = 25;

/**
 * What a cycle may leave on the heap, by the trend over a round: a few bytes a call, since even a warm heap still grows
 * by code and by what the engine's compiler has learned.
 */
const BYTES_PER_CYCLE_MAX = scaled(1_024, 256);

/** A process that is still warming up grows less in a later round; one that leaks grows as much in every one. */
const ROUNDS_MAX = 5;

describe("a connection that is killed with calls in flight leaves nothing behind", () => {
  it(
    `${CYCLES} times, by either side`,
    async () => {
      await using pair = await Pair.start();
      const { client, server } = pair;
      const target = await server.tell("listen", {});
      const cycle = async (killer: "client" | "server") => {
        await server.tell("resetEntries");
        await client.tell("callsInFlight", target);
        await server.tell("entered", CALLS_PER_CYCLE);
        await pair.killPipes(killer);
        expect(await client.tell("heldCallsEnded")).toEqual({ UNAVAILABLE: CALLS_PER_CYCLE });
        await client.tell("closeChannels");
        await server.tell("pipesClosed", 0);
        await server.tell("handlersReturned");
      };
      for (let i = 0; i < WARM_UP_CYCLES; i++) await cycle(i % 2 === 0 ? "client" : "server");

      const open = { client: await client.tell("open"), server: await server.tell("open") };
      /** Bytes that each side keeps of each cycle. */
      const round = async () => {
        const heaps = { client: [] as number[], server: [] as number[] };
        for (let i = 0; i <= CYCLES; i++) {
          if (i % MEASURE_EVERY === 0) {
            const memory = await pair.memory();
            heaps.client.push(total(memory.client));
            heaps.server.push(total(memory.server));
          }
          if (i < CYCLES) await cycle(i % 2 === 0 ? "client" : "server");
        }
        return { client: trendOf("client", heaps.client), server: trendOf("server", heaps.server) };
      };
      let trend = await round();
      for (let rounds = 1; rounds < ROUNDS_MAX && !isFlat(trend); rounds++) trend = await round();

      for (const side of ["client", "server"] as const) {
        expect(trend[side], side).toBeLessThanOrEqual(BYTES_PER_CYCLE_MAX);
        expect(await pair.open(side), side).toEqual(open[side]);
        expect(open[side]).toMatchObject({ pipes: 0, timers: 0 });
      }
      await server.tell("close");
      expect((await server.tell("open")).resources).not.toContain("TCPServerWrap");
    },
    scaled(60_000, 600_000),
  );
});

describe("a process that is killed", () => {
  it(
    "takes the calls of its clients with it, and nothing else",
    async () => {
      await using client = await Program.start<ClientProgram>("client");
      const open = await client.tell("open");
      for (let i = 0; i < scaled(3, 30); i++) {
        const server = await Program.start<ServerProgram>("server");
        await client.tell("callsInFlight", await server.tell("listen", {}));
        await server.tell("entered", CALLS_PER_CYCLE);
        await server.kill();
        expect(await client.tell("heldCallsEnded")).toEqual({ UNAVAILABLE: CALLS_PER_CYCLE });
        await client.tell("closeChannels");
      }
      expect(await client.tell("open")).toEqual(open);
    },
    scaled(20_000, 100_000),
  );

  it(
    "is missed by no handler of its server",
    async () => {
      await using server = await Program.start<ServerProgram>("server");
      const target = await server.tell("listen", {});
      const open = await server.tell("open");
      for (let i = 0; i < scaled(3, 30); i++) {
        const client = await Program.start<ClientProgram>("client");
        await server.tell("resetEntries");
        await client.tell("callsInFlight", target);
        await server.tell("entered", CALLS_PER_CYCLE);
        await client.kill();
        await server.tell("handlersReturned");
        await server.tell("pipesClosed", 0);
      }
      expect(await server.tell("open")).toEqual(open);
    },
    scaled(20_000, 100_000),
  );
});

/** By how many bytes the heap of a side grows with each cycle, given its sizes in the course of a round. */
function trendOf(side: Side, heaps: readonly number[]): number {
  const trend = Math.round(slope(heaps) / MEASURE_EVERY);
  const sizes = heaps.map((bytes) => `${Math.round(bytes / 1024)} KiB`).join(", ");
  console.log(`${side}: ${sizes}; ${trend} bytes a cycle`);
  return trend;
}

function isFlat(trend: { readonly [side in Side]: number }): boolean {
  return Math.max(trend.client, trend.server) <= BYTES_PER_CYCLE_MAX;
}
