import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Diagnostics } from "../idl/text/diagnostics.js";
import { type Output, writeOutput, writeOutputs } from "./outputs.js";
import { filesBelow, temporaryFolder, textOf } from "./world.test.util.js";

function write(folder: string, outputs: readonly Output[]) {
  const diagnostics = new Diagnostics();
  const result = writeOutputs(join(folder, "gen"), "gen", outputs, diagnostics);
  return { result, errors: diagnostics.all.map(({ path, message }) => `${path}: ${message}`) };
}

describe("writeOutputs", () => {
  it("writes files, in folders that it makes, and leaves nothing else behind", () => {
    const folder = temporaryFolder();
    const { result } = write(folder, [
      { name: "a.ts", content: "a" },
      { name: "b/c.bin", content: Uint8Array.of(0, 255) },
    ]);
    expect(result).toEqual({ written: ["a.ts", "b/c.bin"], unchanged: [] });
    expect(readdirSync(join(folder, "gen"), { recursive: true }).sort()).toEqual(["a.ts", "b", "b/c.bin"]);
    expect(textOf(folder, "gen/a.ts")).toBe("a");
  });

  it("does not touch what stays the same", () => {
    const folder = temporaryFolder({ "gen/a.ts": "a", "gen/b.ts": "b", "gen/stale.ts": "" });
    const before = statSync(join(folder, "gen/a.ts"), { bigint: true });
    const { result } = write(folder, [
      { name: "a.ts", content: "a" },
      { name: "b.ts", content: "B" },
    ]);
    expect(result).toEqual({ written: ["b.ts"], unchanged: ["a.ts"] });
    const after = statSync(join(folder, "gen/a.ts"), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect(textOf(folder, "gen/b.ts")).toBe("B");
    expect(filesBelow(folder)).toContain("gen/stale.ts");
  });

  it.each<[what: string, names: string[], error: string]>([
    ["has no name", [""], ": an output of this name would not be below `gen`"],
    ["leads up", ["a.ts", "../b.ts"], "../b.ts: an output of this name would not be below `gen`"],
    ["leads up later", ["a/../../b.ts"], "a/../../b.ts: an output of this name would not be below `gen`"],
    ["begins at the root", ["/tmp/b.ts"], "/tmp/b.ts: an output of this name would not be below `gen`"],
    ["is there twice", ["a.ts", "b.ts", "a.ts"], "a.ts: two outputs have this name"],
    ["is a directory of another", ["a", "a/b"], "gen/a/b: cannot be written: a file is in the way"],
    [
      "is a directory already",
      ["new.ts", "folder"],
      "gen/folder: cannot be written: something else than a file is there",
    ],
    ["is below a file", ["new.ts", "file/b.ts"], "gen/file/b.ts: cannot be written: a file is in the way"],
  ])("writes nothing if an output's name %s", (_, names, error) => {
    const folder = temporaryFolder({ "gen/folder/x": "", "gen/file": "", "gen/a.ts": "old" });
    const before = filesBelow(folder);
    const { result, errors } = write(
      folder,
      names.map((name) => ({ name, content: "new" })),
    );
    expect(result).toBeUndefined();
    expect(errors).toEqual([error]);
    expect(filesBelow(folder)).toEqual(before);
    expect(textOf(folder, "gen/a.ts")).toBe("old");
  });

  it("says so if the output directory is a file", () => {
    const folder = temporaryFolder({ gen: "" });
    expect(write(folder, [{ name: "a.ts", content: "" }]).errors).toEqual([
      "gen: cannot be written: a file is in the way",
    ]);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")("says so if it may not write", () => {
    const folder = temporaryFolder({ "gen/a.ts": "old" });
    chmodSync(join(folder, "gen"), 0o500);
    expect(write(folder, [{ name: "a.ts", content: "" }]).errors).toEqual([
      "gen: cannot be written: permission denied",
    ]);
    chmodSync(join(folder, "gen"), 0o700);
  });
});

describe("writeOutput", () => {
  const bytes = new TextEncoder().encode("new");

  it.each(["set.binpb", "a/b/set.binpb", "link.binpb"])("writes %s", (name) => {
    const folder = temporaryFolder({ "target/set.binpb": "old" });
    symlinkSync("target/set.binpb", join(folder, "link.binpb"));
    expect(writeOutput(join(folder, name), name, bytes, new Diagnostics())).toBe(true);
    expect(textOf(folder, name)).toBe("new");
    if (name === "link.binpb") expect(textOf(folder, "target/set.binpb")).toBe("new");
  });

  it("does not replace a directory", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "set"));
    const diagnostics = new Diagnostics();
    expect(writeOutput(join(folder, "set"), "set", bytes, diagnostics)).toBe(false);
    expect(diagnostics.all).toMatchObject([{ path: "set", message: "cannot be written: is a directory" }]);
  });

  it.skipIf(process.platform === "win32")("writes into a device", () => {
    expect(writeOutput("/dev/null", "/dev/null", bytes, new Diagnostics())).toBe(true);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});
