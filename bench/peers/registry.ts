import type { Peer } from "./peer.js";

/** Every peer, ours first: the packages that a program imports to use it, and the file here that does. */
const peers: Record<string, { readonly modules: readonly string[]; load(): Promise<Peer> }> = {
  redoubt: {
    modules: ["@redoubt/rpc"],
    load: async () => (await import("./redoubt.js")).redoubt,
  },
  "grpc-js": {
    modules: ["@grpc/grpc-js", "@grpc/proto-loader"],
    load: async () => (await import("./grpc-js.js")).grpcJs,
  },
  "connect-node": {
    modules: ["@connectrpc/connect-node", "@connectrpc/connect"],
    load: async () => (await import("./connect-node.js")).connectNode,
  },
  "nice-grpc": {
    modules: ["nice-grpc"],
    load: async () => (await import("./nice-grpc.js")).niceGrpc,
  },
};

export const peerNames: readonly string[] = Object.keys(peers);

/** Loads a peer's packages, and no other's. */
export function loadPeer(name: string): Promise<Peer> {
  return peers[name]!.load();
}

/** The packages of a peer, the main one first. */
export function modulesOf(name: string): readonly string[] {
  return peers[name]!.modules;
}
