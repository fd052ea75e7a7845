import { describe, expect, it } from "vitest";
import { compileSources, errorLines, type Sources } from "../compile.test.util.js";

/** What is wrong with the last of the files, without where. */
function messages(sources: Sources): string[] {
  const name = Object.keys(sources).at(-1)!;
  return errorLines(compileSources(sources).diagnostics)
    .filter((line) => line.startsWith(name))
    .map((line) => line.replace(/^\S+ /, ""));
}

const proto3 = (text: string) => `syntax = "proto3"; ${text}`;

describe("a name that is not defined", () => {
  it.each([
    ["string_", "`string_` is not defined (did you mean `string`?)"],
    ["boolean", "`boolean` is not defined (did you mean `bool`?)"],
    ["long", "`long` is not defined (did you mean `int64`?)"],
    [
      "Timestamp",
      '`Timestamp` is not defined (write `google.protobuf.Timestamp`, and add `import "google/protobuf/timestamp.proto";`)',
    ],
    ["persn", "`persn` is not defined (did you mean `Person`?)"],
    ["Inner", "`Inner` is not defined (did you mean `Person.Inner`?)"],
    [
      "Person.Iner",
      "`Person.Iner` is not defined: `Person` is `p.q.Person` here (did you mean `Person.Inner`?)",
    ],
    [".Person", "`.Person` is not defined (did you mean `.p.q.Person`?)"],
    [".p.Person", "`.p.Person` is not defined (did you mean `.p.q.Person`?)"],
    ["x.Person", "`x.Person` is not defined (did you mean `Person`?)"],
    [
      "google.protobuf.Duration",
      '`google.protobuf.Duration` is not defined (add `import "google/protobuf/duration.proto";`)',
    ],
    [
      ".google.protobuf.Value",
      '`.google.protobuf.Value` is not defined (add `import "google/protobuf/struct.proto";`)',
    ],
    ["Zzz", "`Zzz` is not defined"],
    ["f", "`f` is not defined"],
  ])("%s", (name, expected) => {
    const text = proto3(
      `package p.q; message Person { message Inner {} int32 f = 1; } message M { ${name} a = 1; }`,
    );
    expect(messages({ "a.proto": text })).toEqual([expected]);
  });

  it("but in a file that is not imported", () => {
    const b = proto3("package b; message Thing {} enum E { X = 0; }");
    expect(messages({ "b.proto": b, "a.proto": proto3("message M { b.Thing a = 1; }") })).toEqual([
      '`b.Thing` is defined in `b.proto`, which is not imported (add `import "b.proto";`)',
    ]);
    expect(messages({ "b.proto": b, "a.proto": proto3("message M { Thing a = 1; }") })).toEqual([
      "`Thing` is not defined (did you mean `b.Thing` of `b.proto`, which is not imported?)",
    ]);
    expect(messages({ "b.proto": b, "a.proto": proto3("package b.c; message M { Thing a = 1; }") })).toEqual([
      '`b.Thing` is defined in `b.proto`, which is not imported (add `import "b.proto";`)',
    ]);
  });

  it("is looked for among messages where it must be one", () => {
    const text = proto3(
      "message Person {} enum Persons { A = 0; } service S { rpc R(Person) returns (Personz); }",
    );
    expect(messages({ "a.proto": text })).toEqual(["`Personz` is not defined (did you mean `Person`?)"]);
  });
});
