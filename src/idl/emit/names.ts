import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import type { Declaration } from "./declarations.js";
import { createUniqueNames } from "./unique-names.js";

/** What the module of a file exports. */
export interface ExportedNames {
  /** The constant that describes the file. */
  readonly file: string;
  /** The type of a message; the enum itself. */
  readonly shapes: ReadonlyMap<DescMessage | DescEnum, string>;
  /** The constant that describes it. */
  readonly schemas: ReadonlyMap<DescMessage | DescEnum | DescService | DescExtension, string>;
  /** The type of its JSON form. */
  readonly jsonTypes: ReadonlyMap<DescMessage | DescEnum, string>;
}

/** Names without the package, what encloses a type in front of it. Where two come out alike, the later has `$` added. */
export function exportedNames(file: DescFile, declarations: readonly Declaration[]): ExportedNames {
  const unique = createUniqueNames(new Set(RESERVED), (name, attempt) =>
    attempt === 1 ? `${name}$` : `${name}$${attempt - 1}`,
  );
  const types = declarations.map(({ desc }) => desc).filter((desc) => hasShape(desc));
  const shapes = new Map(types.map((desc) => [desc, unique(shapeName(desc))]));
  const fileName = unique(`file_${file.name.replace(/[^a-zA-Z0-9_]+/g, "_")}`);
  const schemas = new Map(declarations.map(({ desc }) => [desc, unique(schemaName(desc))]));
  const jsonTypes = new Map(types.map((desc) => [desc, unique(`${baseName(desc)}Json`)]));
  return { file: fileName, shapes, schemas, jsonTypes };
}

function hasShape(desc: Declaration["desc"]): desc is DescMessage | DescEnum {
  return desc.kind === "message" || desc.kind === "enum";
}

/** `Outer_Inner` for `my.package.Outer.Inner`. */
function baseName({ typeName, file }: Declaration["desc"]): string {
  const packageName = file.proto.package;
  return typeName.slice(packageName === "" ? 0 : packageName.length + 1).replaceAll(".", "_");
}

function shapeName(desc: DescMessage | DescEnum): string {
  const name = baseName(desc);
  return RESERVED_FOR_TYPES.has(name) ? `${name}$` : name;
}

function schemaName(desc: Declaration["desc"]): string {
  return hasShape(desc) ? `${baseName(desc)}Schema` : baseName(desc);
}

/** Words that cannot name a constant in a module, and names that generated code itself goes by. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield " +
    "bigint boolean number object string Object Partial Uint8Array globalThis"
  ).split(" "),
);

/** Words that can name a constant, but not a type or an enum. */
const RESERVED_FOR_TYPES: ReadonlySet<string> = new Set(
  "any as infer keyof never readonly symbol undefined unique unknown".split(" "),
);
