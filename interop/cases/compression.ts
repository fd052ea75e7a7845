import assert from "node:assert/strict";
import { Status } from "@redoubt/rpc";
import type { TestClient } from "../implementation.js";
import { payload } from "../test-service/payload.js";
import { all, type Case, expectLargeResponse, expectStatus, expectZeros, largeRequest } from "./case.js";

const FIRST_BYTES = 27_182;
const SECOND_BYTES = 45_904;
const STREAMED_BYTES = [31_415, 92_653];
const COMPRESSED = { compression: "gzip" } as const;
const YES = { value: true };
const NO = { value: false };

export const clientCompressedUnary: Case = async ({ client }) => {
  const { service } = client;
  const probe = service.unaryCall({ ...largeRequest(), expectCompressed: YES });
  await expectStatus(probe, Status.INVALID_ARGUMENT);
  expectLargeResponse(await service.unaryCall({ ...largeRequest(), expectCompressed: YES }, COMPRESSED));
  expectLargeResponse(await service.unaryCall({ ...largeRequest(), expectCompressed: NO }));
};

export const clientCompressedStreaming: Case = async ({ client }) => {
  const probe = client.service.streamingInputCall();
  await probe.send({ expectCompressed: YES, payload: payload(FIRST_BYTES) });
  probe.end();
  await expectStatus(probe.reply, Status.INVALID_ARGUMENT);

  const call = client.service.streamingInputCall(COMPRESSED);
  await call.send({ expectCompressed: YES, payload: payload(FIRST_BYTES) });
  await call.send({ expectCompressed: NO, payload: payload(SECOND_BYTES) }, { compress: false });
  call.end();
  assert.equal((await call.reply).aggregatedPayloadSize, FIRST_BYTES + SECOND_BYTES);
};

export const serverCompressedUnary: Case = async ({ client }) => {
  for (const responseCompressed of [YES, NO]) {
    expectLargeResponse(await client.service.unaryCall({ ...largeRequest(), responseCompressed }));
    expectFlags(client, responseCompressed.value);
  }
};

export const serverCompressedStreaming: Case = async ({ client }) => {
  const responseParameters = STREAMED_BYTES.map((size, index) => ({
    size,
    compressed: index === 0 ? YES : NO,
  }));
  const responses = await all(client.service.streamingOutputCall({ responseParameters }));
  assert.equal(responses.length, STREAMED_BYTES.length);
  for (const [index, response] of responses.entries()) expectZeros(response.payload, STREAMED_BYTES[index]!);
  expectFlags(client, true, false);
};

/**
 * Not one of gRPC's document: compressed requests for servers too that cannot tell whether a request came compressed,
 * which the cases for clients ask of them.
 */
export const compressedRequests: Case = async ({ client }) => {
  for (const compression of ["gzip", "deflate"] as const) {
    expectLargeResponse(await client.service.unaryCall(largeRequest(), { compression }));
    const call = client.service.streamingInputCall({ compression });
    await call.send({ payload: payload(FIRST_BYTES) });
    await call.send({ payload: payload(SECOND_BYTES) }, { compress: false });
    call.end();
    assert.equal((await call.reply).aggregatedPayloadSize, FIRST_BYTES + SECOND_BYTES);
  }
};

/** Whether the messages that came were compressed, for clients that can tell. */
function expectFlags({ receivedCompressed }: TestClient, ...expected: boolean[]): void {
  if (receivedCompressed !== undefined)
    assert.deepEqual(receivedCompressed.slice(-expected.length), expected, "which messages came compressed");
}
