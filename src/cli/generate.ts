import { displayPath } from "../idl/files.js";
import { counted } from "../idl/text/diagnostic-text.js";
import { nodeFiles } from "../runtime/node-files.js";
import { type Build, type BuildOptions, createBuilder } from "./build.js";
import { below } from "./outputs.js";
import { jsonDiagnostics, printDiagnostics, printJson } from "./report.js";
import { ExitCode, type World } from "./world.js";

/** What the command line says; see `redoubt help generate`. */
export interface GenerateOptions extends BuildOptions {
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** `redoubt generate` */
export async function generate(options: GenerateOptions, world: World): Promise<ExitCode> {
  const build = createBuilder(options, world);
  const print = (result: Build) => printBuild(result, options, world);
  if (options.watch) {
    const { watch } = await import("./watch.js");
    if (!options.json) world.stderr.write("watching for changes; Ctrl-C ends it\n");
    await watch(build, print, world);
    return ExitCode.OK;
  }
  const result = await build(nodeFiles(world.cwd));
  print(result);
  return result.outputs === undefined ? ExitCode.FAILED : ExitCode.OK;
}

function printBuild(
  { diagnostics, outputs, durationMs }: Build,
  { out, json }: GenerateOptions,
  world: World,
): void {
  const { written, unchanged } = outputs ?? { written: [], unchanged: [] };
  const shown = displayPath(nodeFiles(world.cwd), out);
  const paths = (names: readonly string[]) => names.map((name) => below(shown, name));
  if (json) {
    const document = {
      ok: outputs !== undefined,
      diagnostics: jsonDiagnostics(diagnostics),
      written: paths(written),
      unchanged: paths(unchanged),
      durationMs,
    };
    return printJson(document, world);
  }
  printDiagnostics(diagnostics, world);
  if (outputs === undefined) return;
  const count = counted(written.length + unchanged.length, "file") || "no files";
  const same = unchanged.length > 0 ? `, ${unchanged.length} unchanged` : "";
  const lines = [...paths(written), `${count}${same}, ${durationMs} ms`];
  world.stdout.write(`${lines.join("\n")}\n`);
}
