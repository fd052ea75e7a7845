/**
 * Makes dist/redoubt.js, the one file that programs load: a hundred small modules take longer to open than to run.
 * The declarations beside it come from tsc. Says nothing where all is well, since commands print JSON behind it.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = await rolldown({
  input: join(root, "src/index.ts"),
  external: [/^@bufbuild\//, /^node:/],
  platform: "node",
});
await bundle.write({ file: join(root, "dist/redoubt.js"), format: "esm" });
await bundle.close();
