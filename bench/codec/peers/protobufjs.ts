/** `protobufjs` with static code: a function for each message, made ahead by its `pbjs`. */
import { loadGenerated, proto, type Recipe, runNode } from "./generated.js";
import type { CodecPeer } from "./peer.js";

/** The defaults, as an ES module. */
const options = ["-t", "static-module", "-w", "esm"];

const recipe: Recipe = {
  peer: "protobufjs",
  packages: ["protobufjs", "protobufjs-cli"],
  options,
  make: (file) => runNode("node_modules/protobufjs-cli/bin/pbjs", [...options, "-o", file, proto]),
};

/** What is used of a message's class. */
interface MessageClass {
  fromObject(init: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}

export async function loadProtobufjs(): Promise<CodecPeer> {
  const { redoubt } = (await loadGenerated(recipe)) as {
    redoubt: { bench: { codec: { v1: Record<string, MessageClass> } } };
  };
  return {
    codecOf({ message: name }) {
      const type = redoubt.bench.codec.v1[name]!;
      return {
        create: (init) => type.fromObject(init),
        encode: (message) => type.encode(message).finish(),
        decode: (bytes) => type.decode(bytes),
      };
    },
  };
}
