import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { declarationsIn } from "./declarations.js";
import { createImports } from "./imports.js";
import { type ExportedNames, exportedNames } from "./names.js";
import { type ImportExtension, importPath, modulePath, packagedModule, RUNTIME_PACKAGE } from "./paths.js";

/** How a module names what it declares or imports; what it imports is noted. */
export interface References {
  runtime(name: RuntimeName): string;
  /** The type of a message; the enum itself. */
  shape(desc: DescMessage | DescEnum): string;
  jsonType(desc: DescMessage | DescEnum): string;
  /** The constant that describes it. */
  schema(desc: DescMessage | DescEnum | DescService | DescExtension): string;
  /** The same, for `typeof`. */
  schemaType(desc: DescMessage): string;
  /** The constant that describes the file. */
  file(file: DescFile): string;
  /** The import statements for all that was named. */
  imports(): string;
}

/** Names of what `@bufbuild/protobuf` gives to generated code. */
export type RuntimeName = keyof typeof RUNTIME;

const CODEGEN = `${RUNTIME_PACKAGE}/codegenv2`;

const RUNTIME = {
  Message: { from: RUNTIME_PACKAGE, as: "type" },
  JsonObject: { from: RUNTIME_PACKAGE, as: "type" },
  JsonValue: { from: RUNTIME_PACKAGE, as: "type" },
  UnknownEnum: { from: RUNTIME_PACKAGE, as: "type" },
  GenEnum: { from: CODEGEN, as: "type" },
  GenExtension: { from: CODEGEN, as: "type" },
  GenFile: { from: CODEGEN, as: "type" },
  GenMessage: { from: CODEGEN, as: "type" },
  GenService: { from: CODEGEN, as: "type" },
  enumDesc: { from: CODEGEN, as: "value" },
  extDesc: { from: CODEGEN, as: "value" },
  fileDesc: { from: CODEGEN, as: "value" },
  messageDesc: { from: CODEGEN, as: "value" },
  serviceDesc: { from: CODEGEN, as: "value" },
} as const;

/** What all modules of a run share. */
export interface Run {
  readonly importExtension: ImportExtension;
  readonly jsonTypes: boolean;
  /** Whether the run makes a module of a file with this name. */
  isEmitted(fileName: string): boolean;
  namesOf(file: DescFile): ExportedNames;
}

export function createRun(
  files: readonly DescFile[],
  { importExtension = "none", jsonTypes = false }: Partial<Pick<Run, "importExtension" | "jsonTypes">>,
): Run {
  const emitted = new Set(files.map(({ name }) => name));
  const names = new Map<DescFile, ExportedNames>();
  return {
    importExtension,
    jsonTypes,
    isEmitted: (fileName) => emitted.has(fileName),
    namesOf(file) {
      let found = names.get(file);
      if (found === undefined) names.set(file, (found = exportedNames(file, declarationsIn(file))));
      return found;
    },
  };
}

export function createReferences(file: DescFile, run: Run): References {
  const own = run.namesOf(file);
  const exported = [own.file, ...own.shapes.values(), ...own.schemas.values()];
  const imports = createImports(run.jsonTypes ? [...exported, ...own.jsonTypes.values()] : exported);
  const origins = new Map<DescFile, string>();

  function originOf(imported: DescFile): string {
    let origin = origins.get(imported);
    if (origin === undefined) {
      const packaged = run.isEmitted(imported.name) ? undefined : packagedModule(imported);
      origin = packaged ?? importPath(modulePath(file), modulePath(imported), run.importExtension);
      origins.set(imported, origin);
    }
    return origin;
  }

  function name(from: DescFile, select: (names: ExportedNames) => string, as: "type" | "value"): string {
    if (from === file) return select(own);
    return imports.use(select(run.namesOf(from)), originOf(from), as);
  }

  return {
    runtime: (symbol) => imports.use(symbol, RUNTIME[symbol].from, RUNTIME[symbol].as),
    shape: (desc) => name(desc.file, ({ shapes }) => shapes.get(desc)!, "type"),
    jsonType: (desc) => name(desc.file, ({ jsonTypes }) => jsonTypes.get(desc)!, "type"),
    schema: (desc) => name(desc.file, ({ schemas }) => schemas.get(desc)!, "value"),
    schemaType: (desc) => name(desc.file, ({ schemas }) => schemas.get(desc)!, "type"),
    file: (desc) => name(desc, (names) => names.file, "value"),
    imports: imports.statements,
  };
}
