import assert from "node:assert/strict";
import type { CallOptions, Metadata } from "@redoubt/rpc";
import { ECHO_INITIAL, ECHO_TRAILING } from "../test-service/echo.js";
import { payload } from "../test-service/payload.js";
import { all, type Case, expectLargeResponse, expectZeros, largeRequest } from "./case.js";

const INITIAL = "test_initial_metadata_value";
const TRAILING = new Uint8Array([0xab, 0xab, 0xab]);

export const customMetadata: Case = async ({ client }) => {
  const unary = new MetadataCheck();
  expectLargeResponse(await client.service.unaryCall(largeRequest(), unary.options));
  unary.expectEchoed();

  const { responseSize, payload: body } = { responseSize: 314_159, payload: payload(271_828) };
  const duplex = new MetadataCheck();
  const call = client.service.fullDuplexCall(duplex.options);
  await call.send({ responseParameters: [{ size: responseSize }], payload: body });
  call.end();
  const responses = await all(call);
  assert.equal(responses.length, 1);
  expectZeros(responses[0]!.payload, responseSize);
  duplex.expectEchoed();
};

/** Sends metadata with a call, and holds what comes back against it. */
class MetadataCheck {
  private headers: Metadata | undefined;
  private trailers: Metadata | undefined;

  readonly options: CallOptions = {
    metadata: { [ECHO_INITIAL]: INITIAL, [ECHO_TRAILING]: TRAILING },
    onHeaders: (headers) => {
      this.headers = headers;
    },
    onTrailers: (trailers) => {
      this.trailers = trailers;
    },
  };

  expectEchoed(): void {
    assert.deepEqual(this.headers?.getAll(ECHO_INITIAL), [INITIAL]);
    const trailing = this.trailers?.getAll(ECHO_TRAILING).map((value) => [...value]);
    assert.deepEqual(trailing, [[...TRAILING]]);
  }
}
