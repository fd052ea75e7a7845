import assert from "node:assert/strict";
import type { TestClient } from "../implementation.js";
import { type Bench, type Case, expectLargeResponse, largeRequest } from "./case.js";

/** Many calls, one after another, on one connection. */
export const rpcSoak: Case = (bench) => soak(bench, (call) => call(bench.client));

/** The same with a new connection for each. */
export const channelSoak: Case = (bench) =>
  soak(bench, async (call) => {
    const client = bench.connect();
    try {
      await call(client);
    } finally {
      await client.close();
    }
  });

type WithClient = (call: (client: TestClient) => Promise<void>) => Promise<void>;

async function soak({ soak: settings }: Bench, withClient: WithClient): Promise<void> {
  const failures: unknown[] = [];
  const endMs = performance.now() + settings.overallMsMax;
  for (let count = 0; count < settings.iterations; count++) {
    assert.ok(performance.now() < endMs, `the time is over after ${count} iterations`);
    try {
      await withClient(async ({ service }) => {
        const startMs = performance.now();
        expectLargeResponse(await service.unaryCall(largeRequest()));
        const tookMs = performance.now() - startMs;
        assert.ok(tookMs <= settings.iterationMsMax, `iteration ${count} took ${tookMs} ms`);
      });
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > settings.maxFailures)
    throw new Error(`${failures.length} iterations have failed, the last with: ${failures.at(-1)}`);
}
