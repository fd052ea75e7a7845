import { readFileSync } from "node:fs";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Compiler, compile } from "./compile.js";
import { compileSources, errorLines, registryOf } from "./compile.test.util.js";
import { encodeFileDescriptorSet } from "./file-descriptor-set.js";
import { BUILT_IN_NAMES } from "./link/built-in.js";
import { REDOUBT_OPTIONS_PROTO } from "./link/redoubt-options.js";

const EMPTY = 'syntax = "proto3";';

describe("files", () => {
  it("come behind what they import, each once", () => {
    const sources: Record<string, string> = {
      "a.proto": `${EMPTY} import "b.proto"; import "c.proto"; message A { B b = 1; C c = 2; }`,
      "b.proto": `${EMPTY} import "c.proto"; message B { C c = 1; }`,
      "c.proto": `${EMPTY} message C {}`,
    };
    const { files, names, diagnostics } = compile(["a.proto", "a.proto"], { read: (name) => sources[name] });
    expect(diagnostics).toEqual([]);
    expect(files.map(({ name }) => name)).toEqual(["c.proto", "b.proto", "a.proto"]);
    expect(names).toEqual(["a.proto"]);
  });

  it("that import each other are told the whole circle", () => {
    const { diagnostics } = compileSources({
      "a.proto": `${EMPTY}\nimport "b.proto";`,
      "b.proto": `${EMPTY}\nimport "c.proto";`,
      "c.proto": `${EMPTY}\nimport "a.proto";`,
    });
    expect(errorLines(diagnostics)).toEqual([
      "c.proto:2:8: `a.proto` imports itself: a.proto → b.proto → c.proto → a.proto",
    ]);
  });

  it("that are not there are told with what may be meant", () => {
    const { diagnostics } = compileSources({
      "a.proto": `${EMPTY}\nimport "google/protobuf/timestmp.proto";`,
    });
    expect(errorLines(diagnostics)).toEqual([
      "a.proto:2:8: there is no file `google/protobuf/timestmp.proto` (did you mean `google/protobuf/timestamp.proto`?)",
    ]);
    expect(errorLines(compile(["x.proto"], { read: () => undefined }).diagnostics)).toEqual([
      "x.proto:0:0: there is no file `x.proto`",
    ]);
  });

  it("in a chain of imports may be many", () => {
    const length = 5_000;
    const read = (name: string) => {
      const next = Number.parseInt(name, 10) + 1;
      return next === length ? EMPTY : `${EMPTY} import public "${next}.proto";`;
    };
    expect(compile(["0.proto"], { read }).files).toHaveLength(length);
  });

  it("are named in messages by the path that they were read from", () => {
    const read = () => ({ text: "nonsense", path: "/tmp/a.proto" });
    expect(compile(["a.proto"], { read }).diagnostics[0].path).toBe("/tmp/a.proto");
  });

  it("have no source info where none is wanted", () => {
    const read = () => `${EMPTY} message A {}`;
    expect(compile(["a.proto"], { read }).files[0].sourceCodeInfo?.location.length).toBeGreaterThan(0);
    expect(compile(["a.proto"], { read, sourceInfo: false }).files[0].sourceCodeInfo).toBeUndefined();
  });
});

describe("a warning", () => {
  it("is for files that were asked for, not for what they import", () => {
    const sources: Record<string, string> = {
      "a.proto": 'import "b.proto"; import "c.proto"; message A { optional B b = 1; }',
      "b.proto": 'import "c.proto"; message B {}',
      "c.proto": EMPTY,
    };
    const { diagnostics, hasErrors } = compile(["a.proto"], { read: (name) => sources[name] });
    expect(hasErrors).toBe(false);
    expect(diagnostics).toMatchObject([
      {
        severity: "warning",
        line: 1,
        column: 1,
        message: expect.stringContaining("does not say its syntax"),
      },
      { severity: "warning", line: 1, column: 26, message: "nothing of `c.proto` is used" },
    ]);
  });
});

it("options of extension ranges are bounded, since each range has them all", () => {
  const numbers = Array.from({ length: 1_001 }, (_, i) => i + 1).join(", ");
  const options = Array.from({ length: 100 }, () => "verification = UNVERIFIED").join(", ");
  const text = `syntax = "proto2"; message A { extensions ${numbers} [${options}]; }`;
  expect(errorLines(compileSources({ "a.proto": text }).diagnostics)).toEqual([
    expect.stringContaining("100 options for each of 1001 ranges are too many"),
  ]);
});

describe("built in", () => {
  it.each(BUILT_IN_NAMES)("is %s", (name) => {
    expect(compile([name], { read: () => undefined }).hasErrors).toBe(false);
    const registry = registryOf({ "a.proto": `${EMPTY} import "${name}";` });
    expect(registry.getFile(name)).toBeDefined();
  });

  it("are not those that somebody gives", () => {
    const timestamp = `${EMPTY} package google.protobuf; message Timestamp { int64 mine = 1; }`;
    const registry = registryOf({
      "google/protobuf/timestamp.proto": timestamp,
      "a.proto": `${EMPTY} import "google/protobuf/timestamp.proto"; message A { google.protobuf.Timestamp at = 1; }`,
    });
    expect(registry.getMessage("google.protobuf.Timestamp")?.fields.map(({ name }) => name)).toEqual([
      "mine",
    ]);
  });

  it("is redoubt/options.proto, and the package's file is the same", () => {
    const file = new URL("../../proto/redoubt/options.proto", import.meta.url);
    expect(readFileSync(file, "utf8")).toBe(REDOUBT_OPTIONS_PROTO);
  });
});

describe("a compiler that is used again", () => {
  it("gives what a new one gives", () => {
    const sources: Record<string, string> = {
      "a.proto": `${EMPTY} import "b.proto"; message A { B b = 1; }`,
      "b.proto": `${EMPTY} message B {}`,
    };
    const read = (name: string) => sources[name];
    const compiler = new Compiler({ read });
    const check = () => {
      const again = compiler.compile(["a.proto"]);
      expect(again).toEqual(compile(["a.proto"], { read }));
      return again;
    };
    expect(check().hasErrors).toBe(false);
    sources["b.proto"] = `${EMPTY} message C {}`;
    expect(errorLines(check().diagnostics)).toEqual([expect.stringContaining("`B` is not defined")]);
    sources["b.proto"] = `${EMPTY} message B {`;
    expect(check().hasErrors).toBe(true);
    sources["b.proto"] = `${EMPTY} message B { int32 x = 1; }`;
    expect(check().hasErrors).toBe(false);
  });
});

it("a set is encoded as protobuf-es encodes it", () => {
  const { files } = compileSources({
    "a.proto": `// Detached.\n\n// Lëading.\nedition = "2023";\n/* Of A. */ message A { // Trailing.\n int32 x = 1; }\n`,
    "b.proto": `${EMPTY} import "google/protobuf/any.proto"; service S { rpc M(google.protobuf.Any) returns (google.protobuf.Any); }`,
  });
  const set = create(FileDescriptorSetSchema, { file: [...files] });
  expect(encodeFileDescriptorSet(files)).toEqual(toBinary(FileDescriptorSetSchema, set));
});
