import { mkdir, readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown } from "rolldown";
import type { Guard } from "./guards.js";

/** From `chaos/promises/`, or from what `npm run simulate` makes of it. */
const ROOT = fileURLToPath(
  new URL(import.meta.url.includes("/build/") ? "../../../" : "../../", import.meta.url),
);

/** Inside the repository, so that the bundles find its packages. */
const BUNDLES = `${ROOT}build/simulation`;

/** The programs that run simulated worlds, and the journal alone, beside the code that they test. */
const WORLDS = "src/delivery/simulation/main.test.util.ts";
const JOURNAL = "src/journal/crash-main.test.util.ts";

/** Makes one file of the simulation and the present sources, one of whose guards is off if one is given. */
export async function bundleSimulation(guard?: Guard): Promise<string> {
  await mkdir(BUNDLES, { recursive: true });
  const build = await rolldown({
    input: ROOT + (guard?.by === "journal" ? JOURNAL : WORLDS),
    platform: "node",
    external: [/^@bufbuild\//, /^node:/],
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    tsconfig: false,
    logLevel: "silent",
    plugins: guard === undefined ? [] : [without(guard)],
  });
  const name = guard === undefined ? "simulation" : guard.name.replaceAll(/[^a-z0-9]+/gi, "-");
  const file = `${BUNDLES}/${name}-${process.pid}.mjs`;
  await build.write({ file, format: "esm" });
  await build.close();
  return file;
}

/** Replaces the guard's text by what stands in its place. */
function without({ file, text, instead }: Guard): Plugin {
  return {
    name: "without-guard",
    transform(code, id) {
      if (relative(ROOT, id).replaceAll("\\", "/") !== file) return undefined;
      return { code: code.replace(text, () => instead) };
    },
  };
}

/** What is wrong with a guard's entry, if anything: its text has to stand in the file exactly once. */
export async function problemOf({ file, text, instead }: Guard): Promise<string | undefined> {
  const source = await readFile(ROOT + file, "utf8").catch(() => undefined);
  if (source === undefined) return `there is no ${file}`;
  const count = source.split(text).length - 1;
  if (count !== 1) return `its text stands in ${file} ${count} times`;
  return text === instead ? "its text is replaced by itself" : undefined;
}
