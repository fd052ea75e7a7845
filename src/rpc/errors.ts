/** What errors say to programs: the types of `google.rpc`, and errors as messages. */
export { detail } from "./detail.js";
export * from "./error-status.js";
export * from "./gen/google/rpc/code_pb.js";
export * from "./gen/google/rpc/error_details_pb.js";
export * from "./gen/google/rpc/status_pb.js";
