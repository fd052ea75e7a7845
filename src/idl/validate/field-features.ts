import {
  Edition,
  type FeatureSet,
  FeatureSet_FieldPresence,
  FeatureSet_RepeatedFieldEncoding,
  type FieldDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { optionSpan } from "../describe/spans.js";
import { type Context, report } from "./context.js";
import { isInOneof, isMessage, isRepeated, isResolved, isString, mapEntryOf } from "./field-types.js";
import { checkPackable } from "./fields.js";

/** That features which a field sets itself are such that it has a use for them. */
export function checkFieldFeatures(context: Context, field: FieldDescriptorProto): void {
  const features = field.options?.features;
  if (features === undefined || context.edition < Edition.EDITION_2023 || !isResolved(field)) return;
  const entry = mapEntryOf(context, field);
  const isMap = entry !== undefined;
  const no = (feature: string, text: string) =>
    report(context, optionSpan(context.described, field, "features", feature), text);

  if (Object.hasOwn(features, "fieldPresence")) {
    const text = presenceFault(field, isMap, features);
    if (text !== undefined) no("field_presence", text);
  }
  if (Object.hasOwn(features, "repeatedFieldEncoding")) {
    if (!isRepeated(field)) {
      no("repeated_field_encoding", "only repeated fields have a repeated field encoding");
    } else if (features.repeatedFieldEncoding === FeatureSet_RepeatedFieldEncoding.PACKED) {
      checkPackable(context, field, "features", "repeated_field_encoding");
    }
  }
  if (Object.hasOwn(features, "utf8Validation") && ![field, ...(entry?.field ?? [])].some(isString))
    no("utf8_validation", "only string fields are validated as UTF-8");
  if (Object.hasOwn(features, "messageEncoding")) {
    if (isMap) no("message_encoding", "a map has no message encoding to set");
    else if (!isMessage(field)) no("message_encoding", "only message fields have a message encoding");
  }
}

function presenceFault(
  field: FieldDescriptorProto,
  isMap: boolean,
  { fieldPresence }: FeatureSet,
): string | undefined {
  if (isMap) return "a map has no presence to set";
  if (isRepeated(field)) return "a repeated field has no presence to set";
  if (isInOneof(field)) return "a field in a oneof has presence anyway";
  if (field.extendee !== "") {
    return fieldPresence === FeatureSet_FieldPresence.LEGACY_REQUIRED
      ? "an extension cannot be required"
      : "an extension has presence anyway";
  }
  return isMessage(field) && fieldPresence === FeatureSet_FieldPresence.IMPLICIT
    ? "a message field cannot have implicit presence"
    : undefined;
}
