import type { DescService } from "@bufbuild/protobuf";
import type { OwnPlace } from "./declarations.js";
import { quote } from "./literals.js";
import { documentation, type Module, schema } from "./module.js";

/** The constant that describes a service, with what its methods take and give in its type. */
export function serviceText(module: Module, desc: DescService, place: OwnPlace): string {
  const { references } = module;
  const { path } = place;
  const doc = documentation(module, desc.toString(), place);
  let type = `${references.runtime("GenService")}<{\n`;
  desc.methods.forEach((method, index) => {
    const place = { path: `${path}.2.${index}`, isDeprecated: method.deprecated };
    type += documentation(module, method.toString(), place, "  ");
    type += `  ${method.localName}: {\n`;
    type += `    methodKind: ${quote(method.methodKind)};\n`;
    type += `    input: typeof ${references.schemaType(method.input)};\n`;
    type += `    output: typeof ${references.schemaType(method.output)};\n`;
    type += "  },\n";
  });
  type += "}>";
  return doc + schema(module, desc, place, type, "serviceDesc");
}
