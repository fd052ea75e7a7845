import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { editionOf, featuresOf } from "../link/features.js";
import { type LinkedFile, nameWithin } from "../link/symbols.js";
import type { Diagnostics } from "../text/diagnostics.js";
import type { Context } from "./context.js";
import { checkEnum } from "./enums.js";
import { checkExtension, checkExtensionRanges } from "./extensions.js";
import { checkFieldSupport, checkValueSupport } from "./feature-support.js";
import { checkFieldFeatures } from "./field-features.js";
import { checkField } from "./fields.js";
import { checkFile, checkService } from "./files.js";
import { checkFieldJsonNames } from "./json-names.js";
import { checkMap, checkMessage } from "./messages.js";
import {
  checkEnumStyle,
  checkFieldStyle,
  checkFileStyle,
  checkMessageStyle,
  checkServiceStyle,
} from "./naming-style.js";
import { checkFieldNumber, checkMessageNumbers } from "./numbers.js";
import { checkPromises } from "./promises.js";
import { checkReservedFieldNames } from "./reserved-names.js";
import { checkNestedExports } from "./visibility.js";

/**
 * Checks the rules of the language that take more than the syntax tree and the names: a file that passes is one that
 * protoc accepts. The file must have been linked, and its options interpreted.
 */
export function validate(file: LinkedFile, diagnostics: Diagnostics): void {
  const { described, proto } = file;
  if (described === undefined) return;
  const context: Context = {
    file,
    described,
    diagnostics,
    edition: editionOf(proto),
    features: featuresOf(file),
  };
  checkFile(context);
  checkFileStyle(context);
  validateMessages(context, proto.messageType, proto.package, false);
  for (const each of proto.enumType) validateEnum(context, each);
  for (const extension of proto.extension) validateExtension(context, extension, proto.package);
  for (const service of proto.service) validateService(context, service);
}

function validateMessages(
  context: Context,
  messages: readonly DescriptorProto[],
  scope: string,
  isNested: boolean,
): void {
  for (const message of messages) {
    // The entries of maps, which were not written, are checked with the map fields.
    if (context.described.nodes.has(message)) validateMessage(context, message, scope, isNested);
  }
}

function validateMessage(context: Context, message: DescriptorProto, scope: string, isNested: boolean): void {
  const fullName = nameWithin(scope, message.name);
  checkMessage(context, message);
  checkMessageNumbers(context, message);
  checkReservedFieldNames(context, message);
  checkFieldJsonNames(context, message);
  checkExtensionRanges(context, message);
  checkNestedExports(context, message, isNested);
  checkMessageStyle(context, message);
  for (const field of message.field) validateField(context, field, message);
  for (const extension of message.extension) validateExtension(context, extension, fullName);
  for (const each of message.enumType) validateEnum(context, each);
  validateMessages(context, message.nestedType, fullName, true);
}

function validateField(context: Context, field: FieldDescriptorProto, message: DescriptorProto): void {
  checkFieldNumber(context, field);
  checkField(context, field, message);
  checkMap(context, field);
  checkFieldFeatures(context, field);
  checkFieldSupport(context, field);
  checkFieldStyle(context, field);
}

function validateExtension(context: Context, extension: FieldDescriptorProto, scope: string): void {
  checkFieldNumber(context, extension);
  checkField(context, extension, undefined);
  checkFieldFeatures(context, extension);
  checkFieldSupport(context, extension);
  checkExtension(context, extension, nameWithin(scope, extension.name));
  checkFieldStyle(context, extension);
}

function validateEnum(context: Context, each: EnumDescriptorProto): void {
  checkEnum(context, each);
  for (const value of each.value) checkValueSupport(context, value);
  checkEnumStyle(context, each);
}

function validateService(context: Context, service: ServiceDescriptorProto): void {
  checkService(context, service);
  checkServiceStyle(context, service);
  checkPromises(context, service);
}
