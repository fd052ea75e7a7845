/** `ts-proto`: a protoc plugin; functions for each message, made ahead, on the reader and writer of protobuf-es. */
import { dirname, join } from "node:path";
import { loadGenerated, proto, type Recipe, runNode } from "./generated.js";
import type { CodecPeer } from "./peer.js";

/** The defaults, but for bigint, and without what is not measured. */
const options = [
  "esModuleInterop=true",
  "forceLong=bigint",
  "outputServices=none",
  "outputJsonMethods=false",
];

const recipe: Recipe = {
  peer: "ts-proto",
  packages: ["ts-proto", "rolldown"],
  options,
  async make(file, folder) {
    const plugin = `ts_proto=${options.join(",")}`;
    const places = ["--include", dirname(proto), "--out", folder];
    await runNode("dist/cli.js", ["generate", proto, ...places, "--plugin", plugin]);
    await withoutTypes(join(folder, "codec.ts"), file);
  },
};

/** Turns a module of TypeScript into JavaScript. */
async function withoutTypes(input: string, file: string): Promise<void> {
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({ input, external: [/^@bufbuild\//], platform: "node" });
  await bundle.write({ file, format: "esm" });
  await bundle.close();
}

/** What is used of a message's functions. */
interface MessageFunctions {
  fromPartial(init: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}

export async function loadTsProto(): Promise<CodecPeer> {
  const messages = (await loadGenerated(recipe)) as Record<string, MessageFunctions>;
  return {
    codecOf({ message: name }) {
      const type = messages[name]!;
      return {
        create: (init) => type.fromPartial(init),
        encode: (message) => type.encode(message).finish(),
        decode: (bytes) => type.decode(bytes),
      };
    },
  };
}
