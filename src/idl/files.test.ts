import { describe, expect, it } from "vitest";
import { memoryFiles } from "../runtime/memory-files.test.util.js";
import {
  displayPath,
  FOLDERS_MAX,
  findProtoFiles,
  importName,
  isPlainName,
  SOURCE_BYTES_MAX,
  sourceReader,
  sourceText,
} from "./files.js";
import { Diagnostics } from "./text/diagnostics.js";

describe("displayPath", () => {
  it.each([
    ["/here/a/b.proto", "a/b.proto"],
    ["a/../b.proto", "b.proto"],
    ["/here", "."],
    ["/there/b.proto", "/there/b.proto"],
    ["../there", "/there"],
  ])("%s is shown as %s", (path, shown) => {
    expect(displayPath(memoryFiles({}), path)).toBe(shown);
  });
});

describe("findProtoFiles", () => {
  const skipNothing = () => false;

  it("finds all .proto files below a folder, in order", () => {
    const files = memoryFiles({
      "/p/z.proto": "",
      "/p/b/c/x.proto": "",
      "/p/a/y.proto": "",
      "/p/a/y.txt": "",
      "/q/n.proto": "",
    });
    const found = findProtoFiles(files, "/p", skipNothing, new Diagnostics());
    expect(found).toEqual(["/p/a/y.proto", "/p/b/c/x.proto", "/p/z.proto"]);
  });

  it("does not look into folders that are to be skipped", () => {
    const files = memoryFiles({
      "/p/a.proto": "",
      "/p/gen/b.proto": "",
      "/p/c/gen/d.proto": "",
      "/p/e/f.proto": "",
    });
    const isSkipped = (name: string, path: string) => name === "e" || path === "/p/gen";
    expect(findProtoFiles(files, "/p", isSkipped, new Diagnostics())).toEqual([
      "/p/a.proto",
      "/p/c/gen/d.proto",
    ]);
  });

  it("tells of folders that cannot be read, and looks into the others", () => {
    const diagnostics = new Diagnostics();
    const memory = memoryFiles({ "/here/a/x.proto": "", "/here/b/y.proto": "" });
    const files = {
      ...memory,
      list: (path: string) =>
        path === "/here/a" ? { fault: "permission denied", isMissing: false } : memory.list(path),
    };
    expect(findProtoFiles(files, "/here", skipNothing, diagnostics)).toEqual(["/here/b/y.proto"]);
    expect(diagnostics.all).toMatchObject([{ path: "a", message: "permission denied" }]);
  });

  it("gives up where there are too many folders", () => {
    const diagnostics = new Diagnostics();
    let asked = 0;
    const files = {
      ...memoryFiles({}),
      list: () => {
        asked++;
        return [
          { name: "deeper", kind: "folder" as const },
          { name: "a.proto", kind: "file" as const },
        ];
      },
      within: (_: string, name: string) => `/${name}`,
    };
    expect(findProtoFiles(files, "/", skipNothing, diagnostics)).toEqual([]);
    expect(asked).toBe(FOLDERS_MAX);
    expect(diagnostics.all).toMatchObject([
      { path: "/", message: `there are more than ${FOLDERS_MAX} directories below it` },
    ]);
  });
});

describe("importName", () => {
  it.each<[what: string, includes: string[], path: string, result: string]>([
    ["the way from an include folder", ["/p"], "/p/a/b.proto", "a/b.proto"],
    ["that from the first one that holds it", ["/q", "/p", "/p/a"], "/p/a/b.proto", "a/b.proto"],
    ["that from the inner one if it comes first", ["/p/a", "/p"], "/p/a/b.proto", "b.proto"],
    [
      "none if another file has it",
      ["/q", "/p"],
      "/p/both.proto",
      "/p/both.proto: it is hidden by `/q/both.proto`, which is imported as `both.proto` as well",
    ],
    [
      "none outside of all",
      ["/q", "/here/p"],
      "/p/a/b.proto",
      "/p/a/b.proto: it is in none of the include directories (`/q`, `p`)",
    ],
  ])("is %s", (_, includes, path, result) => {
    const files = memoryFiles({ "/p/a/b.proto": "", "/p/both.proto": "", "/q/both.proto": "" });
    const diagnostics = new Diagnostics();
    const name = importName({ files, includes }, path, diagnostics);
    expect(name ?? diagnostics.all.map(({ path, message }) => `${path}: ${message}`).join()).toBe(result);
  });
});

describe("sourceReader", () => {
  const files = memoryFiles({
    "/here/p/a.proto": "first",
    "/q/a.proto": "second",
    "/q/x/b.proto": "\uFEFFbehind a mark",
    "/here/p/secret.proto": { fault: "permission denied" },
    "/q/secret.proto": "not this one",
    "/here/outside.proto": "",
    "/q/latin.proto": new Uint8Array([0x2f, 0x2f, 0x0a, 0x2f, 0xe4, 0x0a]),
    "/q/large.proto": new Uint8Array(SOURCE_BYTES_MAX + 1),
  });
  const read = sourceReader({ files, includes: ["/here/p", "/q"] });

  it.each([
    ["a.proto", { text: "first", path: "p/a.proto" }],
    ["x/b.proto", { text: "behind a mark", path: "/q/x/b.proto" }],
    ["secret.proto", { fault: "permission denied", path: "p/secret.proto" }],
    ["latin.proto", { fault: "line 2 is not text in UTF-8", path: "/q/latin.proto" }],
    ["large.proto", { fault: "too large", path: "/q/large.proto" }],
    ["nothing.proto", undefined],
    ["../outside.proto", undefined],
    ["/q/a.proto", undefined],
    ["x/../a.proto", undefined],
  ])("%s", (name, expected) => {
    expect(read(name)).toEqual(expected);
  });
});

describe("sourceText", () => {
  it.each<[bytes: number[], line: number]>([
    [[0xff], 1],
    [[0x0a, 0x0a, 0xc3, 0x0a], 3],
    [[0xef, 0xbf, 0xbd, 0x0a, 0x80], 2],
    [[0x41, 0x0a, 0xc3], 2],
  ])("says which line is not UTF-8: %j", (bytes, line) => {
    const fault = `line ${line} is not text in UTF-8`;
    expect(sourceText(Uint8Array.from(bytes), "a.proto")).toEqual({ fault, path: "a.proto" });
  });
});

describe("isPlainName", () => {
  it.each(["a", "a/b.proto", "a.b/c..d", ".a"])("%s is one", (name) => expect(isPlainName(name)).toBe(true));
  it.each(["", "/a", "a/", "a//b", "./a", "a/../b", "..", "a\\b", "a\0b"])("%j is none", (name) =>
    expect(isPlainName(name)).toBe(false),
  );
});
