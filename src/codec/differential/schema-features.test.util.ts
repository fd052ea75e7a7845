import { create } from "@bufbuild/protobuf";
import {
  type FeatureSet,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
  FeatureSet_Utf8Validation,
  FeatureSetSchema,
} from "@bufbuild/protobuf/wkt";
import type { FeaturesModel, FileModel } from "./schema-model.test.util.js";

/** Only editions have features. */
export function hasFeatures(
  file: FileModel,
): file is FileModel & { readonly syntax: Exclude<FileModel["syntax"], "proto2" | "proto3"> } {
  return file.syntax !== "proto2" && file.syntax !== "proto3";
}

export function featureSet(model: Partial<FeaturesModel>): FeatureSet {
  const { implicit, closed, packed, delimited, utf8 } = model;
  return create(FeatureSetSchema, {
    fieldPresence: choice(implicit, FeatureSet_FieldPresence.IMPLICIT, FeatureSet_FieldPresence.EXPLICIT),
    enumType: choice(closed, FeatureSet_EnumType.CLOSED, FeatureSet_EnumType.OPEN),
    repeatedFieldEncoding: choice(
      packed,
      FeatureSet_RepeatedFieldEncoding.PACKED,
      FeatureSet_RepeatedFieldEncoding.EXPANDED,
    ),
    messageEncoding: choice(
      delimited,
      FeatureSet_MessageEncoding.DELIMITED,
      FeatureSet_MessageEncoding.LENGTH_PREFIXED,
    ),
    utf8Validation: choice(utf8, FeatureSet_Utf8Validation.VERIFY, FeatureSet_Utf8Validation.NONE),
  });
}

function choice<T>(of: boolean | undefined, ifTrue: T, ifFalse: T): T | undefined {
  if (of === undefined) return undefined;
  return of ? ifTrue : ifFalse;
}
