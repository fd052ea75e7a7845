import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** The service of bench.proto, read by proto-loader as `@grpc/grpc-js` wants it. */
export function loadBenchDefinition(): ServiceDefinition {
  const packageFolder = dirname(createRequire(import.meta.url).resolve("@redoubt/rpc/package.json"));
  const loaded = loadSync(join(packageFolder, "bench/proto/bench.proto"));
  return loaded["redoubt.bench.v1.Bench"] as ServiceDefinition;
}

/** As proto-loader gives messages: fields in camel case. */
export interface Payload {
  body: Uint8Array;
}

export interface ProduceRequest {
  count: number;
  bodyBytes: number;
}
