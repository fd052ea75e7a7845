import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { filesBelow, redoubt, temporaryFolder, testWorld } from "./world.test.util.js";

const FILES = {
  "proto/a.proto": 'syntax = "proto3";\nimport "b.proto";\nmessage A { B b = 1; }',
  "proto/b.proto":
    'syntax = "proto3";\nimport "google/protobuf/any.proto";\nmessage B { google.protobuf.Any any = 1; }',
};

/** What the set in a file has: the names of its files, and whether they have source info. */
function contentOf(bytes: Uint8Array): string {
  const { file: files } = fromBinary(FileDescriptorSetSchema, bytes);
  return files.map(({ name, sourceCodeInfo }) => `${name}${sourceCodeInfo ? " with info" : ""}`).join(", ");
}

describe("redoubt compile", () => {
  it.each<[args: string[], content: string]>([
    [["proto/a.proto"], "a.proto"],
    [[], "b.proto, a.proto"],
    [["proto/a.proto", "--include-imports"], "google/protobuf/any.proto, b.proto, a.proto"],
    [["proto/a.proto", "--include-source-info"], "a.proto with info"],
  ])("%j", async (args, content) => {
    const folder = temporaryFolder(FILES);
    const { exitCode, stdout, stderr } = await redoubt(folder, ["compile", ...args, "-o", "out/set.binpb"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const bytes = readFileSync(join(folder, "out/set.binpb"));
    expect(contentOf(bytes)).toBe(content);
    const count = content.split(", ").length;
    expect(stdout).toBe(`out/set.binpb: ${count} file${count === 1 ? "" : "s"}, ${bytes.length} bytes\n`);
  });

  it("writes to the standard output, and says nothing then", async () => {
    const folder = temporaryFolder(FILES);
    const world = testWorld(folder);
    const { exitCode, stderr } = await redoubt(folder, ["compile", "-o", "-"], world);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(contentOf(Buffer.concat(world.stdout.chunks))).toBe("b.proto, a.proto");
  });

  it("writes nothing if there are errors", async () => {
    const folder = temporaryFolder({ "a.proto": 'syntax = "proto3"; message A { B b = 1; }' });
    const { exitCode, stdout, stderr } = await redoubt(folder, ["compile", "-o", "set.binpb"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("a.proto:1:32: `B` is not defined\n");
    expect(filesBelow(folder)).toEqual(["a.proto"]);
  });

  it("says so if it cannot write", async () => {
    const folder = temporaryFolder({ ...FILES, "set/x": "" });
    const { exitCode, stderr } = await redoubt(folder, ["compile", "-o", "set"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "set: cannot be written: is a directory\n1 error in 1 file\n",
    });
  });

  it("tells in JSON what it wrote", async () => {
    const folder = temporaryFolder(FILES);
    const { stdout } = await redoubt(folder, ["compile", "-o", "set.binpb", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      diagnostics: [],
      output: "set.binpb",
      files: ["b.proto", "a.proto"],
      byteCount: readFileSync(join(folder, "set.binpb")).length,
    });
  });
});
