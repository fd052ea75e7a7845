/**
 * Makes what programs load, with few files: a hundred small modules take longer to open than to run.
 *
 * - dist/redoubt.js is the package, dist/idl.js the compiler of interfaces, dist/options.js redoubt/options.proto,
 *   dist/errors.js google.rpc, dist/services.js the standard services.
 * - dist/cli.js is the command, with dist/cli-*.js for what only some of its uses need. The packages that it needs are
 *   in it, so that it starts fast.
 *
 * The declarations come from tsc. Says nothing where all is well, since commands print JSON behind it.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

/** What parts of the package take from dist/redoubt.js, so that a program has one of each: modules that it exports whole. */
const FROM_PACKAGE = ["src/rpc/detail.ts", "src/rpc/error.ts", "src/rpc/status.ts"];

/** A plugin for the parts. */
const fromPackage = {
  name: "from-package",
  async resolveId(specifier, importer, options) {
    if (importer === undefined || !specifier.startsWith(".")) return undefined;
    const resolved = await this.resolve(specifier, importer, { ...options, skipSelf: true });
    const path = resolved === null ? "" : relative(root, resolved.id).replaceAll("\\", "/");
    return FROM_PACKAGE.includes(path) ? { id: "./redoubt.js", external: true } : undefined;
  },
};

const library = [/^@bufbuild\//, /^@redoubt\//, /^node:/];
await make({ redoubt: "src/index.ts" }, library);
await make({ idl: "src/idl/index.ts" }, library);
await make({ options: "src/rpc/gen/redoubt/options_pb.ts" }, library);
await make({ errors: "src/rpc/errors.ts" }, library, [fromPackage]);
await make({ services: "src/services/index.ts" }, library, [fromPackage]);
const command = await make({ cli: "src/cli/main.ts" }, [/^node:/]);
addNotices(join(dist, "cli.js"), command);
const made = command.map(({ fileName }) => fileName);
for (const name of readdirSync(dist))
  if (/^cli(-.*)?\.js$/.test(name) && !made.includes(name)) rmSync(join(dist, name));

async function make(input, external, plugins = []) {
  const bundle = await rolldown({ input, external, plugins, cwd: root, platform: "node" });
  const { output } = await bundle.write({
    dir: dist,
    entryFileNames: "[name].js",
    chunkFileNames: "cli-[name].js",
    format: "esm",
  });
  await bundle.close();
  return output;
}

/** Says below the first line of a program whose work is in it, as their licenses ask. */
function addNotices(path, chunks) {
  const modules = new Map();
  for (const id of chunks.flatMap(({ moduleIds }) => moduleIds)) {
    const [folder] = /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(id) ?? [];
    if (folder !== undefined && !modules.has(folder)) modules.set(folder, id);
  }
  const notices = Array.from(modules, ([folder, id]) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `Contains ${name} ${version}, ${license}.\n\n${licenseText(folder, id)}`;
  });
  const [first, ...rest] = readFileSync(path, "utf8").split("\n");
  writeFileSync(
    path,
    [first, `/*!\n${notices.join("\n\n").replaceAll("*/", "* /")}\n*/`, ...rest].join("\n"),
  );
}

/** What the package says in its license, or else above its code. */
function licenseText(folder, id) {
  const file = join(folder, "LICENSE");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const lines = readFileSync(id, "utf8").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines
    .slice(0, end)
    .map((line) => line.slice(3))
    .join("\n");
}
