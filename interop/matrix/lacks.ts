import type { Lacks } from "./peer.js";

// What the peers do not implement. Checked by running it: see pairing.ts.

const UNTOLD = "shows to no handler whether a request came compressed";

/** Of gRPC for Node (version 1.14). */
export const GRPC_JS_SERVER_LACKS: Lacks = {
  client_compressed_unary: UNTOLD,
  client_compressed_streaming: UNTOLD,
  server_compressed_unary: "compresses no answers",
  server_compressed_streaming: "compresses no answers",
};

/** Of gRPC for Python (version 1.85). */
export const PYTHON_SERVER_LACKS: Lacks = {
  client_compressed_unary: UNTOLD,
  client_compressed_streaming: UNTOLD,
};

export const PYTHON_CLIENT_LACKS: Lacks = {
  client_compressed_streaming: "cannot send a single message of a stream uncompressed",
};

/** Of the programs of gRPC for Go (version 1.85): they have no cases for compression, and no compression linked in. */
export const GO_SERVER_LACKS: Lacks = {
  cacheable_unary: "has no such method",
  client_compressed_unary: "does not look at how requests come",
  client_compressed_streaming: "does not look at how requests come",
  server_compressed_unary: "compresses no answers",
  server_compressed_streaming: "compresses no answers",
  compressed_requests: "takes no compression",
  per_rpc_creds: "does not say who asks",
};

const NO_CASE = "has no such case";

export const GO_CLIENT_LACKS: Lacks = {
  cacheable_unary: NO_CASE,
  client_compressed_unary: NO_CASE,
  client_compressed_streaming: NO_CASE,
  server_compressed_unary: NO_CASE,
  server_compressed_streaming: NO_CASE,
  compressed_requests: NO_CASE,
  call_creds_metadata: NO_CASE,
};
