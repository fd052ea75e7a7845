/**
 * Makes what programs load, with few files: a hundred small modules take longer to open than to run.
 *
 * - dist/redoubt.js is the package, dist/idl.js the compiler of interfaces, dist/options.js redoubt/options.proto.
 * - dist/cli.js is the command, with dist/cli-*.js for what only some of its uses need. The packages that it needs are
 *   in it, so that it starts fast.
 *
 * The declarations come from tsc. Says nothing where all is well, since commands print JSON behind it.
 */
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

const library = [/^@bufbuild\//, /^@redoubt\//, /^node:/];
await make({ redoubt: "src/index.ts" }, library);
await make({ idl: "src/idl/index.ts" }, library);
await make({ options: "src/rpc/gen/redoubt/options_pb.ts" }, library);
const command = await make({ cli: "src/cli/main.ts" }, [/^node:/]);
for (const name of readdirSync(dist))
  if (/^cli(-.*)?\.js$/.test(name) && !command.includes(name)) rmSync(join(dist, name));

/** Gives the names of the files made. */
async function make(input, external) {
  const bundle = await rolldown({ input, external, cwd: root, platform: "node" });
  const { output } = await bundle.write({
    dir: dist,
    entryFileNames: "[name].js",
    chunkFileNames: "cli-[name].js",
    format: "esm",
  });
  await bundle.close();
  return output.map(({ fileName }) => fileName);
}
