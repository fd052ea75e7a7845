import { Edition, type FieldOptions_FeatureSupport } from "@bufbuild/protobuf/wkt";
import { type DescribedFile, spanOf } from "../describe/described.js";
import { editionOf } from "../link/features.js";
import type { Definition, LinkedFile } from "../link/symbols.js";
import type { TokenRange } from "../syntax/syntax.js";
import { inWords, withArticle } from "../text/articles.js";
import type { Diagnostics } from "../text/diagnostics.js";
import { type FieldType, OPTION_TARGETS } from "./option-schema.js";

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
  /** Within an `Any`: that is data, and where it may be set is not asked. */
  readonly isWithinAny?: boolean;
}

export function report(context: OptionContext, at: TokenRange, message: string, hint?: string): void {
  context.diagnostics.error(context.described.source, spanOf(context.described, at), message, hint);
}

/**
 * Whether a field of an options message, or of a message within one, may be set here: by its targets and by the
 * edition. `name` is what messages call it.
 */
export function checkAllowed(
  context: OptionContext,
  field: FieldType,
  name: string,
  at: TokenRange,
): boolean {
  const { options } = field.proto;
  if (options === undefined || context.isWithinAny) return true;
  const { targets } = options;
  const target = OPTION_TARGETS.get(context.optionsName)!;
  if (targets.length > 0 && !targets.includes(target.type)) {
    const allowed = [...OPTION_TARGETS.values()].filter(({ type }) => targets.includes(type));
    const hint = `it is for ${inWords(allowed.map(({ plural }) => plural))}`;
    report(context, at, `\`${name}\` cannot be set on ${withArticle(target.noun)}`, hint);
    return false;
  }
  return checkLifetime(context, name, options.featureSupport, at);
}

/** Whether a feature, an option or a value of one exists in the file's edition; warns where it is deprecated. */
export function checkLifetime(
  context: OptionContext,
  name: string,
  support: FieldOptions_FeatureSupport | undefined,
  at: TokenRange,
): boolean {
  if (support === undefined) return true;
  const edition = editionOf(context.file.proto);
  if (Object.hasOwn(support, "editionIntroduced") && edition < support.editionIntroduced) {
    report(context, at, `\`${name}\` is new in edition ${editionText(support.editionIntroduced)}`);
    return false;
  }
  if (Object.hasOwn(support, "editionRemoved") && edition >= support.editionRemoved) {
    const removed = `\`${name}\` was removed in edition ${editionText(support.editionRemoved)}`;
    report(context, at, removed, support.removalError || undefined);
    return false;
  }
  if (Object.hasOwn(support, "editionDeprecated") && edition >= support.editionDeprecated) {
    context.diagnostics.warn(
      context.described.source,
      spanOf(context.described, at),
      `\`${name}\` is deprecated since edition ${editionText(support.editionDeprecated)}`,
      support.deprecationWarning || undefined,
    );
  }
  return true;
}

/** `2023`, `proto3` */
function editionText(edition: Edition): string {
  return (Edition[edition] ?? String(edition)).replace("EDITION_", "").toLowerCase();
}
