import assert from "node:assert/strict";
import { RpcError, type Status, statusName } from "@redoubt/rpc";
import type { Payload } from "../gen/grpc/testing/messages_pb.js";
import type { TestClient } from "../implementation.js";
import { payload } from "../test-service/payload.js";

/** What a case works with. */
export interface Bench {
  readonly client: TestClient;
  /** Another client like it, with a connection of its own. */
  connect(): TestClient;
  readonly soak: SoakSettings;
}

export interface SoakSettings {
  readonly iterations: number;
  /** Iterations that may fail or take too long. */
  readonly maxFailures: number;
  readonly iterationMsMax: number;
  readonly overallMsMax: number;
}

/** One of the cases of gRPC's interop-test-descriptions.md. Rejects where it fails. */
export type Case = (bench: Bench) => Promise<void>;

const REQUEST_BYTES = 271_828;
const RESPONSE_BYTES = 314_159;

/** The request of large_unary, which other cases make use of. */
export function largeRequest() {
  return { responseSize: RESPONSE_BYTES, payload: payload(REQUEST_BYTES) };
}

export function expectLargeResponse(response: { readonly payload?: Payload }): void {
  expectZeros(response.payload, RESPONSE_BYTES);
}

export function expectZeros(received: Payload | undefined, bytes: number): void {
  assert.equal(received?.body.length, bytes, "the bytes of the payload");
  assert.ok(
    received.body.every((byte) => byte === 0),
    "the payload is not all zeros",
  );
}

export async function expectStatus(call: PromiseLike<unknown>, code: Status): Promise<RpcError> {
  const error = await Promise.resolve(call).then(
    () => assert.fail(`the call has succeeded instead of ending with ${statusName(code)}`),
    (reason) => reason,
  );
  if (!RpcError.is(error)) throw error;
  assert.equal(error.codeName, statusName(code), error.message);
  return error;
}

export async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const message of messages) list.push(message);
  return list;
}

/** The next message, where one must come. */
export async function nextOf<T>(messages: AsyncIterator<T>): Promise<T> {
  const { done, value } = await messages.next();
  assert.ok(!done, "the stream has ended instead of carrying another message");
  return value;
}
