import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Inside the repository, so that the bundles find its packages. */
const BUNDLES = `${ROOT}build/chaos-programs`;

/**
 * Makes one file of a program, `programs/server`, and of the present sources of the package, so that these tests
 * run what the others run, and not what was compiled some time ago.
 */
export async function bundle(name: string): Promise<string> {
  await mkdir(BUNDLES, { recursive: true });
  const build = await rolldown({
    input: `${ROOT}chaos/${name}.ts`,
    platform: "node",
    external: [/^@bufbuild\//],
    resolve: {
      alias: {
        "@redoubt/rpc/options": `${ROOT}src/rpc/gen/redoubt/options_pb.ts`,
        "@redoubt/rpc": `${ROOT}src/index.ts`,
      },
      extensionAlias: { ".js": [".ts", ".js"] },
    },
    tsconfig: false,
    logLevel: "silent",
  });
  const file = `${BUNDLES}/${name.replaceAll("/", "-")}-${process.pid}.mjs`;
  await build.write({ file, format: "esm" });
  await build.close();
  return file;
}
