import { chmodSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { filesBelow, redoubt, temporaryFolder, testWorld, textOf, writeFiles } from "../world.test.util.js";
import { writePlugin } from "./plugins.test.util.js";
import { runPlugin } from "./run.js";

const PROTO = { "proto/a.proto": 'syntax = "proto3"; package p; message A {}' };

/** Answers with what it was asked, as text. */
const ECHO = `answer({ file: [{ name: "echo.txt", content: JSON.stringify([
  request.fileToGenerate, request.parameter, request.protoFile.map(({ name }) => name)]) }] });`;

async function generate(folder: string, ...plugins: readonly string[]) {
  const args = plugins.flatMap((plugin) => ["--plugin", plugin]);
  return redoubt(folder, ["generate", ...args]);
}

describe.skipIf(process.platform === "win32")("redoubt generate --plugin", () => {
  it.each([
    ["a path", "tools/echo", "./tools/echo=a=b,c"],
    ["node_modules/.bin", "node_modules/.bin/protoc-gen-echo", "echo=a=b,c"],
    ["the PATH", "tools/protoc-gen-echo", "echo=a=b,c"],
  ])("runs a plugin from %s", async (_, path, asked) => {
    const folder = temporaryFolder(PROTO);
    writePlugin(folder, path, ECHO);
    const world = testWorld(folder, { env: { PATH: join(folder, "tools") } });
    const { exitCode, stderr } = await redoubt(folder, ["generate", "--plugin", asked], world);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(textOf(folder, "gen/echo.txt"))).toEqual([["a.proto"], "a=b,c", ["a.proto"]]);
  });

  it("finds plugins in node_modules of folders above, the nearest first, and before the PATH", async () => {
    const folder = temporaryFolder({ "a/b/proto/a.proto": PROTO["proto/a.proto"] });
    writePlugin(folder, "node_modules/.bin/protoc-gen-x", 'answer({ error: "far" });');
    writePlugin(folder, "a/node_modules/.bin/protoc-gen-x", 'answer({ error: "near" });');
    writePlugin(folder, "bin/protoc-gen-x", 'answer({ error: "path" });');
    const cwd = join(folder, "a/b");
    const world = testWorld(cwd, { env: { PATH: join(folder, "bin") } });
    const { stderr } = await redoubt(cwd, ["generate", "--plugin", "x"], world);
    expect(stderr).toBe("protoc-gen-x: near\n1 error\n");
  });

  it("runs several, each inserting into what those before it made", async () => {
    const folder = temporaryFolder(PROTO);
    writePlugin(
      folder,
      "one",
      'answer({ file: [{ name: "x", content: "// @@protoc_insertion_point(p)\\n" }] });',
    );
    writePlugin(
      folder,
      "two",
      'answer({ file: [{ name: "x", insertionPoint: "p", content: "2\\n" }, { name: "y" }] });',
    );
    expect((await generate(folder, "./one", "./two")).stderr).toBe("");
    expect(textOf(folder, "gen/x")).toBe("2\n// @@protoc_insertion_point(p)\n");
    expect(filesBelow(join(folder, "gen"))).toEqual(["x", "y"]);
  });

  it("shows what a plugin says to people", async () => {
    const folder = temporaryFolder(PROTO);
    writePlugin(folder, "chatty", 'process.stderr.write("working …\\n"); answer({});');
    const { exitCode, stderr } = await generate(folder, "./chatty");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "working …\n" });
  });

  it.each<[what: string, body: string, error: string]>([
    ["has an error", 'answer({ error: "a.proto: no" });', "bad: a.proto: no\n"],
    ["ends badly", "process.exit(3);", "bad ended with exit code 3\n"],
    ["is killed", 'process.kill(process.pid, "SIGKILL");', "bad was ended by SIGKILL\n"],
    [
      "prints something else",
      'console.log("debug output");',
      "bad wrote something else than a CodeGeneratorResponse to its standard output\n  hint: what a plugin says to people must go to its standard error\n",
    ],
    [
      "prints something that looks like a message",
      'console.log("hi");',
      "bad wrote something else than a CodeGeneratorResponse to its standard output\n  hint: what a plugin says to people must go to its standard error\n",
    ],
    [
      "makes a file outside",
      'answer({ file: [{ name: "../evil.txt" }] });',
      "../evil.txt: an output of this name would not be below `gen`\n",
    ],
    [
      "makes a file twice",
      'answer({ file: [{ name: "a" }, { name: "a" }] });',
      "bad: made `a`, which there is already\n",
    ],
  ])("writes nothing if a plugin %s", async (_, body, error) => {
    const folder = temporaryFolder(PROTO);
    writePlugin(folder, "good", ECHO);
    writePlugin(folder, "bad", body);
    const { exitCode, stderr } = await generate(folder, "./good", "./bad");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(error);
    expect(filesBelow(folder)).toEqual(["bad", "good", "proto/a.proto"]);
  });

  it("says which plugin does not know a feature that is used", async () => {
    const folder = temporaryFolder({
      "proto/a.proto": 'syntax = "proto3"; message A { optional int32 a = 1; }',
    });
    writePlugin(folder, "old", "answer({});");
    expect((await generate(folder, "./old")).stderr).toBe(
      "a.proto: old does not support `optional` in proto3\n1 error in 1 file\n",
    );
  });

  it.each<[what: string, asked: string, error: RegExp]>([
    [
      "there is not",
      "nope",
      /^there is no plugin `nope`: `protoc-gen-nope` is neither in node_modules\/\.bin nor on the PATH\n {2}hint: /,
    ],
    ["there is not, by its whole name", "protoc-gen-nope", /^there is no plugin `nope`: /],
    ["has no such path", "./nope", /^\.\/nope: cannot be used as a plugin: no such file or directory\n/],
    ["is a directory", "./proto", /^\.\/proto: cannot be used as a plugin: not a regular file\n/],
    ["may not be run", "./plain.txt", /^\.\/plain\.txt: cannot be used as a plugin: permission denied\n/],
    ["has nobody to run it", "./script", /^script cannot be run: no such file or directory\n/],
  ])("says so if a plugin %s", async (_, asked, error) => {
    const folder = temporaryFolder({ ...PROTO, "plain.txt": "", script: "#!/nowhere/interpreter\n" });
    chmodSync(join(folder, "script"), 0o755);
    const { exitCode, stderr } = await generate(folder, asked);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(error);
  });

  it("does not wait for a plugin that hangs", async () => {
    const folder = temporaryFolder();
    // The shell's child has the pipes as well.
    writeFiles(folder, { hangs: "#!/bin/sh\nsleep 600\n" });
    chmodSync(join(folder, "hangs"), 0o755);
    const plugin = { name: "hangs", path: join(folder, "hangs"), parameter: "" };
    const result = await runPlugin(plugin, create(CodeGeneratorRequestSchema), testWorld(folder), 20);
    expect(result).toEqual({ failure: "did not end within 0.02 s" });
  });

  it("ends a plugin when it is interrupted itself", async () => {
    const folder = temporaryFolder(PROTO);
    writePlugin(folder, "hangs", 'process.stderr.write("here"); setInterval(() => {}, 1000);');
    const world = testWorld(folder);
    const result = redoubt(folder, ["generate", "--plugin", "./hangs"], world);
    await world.stderr.until(/here/);
    world.interrupt();
    expect(await result).toMatchObject({ exitCode: 1, stderr: "herehangs was interrupted\n1 error\n" });
  });

  it("does not mind a plugin that does not read its request", async () => {
    const fields = Array.from({ length: 5_000 }, (_, i) => `int32 field_${i + 1} = ${i + 1};`);
    const proto = `syntax = "proto3"; message A { ${fields.join("\n")} }`;
    const folder = temporaryFolder({ "proto/a.proto": proto, blind: "#!/bin/sh\nexit 0\n" });
    chmodSync(join(folder, "blind"), 0o755);
    expect(await generate(folder, "./blind")).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
