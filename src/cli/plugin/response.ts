import {
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  type CodeGeneratorResponse_File,
  Edition,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { Diagnostics } from "../../idl/text/diagnostics.js";
import type { Output } from "../outputs.js";

/** What a plugin answered. */
export interface Answer {
  /** How messages name it. */
  readonly plugin: string;
  readonly response: CodeGeneratorResponse;
}

/**
 * The files that the plugins' answers make, `generated` being the descriptors that they were asked to generate for.
 * What one plugin has made, a later one may insert into.
 */
export function outputsOf(
  answers: readonly Answer[],
  generated: readonly FileDescriptorProto[],
  diagnostics: Diagnostics,
): Output[] {
  const outputs = new Map<string, string>();
  for (const { plugin, response } of answers) {
    if (response.error !== "") diagnostics.fileError("", `${plugin}: ${response.error}`);
    else if (supportsAll(plugin, response, generated, diagnostics))
      addFiles(plugin, response, outputs, diagnostics);
  }
  return Array.from(outputs, ([name, content]) => ({ name, content }));
}

/** Plugins say what of the language they know; others would make wrong code of it. */
function supportsAll(
  plugin: string,
  response: CodeGeneratorResponse,
  generated: readonly FileDescriptorProto[],
  diagnostics: Diagnostics,
): boolean {
  const errorsBefore = diagnostics.errorCount;
  for (const file of generated) {
    const unsupported = unsupportedIn(file, response);
    if (unsupported !== undefined)
      diagnostics.fileError(file.name, `${plugin} does not support ${unsupported}`);
  }
  return diagnostics.errorCount === errorsBefore;
}

function unsupportedIn(file: FileDescriptorProto, response: CodeGeneratorResponse): string | undefined {
  const { minimumEdition, maximumEdition } = response;
  const supports = (feature: CodeGeneratorResponse_Feature) =>
    (response.supportedFeatures & BigInt(feature)) !== 0n;
  if (!supports(CodeGeneratorResponse_Feature.PROTO3_OPTIONAL) && hasProto3Optional(file))
    return "`optional` in proto3";
  if (file.syntax !== "editions") return undefined;
  if (!supports(CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS)) return "editions";
  if (file.edition < minimumEdition) return `editions before ${editionText(minimumEdition)}`;
  if (file.edition > maximumEdition) return `editions after ${editionText(maximumEdition)}`;
  return undefined;
}

function editionText(edition: Edition): string {
  return (Edition[edition] ?? String(edition)).replace("EDITION_", "").toLowerCase();
}

function hasProto3Optional(file: FileDescriptorProto): boolean {
  const messages = [...file.messageType];
  // Nested ones are appended while the loop runs.
  for (const message of messages) {
    if ([...message.field, ...message.extension].some((field) => field.proto3Optional)) return true;
    messages.push(...message.nestedType);
  }
  return file.extension.some((field) => field.proto3Optional);
}

function addFiles(
  plugin: string,
  { file: files }: CodeGeneratorResponse,
  outputs: Map<string, string>,
  diagnostics: Diagnostics,
): void {
  const fail = (message: string) => diagnostics.fileError("", `${plugin}: ${message}`);
  let current: { name: string; insertionPoint: string; content: string } | undefined;
  const finish = () => {
    if (current === undefined) return;
    const { name, insertionPoint, content } = current;
    const present = outputs.get(name);
    if (insertionPoint === "") {
      if (present !== undefined) fail(`made \`${name}\`, which there is already`);
      outputs.set(name, content);
    } else if (present === undefined) {
      fail(`inserts into \`${name}\`, which there is not`);
    } else {
      const inserted = insert(present, insertionPoint, content);
      if (inserted === undefined) fail(`\`${name}\` has no insertion point \`${insertionPoint}\``);
      else outputs.set(name, inserted);
    }
  };
  for (const file of files) {
    if (isContinuation(file)) {
      if (current === undefined) fail("its first file has no name");
      else current.content += file.content;
      continue;
    }
    finish();
    current = { name: file.name, insertionPoint: file.insertionPoint, content: file.content };
  }
  finish();
}

/** Large files may come in pieces. */
function isContinuation({ name, insertionPoint }: CodeGeneratorResponse_File): boolean {
  return name === "" && insertionPoint === "";
}

/**
 * `text` with `content` in front of the line that has the insertion point, indented as this line is, or in front of
 * the comment where it is within one line. Undefined if there is no such point.
 */
function insert(text: string, point: string, content: string): string | undefined {
  const mark = text.indexOf(`@@protoc_insertion_point(${point})`);
  if (mark === -1) return undefined;
  const isInline = text.slice(0, mark).endsWith("/* ");
  const at = isInline ? mark - 3 : text.lastIndexOf("\n", mark) + 1;
  const lines = content === "" || content.endsWith("\n") ? content : `${content}\n`;
  const [indent] = /^[ \t]*/.exec(text.slice(at, mark))!;
  return text.slice(0, at) + lines.replace(/[^\n]*\n/g, `${indent}$&`) + text.slice(at);
}
