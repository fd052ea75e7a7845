import { create, createFileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { expect } from "vitest";
import { compile } from "../compile.js";
import { compatible, type InterfaceVersion } from "./compatible.js";
import { type Finding, OLD_CLIENT } from "./finding.js";

/** Files by name, or the text of `a.proto`; proto3, and package `a`, where a text says no other. */
export type Texts = string | Readonly<Record<string, string>>;

/** Compiles a version of an interface. */
export function version(texts: Texts): InterfaceVersion {
  const files = typeof texts === "string" ? { "a.proto": texts } : texts;
  const read = (name: string) => (Object.hasOwn(files, name) ? withSyntax(files[name]) : undefined);
  const names = Object.keys(files);
  const { diagnostics, files: file } = compile(names, { read });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...file] }));
  return { registry, isImported: (name) => !names.includes(name) };
}

/** On the line that is there, so that lines are those of the text. */
function withSyntax(text: string): string {
  const syntax = /^\s*(syntax|edition)\b/.test(text) ? "" : 'syntax = "proto3"; ';
  const hasPackage = /\bpackage\b/.test(text);
  return hasPackage ? syntax + text : `${syntax}package a; ${text}`;
}

/** `package a;` in proto2. */
export function proto2(text: string): string {
  return `syntax = "proto2"; package a; ${text}`;
}

/** `package a;` in edition 2023. */
export function edition2023(text: string): string {
  return `edition = "2023"; package a; ${text}`;
}

/** A name for the case, the two versions, and what is found: see `summary`. */
export type Case = readonly [name: string, older: Texts, newer: Texts, findings: readonly string[]];

export function check(older: Texts, newer: Texts, findings: readonly string[]): void {
  expect(compatible(version(older), version(newer)).map(summary)).toEqual(findings);
}

/** `rule, both, wire + json: message`; `old` and `new` stand for who breaks if that is one of the two clients only. */
function summary({ rule, breaks, formats, message }: Finding): string {
  const who = breaks.length === 2 ? "both" : breaks[0] === OLD_CLIENT ? "old" : "new";
  return `${rule}, ${who}, ${formats.join(" + ")}: ${message}`;
}
