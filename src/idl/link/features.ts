import type { Message } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  Edition,
  type EnumDescriptorProto,
  type FeatureSet,
  FeatureSet_EnforceNamingStyle,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_JsonFormat,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
  FeatureSet_Utf8Validation,
  FeatureSet_VisibilityFeature_DefaultSymbolVisibility,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { LinkedFile } from "./symbols.js";

// What the features of an edition come to for each part of a file
// (https://protobuf.dev/editions/features/). proto2 and proto3 are editions with features that nobody can set.

/** The features that hold for one part of a file, all of them known. */
export interface ResolvedFeatures {
  readonly fieldPresence: FeatureSet_FieldPresence;
  readonly enumType: FeatureSet_EnumType;
  readonly repeatedFieldEncoding: FeatureSet_RepeatedFieldEncoding;
  readonly utf8Validation: FeatureSet_Utf8Validation;
  readonly messageEncoding: FeatureSet_MessageEncoding;
  readonly jsonFormat: FeatureSet_JsonFormat;
  readonly enforceNamingStyle: FeatureSet_EnforceNamingStyle;
  readonly defaultSymbolVisibility: FeatureSet_VisibilityFeature_DefaultSymbolVisibility;
}

const PROTO2: ResolvedFeatures = {
  fieldPresence: FeatureSet_FieldPresence.EXPLICIT,
  enumType: FeatureSet_EnumType.CLOSED,
  repeatedFieldEncoding: FeatureSet_RepeatedFieldEncoding.EXPANDED,
  utf8Validation: FeatureSet_Utf8Validation.NONE,
  messageEncoding: FeatureSet_MessageEncoding.LENGTH_PREFIXED,
  jsonFormat: FeatureSet_JsonFormat.LEGACY_BEST_EFFORT,
  enforceNamingStyle: FeatureSet_EnforceNamingStyle.STYLE_LEGACY,
  defaultSymbolVisibility: FeatureSet_VisibilityFeature_DefaultSymbolVisibility.EXPORT_ALL,
};

const PROTO3: ResolvedFeatures = {
  ...PROTO2,
  fieldPresence: FeatureSet_FieldPresence.IMPLICIT,
  enumType: FeatureSet_EnumType.OPEN,
  repeatedFieldEncoding: FeatureSet_RepeatedFieldEncoding.PACKED,
  utf8Validation: FeatureSet_Utf8Validation.VERIFY,
  jsonFormat: FeatureSet_JsonFormat.ALLOW,
};

const EDITION_2023: ResolvedFeatures = { ...PROTO3, fieldPresence: FeatureSet_FieldPresence.EXPLICIT };

const EDITION_2024: ResolvedFeatures = {
  ...EDITION_2023,
  enforceNamingStyle: FeatureSet_EnforceNamingStyle.STYLE2024,
  defaultSymbolVisibility: FeatureSet_VisibilityFeature_DefaultSymbolVisibility.EXPORT_TOP_LEVEL,
};

/** The edition that a file is in, `EDITION_PROTO2` and `EDITION_PROTO3` among them. */
export function editionOf(proto: FileDescriptorProto): Edition {
  if (proto.syntax === "editions") return proto.edition;
  return proto.syntax === "proto3" ? Edition.EDITION_PROTO3 : Edition.EDITION_PROTO2;
}

/** The features of an edition where nothing else is said. */
function editionDefaults(edition: Edition): ResolvedFeatures {
  if (edition === Edition.EDITION_PROTO2) return PROTO2;
  if (edition === Edition.EDITION_PROTO3) return PROTO3;
  return edition >= Edition.EDITION_2024 ? EDITION_2024 : EDITION_2023;
}

/** The features of the parts of a file: of its messages, fields, extensions, enums, services and so on, and of itself. */
export interface FileFeatures {
  get(part: Message): ResolvedFeatures;
}

const resolvedOfFile = new WeakMap<LinkedFile, FileFeatures>();

/** The features of a file's parts. Its options that are not extensions must have been interpreted. */
export function featuresOf(file: LinkedFile): FileFeatures {
  return resolvedOfFile.get(file) ?? refreshFeatures(file);
}

/** The same, resolved anew since options have been interpreted meanwhile. */
export function refreshFeatures(file: LinkedFile): FileFeatures {
  const resolved = resolveFeatures(file.proto);
  resolvedOfFile.set(file, resolved);
  return resolved;
}

function resolveFeatures(proto: FileDescriptorProto): FileFeatures {
  const isEdition = proto.syntax === "editions";
  const ofFile = overlay(editionDefaults(editionOf(proto)), proto.options?.features);
  /** Of the parts that have others than the file. */
  const others = new Map<Message, ResolvedFeatures>();

  const note = (part: Message, features: ResolvedFeatures) => {
    if (features !== ofFile) others.set(part, features);
    return features;
  };
  const inherit = (part: Message & { options?: { features?: FeatureSet } }, parent: ResolvedFeatures) =>
    note(part, overlay(parent, part.options?.features));
  const field = (part: FieldDescriptorProto, parent: ResolvedFeatures) => {
    const features = overlay(parent, part.options?.features);
    note(part, isEdition ? features : legacyFeatures(part, features));
  };
  const anEnum = (part: EnumDescriptorProto, parent: ResolvedFeatures) => {
    const features = inherit(part, parent);
    for (const value of part.value) inherit(value, features);
  };
  const message = (part: DescriptorProto, parent: ResolvedFeatures) => {
    const features = inherit(part, parent);
    const ofOneofs = part.oneofDecl.map((oneof) => inherit(oneof, features));
    for (const each of part.field)
      field(each, Object.hasOwn(each, "oneofIndex") ? (ofOneofs[each.oneofIndex] ?? features) : features);
    for (const each of part.extension) field(each, features);
    for (const each of part.enumType) anEnum(each, features);
    for (const each of part.nestedType) message(each, features);
    for (const range of part.extensionRange) inherit(range, features);
  };

  for (const each of proto.messageType) message(each, ofFile);
  for (const each of proto.enumType) anEnum(each, ofFile);
  for (const each of proto.extension) field(each, ofFile);
  for (const each of proto.service) {
    const ofService = inherit(each, ofFile);
    for (const method of each.method) inherit(method, ofService);
  }
  return { get: (part) => others.get(part) ?? ofFile };
}

/** What a field of proto2 or proto3 says in other ways than by features. */
function legacyFeatures(field: FieldDescriptorProto, inherited: ResolvedFeatures): ResolvedFeatures {
  const isRequired = field.label === FieldDescriptorProto_Label.REQUIRED;
  const isGroup = field.type === FieldDescriptorProto_Type.GROUP;
  const isPackedSaid = field.options !== undefined && Object.hasOwn(field.options, "packed");
  if (!isRequired && !isGroup && !isPackedSaid && !field.proto3Optional) return inherited;
  return {
    ...inherited,
    ...(field.proto3Optional && { fieldPresence: FeatureSet_FieldPresence.EXPLICIT }),
    ...(isRequired && { fieldPresence: FeatureSet_FieldPresence.LEGACY_REQUIRED }),
    ...(isGroup && { messageEncoding: FeatureSet_MessageEncoding.DELIMITED }),
    ...(isPackedSaid && {
      repeatedFieldEncoding: field.options!.packed
        ? FeatureSet_RepeatedFieldEncoding.PACKED
        : FeatureSet_RepeatedFieldEncoding.EXPANDED,
    }),
  };
}

/** `base` with what `set` says over it; unknown values say nothing. */
function overlay(base: ResolvedFeatures, set: FeatureSet | undefined): ResolvedFeatures {
  if (set === undefined) return base;
  return {
    fieldPresence: set.fieldPresence || base.fieldPresence,
    enumType: set.enumType || base.enumType,
    repeatedFieldEncoding: set.repeatedFieldEncoding || base.repeatedFieldEncoding,
    utf8Validation: set.utf8Validation || base.utf8Validation,
    messageEncoding: set.messageEncoding || base.messageEncoding,
    jsonFormat: set.jsonFormat || base.jsonFormat,
    enforceNamingStyle: set.enforceNamingStyle || base.enforceNamingStyle,
    defaultSymbolVisibility: set.defaultSymbolVisibility || base.defaultSymbolVisibility,
  };
}
