import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, redoubt, temporaryFolder, testWorld, textOf } from "./world.test.util.js";

const HELLO = `syntax = "proto3";
package hello;

// Greets people.
service Greeter {
  // Says hello to one.
  rpc SayHello(HelloRequest) returns (HelloReply);
}

message HelloRequest { string name = 1; }
message HelloReply { string greeting = 1; Mood mood = 2; }
enum Mood { MOOD_UNSPECIFIED = 0; }
`;

const WRONG = `syntax = "proto3";
message A {
  Strin name = 1;
  int32 age = 1;
}
`;

describe("redoubt generate", () => {
  it("writes a module for each file of proto/ into gen/", async () => {
    const folder = temporaryFolder({ "proto/hello.proto": HELLO, "proto/a/b.proto": 'syntax = "proto3";' });
    const { exitCode, stdout, stderr } = await redoubt(folder, ["generate"]);
    expect(stdout).toMatch(/^gen\/a\/b_pb\.ts\ngen\/hello_pb\.ts\n2 files, \d+ ms\n$/);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(filesBelow(folder)).toEqual([
      "gen/a/b_pb.ts",
      "gen/hello_pb.ts",
      "proto/a/b.proto",
      "proto/hello.proto",
    ]);
    expect(textOf(folder, "gen/hello_pb.ts")).toContain("Says hello to one.");
  });

  it("touches nothing that stays the same", async () => {
    const folder = temporaryFolder({ "proto/hello.proto": HELLO });
    await redoubt(folder, ["generate"]);
    const { stdout } = await redoubt(folder, ["generate"]);
    expect(stdout).toMatch(/^1 file, 1 unchanged, \d+ ms\n$/);
  });

  it("writes modules also for imports that no package has", async () => {
    const folder = temporaryFolder({
      "proto/a.proto": `
        syntax = "proto3";
        import "lib/b.proto";
        import "google/protobuf/empty.proto";
        import "redoubt/options.proto";
        service A {
          rpc Do(google.protobuf.Empty) returns (lib.B) { option (redoubt.delivery) = EXACTLY_ONCE; }
        }`,
      "third_party/lib/b.proto": 'syntax = "proto3"; package lib; message B {}',
    });
    const { stderr } = await redoubt(folder, ["generate", "-I", "third_party"]);
    expect(stderr).toBe("");
    expect(filesBelow(join(folder, "gen"))).toEqual(["a_pb.ts", "lib/b_pb.ts"]);
    expect(textOf(folder, "gen/a_pb.ts")).toContain('from "./lib/b_pb.js"');
  });

  it.each([
    ["js", '"./b_pb.js"'],
    ["ts", '"./b_pb.ts"'],
    ["none", '"./b_pb"'],
  ])("--import-extension %s", async (extension, imported) => {
    const folder = temporaryFolder({
      "a.proto": 'syntax = "proto3"; import "b.proto"; message A { B b = 1; }',
      "b.proto": 'syntax = "proto3"; message B {}',
    });
    await redoubt(folder, ["generate", "--import-extension", extension, "--out", "made"]);
    expect(textOf(folder, "made/a_pb.ts")).toContain(imported);
  });

  it("--erasable-syntax", async () => {
    const folder = temporaryFolder({ "hello.proto": HELLO });
    await redoubt(folder, ["generate"]);
    expect(textOf(folder, "gen/hello_pb.ts")).toContain("export enum Mood");
    await redoubt(folder, ["generate", "--erasable-syntax"]);
    expect(textOf(folder, "gen/hello_pb.ts")).not.toContain("export enum Mood");
  });

  it("tells all errors and writes nothing", async () => {
    const folder = temporaryFolder({ "proto/wrong.proto": WRONG, "proto/hello.proto": HELLO });
    const { exitCode, stdout, stderr } = await redoubt(folder, ["generate"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      "proto/wrong.proto:3:3: `Strin` is not defined\n    Strin name = 1;\n    ^^^^^\n",
    );
    expect(stderr).toContain("proto/wrong.proto:4:15: ");
    expect(stderr).toMatch(/\n2 errors in 1 file\n$/);
    expect(filesBelow(folder)).toEqual(["proto/hello.proto", "proto/wrong.proto"]);
  });

  it("paints where there are colours", async () => {
    const folder = temporaryFolder({ "wrong.proto": WRONG });
    const { stderr } = await redoubt(folder, ["generate"], testWorld(folder, { hasColors: true }));
    expect(stderr).toContain("\x1b[1mwrong.proto:3:3:\x1b[0m \x1b[31m`Strin` is not defined\x1b[0m\n");
  });

  it.each<[what: string, files: Record<string, string | Uint8Array>, error: string]>([
    ["that is not text", { "a.proto": Uint8Array.of(0x0a, 0xff) }, "a.proto: line 2 is not text in UTF-8"],
    [
      "that imports what is not text",
      { "a.proto": 'syntax = "proto3"; import "b.proto";', "b.proto": Uint8Array.of(0xff) },
      "b.proto: line 1 is not text in UTF-8",
    ],
    [
      "whose import is missing",
      { "a.proto": 'syntax = "proto3";\nimport "nope.proto";' },
      "a.proto:2:8: there is no file `nope.proto`",
    ],
  ])("says what is wrong with a file %s", async (_, files, error) => {
    const { exitCode, stderr } = await redoubt(temporaryFolder(files), ["generate", "a.proto"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(error);
    expect(stderr).toMatch(/\n1 error in 1 file\n$/);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "says which file it may not read",
    async () => {
      const folder = temporaryFolder({ "a.proto": HELLO });
      chmodSync(join(folder, "a.proto"), 0);
      expect((await redoubt(folder, ["generate"])).stderr).toBe(
        "a.proto: permission denied\n1 error in 1 file\n",
      );
    },
  );

  describe("--json", () => {
    it("tells what was written", async () => {
      const folder = temporaryFolder({
        "a.proto": HELLO,
        "b.proto": 'syntax = "proto3";',
        "gen/b_pb.ts": "",
      });
      const first = await redoubt(folder, ["generate", "b.proto"]);
      expect(first.exitCode).toBe(0);
      const { exitCode, stdout, stderr } = await redoubt(folder, ["generate", "--json"]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual({
        ok: true,
        diagnostics: [],
        written: ["gen/a_pb.ts"],
        unchanged: ["gen/b_pb.ts"],
        durationMs: expect.any(Number),
      });
      expect(stdout.match(/\n/g)).toHaveLength(1);
    });

    it("tells what is wrong", async () => {
      const folder = temporaryFolder({ "wrong.proto": WRONG });
      const { exitCode, stdout, stderr } = await redoubt(folder, ["generate", "--json"]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
      const { ok, diagnostics, written } = JSON.parse(stdout);
      expect({ ok, written }).toEqual({ ok: false, written: [] });
      expect(diagnostics[0]).toMatchObject({
        severity: "error",
        path: "wrong.proto",
        line: 3,
        column: 3,
        endColumn: 8,
        message: "`Strin` is not defined",
      });
      expect(diagnostics[0]).not.toHaveProperty("excerpt");
    });
  });

  it("leaves the outputs of removed files alone", async () => {
    const folder = temporaryFolder({ "proto/hello.proto": HELLO, "gen/old_pb.ts": "old" });
    await redoubt(folder, ["generate"]);
    expect(readFileSync(join(folder, "gen/old_pb.ts"), "utf8")).toBe("old");
  });
});
