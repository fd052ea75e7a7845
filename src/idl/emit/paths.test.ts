import { create, createFileRegistry, type DescFile } from "@bufbuild/protobuf";
import { symbols, wktPublicImportPaths } from "@bufbuild/protobuf/codegenv2";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { file } from "./descriptors.test.util.js";
import { importPath, modulePath, packagedModule } from "./paths.js";

it.each([
  ["a", "b", "./b"],
  ["a", "b/c", "./b/c"],
  ["a/b", "c", "../c"],
  ["a/b", "a/c", "./c"],
  ["a/b/c", "a/d/e", "../d/e"],
  ["a/b/c/d", "b/c/d", "../../../b/c/d"],
  ["a/b", "a", "../a"],
])("%s imports %s as %s", (importer, imported, path) => {
  expect(importPath(importer, imported, "none")).toBe(path);
  expect(importPath(importer, imported, "js")).toBe(`${path}.js`);
  expect(importPath(importer, imported, "ts")).toBe(`${path}.ts`);
});

it("knows the files that @bufbuild/protobuf has modules of", () => {
  const others = ["google/protobuf/json_options.proto", "google/protobuf/anyway.proto", "any.proto"];
  const names = [...Object.keys(wktPublicImportPaths), ...others];
  const withModule = names.filter((name) => packagedModule(described(name)) === "@bufbuild/protobuf/wkt");
  expect(withModule).toEqual(Object.keys(wktPublicImportPaths));
  expect(new Set(Object.values(wktPublicImportPaths))).toEqual(new Set([`${symbols.Message.from}/wkt`]));
});

it("knows the module of redoubt/options.proto", () => {
  expect(packagedModule(described("redoubt/options.proto"))).toBe("@redoubt/rpc/options");
});

it("puts a module where its file is", () => {
  expect(modulePath(described("a/b.proto"))).toBe("a/b_pb");
});

function described(name: string): DescFile {
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [file(name)] })).getFile(name)!;
}
