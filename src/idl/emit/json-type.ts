import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import type { Place } from "./declarations.js";
import { fieldJsonType } from "./field-type.js";
import { quote } from "./literals.js";
import { documentation, type Module } from "./module.js";
import { fieldDeclaration, typeDeclaration } from "./source-text.js";

/** The type of a message's JSON form. */
export function messageJsonType(module: Module, desc: DescMessage, place: Place): string {
  const doc = documentation(module, typeDeclaration(desc), place);
  const type = specialJsonType(module, desc) ?? `{\n${propertiesText(module, desc, place)}}`;
  return `${doc}export type ${module.references.jsonType(desc)} = ${type};\n\n`;
}

/** The type of an enum's JSON form: the names of its values. */
export function enumJsonType(module: Module, desc: DescEnum, place: Place): string {
  const doc = documentation(module, typeDeclaration(desc), place);
  const type =
    desc.typeName === "google.protobuf.NullValue"
      ? "null"
      : desc.values.map(({ name }) => quote(name)).join(" | ");
  return `${doc}export type ${module.references.jsonType(desc)} = ${type};\n\n`;
}

/** Of messages that are not an object with a property for each field. */
function specialJsonType({ references }: Module, desc: DescMessage): string | undefined {
  switch (desc.typeName) {
    case "google.protobuf.Any":
      return `{\n  "@type"?: string;\n}`;
    case "google.protobuf.Timestamp":
    case "google.protobuf.Duration":
    case "google.protobuf.FieldMask":
      return "string";
    case "google.protobuf.Struct":
      return references.runtime("JsonObject");
    case "google.protobuf.Value":
      return references.runtime("JsonValue");
    case "google.protobuf.ListValue":
      return `${references.runtime("JsonValue")}[]`;
    case "google.protobuf.Empty":
      return "Record<string, never>";
    default:
      return isWrapperDesc(desc) ? fieldJsonType(desc.fields[0], references) : undefined;
  }
}

function propertiesText(module: Module, desc: DescMessage, { path }: Place): string {
  const properties = desc.fields.map((field, index) => {
    const place = { path: `${path}.2.${index}`, isDeprecated: field.deprecated };
    const doc = documentation(module, `field: ${fieldDeclaration(field)};`, place, "  ");
    const name = /^[a-zA-Z_$][\w$]*$/.test(field.jsonName) ? field.jsonName : quote(field.jsonName);
    return `${doc}  ${name}?: ${fieldJsonType(field, module.references)};\n`;
  });
  return properties.join("\n");
}
