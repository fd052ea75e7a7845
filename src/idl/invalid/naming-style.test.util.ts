import type { InvalidCase } from "./invalid-case.test.util.js";

/** The naming style that edition 2024 enforces. */
export const NAMING_STYLE: readonly InvalidCase[] = [
  {
    rule: "edition 2024 messages are in TitleCase",
    files: {
      "a.proto": `edition = "2024";
package a;
message my_message {}
`,
    },
    errors: [
      "a.proto:3:9: message names are in TitleCase: `MyMessage`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:9: Message name my_message should be TitleCase (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 fields are in lower_snake_case",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { int32 fooBar = 1; }
`,
    },
    errors: [
      "a.proto:3:19: field names are in lower_snake_case: `foo_bar`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:19: Field name fooBar should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 oneofs are in lower_snake_case",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { oneof MyOneof { int32 a = 1; } }
`,
    },
    errors: [
      "a.proto:3:19: oneof names are in lower_snake_case: `my_oneof`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto: Oneof name MyOneof should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 enums are in TitleCase",
    files: {
      "a.proto": `edition = "2024";
package a;
enum my_enum { A = 0; }
`,
    },
    errors: [
      "a.proto:3:6: enum names are in TitleCase: `MyEnum`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:6: Enum name my_enum should be TitleCase (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 enum values are in UPPER_SNAKE_CASE",
    files: {
      "a.proto": `edition = "2024";
package a;
enum E { unknown = 0; }
`,
    },
    errors: [
      "a.proto:3:10: enum value names are in UPPER_SNAKE_CASE: `UNKNOWN`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:10: Enum value name unknown should be UPPER_SNAKE_CASE (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 services are in TitleCase",
    files: {
      "a.proto": `edition = "2024";
package a;
service my_service {}
`,
    },
    errors: [
      "a.proto:3:9: service names are in TitleCase: `MyService`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:9: Service name my_service should be TitleCase (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 rpcs are in TitleCase",
    files: {
      "a.proto": `edition = "2024";
package a;
message M {}
service S { rpc get_it(M) returns (M); }
`,
    },
    errors: [
      "a.proto:4:17: rpc names are in TitleCase: `GetIt`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:4:17: Method name get_it should be TitleCase (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 packages are in lower_snake_case",
    files: {
      "a.proto": `edition = "2024";
package a.Bc;
`,
    },
    errors: [
      "a.proto:2:9: package names are in lower_snake_case: `a.bc`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:2:1: Package name a.Bc should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 names do not end with an underscore",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { int32 foo_ = 1; }
`,
    },
    errors: [
      "a.proto:3:19: in a name, each underscore is followed by a letter: not `foo_`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:19: Field name foo_ contains style violating underscores (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 underscores are followed by letters",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { int32 foo_1 = 1; }
`,
    },
    errors: [
      "a.proto:3:19: in a name, each underscore is followed by a letter: not `foo_1`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:19: Field name foo_1 contains style violating underscores (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 underscores stand alone",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { int32 foo__bar = 1; }
`,
    },
    errors: [
      "a.proto:3:19: in a name, each underscore is followed by a letter: not `foo__bar`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:19: Field name foo__bar contains style violating underscores (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 extensions are in lower_snake_case",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { extensions 1 to 9; }
extend M { int32 fooBar = 1; }
`,
    },
    errors: [
      "a.proto:4:18: field names are in lower_snake_case: `foo_bar`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:4:18: Field name fooBar should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
    buf: "accepts",
  },
  {
    rule: "edition 2024 messages have no underscores",
    files: {
      "a.proto": `edition = "2024";
package a;
message My_Message {}
`,
    },
    errors: [
      "a.proto:3:9: message names are in TitleCase: `MyMessage`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:9: Message name My_Message should be TitleCase (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 names do not start with an underscore",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { int32 _foo = 1; }
`,
    },
    errors: [
      "a.proto:3:19: field names are in lower_snake_case: `foo`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:19: Field name _foo should begin with a lower case letter (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 packages have no wrong underscores",
    files: {
      "a.proto": `edition = "2024";
package a.b_1;
`,
    },
    errors: [
      "a.proto:2:9: in a name, each underscore is followed by a letter: not `b_1`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:2:1: Package name a.b_1 contains style violating underscores (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 enum values have no wrong underscores",
    files: {
      "a.proto": `edition = "2024";
package a;
enum E { A_1 = 0; }
`,
    },
    errors: [
      "a.proto:3:10: in a name, each underscore is followed by a letter: not `A_1`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:10: Enum value name A_1 contains style violating underscores (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 nested messages are in TitleCase",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { message inner {} }
`,
    },
    errors: [
      "a.proto:3:21: message names are in TitleCase: `Inner`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:21: Message name inner should begin with a capital letter (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 fields in oneofs are in lower_snake_case",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { oneof o { int32 A = 1; } }
`,
    },
    errors: [
      "a.proto:3:29: field names are in lower_snake_case: `a`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:29: Field name A should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
  {
    rule: "edition 2024 maps are in lower_snake_case",
    files: {
      "a.proto": `edition = "2024";
package a;
message M { map<string, string> myMap = 1; }
`,
    },
    errors: [
      "a.proto:3:33: field names are in lower_snake_case: `my_map`; hint: `option features.enforce_naming_style = STYLE_LEGACY;` switches this off",
    ],
    protoc: [
      "a.proto:3:33: Field name myMap should be lower_snake_case (features.enforce_naming_style = STYLE_LEGACY can be used to opt out of this check)",
    ],
  },
];
