import { resolve } from "node:path";
import { create, createFileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "../idl/compile.js";
import { encodeFileDescriptorSet } from "../idl/file-descriptor-set.js";
import { sourceReader } from "../idl/files.js";
import { withoutSourceRetention } from "../idl/source-retention.js";
import { counted } from "../idl/text/diagnostic-text.js";
import { type Diagnostic, Diagnostics } from "../idl/text/diagnostics.js";
import { nodeFiles } from "../runtime/node-files.js";
import { resolveInputs } from "./inputs.js";
import { writeOutput } from "./outputs.js";
import { jsonDiagnostics, printDiagnostics, printJson } from "./report.js";
import { ExitCode, UsageError, type World } from "./world.js";

/** What the command line says; see `redoubt help compile`. */
export interface CompileSetOptions {
  readonly inputs: readonly string[];
  /** `-` is the standard output. */
  readonly out: string;
  readonly include: readonly string[];
  readonly includeImports?: boolean;
  readonly includeSourceInfo?: boolean;
  readonly retainOptions?: boolean;
  readonly json?: boolean;
}

/** `redoubt compile` */
export function compileSet(options: CompileSetOptions, world: World): ExitCode {
  const { out: output, json } = options;
  if (output === "-" && json)
    throw new UsageError(
      "the standard output can have either the descriptors or --json",
      "name a file with -o",
    );
  const problems = new Diagnostics();
  const { files, found } = descriptors(options, world, problems);
  const bytes = files && encodeFileDescriptorSet(files);
  const isWritten = bytes !== undefined && write(output, bytes, world, problems);
  const diagnostics = [...found, ...problems.all];
  if (json) {
    const made = isWritten && { output, files: files?.map(({ name }) => name), byteCount: bytes.length };
    printJson({ ok: isWritten, diagnostics: jsonDiagnostics(diagnostics), ...made }, world);
  } else {
    printDiagnostics(diagnostics, world);
    if (isWritten && output !== "-")
      world.stdout.write(`${output}: ${counted(files?.length ?? 0, "file")}, ${bytes.length} bytes\n`);
  }
  return isWritten ? ExitCode.OK : ExitCode.FAILED;
}

/** What protoc puts into a set. `files` is undefined after an error. */
function descriptors(
  options: CompileSetOptions,
  world: World,
  problems: Diagnostics,
): { files?: readonly FileDescriptorProto[]; found: readonly Diagnostic[] } {
  const inputs = resolveInputs(nodeFiles(world.cwd), options, problems);
  if (inputs === undefined) return { found: [] };
  const sourceInfo = options.includeSourceInfo ?? false;
  const compilation = compile(inputs.names, { read: sourceReader(inputs.folders), sourceInfo });
  const found = compilation.diagnostics;
  if (compilation.hasErrors) return { found };
  const asked = new Set(inputs.names);
  const { files } = compilation;
  const wanted = options.includeImports ? files : files.filter(({ name }) => asked.has(name));
  return { files: options.retainOptions ? wanted : stripped(wanted, files), found };
}

/** `wanted` of `files`, without the options that are for the source only. */
function stripped(wanted: readonly FileDescriptorProto[], files: readonly FileDescriptorProto[]) {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  return wanted.map((file) => withoutSourceRetention(file, registry));
}

function write(output: string, bytes: Uint8Array, world: World, problems: Diagnostics): boolean {
  if (output !== "-") return writeOutput(resolve(world.cwd, output), output, bytes, problems);
  world.stdout.write(bytes);
  return true;
}
