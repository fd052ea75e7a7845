import type { CodecPeer } from "./peer.js";

/** Every peer, ours first: the package that does the work at run time, and the file here that uses it. */
const peers: Record<string, { readonly package: string; load(): Promise<CodecPeer> }> = {
  redoubt: {
    package: "@redoubt/rpc",
    load: async () => (await import("./redoubt.js")).redoubt,
  },
  "protobuf-es": {
    package: "@bufbuild/protobuf",
    load: async () => (await import("./protobuf-es.js")).protobufEs,
  },
  protobufjs: {
    package: "protobufjs",
    load: async () => (await import("./protobufjs.js")).loadProtobufjs(),
  },
  "ts-proto": {
    package: "ts-proto",
    load: async () => (await import("./ts-proto.js")).loadTsProto(),
  },
};

export const peerNames: readonly string[] = Object.keys(peers);

/** Loads a peer's packages, and no other's; its generated code is made if it is not there. */
export function loadPeer(name: string): Promise<CodecPeer> {
  return peers[name]!.load();
}

export function packageOf(name: string): string {
  return peers[name]!.package;
}
