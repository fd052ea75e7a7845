import { type DescField, type DescMessage, ScalarType, toJson } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  hasCustomJsonRepresentation,
  MethodDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { printable } from "../../idl/text/diagnostic-text.js";
import { printJson, toner } from "../report.js";
import { ExitCode, type World } from "../world.js";
import { type Definable, definitionText } from "./definition.js";
import { findAnything, type Interface } from "./interface.js";
import { connectionArguments, type TargetOptions, withServer } from "./session.js";

/** What the command line says; see `redoubt help describe`. */
export interface DescribeOptions extends TargetOptions {
  readonly name: string;
}

/** `redoubt describe` */
export function describe(options: DescribeOptions, world: World): Promise<ExitCode> {
  return withServer(options, world, async ({ interface: known }) => {
    const desc = await findAnything(known, options.name);
    if (options.json) printJson({ ok: true, ...jsonOf(desc) }, world);
    else world.stdout.write(await textOf(desc, known, options, world));
    return ExitCode.OK;
  });
}

/** A method comes with its two messages, and with how to call it. */
async function textOf(
  desc: Definable,
  known: Interface,
  options: DescribeOptions,
  { stdout }: World,
): Promise<string> {
  const types = (await known.registryWith(typeOf(desc).typeName))!;
  const tone = toner(stdout);
  const described = desc.kind === "rpc" ? [...new Set<Definable>([desc, desc.input, desc.output])] : [desc];
  const texts = described.map((each) => {
    const heading = printable(`// ${nameOf(each)}, in ${typeOf(each).file.proto.name}`);
    const definition = definitionText(each, types).split("\n").map(printable).join("\n");
    return `${tone("quiet", heading)}\n${definition}`;
  });
  if (desc.kind === "rpc") {
    const json = JSON.stringify(templateOf(desc.input));
    const example = printable(
      `// redoubt call ${options.target} ${nameOf(desc)} '${json}'${connectionArguments(options)}`,
    );
    texts.push(`${tone("quiet", example)}\n`);
  }
  return texts.join("\n");
}

function typeOf(desc: Definable) {
  return "typeName" in desc ? desc : desc.parent;
}

function nameOf(desc: Definable): string {
  if ("typeName" in desc) return desc.typeName;
  return `${desc.parent.typeName}${desc.kind === "rpc" ? "/" : "."}${desc.name}`;
}

/** The fields of a message in JSON, each with what stands for nothing; of a oneof the first. */
function templateOf(message: DescMessage): Record<string, unknown> {
  if (hasCustomJsonRepresentation(message)) return {};
  const fields = message.fields.filter(
    ({ oneof, message: type }, i) =>
      (oneof === undefined || oneof.fields[0] === message.fields[i]) &&
      (type === undefined || !hasCustomJsonRepresentation(type)),
  );
  return Object.fromEntries(fields.map((field) => [field.jsonName, emptyValue(field)]));
}

function emptyValue(field: DescField): unknown {
  switch (field.fieldKind) {
    case "list":
      return [];
    case "map":
    case "message":
      return {};
    case "enum":
      return field.enum.values[0].name;
    case "scalar":
      if (field.scalar === ScalarType.BOOL) return false;
      return TEXT_TYPES.has(field.scalar) ? "" : 0;
  }
}

const TEXT_TYPES: ReadonlySet<ScalarType> = new Set([ScalarType.STRING, ScalarType.BYTES]);

function jsonOf(desc: Definable) {
  const common = {
    kind: desc.kind === "rpc" ? "method" : desc.kind,
    name: nameOf(desc),
    file: typeOf(desc).file.proto.name,
  };
  switch (desc.kind) {
    case "service":
      return { ...common, descriptor: toJson(ServiceDescriptorProtoSchema, desc.proto) };
    case "rpc":
      return { ...common, descriptor: toJson(MethodDescriptorProtoSchema, desc.proto) };
    case "message":
      return { ...common, descriptor: toJson(DescriptorProtoSchema, desc.proto) };
    case "field":
      return { ...common, descriptor: toJson(FieldDescriptorProtoSchema, desc.proto) };
    case "oneof":
      return { ...common, descriptor: toJson(OneofDescriptorProtoSchema, desc.proto) };
    case "enum":
      return { ...common, descriptor: toJson(EnumDescriptorProtoSchema, desc.proto) };
    case "enum_value":
      return { ...common, descriptor: toJson(EnumValueDescriptorProtoSchema, desc.proto) };
  }
}
