import { type CallContext, type Compression, RpcError, Status } from "@redoubt/rpc";
import type { BoolValue } from "../gen/grpc/testing/messages_pb.js";

/** @throws RpcError INVALID_ARGUMENT where the request that came last did not come as it says */
export function checkCompression(expected: BoolValue | undefined, { requestCompressed }: CallContext): void {
  if (expected !== undefined && expected.value !== requestCompressed) {
    const how = requestCompressed ? "came compressed" : "did not come compressed";
    throw new RpcError(Status.INVALID_ARGUMENT, `the request ${how}`);
  }
}

/** How to send an answer for which the request says whether it shall be compressed. */
export function compression({ value }: BoolValue): Compression {
  return value ? "gzip" : "identity";
}
