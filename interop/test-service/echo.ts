import { type CallContext, RpcError, type Status } from "@redoubt/rpc";
import type { EchoStatus } from "../gen/grpc/testing/messages_pb.js";

export const ECHO_INITIAL = "x-grpc-test-echo-initial";
export const ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";

/** Sends two entries of the request's metadata back, one in the headers and one in the trailers. */
export function echoMetadata({ metadata, responseHeaders, responseTrailers }: CallContext): void {
  const initial = metadata.get(ECHO_INITIAL);
  if (initial !== undefined) responseHeaders.append(ECHO_INITIAL, initial);
  const trailing = metadata.get(ECHO_TRAILING);
  if (trailing !== undefined) responseTrailers.append(ECHO_TRAILING, trailing);
}

/** @throws RpcError with the status that the request asks for, if it asks for one */
export function echoStatus(status: EchoStatus | undefined): void {
  if (status !== undefined && status.code !== 0) throw new RpcError(status.code as Status, status.message);
}
