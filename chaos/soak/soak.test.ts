import { expect, it } from "vitest";
import { Pair, total } from "../memory/pair.js";
import { mebibytes } from "../process/memory.js";
import { scaled } from "../scale.js";

const SECONDS = scaled(3, 120);
const WARM_UP_SECONDS = scaled(2, 20);
const CALLERS = 32;
const GROWTH_BYTES_MAX = 2 * 1024 * 1024;

/** How each kind may end; anything else is a fault. */
const EXPECTED: Record<string, readonly string[]> = {
  unary: ["OK"],
  unaryInTime: ["OK"],
  unaryTooLate: ["DEADLINE_EXCEEDED"],
  unaryRefused: ["NOT_FOUND"],
  unaryCrash: ["UNKNOWN"],
  unaryCancelled: ["CANCELLED"],
  expand: ["OK"],
  expandLeft: ["OK"],
  expandCancelled: ["CANCELLED"],
  collect: ["OK"],
  collectRefused: ["NOT_FOUND"],
  chat: ["OK"],
  chatCancelled: ["CANCELLED"],
};

it(
  `${SECONDS} seconds of calls of every kind leave the heap as it was`,
  async () => {
    await using pair = await Pair.start();
    const { client, server } = pair;
    await client.tell("connect", { target: await server.tell("listen", {}), count: 1 });
    await client.tell("soak", { callers: CALLERS, seconds: WARM_UP_SECONDS, seed: 1 });
    await server.tell("handlersReturned");
    const before = await pair.memory();
    const open = { client: await pair.open("client"), server: await pair.open("server") };

    const endings = await client.tell("soak", { callers: CALLERS, seconds: SECONDS, seed: 2 });
    await server.tell("handlersReturned");
    const after = await pair.memory();

    const calls = Object.values(endings).reduce((sum, count) => sum + count, 0);
    console.log(`${calls} calls in ${SECONDS} s:`, endings);
    for (const [key] of Object.entries(endings)) {
      const [kind, ending] = key.split(" ");
      expect(EXPECTED[kind], key).toContain(ending);
    }
    expect(Object.keys(endings).length).toBe(Object.keys(EXPECTED).length);
    for (const side of ["client", "server"] as const) {
      const growth = total(after[side]) - total(before[side]);
      console.log(
        `${side}: ${mebibytes(total(before[side]))} before, ${mebibytes(total(after[side]))} after; ` +
          `resident ${mebibytes(before[side].rss)}, ${mebibytes(after[side].rss)}`,
      );
      expect(growth, side).toBeLessThanOrEqual(GROWTH_BYTES_MAX);
      expect(await pair.open(side), side).toEqual(open[side]);
    }
  },
  scaled(20_000, 400_000),
);
