import { create } from "@bufbuild/protobuf";
import { RpcError } from "./error.js";
import { type Status, StatusSchema } from "./gen/google/rpc/status_pb.js";
import { statusFrom } from "./status.js";

/** The error as a message, for interfaces that tell of failures inside an answer; metadata and outcome are left out. */
export function statusFromError(error: RpcError): Status {
  return create(StatusSchema, { code: error.code, message: error.message, details: [...error.details] });
}

/** The message as an error; undefined where it says OK. Codes that gRPC does not have are UNKNOWN. */
export function errorFromStatus({ code, message, details }: Status): RpcError | undefined {
  return code === 0 ? undefined : new RpcError(statusFrom(code), message, { details });
}
