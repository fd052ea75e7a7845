import { type Compilation, type CompileOptions, Compiler } from "../idl/compile.js";
import { displayPath, sourceReader } from "../idl/files.js";
import { type Diagnostic, Diagnostics } from "../idl/text/diagnostics.js";
import type { Files } from "../runtime/files.js";
import { resolveInputs } from "./inputs.js";
import { type Output, type Written, writeOutputs } from "./outputs.js";
import type { World } from "./world.js";

/** What to generate, from what; see `redoubt help generate`. */
export interface BuildOptions {
  readonly inputs: readonly string[];
  readonly out: string;
  readonly include: readonly string[];
  readonly plugin: readonly string[];
  readonly importExtension: "js" | "ts" | "none";
  readonly erasableSyntax?: boolean;
}

/** What came of generating once. */
export interface Build {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined where there were errors, so that nothing was written. */
  readonly outputs: Written | undefined;
  readonly durationMs: number;
}

/** Generates each time it is called; files that have not changed since are not parsed again. */
export function createBuilder(options: BuildOptions, world: World): (files: Files) => Promise<Build> {
  let read: CompileOptions["read"] = () => undefined;
  const compiler = new Compiler({ read: (name) => read(name) });

  async function outputsFrom(
    files: Files,
    problems: Diagnostics,
    found: Diagnostic[],
  ): Promise<Written | undefined> {
    const inputs = resolveInputs(files, { ...options, skip: options.out }, problems);
    if (inputs === undefined) return undefined;
    read = sourceReader(inputs.folders);
    const compilation = compiler.compile(inputs.names);
    found.push(...compilation.diagnostics);
    if (compilation.hasErrors) return undefined;
    const outputs = await make(compilation, options, world, problems);
    if (problems.errorCount > 0) return undefined;
    return writeOutputs(files.resolve(options.out), displayPath(files, options.out), outputs, problems);
  }

  return async (files) => {
    const startMs = performance.now();
    const problems = new Diagnostics();
    const found: Diagnostic[] = [];
    const outputs = await outputsFrom(files, problems, found);
    return {
      diagnostics: [...found, ...problems.all],
      outputs,
      durationMs: Math.round(performance.now() - startMs),
    };
  };
}

async function make(
  compilation: Compilation,
  options: BuildOptions,
  world: World,
  problems: Diagnostics,
): Promise<readonly Output[]> {
  if (options.plugin.length === 0) {
    const { typescriptOutputs } = await import("./typescript.js");
    return typescriptOutputs(compilation, options);
  }
  const { pluginOutputs } = await import("./plugin/generate.js");
  return pluginOutputs(compilation, options.plugin, world, problems);
}
