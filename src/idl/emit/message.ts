import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { docComment } from "./comments.js";
import type { OwnPlace, Place } from "./declarations.js";
import { fieldType, isOptional } from "./field-type.js";
import { messageJsonType } from "./json-type.js";
import { propertyName, quote } from "./literals.js";
import { documentation, type Module, schema } from "./module.js";
import { fieldDeclaration, typeDeclaration } from "./source-text.js";

/** The type of a message, and the constant that describes it. */
export function messageText(module: Module, desc: DescMessage, place: OwnPlace): string {
  const { references, jsonTypes } = module;
  const { isDeprecated } = place;
  const shape = references.shape(desc);
  let text = documentation(module, typeDeclaration(desc), place);
  text += `export type ${shape} = ${references.runtime("Message")}<${quote(desc.typeName)}> & {\n`;
  text += membersText(module, desc, place);
  text += "};\n\n";
  if (jsonTypes) text += messageJsonType(module, desc, place);
  text += docComment(
    `Describes the ${desc.toString()}.\n` +
      `Use \`create(${references.schema(desc)})\` to create a new message.` +
      `${isDeprecated ? "\n@deprecated" : ""}`,
  );
  const options = jsonTypes ? `, {jsonType: ${references.jsonType(desc)}}` : "";
  const type = `${references.runtime("GenMessage")}<${shape}${options}>`;
  return text + schema(module, desc, place, type, "messageDesc");
}

/** The properties: one of each field, or of each oneof. */
function membersText(module: Module, desc: DescMessage, { path, isDeprecated }: Place): string {
  const fieldPaths = new Map(desc.fields.map((field, index) => [field, `${path}.2.${index}`]));
  const members = desc.members.map((member) => {
    if (member.kind === "field") return fieldText(module, member, fieldPaths);
    const oneofPath = `${path}.8.${member.fields[0].proto.oneofIndex}`;
    const doc = documentation(module, member.toString(), { path: oneofPath, isDeprecated }, "  ");
    return doc + oneofText(module, member, fieldPaths);
  });
  return members.join("\n");
}

function fieldText(module: Module, field: DescField, paths: ReadonlyMap<DescField, string>): string {
  const name = propertyName(field.localName);
  const type = fieldType(field, module.references);
  const property = isOptional(field) ? `${name}?: ${type} | undefined` : `${name}: ${type}`;
  return `${fieldDocumentation(module, field, paths, "  ")}  ${property};\n`;
}

function oneofText(module: Module, oneof: DescOneof, paths: ReadonlyMap<DescField, string>): string {
  const cases = oneof.fields.map(
    (field) =>
      fieldDocumentation(module, field, paths, "    ") +
      `    value: ${fieldType(field, module.references)};\n` +
      `    case: ${quote(field.localName)};\n`,
  );
  const none = "{ case: undefined; value?: undefined }";
  return `  ${propertyName(oneof.localName)}: {\n${cases.join("  } | {\n")}  } | ${none};\n`;
}

function fieldDocumentation(
  module: Module,
  field: DescField,
  paths: ReadonlyMap<DescField, string>,
  indentation: string,
): string {
  const place = { path: paths.get(field)!, isDeprecated: field.deprecated };
  return documentation(module, `field: ${fieldDeclaration(field)};`, place, indentation);
}
