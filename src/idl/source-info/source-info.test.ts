import { describe, expect, it } from "vitest";
import { locate } from "./source-info.test.util.js";

interface Case {
  readonly name: string;
  readonly text: string;
  /** The paths of options, by something that their text contains. */
  readonly paths?: Readonly<Record<string, readonly number[]>>;
  /** `path@line:column-column`, with the line of the end where it is another one; as protoc 36.2 has them. */
  readonly locations: string;
}

const CASES: readonly Case[] = [
  {
    name: "an empty file",
    text: "",
    locations: `
      @0:0-0
    `,
  },
  {
    name: "a file without tokens, which ends before it starts",
    text: "\n // nothing\n  ",
    locations: `
      @2:2-0:0
    `,
  },
  {
    name: "a stray semicolon alone",
    text: "\n ;",
    locations: `
      @1:1-2
    `,
  },
  {
    name: "a byte order mark, which takes three columns",
    text: '\ufeffsyntax = "proto3";\npackage a;',
    locations: `
      @0:3-1:10 12@0:3-21 2@1:0-10
    `,
  },
  {
    name: "syntax, package, imports and file options",
    text: `edition = "2024";
package a . b;
import "google/protobuf/any.proto";
import public "google/protobuf/" 'empty.proto';
import option "google/protobuf/cpp_features.proto";
option java_package =
  "x"
  "y";
option features.field_presence = EXPLICIT;
`,
    paths: { java_package: [1], "features.field_presence": [50, 1] },
    locations: `
      @0:0-8:42 12@0:0-17 2@1:0-14 3.0@2:0-35 3.1@3:0-47 10.0@3:7-13 15.0@4:0-51 8@5:0-7:6 8.1@5:0-7:6
      8@8:0-42 8.50.1@8:0-42
    `,
  },
  {
    name: "weak imports",
    text: `syntax = "proto2";
import weak "google/protobuf/any.proto";
import public
  "google/protobuf/empty.proto"; import weak "google/protobuf/api.proto";
`,
    locations: `
      @0:0-3:73 12@0:0-18 3.0@1:0-40 11.0@1:7-11 3.1@2:0-3:32 10.0@2:7-13 3.2@3:33-73 11.1@3:40-44
    `,
  },
  {
    name: "fields of all kinds",
    text: `syntax = "proto2";
message A {
  optional int32 a = 1;
  repeated .A.B b = 2;
  map<string, B> m = 3 [deprecated = true];
  message B {}
  optional group G = 4 [deprecated = true, json_name = "q"] {
    required bytes a = 1;
  }
  oneof o {
    B x = 5;
    string y = 6;
    group H = 7 {}
  }
  map<int32, int32> n = 8;
  message C {}
}
`,
    paths: { deprecated: [3] },
    locations: `
      @0:0-16:1 12@0:0-18 4.0@1:0-16:1 4.0.1@1:8-9 4.0.2.0@2:2-23 4.0.2.0.4@2:2-10 4.0.2.0.5@2:11-16
      4.0.2.0.1@2:17-18 4.0.2.0.3@2:21-22 4.0.2.1@3:2-22 4.0.2.1.4@3:2-10 4.0.2.1.6@3:11-15
      4.0.2.1.1@3:16-17 4.0.2.1.3@3:20-21 4.0.2.2@4:2-43 4.0.2.2.6@4:2-16 4.0.2.2.1@4:17-18
      4.0.2.2.3@4:21-22 4.0.2.2.8@4:23-42 4.0.2.2.8.3@4:24-41 4.0.3.1@5:2-14 4.0.3.1.1@5:10-11
      4.0.2.3@6:2-8:3 4.0.2.3.4@6:2-10 4.0.2.3.5@6:11-16 4.0.2.3.1@6:17-18 4.0.2.3.3@6:21-22
      4.0.2.3.8@6:23-59 4.0.2.3.8.3@6:24-41 4.0.2.3.10@6:43-58 4.0.2.3.10@6:55-58 4.0.3.2@6:2-8:3
      4.0.3.2.1@6:17-18 4.0.2.3.6@6:17-18 4.0.3.2.2.0@7:4-25 4.0.3.2.2.0.4@7:4-12 4.0.3.2.2.0.5@7:13-18
      4.0.3.2.2.0.1@7:19-20 4.0.3.2.2.0.3@7:23-24 4.0.8.0@9:2-13:3 4.0.8.0.1@9:8-9 4.0.2.4@10:4-12
      4.0.2.4.6@10:4-5 4.0.2.4.1@10:6-7 4.0.2.4.3@10:10-11 4.0.2.5@11:4-17 4.0.2.5.5@11:4-10
      4.0.2.5.1@11:11-12 4.0.2.5.3@11:15-16 4.0.2.6@12:4-18 4.0.2.6.5@12:4-9 4.0.2.6.1@12:10-11
      4.0.2.6.3@12:14-15 4.0.3.3@12:4-18 4.0.3.3.1@12:10-11 4.0.2.6.6@12:10-11 4.0.2.7@14:2-26
      4.0.2.7.6@14:2-19 4.0.2.7.1@14:20-21 4.0.2.7.3@14:24-25 4.0.3.5@15:2-14 4.0.3.5.1@15:10-11
    `,
  },
  {
    name: "default and json_name among the options",
    text: `syntax = "proto2";
message A {
  optional string a = 1 [default = "x"
      "y", json_name="z", deprecated = true];
  optional double b = 2 [json_name = "a" 'b', default = - inf];
  optional E c = 3 [default = Z];
  optional int32 d = 4 [targets = TARGET_TYPE_FIELD, targets = TARGET_TYPE_FILE];
}
enum E { Z = 0; }
`,
    paths: { deprecated: [3], TARGET_TYPE_FIELD: [19, 0], TARGET_TYPE_FILE: [19, 1] },
    locations: `
      @0:0-8:17 12@0:0-18 4.0@1:0-7:1 4.0.1@1:8-9 4.0.2.0@2:2-3:45 4.0.2.0.4@2:2-10 4.0.2.0.5@2:11-17
      4.0.2.0.1@2:18-19 4.0.2.0.3@2:22-23 4.0.2.0.8@2:24-3:44 4.0.2.0.7@2:35-3:9 4.0.2.0.10@3:11-24
      4.0.2.0.10@3:21-24 4.0.2.0.8.3@3:26-43 4.0.2.1@4:2-63 4.0.2.1.4@4:2-10 4.0.2.1.5@4:11-17
      4.0.2.1.1@4:18-19 4.0.2.1.3@4:22-23 4.0.2.1.8@4:24-62 4.0.2.1.10@4:25-44 4.0.2.1.10@4:37-44
      4.0.2.1.7@4:56-61 4.0.2.2@5:2-33 4.0.2.2.4@5:2-10 4.0.2.2.6@5:11-12 4.0.2.2.1@5:13-14
      4.0.2.2.3@5:17-18 4.0.2.2.8@5:19-32 4.0.2.2.7@5:30-31 4.0.2.3@6:2-81 4.0.2.3.4@6:2-10
      4.0.2.3.5@6:11-16 4.0.2.3.1@6:17-18 4.0.2.3.3@6:21-22 4.0.2.3.8@6:23-80 4.0.2.3.8.19.0@6:24-51
      4.0.2.3.8.19.1@6:53-79 5.0@8:0-17 5.0.1@8:5-6 5.0.2.0@8:9-15 5.0.2.0.1@8:9-10 5.0.2.0.2@8:13-14
    `,
  },
  {
    name: "extensions, in a file and in a message",
    text: `syntax = "proto2";
message A {
  extensions 1 to 99;
  extend .A { optional A a = 1; repeated group G = 2 { } }
  message B {}
}
extend A { optional int32 b = 3; optional group H = 4 { optional int32 h = 1; } }
extend A { optional int32 c = 5; }
message C {}
`,
    locations: `
      @0:0-8:12 12@0:0-18 4.0@1:0-5:1 4.0.1@1:8-9 4.0.5@2:2-21 4.0.5.0@2:13-20 4.0.5.0.1@2:13-14
      4.0.5.0.2@2:18-20 4.0.6@3:2-58 4.0.6.0@3:14-31 4.0.6.0.2@3:9-11 4.0.6.0.4@3:14-22 4.0.6.0.6@3:23-24
      4.0.6.0.1@3:25-26 4.0.6.0.3@3:29-30 4.0.6.1@3:32-56 4.0.6.1.2@3:9-11 4.0.6.1.4@3:32-40
      4.0.6.1.5@3:41-46 4.0.6.1.1@3:47-48 4.0.6.1.3@3:51-52 4.0.3.0@3:32-56 4.0.3.0.1@3:47-48
      4.0.6.1.6@3:47-48 4.0.3.1@4:2-14 4.0.3.1.1@4:10-11 7@6:0-81 7.0@6:11-32 7.0.2@6:7-8 7.0.4@6:11-19
      7.0.5@6:20-25 7.0.1@6:26-27 7.0.3@6:30-31 7.1@6:33-79 7.1.2@6:7-8 7.1.4@6:33-41 7.1.5@6:42-47
      7.1.1@6:48-49 7.1.3@6:52-53 4.1@6:33-79 4.1.1@6:48-49 7.1.6@6:48-49 4.1.2.0@6:56-77 4.1.2.0.4@6:56-64
      4.1.2.0.5@6:65-70 4.1.2.0.1@6:71-72 4.1.2.0.3@6:75-76 7@7:0-34 7.2@7:11-32 7.2.2@7:7-8 7.2.4@7:11-19
      7.2.5@7:20-25 7.2.1@7:26-27 7.2.3@7:30-31 4.2@8:0-12 4.2.1@8:8-9
    `,
  },
  {
    name: "extension ranges, whose options hold for each",
    text: `syntax = "proto2";
message A {
  extensions 1, 3 to 5, 100 to max [verification = UNVERIFIED];
  extensions 7;
}
`,
    paths: { verification: [3] },
    locations: `
      @0:0-4:1 12@0:0-18 4.0@1:0-4:1 4.0.1@1:8-9 4.0.5@2:2-63 4.0.5.0@2:13-14 4.0.5.0.1@2:13-14
      4.0.5.0.2@2:13-14 4.0.5.1@2:16-22 4.0.5.1.1@2:16-17 4.0.5.1.2@2:21-22 4.0.5.2@2:24-34
      4.0.5.2.1@2:24-27 4.0.5.2.2@2:31-34 4.0.5.0.3@2:35-62 4.0.5.0.3.3@2:36-61 4.0.5.1.3@2:35-62
      4.0.5.1.3.3@2:36-61 4.0.5.2.3@2:35-62 4.0.5.2.3.3@2:36-61 4.0.5@3:2-15 4.0.5.3@3:13-14
      4.0.5.3.1@3:13-14 4.0.5.3.2@3:13-14
    `,
  },
  {
    name: "reserved numbers and names",
    text: `edition = "2023";
message A {
  reserved 1, 3 to 5, 100 to max;
  reserved a, b;
  reserved 7;
}
enum E {
  Z = 0;
  reserved -5, - 7, -9 to - 8, 3 to max;
  reserved x;
}
`,
    locations: `
      @0:0-10:1 12@0:0-17 4.0@1:0-5:1 4.0.1@1:8-9 4.0.9@2:2-33 4.0.9.0@2:11-12 4.0.9.0.1@2:11-12
      4.0.9.0.2@2:11-12 4.0.9.1@2:14-20 4.0.9.1.1@2:14-15 4.0.9.1.2@2:19-20 4.0.9.2@2:22-32
      4.0.9.2.1@2:22-25 4.0.9.2.2@2:29-32 4.0.10@3:2-16 4.0.10.0@3:11-12 4.0.10.1@3:14-15 4.0.9@4:2-13
      4.0.9.3@4:11-12 4.0.9.3.1@4:11-12 4.0.9.3.2@4:11-12 5.0@6:0-10:1 5.0.1@6:5-6 5.0.2.0@7:2-8
      5.0.2.0.1@7:2-3 5.0.2.0.2@7:6-7 5.0.4@8:2-40 5.0.4.0@8:11-13 5.0.4.0.1@8:11-13 5.0.4.0.2@8:11-12
      5.0.4.1@8:15-18 5.0.4.1.1@8:15-18 5.0.4.1.2@8:15-16 5.0.4.2@8:20-29 5.0.4.2.1@8:20-22
      5.0.4.2.2@8:26-29 5.0.4.3@8:31-39 5.0.4.3.1@8:31-32 5.0.4.3.2@8:36-39 5.0.5@9:2-13 5.0.5.0@9:11-12
    `,
  },
  {
    name: "reserved names that are strings",
    text: `syntax = "proto3";
message A { reserved "a" /* and */ 'b', "c"; }
`,
    locations: `
      @0:0-1:46 12@0:0-18 4.0@1:0-46 4.0.1@1:8-9 4.0.10@1:12-44 4.0.10.0@1:21-38 4.0.10.1@1:40-43
    `,
  },
  {
    name: "enums and their values",
    text: `syntax = "proto3";
enum E {
  option allow_alias = true;
  A = 0;
  B = -1 [deprecated = true];
  C = - 0x1; ;
}
`,
    paths: { allow_alias: [2], deprecated: [1] },
    locations: `
      @0:0-6:1 12@0:0-18 5.0@1:0-6:1 5.0.1@1:5-6 5.0.3@2:2-28 5.0.3.2@2:2-28 5.0.2.0@3:2-8 5.0.2.0.1@3:2-3
      5.0.2.0.2@3:6-7 5.0.2.1@4:2-29 5.0.2.1.1@4:2-3 5.0.2.1.2@4:6-8 5.0.2.1.3@4:9-28 5.0.2.1.3.1@4:10-27
      5.0.2.2@5:2-12 5.0.2.2.1@5:2-3 5.0.2.2.2@5:6-11
    `,
  },
  {
    name: "services and methods",
    text: `syntax = "proto3";
message A {}
service S {
  option deprecated = true;
  rpc Q (A) returns (.A);
  rpc R (stream A) returns (stream A) {
    option idempotency_level = IDEMPOTENT; ;
    option deprecated = true;
  }
  rpc T(stream.A)returns(A){};
}
`,
    paths: { deprecated: [33], idempotency_level: [34] },
    locations: `
      @0:0-10:1 12@0:0-18 4.0@1:0-12 4.0.1@1:8-9 6.0@2:0-10:1 6.0.1@2:8-9 6.0.3@3:2-27 6.0.3.33@3:2-27
      6.0.2.0@4:2-25 6.0.2.0.1@4:6-7 6.0.2.0.2@4:9-10 6.0.2.0.3@4:21-23 6.0.2.1@5:2-8:3 6.0.2.1.1@5:6-7
      6.0.2.1.5@5:9-15 6.0.2.1.2@5:16-17 6.0.2.1.6@5:28-34 6.0.2.1.3@5:35-36 6.0.2.1.4@6:4-42
      6.0.2.1.4.34@6:4-42 6.0.2.1.4@7:4-29 6.0.2.1.4.33@7:4-29 6.0.2.2@9:2-29 6.0.2.2.1@9:6-7
      6.0.2.2.5@9:8-14 6.0.2.2.2@9:14-16 6.0.2.2.3@9:25-26
    `,
  },
  {
    name: "an option whose value spans lines",
    text: `edition = "2023";
option features = {
  json_format: ALLOW /* here */ ,
  enum_type: OPEN
};
`,
    paths: { features: [50] },
    locations: `
      @0:0-4:2 12@0:0-17 8@1:0-4:2 8.50@1:0-4:2
    `,
  },
  {
    name: "options of a oneof",
    text: `edition = "2023";
message A { oneof o { option features = {}; int32 a = 1; } }
`,
    paths: { features: [1] },
    locations: `
      @0:0-1:60 12@0:0-17 4.0@1:0-60 4.0.1@1:8-9 4.0.8.0@1:12-58 4.0.8.0.1@1:18-19 4.0.8.0.2@1:22-43
      4.0.8.0.2.1@1:22-43 4.0.2.0@1:44-56 4.0.2.0.5@1:44-49 4.0.2.0.1@1:50-51 4.0.2.0.3@1:54-55
    `,
  },
  {
    name: "visibility, which has no location",
    text: `edition = "2024";
export message A { local enum E { Z = 0; } local message B {} }
local enum F { Y = 0; }
`,
    locations: `
      @0:0-2:23 12@0:0-17 4.0@1:7-63 4.0.1@1:15-16 4.0.4.0@1:25-42 4.0.4.0.1@1:30-31 4.0.4.0.2.0@1:34-40
      4.0.4.0.2.0.1@1:34-35 4.0.4.0.2.0.2@1:38-39 4.0.3.0@1:49-61 4.0.3.0.1@1:57-58 5.0@2:6-23 5.0.1@2:11-12
      5.0.2.0@2:15-21 5.0.2.0.1@2:15-16 5.0.2.0.2@2:19-20
    `,
  },
];

describe("sourceCodeInfo", () => {
  it.each(CASES)("locates what is in $name", ({ text, paths, locations }) => {
    const located = locate(text, paths).map(({ path, span }) => `${path.join(".")}@${spanText(span)}`);
    expect(located).toEqual(locations.trim().split(/\s+/));
  });

  it("takes option paths of any length", () => {
    const path = new Array<number>(200_000).fill(2);
    expect(locate("option a = 1;", { a: path }).at(-1)?.path).toHaveLength(200_001);
  });

  it("gives every location arrays of its own", () => {
    const text =
      'syntax = "proto2"; message A { extensions 1, 2 [deprecated = true]; optional group B = 3 {} }';
    const arrays = locate(text, { deprecated: [3] }).flatMap(({ path, span }) => [path, span]);
    expect(new Set(arrays).size).toBe(arrays.length);
  });
});

function spanText([line, column, ...end]: readonly number[]): string {
  return `${line}:${column}-${end.join(":")}`;
}
