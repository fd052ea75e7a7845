import {
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility as DefaultVisibility,
  type DescriptorProto,
  type EnumDescriptorProto,
  SymbolVisibility,
} from "@bufbuild/protobuf/wkt";
import { spanOf } from "../describe/described.js";
import { nameSpan } from "../describe/spans.js";
import { type Context, report } from "./context.js";

/** One above the largest field number. */
const FIELD_NUMBERS_END = 536_870_912;

/**
 * With STRICT visibility, what is nested cannot be exported; but for enums in a message of the file that is not
 * exported and has no numbers left for fields: then it is only there to give the enums a scope.
 */
export function checkNestedExports(context: Context, message: DescriptorProto, isNested: boolean): void {
  const { file, features } = context;
  if (features.get(file.proto).defaultSymbolVisibility !== DefaultVisibility.STRICT) return;
  for (const nested of message.nestedType) checkNotExported(context, nested, "message");
  if (!isNested && isScopeOnly(message)) return;
  for (const nested of message.enumType) checkNotExported(context, nested, "enum");
}

function checkNotExported(
  context: Context,
  nested: DescriptorProto | EnumDescriptorProto,
  kind: "message" | "enum",
): void {
  if (nested.visibility !== SymbolVisibility.VISIBILITY_EXPORT) return;
  const { described } = context;
  const node = described.nodes.get(nested);
  const keyword = node?.kind === "message" || node?.kind === "enum" ? node.visibility : undefined;
  const span = keyword === undefined ? nameSpan(described, nested) : spanOf(described, keyword);
  const text = `a nested ${kind} cannot be exported under \`STRICT\` visibility`;
  report(context, span, text, "move it to the top of the file");
}

function isScopeOnly({ visibility, reservedRange }: DescriptorProto): boolean {
  const [range] = reservedRange;
  return (
    visibility !== SymbolVisibility.VISIBILITY_EXPORT &&
    reservedRange.length === 1 &&
    range.start === 1 &&
    range.end === FIELD_NUMBERS_END
  );
}
