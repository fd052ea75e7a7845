import { describe, expect, it } from "vitest";
import { mebibytes } from "../process/memory.js";
import { IS_LONG, scaled } from "../scale.js";
import { Pair, total } from "./pair.js";

const MIB = 1024 * 1024;
const STREAM_BYTES = scaled(96 * MIB, 1024 * MIB);
const ABOVE_IDLE_BYTES_MAX = 64 * MIB;

/** What is streamed past a slow reader waits at its sender, not in memory: at most 64 MiB above idle, at either side. */
describe(`${mebibytes(STREAM_BYTES)} past a slow reader`, () => {
  it.each([
    { way: "download", messageBytes: 64 * 1024 },
    { way: "download", messageBytes: 1 * MIB },
    { way: "upload", messageBytes: 64 * 1024 },
    { way: "upload", messageBytes: 1 * MIB },
  ] as const)(
    "stays small: $way of messages of $messageBytes bytes",
    async ({ way, messageBytes }) => {
      await using pair = await Pair.start();
      const { client, server } = pair;
      await client.tell("connect", { target: await server.tell("listen", {}), count: 1 });
      await client.tell(way, { messages: 20, messageBytes });
      const idle = await pair.memory();
      await pair.startPeaks();

      expect(await client.tell(way, { messages: STREAM_BYTES / messageBytes, messageBytes })).toBe(
        STREAM_BYTES,
      );

      const peaks = await pair.stopPeaks();
      for (const side of ["client", "server"] as const) {
        const live = peaks[side].liveBytes - total(idle[side]);
        const withGarbage = total(peaks[side]) - total(idle[side]);
        const resident = peaks[side].rss - idle[side].rss;
        console.log(
          `${way}, messages of ${messageBytes}: ${side} at most ${mebibytes(live)} of heap and arrays above idle, ` +
            `${mebibytes(withGarbage)} with garbage; resident ${mebibytes(resident)}`,
        );
        expect(live, side).toBeLessThanOrEqual(ABOVE_IDLE_BYTES_MAX);
      }
    },
    IS_LONG ? 300_000 : 20_000,
  );
});
