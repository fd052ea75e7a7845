import {
  Edition,
  type FieldOptions_FeatureSupport,
  FieldOptions_OptionTargetType,
} from "@bufbuild/protobuf/wkt";
import { type DescribedFile, spanOf } from "./described.js";
import type { Diagnostics } from "./diagnostics.js";
import { editionOf } from "./features.js";
import { type FieldType, OPTION_TARGETS } from "./option-schema.js";
import type { Definition, LinkedFile } from "./symbols.js";
import type { TokenRange } from "./syntax.js";

/** What interpreting the options of one part of a file needs to know and to tell. */
export interface OptionContext {
  readonly file: LinkedFile;
  readonly described: DescribedFile;
  readonly diagnostics: Diagnostics;
  /** The full name of the message that holds the options: `google.protobuf.FieldOptions`, say. */
  readonly optionsName: string;
  /** The scope that the names of extensions are looked up in. */
  readonly scope: string;
  /** Called with each definition that an option refers to, so that its import counts as used. */
  readonly onUse: (definition: Definition) => void;
}

export function report(context: OptionContext, at: TokenRange, message: string, hint?: string): void {
  context.diagnostics.error(context.described.source, spanOf(context.described, at), message, hint);
}

const TARGET_TYPES: Readonly<Record<string, FieldOptions_OptionTargetType>> = {
  "google.protobuf.FileOptions": FieldOptions_OptionTargetType.TARGET_TYPE_FILE,
  "google.protobuf.MessageOptions": FieldOptions_OptionTargetType.TARGET_TYPE_MESSAGE,
  "google.protobuf.FieldOptions": FieldOptions_OptionTargetType.TARGET_TYPE_FIELD,
  "google.protobuf.OneofOptions": FieldOptions_OptionTargetType.TARGET_TYPE_ONEOF,
  "google.protobuf.EnumOptions": FieldOptions_OptionTargetType.TARGET_TYPE_ENUM,
  "google.protobuf.EnumValueOptions": FieldOptions_OptionTargetType.TARGET_TYPE_ENUM_ENTRY,
  "google.protobuf.ServiceOptions": FieldOptions_OptionTargetType.TARGET_TYPE_SERVICE,
  "google.protobuf.MethodOptions": FieldOptions_OptionTargetType.TARGET_TYPE_METHOD,
  "google.protobuf.ExtensionRangeOptions": FieldOptions_OptionTargetType.TARGET_TYPE_EXTENSION_RANGE,
};

/** Whether a field of an options message, or of a message within one, may be set here: by its targets and edition. */
export function checkAllowed(context: OptionContext, field: FieldType, at: TokenRange): boolean {
  const { options } = field.proto;
  if (options === undefined) return true;
  const { targets } = options;
  if (targets.length > 0 && !targets.includes(TARGET_TYPES[context.optionsName])) {
    const allowed = targets.map((target) => FieldOptions_OptionTargetType[target]);
    const names = allowed.map((name) => name.replace("TARGET_TYPE_", "").replace("_", " ").toLowerCase());
    report(
      context,
      at,
      `\`${field.proto.name}\` cannot be set on ${withArticle(OPTION_TARGETS[context.optionsName])}`,
      `it is for: ${names.join(", ")}`,
    );
    return false;
  }
  return checkLifetime(context, field.fullName, options.featureSupport, at);
}

/** Whether a feature, an option or a value of one exists in the file's edition; warns where it is deprecated. */
export function checkLifetime(
  context: OptionContext,
  fullName: string,
  support: FieldOptions_FeatureSupport | undefined,
  at: TokenRange,
): boolean {
  if (support === undefined) return true;
  const edition = editionOf(context.file.proto);
  if (Object.hasOwn(support, "editionIntroduced") && edition < support.editionIntroduced) {
    report(
      context,
      at,
      `\`${fullName}\` is not there before edition ${editionText(support.editionIntroduced)}; this file is in ${editionName(edition)}`,
    );
    return false;
  }
  if (Object.hasOwn(support, "editionRemoved") && edition >= support.editionRemoved) {
    const removed = `\`${fullName}\` was removed in edition ${editionText(support.editionRemoved)}`;
    report(context, at, removed, support.removalError || undefined);
    return false;
  }
  if (Object.hasOwn(support, "editionDeprecated") && edition >= support.editionDeprecated) {
    context.diagnostics.warn(
      context.described.source,
      spanOf(context.described, at),
      `\`${fullName}\` is deprecated since edition ${editionText(support.editionDeprecated)}`,
      support.deprecationWarning || undefined,
    );
  }
  return true;
}

/** `2023`, `proto3` */
function editionText(edition: Edition): string {
  return (Edition[edition] ?? String(edition)).replace("EDITION_", "").toLowerCase();
}

/** `edition 2023`, `proto3` */
export function editionName(edition: Edition): string {
  const text = editionText(edition);
  return text.startsWith("proto") ? text : `edition ${text}`;
}

export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
