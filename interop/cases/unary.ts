import assert from "node:assert/strict";
import type { Metadata } from "@redoubt/rpc";
import { type Case, expectLargeResponse, largeRequest } from "./case.js";

export const emptyUnary: Case = async ({ client }) => {
  assert.deepEqual(Object.keys(await client.service.emptyCall({})), ["$typeName"]);
};

export const largeUnary: Case = async ({ client }) => {
  expectLargeResponse(await client.service.unaryCall(largeRequest()));
};

/**
 * As far as it goes without a proxy that caches and without HTTP's GET, which no implementation of gRPC sends any more:
 * the server must answer twice, and let caches keep both answers.
 */
export const cacheableUnary: Case = async ({ client }) => {
  const body = new TextEncoder().encode(String(process.hrtime.bigint()));
  for (let count = 0; count < 2; count++) {
    const seen: { headers?: Metadata } = {};
    const metadata = { "x-user-ip": "1.2.3.4" };
    const onHeaders = (headers: Metadata) => {
      seen.headers = headers;
    };
    const reply = await client.service.cacheableUnaryCall({ payload: { body } }, { metadata, onHeaders });
    assert.match(new TextDecoder().decode(reply.payload?.body), /^[0-9]+$/);
    assert.match(seen.headers?.get("cache-control") ?? "", /\bmax-age=[1-9]/);
  }
};
