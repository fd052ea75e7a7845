import { chmodSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFiles } from "../world.test.util.js";

/** The package that plugins here read their requests with, from wherever they are. */
const PROTOBUF = fileURLToPath(import.meta.resolve("@bufbuild/protobuf"));

/** Writes a plugin that runs `body` with its `request` at hand, and gives its answer to `answer`. */
export function writePlugin(folder: string, name: string, body: string): string {
  const text = `#!${process.execPath}
(async () => {
  const { create, fromBinary, toBinary } = await import(${JSON.stringify(PROTOBUF)});
  const { CodeGeneratorRequestSchema, CodeGeneratorResponseSchema } = await import(
    ${JSON.stringify(PROTOBUF.replace(/index\.js$/, "wkt/index.js"))});
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const request = fromBinary(CodeGeneratorRequestSchema, Buffer.concat(chunks));
  const answer = (init) =>
    process.stdout.write(toBinary(CodeGeneratorResponseSchema, create(CodeGeneratorResponseSchema, init)));
  ${body}
})();
`;
  writeFiles(folder, { [name]: text });
  chmodSync(join(folder, name), 0o755);
  return join(folder, name);
}
