import { RpcError, Status } from "@redoubt/rpc";
import { PayloadType } from "../gen/grpc/testing/messages_pb.js";

/** What the largest case asks for is a third of a megabyte. */
const PAYLOAD_BYTES_MAX = 4 * 1024 * 1024;

/** So many zeros. @throws RpcError INVALID_ARGUMENT for a type or a size that there is not */
export function payload(bytes: number, type: PayloadType = PayloadType.COMPRESSABLE) {
  if (type !== PayloadType.COMPRESSABLE)
    throw new RpcError(Status.INVALID_ARGUMENT, `there are no payloads of type ${type}`);
  if (bytes < 0 || bytes > PAYLOAD_BYTES_MAX)
    throw new RpcError(Status.INVALID_ARGUMENT, `a payload of ${bytes} bytes is none`);
  return { type, body: new Uint8Array(bytes) };
}
