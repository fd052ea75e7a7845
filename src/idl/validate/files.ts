import {
  Edition,
  FeatureSet_FieldPresence,
  FileOptions_OptimizeMode,
  type ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { spanOf } from "../describe/described.js";
import { nameSpan, optionSpan } from "../describe/spans.js";
import type { LinkedFile } from "../link/symbols.js";
import { type Context, report } from "./context.js";

export function checkFile(context: Context): void {
  checkLiteImports(context);
  checkFileFeatures(context);
}

function checkLiteImports(context: Context): void {
  const { file, described } = context;
  if (isLite(file)) return;
  const lite = new Set(
    file.imports.map((each) => (each !== undefined && isLite(each) ? each.name : undefined)),
  );
  for (const element of described.tree.elements) {
    if (element.kind !== "import" || element.modifier === "option" || !lite.has(element.path.text)) continue;
    const message = `\`${element.path.text}\` is optimized for the lite runtime, and this file is not`;
    report(context, spanOf(described, element.path), message);
  }
}

function checkFileFeatures(context: Context): void {
  const { described, edition, file } = context;
  if (edition < Edition.EDITION_2023) return;
  const { options } = file.proto;
  if (options?.features?.fieldPresence === FeatureSet_FieldPresence.LEGACY_REQUIRED) {
    const span = optionSpan(described, file.proto, "features", "field_presence");
    report(context, span, "a whole file cannot be `LEGACY_REQUIRED`", "set it on single fields");
  }
  if (options?.javaStringCheckUtf8) {
    const span = optionSpan(described, file.proto, "java_string_check_utf8");
    const hint = "use the feature `(pb.java).utf8_validation`";
    report(context, span, "`java_string_check_utf8` is not for editions", hint);
  }
}

export function checkService(context: Context, service: ServiceDescriptorProto): void {
  const { file, described } = context;
  const { options } = file.proto;
  if (!isLite(file) || !(options?.ccGenericServices || options?.javaGenericServices)) return;
  report(
    context,
    nameSpan(described, service),
    "a file for the lite runtime cannot have generic services",
    "set `cc_generic_services` and `java_generic_services` to false",
  );
}

/** Whether a file is for runtimes without reflection. */
export function isLite({ proto }: LinkedFile): boolean {
  return proto.options?.optimizeFor === FileOptions_OptimizeMode.LITE_RUNTIME;
}
