import type { DescEnum } from "@bufbuild/protobuf";
import { docComment } from "./comments.js";
import type { OwnPlace, Place } from "./declarations.js";
import { enumJsonType } from "./json-type.js";
import { documentation, type Module, schema } from "./module.js";
import { enumValueDeclaration, typeDeclaration } from "./source-text.js";

/** An enum, and the constant that describes it. */
export function enumText(module: Module, desc: DescEnum, place: OwnPlace): string {
  const { references, jsonTypes } = module;
  const { isDeprecated } = place;
  let text = module.erasableSyntax ? objectText(module, desc, place) : shapeText(module, desc, place);
  if (jsonTypes) text += enumJsonType(module, desc, place);
  text += docComment(`Describes the ${desc.toString()}.${isDeprecated ? "\n@deprecated" : ""}`);
  const jsonType = jsonTypes ? `, ${references.jsonType(desc)}` : "";
  const type = `${references.runtime("GenEnum")}<${references.shape(desc)}${jsonType}>`;
  return text + schema(module, desc, place, type, "enumDesc");
}

function shapeText(module: Module, desc: DescEnum, place: OwnPlace): string {
  const doc = documentation(module, typeDeclaration(desc), place);
  const name = module.references.shape(desc);
  return `${doc}export enum ${name} {\n${valuesText(module, desc, place, " = ")}}\n\n`;
}

/** The same without an `enum`: an object, and a type of the same name, which are the same to those who use them. */
function objectText(module: Module, desc: DescEnum, place: OwnPlace): string {
  const { references } = module;
  const doc = documentation(module, typeDeclaration(desc), place);
  const name = references.shape(desc);
  const others = desc.open ? ` | ${references.runtime("UnknownEnum")}` : "";
  return (
    `${doc}export const ${name} = {\n${valuesText(module, desc, place, ": ")}} as const;\n\n` +
    `${doc}export type ${name} = (typeof ${name})[keyof typeof ${name}]${others};\n\n`
  );
}

function valuesText(module: Module, desc: DescEnum, { path }: Place, assignment: " = " | ": "): string {
  const isObject = assignment === ": ";
  const values = desc.values.map((value, index) => {
    const { localName } = value;
    const place = { path: `${path}.2.${index}`, isDeprecated: value.deprecated };
    const doc = documentation(module, `enum value: ${enumValueDeclaration(value)};`, place, "  ");
    // In an object, this one without brackets would set the prototype.
    const name = isObject && localName === "__proto__" ? '["__proto__"]' : localName;
    return `${doc}  ${name}${assignment}${value.number},\n`;
  });
  return values.join("\n");
}
