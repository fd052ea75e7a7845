import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type SourceCodeInfo,
} from "@bufbuild/protobuf/wkt";
import { Output } from "../bytes/output.js";
import { appendVarint, varintBytes } from "../bytes/varint.js";

const SET_FILE = 1;
const FILE_SOURCE_CODE_INFO = 9;
const INFO_LOCATION = 1;
const LOCATION_PATH = 1;
const LOCATION_SPAN = 2;
const LOCATION_LEADING_COMMENTS = 3;
const LOCATION_TRAILING_COMMENTS = 4;
const LOCATION_LEADING_DETACHED_COMMENTS = 6;

/**
 * A `google.protobuf.FileDescriptorSet` in binary, as `toBinary` gives it, several times as fast: nearly all of it is
 * source info.
 */
export function encodeFileDescriptorSet(files: readonly FileDescriptorProto[]): Uint8Array {
  const output = new Output();
  for (const file of files) appendBytes(output, SET_FILE, encodeFileDescriptor(file));
  return output.view();
}

/** A `google.protobuf.FileDescriptorProto` in binary. */
function encodeFileDescriptor(file: FileDescriptorProto): Uint8Array {
  const { sourceCodeInfo } = file;
  if (sourceCodeInfo === undefined) return toBinary(FileDescriptorProtoSchema, file);
  const rest = toBinary(FileDescriptorProtoSchema, withoutSourceInfo(file));
  const at = endOfFieldsBefore(rest, FILE_SOURCE_CODE_INFO);
  const output = new Output();
  output.append(rest, 0, at);
  appendBytes(output, FILE_SOURCE_CODE_INFO, encodeSourceCodeInfo(sourceCodeInfo));
  output.append(rest, at);
  return output.view();
}

/** The same descriptor, its parts shared, without source info. */
export function withoutSourceInfo(file: FileDescriptorProto): FileDescriptorProto {
  const copy = create(FileDescriptorProtoSchema);
  for (const [name, value] of Object.entries(file))
    if (name !== "sourceCodeInfo") Object.assign(copy, { [name]: value });
  return copy;
}

/** Where the fields with smaller numbers end in a message whose fields are in order. */
function endOfFieldsBefore(message: Uint8Array, number: number): number {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [each, wireType] = reader.tag();
    if (each > number) return start;
    reader.skip(wireType, each);
  }
  return reader.pos;
}

function encodeSourceCodeInfo(info: SourceCodeInfo): Uint8Array {
  const output = new Output();
  const inner = new Output();
  for (const location of info.location) {
    inner.length = 0;
    appendPacked(inner, LOCATION_PATH, location.path);
    appendPacked(inner, LOCATION_SPAN, location.span);
    if (Object.hasOwn(location, "leadingComments"))
      appendText(inner, LOCATION_LEADING_COMMENTS, location.leadingComments);
    if (Object.hasOwn(location, "trailingComments"))
      appendText(inner, LOCATION_TRAILING_COMMENTS, location.trailingComments);
    for (const comments of location.leadingDetachedComments)
      appendText(inner, LOCATION_LEADING_DETACHED_COMMENTS, comments);
    appendBytes(output, INFO_LOCATION, inner.view());
  }
  return output.view();
}

/** Numbers from 0 on, as paths and spans have. */
function appendPacked(output: Output, field: number, values: readonly number[]): void {
  if (values.length === 0) return;
  let length = 0;
  for (const value of values) length += varintBytes(value);
  appendTag(output, field);
  appendVarint(output, length);
  for (const value of values) appendVarint(output, value);
}

const encoder = new TextEncoder();

function appendText(output: Output, field: number, text: string): void {
  appendBytes(output, field, encoder.encode(text));
}

function appendBytes(output: Output, field: number, bytes: Uint8Array): void {
  appendTag(output, field);
  appendVarint(output, bytes.length);
  output.append(bytes);
}

/** Of a length-delimited field. */
function appendTag(output: Output, field: number): void {
  appendVarint(output, (field << 3) | WireType.LengthDelimited);
}
