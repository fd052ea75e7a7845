import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  redoubt,
  type TestWorld,
  temporaryFolder,
  testWorld,
  textOf,
  writeFiles,
} from "./world.test.util.js";

const A = 'syntax = "proto3"; message A {}';

/** Runs `redoubt generate --watch` beside a test, which says what to wait for. */
class Watching {
  readonly folder: string;
  readonly world: TestWorld;
  private readonly result: Promise<{ exitCode: number }>;

  constructor(files: Readonly<Record<string, string>>, args: readonly string[] = []) {
    this.folder = temporaryFolder(files);
    this.world = testWorld(this.folder);
    this.result = redoubt(this.folder, ["generate", "--watch", ...args], this.world);
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.folder, files);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Waits for what comes next on one of the outputs. */
  async says(sink: "stdout" | "stderr", pattern: RegExp): Promise<void> {
    await this.world[sink].until(pattern);
    this.world[sink].chunks.length = 0;
  }

  async end(): Promise<void> {
    this.world.interrupt();
    expect((await this.result).exitCode).toBe(0);
  }
}

describe("redoubt generate --watch", () => {
  it("generates, and again after a change", async () => {
    const watching = new Watching({ "proto/a.proto": A });
    await watching.says("stderr", /^watching for changes; Ctrl-C ends it\n$/);
    await watching.says("stdout", /^gen\/a_pb\.ts\n1 file, \d+ ms\n/);
    watching.write({ "proto/a.proto": 'syntax = "proto3"; message B {}' });
    await watching.says("stdout", /gen\/a_pb\.ts\n1 file, \d+ ms\n/);
    expect(textOf(watching.folder, "gen/a_pb.ts")).toContain("message B");
    await watching.end();
  });

  it("tells of errors, writes nothing, and goes on", async () => {
    const watching = new Watching({ "proto/a.proto": A });
    await watching.says("stdout", /ms\n/);
    const before = textOf(watching.folder, "gen/a_pb.ts");
    watching.write({ "proto/a.proto": 'syntax = "proto3"; message A { B b = 1; }' });
    await watching.says("stderr", /`B` is not defined.*1 error in 1 file\n/s);
    expect(textOf(watching.folder, "gen/a_pb.ts")).toBe(before);
    watching.write({ "proto/a.proto": 'syntax = "proto3"; message A { int32 b = 1; }' });
    await watching.says("stdout", /gen\/a_pb\.ts\n1 file, \d+ ms\n/);
    await watching.end();
  });

  it("begins with errors as well", async () => {
    const watching = new Watching({});
    await watching.says("stderr", /there are no \.proto files below the current directory/);
    watching.write({ "proto/a.proto": A });
    await watching.says("stdout", /gen\/a_pb\.ts\n1 file, \d+ ms\n/);
    await watching.end();
  });

  it.each<[what: string, change: (watching: Watching) => void]>([
    ["a new file", (watching) => watching.write({ "proto/b.proto": A.replace("A", "B") })],
    [
      "a new file in a new folder",
      (watching) => watching.write({ "proto/x/y/b.proto": A.replace("A", "B") }),
    ],
    [
      "a file moved in",
      (watching) => renameSync(watching.path("aside/b.proto"), watching.path("proto/b.proto")),
    ],
    ["a folder moved in", (watching) => renameSync(watching.path("aside"), watching.path("proto/aside"))],
  ])("notices %s", async (_, change) => {
    const watching = new Watching({ "proto/a.proto": A, "aside/b.proto": A.replace("A", "B") });
    await watching.says("stdout", /ms\n/);
    change(watching);
    await watching.says("stdout", /b_pb\.ts\n2 files, 1 unchanged, \d+ ms\n/);
    await watching.end();
  });

  it("notices that a file is gone, and leaves what was made of it", async () => {
    const watching = new Watching({ "proto/a.proto": A, "proto/x/b.proto": A.replace("A", "B") });
    await watching.says("stdout", /2 files/);
    rmSync(watching.path("proto/x"), { recursive: true });
    await watching.says("stdout", /1 file, 1 unchanged/);
    expect(textOf(watching.folder, "gen/x/b_pb.ts")).toContain("message B");
    await watching.end();
  });

  it("notices a file that was replaced, and a folder made anew", async () => {
    const watching = new Watching({ "proto/x/a.proto": A, "aside.proto": 'syntax = "proto3"; message B {}' });
    await watching.says("stdout", /ms\n/);
    renameSync(watching.path("aside.proto"), watching.path("proto/x/a.proto"));
    await watching.says("stdout", /gen\/x\/a_pb\.ts/);
    rmSync(watching.path("proto"), { recursive: true });
    await watching.says("stderr", /there are no \.proto files/);
    watching.write({ "proto/x/a.proto": 'syntax = "proto3"; message C {}' });
    await watching.says("stdout", /gen\/x\/a_pb\.ts/);
    watching.write({ "proto/x/a.proto": 'syntax = "proto3"; message D {}' });
    await watching.says("stdout", /gen\/x\/a_pb\.ts/);
    await watching.end();
  });

  it("notices changes in a folder that was deleted and made anew at once", async () => {
    const watching = new Watching({ "proto/x/a.proto": A });
    await watching.says("stdout", /ms\n/);
    for (const name of ["B", "C", "D", "E"]) {
      rmSync(watching.path("proto/x"), { recursive: true });
      watching.write({ "proto/x/a.proto": A.replace("A", `${name}1`) });
      await watching.says("stdout", /gen\/x\/a_pb\.ts/);
      watching.write({ "proto/x/a.proto": A.replace("A", `${name}2`) });
      await watching.says("stdout", /gen\/x\/a_pb\.ts/);
    }
    await watching.end();
  });

  it("notices changes in what is imported, and that what was missing has come", async () => {
    const imported = 'syntax = "proto3"; import "far/b.proto"; message A { B b = 1; }';
    const watching = new Watching({ "proto/a.proto": imported, "lib/x.txt": "" }, ["-I", "lib"]);
    await watching.says("stderr", /there is no file `far\/b\.proto`/);
    watching.write({ "lib/far/b.proto": 'syntax = "proto3"; message B {}' });
    await watching.says("stdout", /2 files/);
    watching.write({ "lib/far/b.proto": 'syntax = "proto3"; message B { int32 b = 1; }' });
    await watching.says("stdout", /gen\/far\/b_pb\.ts\n2 files, 1 unchanged/);
    await watching.end();
  });

  it("does nothing for what has nothing to do with it", async () => {
    const watching = new Watching({ "a.proto": A });
    await watching.says("stdout", /ms\n/);
    for (const name of ["b.txt", "node_modules/x.proto", ".git/x.proto", "gen/x.ts"])
      watching.write({ [name]: "" });
    watching.write({ "a.proto": 'syntax = "proto3"; message B {}' });
    await watching.says("stdout", /^gen\/a_pb\.ts\n1 file, \d+ ms\n$/);
    await watching.end();
  });

  it("tells each build in JSON, a line each", async () => {
    const watching = new Watching({ "proto/a.proto": A }, ["--json"]);
    await watching.says("stdout", /^\{.*"written":\["gen\/a_pb\.ts"\].*\}\n$/);
    writeFileSync(watching.path("proto/a.proto"), "oops");
    await watching.says("stdout", /^\{"ok":false.*\}\n/);
    await watching.end();
  });
});
