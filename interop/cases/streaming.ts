import assert from "node:assert/strict";
import { payload } from "../test-service/payload.js";
import { all, type Case, expectZeros, nextOf } from "./case.js";

const REQUESTS_BYTES = [27_182, 8, 1_828, 45_904];
const RESPONSES_BYTES = [31_415, 9, 2_653, 58_979];

export const clientStreaming: Case = async ({ client }) => {
  const call = client.service.streamingInputCall();
  for (const bytes of REQUESTS_BYTES) await call.send({ payload: payload(bytes) });
  call.end();
  assert.equal((await call.reply).aggregatedPayloadSize, 74_922);
};

export const serverStreaming: Case = async ({ client }) => {
  const responseParameters = RESPONSES_BYTES.map((size) => ({ size }));
  const responses = await all(client.service.streamingOutputCall({ responseParameters }));
  assert.equal(responses.length, RESPONSES_BYTES.length);
  for (const [index, response] of responses.entries()) expectZeros(response.payload, RESPONSES_BYTES[index]!);
};

export const pingPong: Case = async ({ client }) => {
  const call = client.service.fullDuplexCall();
  for (const [index, size] of RESPONSES_BYTES.entries()) {
    await call.send({ responseParameters: [{ size }], payload: payload(REQUESTS_BYTES[index]!) });
    expectZeros((await nextOf(call)).payload, size);
  }
  call.end();
  assert.deepEqual(await all(call), []);
};

export const emptyStream: Case = async ({ client }) => {
  const call = client.service.fullDuplexCall();
  call.end();
  assert.deepEqual(await all(call), []);
};
