import * as grpc from "@grpc/grpc-js";
import { Metadata, type MetadataInit } from "@redoubt/rpc";

export function toGrpcJs(init: MetadataInit | undefined): grpc.Metadata {
  const metadata = new grpc.Metadata();
  for (const [name, value] of new Metadata(init))
    metadata.add(name, typeof value === "string" ? value : Buffer.from(value));
  return metadata;
}

export function fromGrpcJs(metadata: grpc.Metadata): Metadata {
  return Metadata.received(() =>
    Object.keys(metadata.getMap()).flatMap((name) => metadata.get(name).flatMap((value) => [name, value])),
  );
}
