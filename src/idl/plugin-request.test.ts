import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { pluginRequest } from "./plugin-request.js";

const FILES: Readonly<Record<string, string>> = {
  "options.proto": `
    syntax = "proto3";
    import "google/protobuf/descriptor.proto";
    extend google.protobuf.MessageOptions { string note = 50001 [retention = RETENTION_SOURCE]; }
    message Imported { option (note) = "imported"; }`,
  "asked.proto": `
    syntax = "proto3";
    import "options.proto";
    message Asked { option (note) = "asked"; }`,
};

describe("pluginRequest", () => {
  const { files, diagnostics } = compile(["asked.proto"], { read: (name) => FILES[name] });
  const request = pluginRequest(["asked.proto"], files, "a=b,c");
  const isNoted = (list: typeof request.protoFile) =>
    list.map(({ name, messageType }) => `${name} ${messageType.at(-1)!.options?.$unknown !== undefined}`);

  it("compiles", () => expect(diagnostics).toEqual([]));

  it("has the files to generate and, in front of them, all that they import", () => {
    expect(request.fileToGenerate).toEqual(["asked.proto"]);
    expect(request.protoFile.map(({ name }) => name)).toEqual([
      "google/protobuf/descriptor.proto",
      "options.proto",
      "asked.proto",
    ]);
  });

  it("strips options that are for the source only of the files to generate, and sends these unstripped too", () => {
    expect(isNoted(request.protoFile).slice(1)).toEqual(["options.proto true", "asked.proto false"]);
    expect(isNoted(request.sourceFileDescriptors)).toEqual(["asked.proto true"]);
  });

  it("has source info", () => {
    expect(request.protoFile.at(-1)!.sourceCodeInfo!.location).not.toEqual([]);
  });

  it("has the parameter, if there is one", () => {
    expect(request.parameter).toBe("a=b,c");
    expect(Object.hasOwn(pluginRequest(["asked.proto"], files, ""), "parameter")).toBe(false);
  });

  it("says which protoc it follows, and that it is none", () => {
    expect(request.compilerVersion).toMatchObject({ major: 7, minor: 36, patch: 2, suffix: "redoubt" });
  });
});
