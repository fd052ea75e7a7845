import { expect, it } from "vitest";
import { scaled } from "../scale.js";
import { Pair } from "./pair.js";

const CONNECTIONS = scaled(200, 1_000);

/** Less than any buffer. */
const ARRAY_BYTES_PER_CONNECTION_MAX = 1024;
const HEAP_BYTES_PER_CONNECTION_MAX = 32 * 1024;

/** A connection that has nothing to say holds no buffer. */
it(`${CONNECTIONS} idle connections hold no buffers`, async () => {
  await using pair = await Pair.start();
  const { client, server } = pair;
  const target = await server.tell("listen", {});
  await client.tell("connect", { target, count: 20 });
  const before = await pair.memory();
  await client.tell("connect", { target, count: CONNECTIONS });
  const after = await pair.memory();
  for (const side of ["client", "server"] as const) {
    const each = (what: "heap" | "external" | "arrayBuffers") =>
      Math.round((after[side][what] - before[side][what]) / CONNECTIONS);
    console.log(
      `an idle connection at the ${side}: ${each("heap")} bytes of heap, ${each("external")} external, ` +
        `${each("arrayBuffers")} in arrays`,
    );
    expect(each("arrayBuffers"), side).toBeLessThanOrEqual(ARRAY_BYTES_PER_CONNECTION_MAX);
    expect(each("external"), side).toBeLessThanOrEqual(ARRAY_BYTES_PER_CONNECTION_MAX);
    expect(each("heap"), side).toBeLessThanOrEqual(HEAP_BYTES_PER_CONNECTION_MAX);
  }
});
