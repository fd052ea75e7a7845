import { create, ScalarType } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type FeatureSet,
  FeatureSet_FieldPresence,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptions_JSType,
} from "@bufbuild/protobuf/wkt";
import { defaultTextOf } from "./schema-defaults.test.util.js";
import { featureSet, hasFeatures } from "./schema-features.test.util.js";
import type { EnumType, FieldModel, FileModel, Types } from "./schema-model.test.util.js";

const { OPTIONAL, REQUIRED, REPEATED } = FieldDescriptorProto_Label;

/** The shape that a field has in a file of this syntax. */
export function shapeOf({ shape }: FieldModel, file: FileModel): FieldModel["shape"] {
  return shape === "required" && file.syntax === "proto3" ? "singular" : shape;
}

/** A field, without its oneof, of the message `typeName`; and the message of its entries, if it is a map. */
export function fieldProto(
  model: FieldModel,
  file: FileModel,
  types: Types,
  typeName: string,
): { fieldProto: FieldDescriptorProto; mapEntry: DescriptorProto | undefined } {
  const shape = shapeOf(model, file);
  const value = valueType(model, file, types);
  const proto = create(FieldDescriptorProtoSchema, {
    ...{ name: model.name, number: model.number },
    ...{ type: value.type, typeName: value.typeName, label: labelOf(shape, file) },
    proto3Optional: shape === "optional" && file.syntax === "proto3" ? true : undefined,
    options: {
      features: hasFeatures(file) ? featuresOf(model, value) : undefined,
      jstype: model.jsString && isLong(value.type) ? FieldOptions_JSType.JS_STRING : undefined,
      packed: shape === "repeated" && isNumeric(value.type) && !hasFeatures(file) ? model.packed : undefined,
    },
    defaultValue: defaultOf(model, file, value),
  });
  if (shape !== "map") return { fieldProto: proto, mapEntry: undefined };
  const mapEntry = entryProto(model, value);
  proto.type = FieldDescriptorProto_Type.MESSAGE;
  proto.typeName = `${typeName}.${mapEntry.name}`;
  return { fieldProto: proto, mapEntry };
}

interface ValueType {
  readonly type: FieldDescriptorProto_Type;
  readonly typeName?: string;
  readonly enum?: EnumType;
}

function valueType({ type, target, shape }: FieldModel, file: FileModel, types: Types): ValueType {
  switch (type) {
    case "enum": {
      const enums = types.enums.filter(({ isClosed }) => file.syntax !== "proto3" || !isClosed);
      if (enums.length === 0) return { type: FieldDescriptorProto_Type.INT32 };
      const enumeration = enums[target % enums.length];
      return { type: FieldDescriptorProto_Type.ENUM, typeName: enumeration.typeName, enum: enumeration };
    }
    case "group":
    case "message": {
      const isGroup = type === "group" && shape !== "map" && file.syntax === "proto2";
      return {
        type: isGroup ? FieldDescriptorProto_Type.GROUP : FieldDescriptorProto_Type.MESSAGE,
        typeName: types.messages[target % types.messages.length],
      };
    }
    case "well-known":
      return {
        type: FieldDescriptorProto_Type.MESSAGE,
        typeName: `.${types.wellKnown[target % types.wellKnown.length]}`,
      };
    default:
      // The numbers of ScalarType are those of FieldDescriptorProto.Type.
      return { type: type as number as FieldDescriptorProto_Type };
  }
}

function labelOf(shape: FieldModel["shape"], file: FileModel): FieldDescriptorProto_Label {
  if (shape === "repeated" || shape === "map") return REPEATED;
  return shape === "required" && file.syntax === "proto2" ? REQUIRED : OPTIONAL;
}

/** Messages and closed enums cannot have implicit presence; members of oneofs say nothing of it. */
function featuresOf({ shape, features, type }: FieldModel, value: ValueType): FeatureSet {
  const set = featureSet({
    packed: shape === "repeated" && isNumeric(value.type) ? features.packed : undefined,
    delimited: type === "group" && shape !== "map" ? true : undefined,
    utf8: value.type === FieldDescriptorProto_Type.STRING || shape === "map" ? features.utf8 : undefined,
  });
  if (shape === "required") set.fieldPresence = FeatureSet_FieldPresence.LEGACY_REQUIRED;
  if (isMessage(value) || !(shape === "singular" || shape === "optional")) return set;
  if (shape === "optional" || value.enum?.isClosed || features.implicit === false) {
    set.fieldPresence = FeatureSet_FieldPresence.EXPLICIT;
  } else if (features.implicit) set.fieldPresence = FeatureSet_FieldPresence.IMPLICIT;
  return set;
}

function isMessage({ typeName, enum: enumeration }: ValueType): boolean {
  return typeName !== undefined && enumeration === undefined;
}

/** Whether zero values of the field count as not set. */
function isImplicit({ shape, features }: FieldModel, file: FileModel, value: ValueType): boolean {
  if (shape !== "singular" || value.enum?.isClosed) return false;
  if (!hasFeatures(file)) return file.syntax === "proto3";
  return features.implicit ?? file.features.implicit ?? false;
}

/** Fields with explicit presence may have a default, except in proto3. */
function defaultOf(model: FieldModel, file: FileModel, value: ValueType): string | undefined {
  if (model.default === undefined || file.syntax === "proto3" || isImplicit(model, file, value))
    return undefined;
  if (model.shape === "repeated" || model.shape === "map") return undefined;
  if (value.enum !== undefined) return value.enum.valueNames[model.default % value.enum.valueNames.length];
  return value.typeName === undefined
    ? defaultTextOf(value.type as number as ScalarType, model.default)
    : undefined;
}

function entryProto(model: FieldModel, value: ValueType): DescriptorProto {
  const { type, typeName } = value;
  return create(DescriptorProtoSchema, {
    name: `${model.name}${model.number}Entry`,
    field: [
      { name: "key", number: 1, label: OPTIONAL, type: model.mapKey as number as FieldDescriptorProto_Type },
      { name: "value", number: 2, label: OPTIONAL, type, typeName },
    ],
    options: { mapEntry: true },
  });
}

function isLong(type: FieldDescriptorProto_Type): boolean {
  const { INT64, UINT64, SINT64, FIXED64, SFIXED64 } = ScalarType;
  return ([INT64, UINT64, SINT64, FIXED64, SFIXED64] as number[]).includes(type);
}

function isNumeric(type: FieldDescriptorProto_Type): boolean {
  const { STRING, BYTES, MESSAGE, GROUP } = FieldDescriptorProto_Type;
  return ![STRING, BYTES, MESSAGE, GROUP].includes(type);
}
