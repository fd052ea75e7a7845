import { cancelAfterBegin, cancelAfterFirstResponse, timeoutOnSleepingServer } from "./cancellation.js";
import type { Case } from "./case.js";
import {
  clientCompressedStreaming,
  clientCompressedUnary,
  compressedRequests,
  serverCompressedStreaming,
  serverCompressedUnary,
} from "./compression.js";
import { callCredsMetadata, perRpcCreds } from "./credentials.js";
import { customMetadata } from "./metadata.js";
import { channelSoak, rpcSoak } from "./soak.js";
import {
  specialStatusMessage,
  statusCodeAndMessage,
  unimplementedMethod,
  unimplementedService,
} from "./status.js";
import { clientStreaming, emptyStream, pingPong, serverStreaming } from "./streaming.js";
import { cacheableUnary, emptyUnary, largeUnary } from "./unary.js";

/** The cases by the names that --test_case has for them, in the order of gRPC's interop-test-descriptions.md. */
export const CASES = {
  empty_unary: emptyUnary,
  cacheable_unary: cacheableUnary,
  large_unary: largeUnary,
  client_compressed_unary: clientCompressedUnary,
  server_compressed_unary: serverCompressedUnary,
  client_streaming: clientStreaming,
  client_compressed_streaming: clientCompressedStreaming,
  server_streaming: serverStreaming,
  server_compressed_streaming: serverCompressedStreaming,
  compressed_requests: compressedRequests,
  ping_pong: pingPong,
  empty_stream: emptyStream,
  per_rpc_creds: perRpcCreds,
  call_creds_metadata: callCredsMetadata,
  custom_metadata: customMetadata,
  status_code_and_message: statusCodeAndMessage,
  special_status_message: specialStatusMessage,
  unimplemented_method: unimplementedMethod,
  unimplemented_service: unimplementedService,
  cancel_after_begin: cancelAfterBegin,
  cancel_after_first_response: cancelAfterFirstResponse,
  timeout_on_sleeping_server: timeoutOnSleepingServer,
  rpc_soak: rpcSoak,
  channel_soak: channelSoak,
} satisfies Record<string, Case>;

export type CaseName = keyof typeof CASES;

/** Cases that plaintext is too open for. */
export const TLS_CASES: ReadonlySet<CaseName> = new Set(["per_rpc_creds", "call_creds_metadata"]);
