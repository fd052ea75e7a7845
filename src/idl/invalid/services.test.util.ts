import type { InvalidCase } from "./invalid-case.test.util.js";

/** How services are written. */
export const SERVICES: readonly InvalidCase[] = [
  {
    rule: "a service has a name",
    files: {
      "a.proto": `syntax = "proto3";
service {}
`,
    },
    errors: ["a.proto:2:9: expected the service's name, found `{`"],
    protoc: ["a.proto:2:9: Expected service name."],
  },
  {
    rule: "a service has a body",
    files: {
      "a.proto": `syntax = "proto3";
service S;
`,
    },
    errors: ["a.proto:2:10: expected `{` after the service's name, found `;`"],
    protoc: ['a.proto:2:10: Expected "{".'],
  },
  {
    rule: "a service is closed",
    files: {
      "a.proto": `syntax = "proto3";
service S {
`,
    },
    errors: ["a.proto:2:11: `{` is not closed; hint: add `}`"],
    protoc: ["a.proto:3:1: Reached end of input in service definition (missing '}')."],
  },
  {
    rule: "a service holds only rpcs and options",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S {
  int32 a = 1;
}
`,
    },
    errors: ["a.proto:4:3: expected `rpc`, `option` or `}`, found `int32`"],
    protoc: ['a.proto:4:3: Expected "rpc".'],
  },
  {
    rule: "an rpc has a name",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc (M) returns (M); }
`,
    },
    errors: ["a.proto:3:17: expected the rpc's name, found `(`"],
    protoc: ["a.proto:3:17: Expected method name."],
  },
  {
    rule: "an rpc says what it takes",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get returns (M); }
`,
    },
    errors: ["a.proto:3:21: expected `(` and the request's type, found `returns`"],
    protoc: ['a.proto:3:21: Expected "(".'],
  },
  {
    rule: "an rpc says what it returns",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(M); }
`,
    },
    errors: ["a.proto:3:23: expected `returns` after the request's type, found `;`"],
    protoc: ['a.proto:3:23: Expected "returns".'],
  },
  {
    rule: "an rpc says `returns` before what it returns",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(M) (M); }
`,
    },
    errors: ["a.proto:3:24: expected `returns` after the request's type, found `(`"],
    protoc: ['a.proto:3:24: Expected "returns".'],
  },
  {
    rule: "an rpc takes one message",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(M, M) returns (M); }
`,
    },
    errors: [
      "a.proto:3:22: expected `)` after the request's type, found `,`; hint: an rpc takes one message: put everything into it",
    ],
    protoc: ['a.proto:3:22: Expected ")".'],
  },
  {
    rule: "an rpc takes a message, even an empty one",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get() returns (M); }
`,
    },
    errors: [
      "a.proto:3:21: expected the request's type, found `)`; hint: for nothing take `google.protobuf.Empty`",
    ],
    protoc: ["a.proto:3:21: Expected type name."],
  },
  {
    rule: "an rpc takes no scalar",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(string) returns (M); }
`,
    },
    errors: [
      "a.proto:3:21: an rpc takes a message, not a `string`; hint: wrap it in a message, or take `google.protobuf.StringValue`",
    ],
    protoc: ["a.proto:3:21: Expected message type."],
  },
  {
    rule: "an rpc returns no scalar",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(M) returns (bool); }
`,
    },
    errors: [
      "a.proto:3:33: an rpc returns a message, not a `bool`; hint: wrap it in a message, or take `google.protobuf.BoolValue`",
    ],
    protoc: ["a.proto:3:33: Expected message type."],
  },
  {
    rule: "an rpc ends with `;` or a body",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(M) returns (M) }
`,
    },
    errors: ["a.proto:3:36: expected `;` or `{` after the rpc, found `}`"],
    protoc: ['a.proto:3:36: Expected ";".'],
  },
  {
    rule: "an rpc's body holds only options",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(M) returns (M) { deprecated = true; } }
`,
    },
    errors: ["a.proto:3:38: expected `option` or `}`, found `deprecated`"],
    protoc: ['a.proto:3:38: Expected "option".'],
  },
  {
    rule: "an rpc's body is closed",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S {
  rpc Get(M) returns (M) {
}
`,
    },
    errors: ["a.proto:3:11: `{` is not closed; hint: add `}`"],
    protoc: ["a.proto:6:1: Reached end of input in service definition (missing '}')."],
  },
  {
    rule: "a stream has a type",
    files: {
      "a.proto": `syntax = "proto3";
message M {}
service S { rpc Get(stream) returns (M); }
`,
    },
    errors: ["a.proto:3:27: expected the type of the stream, found `)`"],
    protoc: ["a.proto:3:27: Expected type name."],
  },
];
