import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { redoubt, temporaryFolder, testWorld, writeFiles } from "./world.test.util.js";

const user = (fields: string) => `syntax = "proto3";\npackage u;\nmessage User {\n${fields}\n}\n`;
const OLD = user("  string name = 1;\n  int32 age = 2;");
const SAME = `${OLD}message More {}\n`;
const BROKEN = user("  string name = 1;\n  string age = 2;");

/** A repository whose first commit has `first`, whose second `second`, at these paths. */
function repository(
  first: Record<string, string | Uint8Array>,
  second: Record<string, string | Uint8Array>,
): string {
  const folder = temporaryFolder(first);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
      cwd: folder,
      stdio: "pipe",
    });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "1");
  for (const path of Object.keys(first)) rmSync(join(folder, path));
  writeFiles(folder, second);
  git("add", "-A");
  git("commit", "-qm", "2", "--allow-empty");
  return folder;
}

const hasGit = (() => {
  try {
    execFileSync("git", ["--version"], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
})();

describe("redoubt compatible", () => {
  it("finds nothing where nothing breaks", async () => {
    const folder = temporaryFolder({ "old/u.proto": OLD, "new/u.proto": SAME });
    expect(await redoubt(folder, ["compatible", "old", "new"])).toEqual({
      exitCode: 0,
      stdout: "nothing breaks\n",
      stderr: "",
    });
  });

  it("tells what breaks, where, and who", async () => {
    const folder = temporaryFolder({ "old/u.proto": OLD, "new/u.proto": BROKEN });
    const { exitCode, stdout, stderr } = await redoubt(folder, ["compatible", "old", "new"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toMatch(
      /^field-type-changed: .*`age` of `u\.User` .*\n {2}old: old\/u\.proto:5:3\n {2}new: new\/u\.proto:5:3\n {2}breaks: old client with new server, new client with old server \(wire, json\)\n1 thing would break\n$/,
    );
  });

  it("lets pass what is allowed", async () => {
    const folder = temporaryFolder({ "old/u.proto": OLD, "new/u.proto": BROKEN });
    expect(await redoubt(folder, ["compatible", "old", "new", "--allow", "field-type-changed"])).toEqual({
      exitCode: 0,
      stdout: "nothing breaks, 1 allowed\n",
      stderr: "",
    });
  });

  it("tells it in JSON", async () => {
    const folder = temporaryFolder({ "old/u.proto": OLD, "new/u.proto": BROKEN });
    const { exitCode, stdout } = await redoubt(folder, ["compatible", "old", "new", "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      diagnostics: [],
      allowedCount: 0,
      findings: [
        {
          rule: "field-type-changed",
          older: { path: "old/u.proto", line: 5, column: 3 },
          newer: { path: "new/u.proto", line: 5, column: 3 },
          breaks: ["old client with new server", "new client with old server"],
          formats: ["wire", "json"],
        },
      ],
    });
  });

  it("compares descriptor sets", async () => {
    const imports = 'import "google/protobuf/empty.proto"; import "redoubt/options.proto";';
    const folder = temporaryFolder({
      "old/u.proto": OLD.replace("package", `${imports} package`),
      "new/u.proto": BROKEN,
    });
    await redoubt(folder, ["compile", "old", "-o", "old.binpb"]);
    const { exitCode, stdout } = await redoubt(folder, ["compatible", "old.binpb", "new"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("  old: old.binpb:u.proto\n  new: new/u.proto:5:3\n");
  });

  it("compares single files, and takes imports from include directories", async () => {
    const imported = 'syntax = "proto3"; import "lib.proto"; message A { Lib lib = 1; }';
    const folder = temporaryFolder({
      "old/a.proto": imported,
      "new/a.proto": imported.replace("lib = 1", "lib = 2"),
      "lib/lib.proto": 'syntax = "proto3"; message Lib {}',
    });
    for (const versions of [
      ["old", "new"],
      ["old/a.proto", "new/a.proto"],
    ]) {
      const { stdout, stderr } = await redoubt(folder, ["compatible", ...versions, "-I", "lib"]);
      expect(stderr).toBe("");
      expect(stdout).toContain("  old: old/a.proto:1:52\n  new: new/a.proto:1:52\n");
    }
  });

  it.each<[what: string, args: string[], error: RegExp]>([
    [
      "nothing",
      ["nope", "new"],
      /^nope: no such file or directory\n {2}hint: a version in Git is written REVISION:PATH\n/,
    ],
    ["an empty directory", ["empty", "new"], /^empty: there are no \.proto files in this directory\n/],
    ["something else", ["text.txt", "new"], /^text\.txt: neither \.proto files nor a whole descriptor set: /],
    [
      "an empty file",
      ["empty/none.txt", "new"],
      /^empty\/none\.txt: neither \.proto files nor a descriptor set\n/,
    ],
    [
      "a set without its imports",
      ["part.binpb", "new"],
      /^part\.binpb: `b\.proto` is missing in the set\n {2}hint: make the set with `--include-imports`\n/,
    ],
    ["files with errors", ["wrong", "new"], /^wrong\/u\.proto:1:32: `B` is not defined\n/],
    ["no include directory", ["new", "new", "-I", "nope"], /^nope: this include directory does not exist\n/],
  ])("says so if a version is %s", async (_, args, error) => {
    const folder = temporaryFolder({
      "new/u.proto": OLD,
      "empty/none.txt": "",
      "text.txt": "hello",
      "wrong/u.proto": 'syntax = "proto3"; message A { B b = 1; }',
      "part/a.proto": 'syntax = "proto3"; import "b.proto"; message A { B b = 1; }',
      "part/b.proto": 'syntax = "proto3"; message B {}',
    });
    await redoubt(folder, ["compile", "part/a.proto", "-I", "part", "-o", "part.binpb"]);
    const { exitCode, stdout, stderr } = await redoubt(folder, ["compatible", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(error);
    const json = await redoubt(folder, ["compatible", ...args, "--json"]);
    expect({ exitCode: json.exitCode, stderr: json.stderr }).toEqual({ exitCode: 2, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false });
  });
});

describe.skipIf(!hasGit)("a version in Git", () => {
  it.each<[older: string, newer: string, places: string]>([
    ["HEAD~1:proto", "HEAD:proto", "  old: HEAD~1:proto/a/u.proto:5:3\n  new: HEAD:proto/a/u.proto:5:3\n"],
    ["HEAD~1:proto", "proto", "  old: HEAD~1:proto/a/u.proto:5:3\n  new: proto/a/u.proto:5:3\n"],
    [
      "main~1:proto/a/",
      "main:proto/a/",
      "  old: main~1:proto/a/u.proto:5:3\n  new: main:proto/a/u.proto:5:3\n",
    ],
    ["HEAD~1:", "HEAD:", "  old: HEAD~1:proto/a/u.proto:5:3\n  new: HEAD:proto/a/u.proto:5:3\n"],
    [
      "HEAD~1:proto/a/u.proto",
      "HEAD:proto/a/u.proto",
      "  old: HEAD~1:proto/a/u.proto:5:3\n  new: HEAD:proto/a/u.proto:5:3\n",
    ],
  ])("%s and %s", async (older, newer, places) => {
    const folder = repository(
      { "proto/a/u.proto": OLD, "proto/readme.md": "" },
      { "proto/a/u.proto": BROKEN },
    );
    const { exitCode, stdout, stderr } = await redoubt(folder, ["compatible", older, newer]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain(places);
  });

  it("counts from the current directory with ./", async () => {
    const folder = repository({ "sub/proto/u.proto": OLD }, { "sub/proto/u.proto": BROKEN });
    const { stdout, stderr } = await redoubt(join(folder, "sub"), ["compatible", "HEAD~1:./proto", "proto"]);
    expect(stderr).toBe("");
    expect(stdout).toContain("  old: HEAD~1:./proto/u.proto:5:3\n  new: proto/u.proto:5:3\n");
  });

  it("imports from itself first, then from include directories", async () => {
    const a = 'syntax = "proto3"; import "b.proto"; import "lib.proto"; message A { B b = 1; Lib lib = 2; }';
    const b = 'syntax = "proto3"; message B { int32 x = 1; }';
    const folder = repository(
      { "proto/a.proto": a, "proto/b.proto": b },
      { "proto/a.proto": a, "proto/b.proto": b.replace("x = 1", "x = 2") },
    );
    writeFiles(folder, {
      "lib/lib.proto": 'syntax = "proto3"; message Lib {}',
      "lib/b.proto": "not this one",
    });
    for (const below of ["", "/a.proto"]) {
      const versions = [`HEAD~1:proto${below}`, `HEAD:proto${below}`];
      const { exitCode, stdout, stderr } = await redoubt(folder, ["compatible", ...versions, "-I", "lib"]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
      expect(stdout).toContain("HEAD~1:proto/b.proto");
    }
  });

  it("can be a descriptor set with some of the well-known types", async () => {
    const text =
      'syntax = "proto3"; import "google/protobuf/any.proto"; message M { google.protobuf.Any a = 1; }';
    const folder = temporaryFolder({ "v/m.proto": text });
    await redoubt(folder, ["compile", "v", "--include-imports", "-o", "v.binpb"]);
    const { exitCode, stderr } = await redoubt(folder, ["compatible", "v.binpb", "v"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });

  it("can be a descriptor set", async () => {
    const source = temporaryFolder({ "u.proto": OLD });
    const world = testWorld(source);
    await redoubt(source, ["compile", "-o", "-"], world);
    const folder = repository(
      { "released.binpb": Buffer.concat(world.stdout.chunks), "proto/u.proto": OLD },
      { "proto/u.proto": BROKEN },
    );
    const { exitCode, stdout } = await redoubt(folder, ["compatible", "HEAD~1:released.binpb", "proto"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("  old: HEAD~1:released.binpb:u.proto\n");
  });

  it.each<[older: string, error: string]>([
    ["nope:proto", "nope:proto: there is no revision `nope`\n"],
    [
      "HEAD:nope",
      "HEAD:nope: revision `HEAD` has no `nope`\n  hint: paths in Git count from the top of the repository, or begin with `./`\n",
    ],
    [":proto", ":proto: there is no revision in front of the colon\n  hint: HEAD:proto, for example\n"],
    ["--output=x:proto", "unknown option `--output=x:proto`"],
    ["HEAD:proto/x.proto", "HEAD:proto/x.proto: no such file in this revision\n"],
    ["HEAD:docs", "HEAD:docs: there are no .proto files in this directory\n"],
    ["HEAD:docs/a.md", "HEAD:docs/a.md: neither .proto files nor a whole descriptor set"],
  ])("says what is wrong with %s", async (older, error) => {
    const folder = repository(
      { "proto/u.proto": OLD, "docs/a.md": "hello" },
      { "proto/u.proto": OLD, "docs/a.md": "hello" },
    );
    const { exitCode, stderr } = await redoubt(folder, ["compatible", older, "proto"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(error);
  });

  it("is never taken for an option of Git", async () => {
    const folder = repository({ "proto/u.proto": OLD }, {});
    const { exitCode, stderr } = await redoubt(folder, [
      "compatible",
      "--",
      "--batch-all-objects:proto",
      "proto",
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--batch-all-objects:proto: no revision has such a name\n");
  });

  it("needs a repository", async () => {
    const folder = temporaryFolder({ "proto/u.proto": OLD });
    const env = { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: join(folder, "..") };
    const { exitCode, stderr } = await redoubt(
      folder,
      ["compatible", "HEAD:proto", "proto"],
      testWorld(folder, { env }),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^HEAD:proto: git: not a git repository/);
  });

  it("needs Git", async () => {
    const folder = temporaryFolder({ "proto/u.proto": OLD });
    const { exitCode, stderr } = await redoubt(
      folder,
      ["compatible", "HEAD:proto", "proto"],
      testWorld(folder, { env: { PATH: folder } }),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("HEAD:proto: git is needed to read this, and is not installed\n");
  });
});
