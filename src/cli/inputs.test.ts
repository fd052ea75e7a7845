import { describe, expect, it } from "vitest";
import { Diagnostics } from "../idl/text/diagnostics.js";
import { memoryFiles } from "../runtime/memory-files.test.util.js";
import { resolveInputs } from "./inputs.js";

/** What `inputs` and `include` come to, where these files are below the current directory `/here`. */
function resolve(
  paths: readonly string[],
  inputs: readonly string[],
  include: readonly string[] = [],
  skip?: string,
) {
  const files = memoryFiles(
    Object.fromEntries(paths.map((path) => [path.startsWith("/") ? path : `/here/${path}`, ""])),
  );
  const diagnostics = new Diagnostics();
  const found = resolveInputs(files, { inputs, include, skip }, diagnostics);
  if (found === undefined)
    return diagnostics.all.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return `${found.names.join(" ")} from ${found.folders.includes.join(" ")}`;
}

describe("without inputs", () => {
  it.each<[what: string, paths: string[], found: string]>([
    [
      "all in proto/",
      ["proto/b.proto", "proto/a/x.proto", "other.proto"],
      "a/x.proto b.proto from /here/proto",
    ],
    ["all below, if there is no proto/", ["b.proto", "a/x.proto", "a/x.ts"], "a/x.proto b.proto from /here"],
    ["all below, if proto/ has none", ["proto/readme.md", "a/x.proto"], "a/x.proto from /here"],
    ["all below, if proto is a file", ["proto", "a/x.proto"], "a/x.proto from /here"],
    [
      "nothing hidden, of packages, or in the output",
      [".git/a.proto", "node_modules/p/b.proto", "a/node_modules/c.proto", "gen/d.proto", "e/gen/f.proto"],
      "e/gen/f.proto from /here",
    ],
  ])("%s", (_, paths, found) => {
    expect(resolve(paths, [], [], "gen")).toBe(found);
  });

  it("says so if there is nothing", () => {
    expect(resolve(["a.txt"], [])).toEqual(["there are no .proto files below the current directory"]);
  });

  it("looks for imports in the include directories first", () => {
    expect(resolve(["proto/a.proto", "lib/b.proto"], [], ["lib"])).toBe("a.proto from /here/lib /here/proto");
    expect(resolve(["proto/v1/a.proto", "lib/b.proto"], [], ["proto", "lib"])).toBe(
      "v1/a.proto from /here/proto /here/lib",
    );
  });
});

describe("inputs", () => {
  const PATHS = [
    "proto/v1/a.proto",
    "proto/v2/a.proto",
    "lib/b.proto",
    "c.proto",
    "d.txt",
    "empty/e.txt",
    "/far/f.proto",
  ];

  it.each<[inputs: string[], include: string[], found: string | string[]]>([
    // Directories are where imports begin, unless they are below one that is.
    [["proto"], [], "v1/a.proto v2/a.proto from /here/proto"],
    [["proto", "lib/"], [], "v1/a.proto v2/a.proto b.proto from /here/proto /here/lib"],
    [["proto/v1"], ["proto"], "v1/a.proto from /here/proto"],
    [["lib"], ["proto"], "b.proto from /here/proto /here/lib"],
    [["/far"], [], "f.proto from /far"],
    [
      ["proto/v1", "proto/v2"],
      [],
      ["proto/v2/a.proto: it is hidden by `proto/v1/a.proto`, which is imported as `a.proto` as well"],
    ],
    // Files count from there, or by custom.
    [["proto/v1/a.proto"], [], "v1/a.proto from /here/proto"],
    [["c.proto"], [], "c.proto from /here"],
    [["proto/v1/a.proto", "lib/b.proto"], [], "v1/a.proto lib/b.proto from /here/proto /here"],
    [["proto/v1/a.proto"], ["proto/v1"], "a.proto from /here/proto/v1"],
    [["lib/b.proto"], ["proto"], ["lib/b.proto: it is in none of the include directories (`proto`)"]],
    [["/far/f.proto"], ["/far"], "f.proto from /far"],
    [["/far/f.proto"], [], "f.proto from /far"],
    // Nothing is compiled twice.
    [["proto", "proto/v1/a.proto", "./proto/v2"], [], "v1/a.proto v2/a.proto from /here/proto"],
    // What is amiss.
    [
      ["nope", "nope.proto"],
      [],
      ["nope: no such file or directory", "nope.proto: no such file or directory"],
    ],
    [["d.txt"], [], ["d.txt: neither a .proto file nor a directory"]],
    [["empty"], [], ["empty: there are no .proto files in this directory"]],
    [
      ["proto"],
      ["nope", "c.proto"],
      ["nope: this include directory does not exist", "c.proto: this include directory is not a directory"],
    ],
  ])("%j with includes %j", (inputs, include, found) => {
    expect(resolve(PATHS, inputs, include)).toEqual(found);
  });
});
