import type { DescExtension } from "@bufbuild/protobuf";
import type { OwnPlace } from "./declarations.js";
import { fieldType } from "./field-type.js";
import { documentation, type Module, schema } from "./module.js";
import { fieldDeclaration } from "./source-text.js";

/** The constant that describes an extension, with what it extends and the type of its value in its type. */
export function extensionText(module: Module, desc: DescExtension, place: OwnPlace): string {
  const { references } = module;
  const doc = documentation(module, `extension: ${fieldDeclaration(desc)};`, place);
  const generic = references.runtime("GenExtension");
  const type = `${generic}<${references.shape(desc.extendee)}, ${fieldType(desc, references)}>`;
  return doc + schema(module, desc, place, type, "extDesc");
}
