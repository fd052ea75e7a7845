import { describe, expect, it } from "vitest";
import { told } from "./validate.test.util.js";

describe("JSON names", () => {
  const clash = (header: string, option = "", label = "") =>
    told(`${header} message A { ${option}\n  ${label}int32 foo_bar = 1;\n  ${label}int32 fooBar = 2; }`);
  const says = "`foo_bar` and `fooBar` have the same JSON name `fooBar`";

  it("are different in proto3 and editions", () => {
    expect(clash('syntax = "proto3";')).toEqual([`3:9: ${says}`]);
    expect(clash('edition = "2023";')).toEqual([`3:9: ${says}`]);
  });

  it("should be different in proto2, and with the JSON format of that", () => {
    expect(clash('syntax = "proto2";', "", "optional ")).toEqual([`warning 3:18: ${says}`]);
    expect(clash('edition = "2023";', "option features.json_format = LEGACY_BEST_EFFORT;")).toEqual([
      `warning 3:9: ${says}`,
    ]);
  });

  it("may be the same where that is asked for", () => {
    const option = "option deprecated_legacy_json_field_conflicts = true;";
    expect(clash('syntax = "proto3";', option)).toEqual([]);
    expect(clash('syntax = "proto2";', option, "optional ")).toEqual([]);
  });

  it.each([
    ["can be swapped", 'a = 1 [json_name = "b"]; int32 b = 2 [json_name = "a"];', []],
    [
      "can be empty, but only one",
      'a = 1 [json_name = ""]; int32 b = 2 [json_name = ""];',
      ["2:39: `a` and `b` have the same JSON name ``"],
    ],
    [
      "count without `json_name` as well",
      'foo_bar = 1; int32 fooBar = 2 [json_name = "z"];',
      [`2:28: ${says}`],
    ],
    ["may begin with a bracket", 'a = 1 [json_name = "["];', []],
    ["differ by case", "foobar = 1; int32 fooBar = 2; int32 FooBar = 3;", []],
    ["are not those of oneofs", "x_y = 1; oneof xY { int32 z = 2; }", []],
  ])("%s", (_, fields, expected) => {
    expect(told(`syntax = "proto3"; message A {\n  int32 ${fields} }`)).toEqual(expected);
  });

  it("of extensions are their own", () => {
    const text = (option: string) =>
      `syntax = "proto2"; message A { extensions 1 to 5;\n  extend A { optional int32 foo_bar = 1 ${option}; optional int32 fooBar = 2; } }`;
    expect(told(text('[json_name = "fooBar"]'))).toEqual([]);
    expect(told(text('[json_name = "x"]'))).toEqual([
      "2:42: an extension cannot have a `json_name`: its JSON name is `[A.foo_bar]`",
    ]);
  });
});

describe("names of enum values", () => {
  const clash = (values: string, header = 'syntax = "proto2";') =>
    told(`${header} enum MyEnum {\n${values}\n}`);

  it.each([
    ["MY_ENUM_FOO = 0;\nFOO = 1;"],
    ["MYENUM_A = 0;\nMyEnumA = 1;"],
    ["MYENUM_A = 0;\nM_Y_ENUM_A = 1;"],
    ["MYENUM_A = 0;\n_A = 1;"],
    ["FOO_BAR = 0;\nfoo_bar = 1;"],
    ["MY_ENUM_ = 0;\nMY_ENUM = 1;"],
  ])("%s are the same for generators", (values) => {
    const [a, b] = values.match(/\w+(?= =)/g)!;
    const says = `\`${a}\` and \`${b}\` are the same name once the enum's name and underscores are left out`;
    expect(clash(values)).toEqual([`3:1: ${says}`]);
    const lenient = "option deprecated_legacy_json_field_conflicts = true;";
    expect(clash(`${lenient}${values}`)).toEqual([`warning 3:1: ${says}`]);
    expect(clash(`${lenient}${values}`, 'syntax = "proto3";')).toEqual([`3:1: ${says}`]);
  });

  it.each([
    ["FOO_BAR = 0;\nFOOBAR = 1;"],
    ["FOO_BAR = 0;\nFooBar = 1;"],
    ["option allow_alias = true; MY_ENUM_FOO = 0;\nFOO = 0;"],
  ])("%s are not", (values) => expect(clash(values)).toEqual([]));
});

describe("reserved names", () => {
  it("are those of fields only", () =>
    expect(
      told(
        'syntax = "proto2"; message A { extensions 1 to 5; reserved "N", "o", "x"; message N {} oneof o { int32 y = 9; } extend A { optional int32 x = 1; } }',
      ),
    ).toEqual([]));

  it("should be names", () =>
    expect(told('syntax = "proto2"; message A {\n  reserved "a-b";\n}')).toEqual([
      "warning 2:12: `a-b` is not a name that a field or a value can have",
    ]));

  it("are counted over all statements", () =>
    expect(told('syntax = "proto3"; enum A { X = 0; reserved "B";\n  reserved "C", "B";\n}')).toEqual([
      "2:17: the name `B` is reserved twice",
    ]));
});
