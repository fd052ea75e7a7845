import { describe, expect, it } from "vitest";
import { described } from "../syntax/parse.test.util.js";

const HEADERS = {
  proto2: 'syntax = "proto2";',
  proto3: 'syntax = "proto3";',
  2023: 'edition = "2023";',
  2024: 'edition = "2024";',
};

/** What is told in which languages. */
type Errors = Readonly<Partial<Record<keyof typeof HEADERS, string>>>;

/** Checks what is told of a file in each language. */
function check(text: string, errors: Errors): void {
  const found = Object.entries(HEADERS).map(([language, header]) => {
    return [language, described(`${header}\n${text}`).errors.join("; ")];
  });
  expect(Object.fromEntries(found.filter(([, errors]) => errors !== ""))).toEqual(errors);
}

function everywhere(error: string): Errors {
  return { proto2: error, proto3: error, 2023: error, 2024: error };
}

function inEditions(error: string): Errors {
  return { 2023: error, 2024: error };
}

describe("labels", () => {
  it.each<[text: string, errors: Errors]>([
    ["message A { repeated int32 a = 1; }", {}],
    [
      "message A { int32 a = 1; }",
      {
        proto2:
          "2:13: the field `a` has no label; hint: put `optional`, `required` or `repeated` before the type",
      },
    ],
    [
      "extend A { int32 a = 1; }",
      {
        proto2:
          "2:12: the field `a` has no label; hint: put `optional`, `required` or `repeated` before the type",
      },
    ],
    [
      "message A { optional int32 a = 1; }",
      inEditions(
        "2:13: editions have no label `optional`; hint: leave it out: a field has presence unless `features.field_presence` says otherwise",
      ),
    ],
    [
      "message A { required int32 a = 1; }",
      {
        proto3: "2:13: proto3 has no required fields; hint: leave out `required`",
        ...inEditions(
          "2:13: editions have no label `required`; hint: write `[features.field_presence = LEGACY_REQUIRED]`",
        ),
      },
    ],
    ["message A { oneof b { int32 a = 1; } }", {}],
    ["message A { map<int32, int32> a = 1; }", {}],
  ])("%s", check);

  it.each([
    [
      "oneof b { optional int32 a = 1; }",
      "2:23: a field in a oneof has no label; hint: leave out `optional`: it has presence anyway",
    ],
    [
      "oneof b { required int32 a = 1; }",
      "2:23: a field in a oneof has no label; hint: leave out `required`",
    ],
    [
      "oneof b { repeated int32 a = 1; }",
      "2:23: a field in a oneof has no label; hint: put the repeated field into a message of its own",
    ],
    [
      "optional map<int32, int32> a = 1;",
      "2:13: a map has no label; hint: leave out `optional`: a map holds any number of entries",
    ],
    [
      "repeated map<int32, int32> a = 1;",
      "2:13: a map has no label; hint: leave out `repeated`: a map holds any number of entries",
    ],
  ])("%s", (text, error) => {
    check(`message A { ${text} }`, everywhere(error));
  });

  it("are missed above all where the file does not say its syntax", () => {
    expect(described("message A { int32 a = 1; }").errors).toEqual([
      '1:13: the field `a` has no label; hint: a file of proto3 begins with `syntax = "proto3";`',
    ]);
  });
});

describe("maps", () => {
  it.each([
    [
      "message A { oneof b { map<int32, int32> a = 1; } }",
      "2:23: a map cannot stand in a oneof; hint: put the map into a message of its own",
    ],
    [
      "extend A { map<int32, int32> a = 1; }",
      "2:12: a map cannot be an extension; hint: put the map into a message and extend with that",
    ],
  ])("%s", (text, error) => {
    check(text, everywhere(error));
  });
});

describe("groups", () => {
  it("are only in proto2", () => {
    expect(described("message A { oneof b { group C = 1 {} } repeated group D = 2 {} }").errors).toEqual([]);
    check("message A { repeated group D = 2 {} }", {
      proto3: "2:22: proto3 has no groups; hint: write a nested message and a field of that type",
      ...inEditions(
        "2:22: editions have no groups; hint: write a nested message and a field of that type with `[features.message_encoding = DELIMITED]`",
      ),
    });
  });

  it.each([
    [
      "message A { group B = 1 {} }",
      "1:13: the field `B` has no label; hint: put `optional`, `required` or `repeated` before `group`",
    ],
    [
      "message A { optional group b = 1 {} }",
      "1:28: the name of a group must start with a capital letter; hint: write `B`",
    ],
    ["message A { optional group _b = 1 {} }", "1:28: the name of a group must start with a capital letter"],
  ])("%s", (text, error) =>
    expect(described(`syntax = "proto2"; ${text}`).errors).toEqual([
      error.replace(/^1:(\d+)/, (_, column) => `1:${Number(column) + 19}`),
    ]),
  );
});

describe("reserved names", () => {
  it("are strings before editions, and identifiers in them", () => {
    for (const kind of ["message", "enum"]) {
      const quotes = `2:${kind.length + 15}: a reserved name has no quotes in editions; hint: write \`b\``;
      check(`${kind} A { reserved "b"; }`, inEditions(quotes));
      const error = `2:${kind.length + 15}: a reserved name must be a string; hint: write \`"b"\`: only editions have names without quotes here`;
      check(`${kind} A { reserved b; }`, { proto2: error, proto3: error });
    }
    expect(described('edition = "2023"; message A { reserved "b", "c"; }').errors).toEqual([
      "1:40: a reserved name has no quotes in editions; hint: write `b`",
      "1:45: a reserved name has no quotes in editions; hint: write `c`",
    ]);
  });
});

describe("imports", () => {
  it("are weak until edition 2024", () => {
    check('import weak "b";', {
      2024: "2:8: `import weak` was removed in edition 2024; hint: use `import option`",
    });
  });

  it("are for options from edition 2024 on, behind all others", () => {
    const error = "2:8: `import option` is new in edition 2024";
    check('import option "b";', { proto2: error, proto3: error, 2023: error });
    expect(described('edition = "2024"; import "a"; import option "b"; import public "c";').errors).toEqual([
      "1:50: imports must stand before option imports",
    ]);
  });
});

describe("visibility", () => {
  it.each([
    "export message A {}",
    "local enum A {}",
    "message A { export enum B {} }",
    "message A { local message B {} }",
  ])("%s", (text) => {
    const error = `2:${text.search(/export|local/) + 1}: \`${/export|local/.exec(text)}\` is new in edition 2024`;
    check(text, { proto2: error, proto3: error, 2023: error });
  });

  it("leaves its words no types where it can stand", () => {
    check("message A { local a = 1; }", {
      proto2:
        "2:13: the field `a` has no label; hint: put `optional`, `required` or `repeated` before the type",
      2024: "2:13: only messages and enums can be `local`; hint: for the type write `.local`",
    });
    expect(described('edition = "2024"; message A { export.b a = 1; }').errors).toEqual([
      "1:31: only messages and enums can be `export`; hint: for the type write `.export.b`",
    ]);
    expect(
      described(
        'edition = "2024"; message A { repeated local a = 1; oneof b { export c = 2; } .local d = 3; }',
      ).errors,
    ).toEqual([]);
  });
});

describe("the syntax", () => {
  it.each([
    [
      'syntax = "proto4";',
      '1:10: syntax `proto4` is not known; hint: there are `proto2` and `proto3`, and editions: `edition = "2023";`',
    ],
    ['syntax = "2023";', '1:10: syntax `2023` is not known; hint: write `edition = "2023";`'],
    ['edition = "proto3";', '1:11: edition `proto3` is not known; hint: write `syntax = "proto3";`'],
    ['edition = "2022";', "1:11: edition `2022` is not known; hint: there are `2023` and `2024`"],
    ['edition = "2026";', "1:11: edition `2026` is not known; hint: there are `2023` and `2024`"],
    ['edition = "\\n";', "1:11: edition `\\u{a}` is not known; hint: there are `2023` and `2024`"],
    ['edition = "UNSTABLE";', "1:11: edition `UNSTABLE` is not known; hint: there are `2023` and `2024`"],
  ])("%s", (text, error) => expect(described(text).errors).toEqual([error]));

  it("that is not known is taken for the newest, so that no more is told", () => {
    expect(described('syntax = "proto5"; message A { int32 a = 1; }').errors).toHaveLength(1);
    expect(described('edition = "2030"; export message A { reserved b; }').errors).toHaveLength(1);
  });
});

describe("the package", () => {
  it("is set once", () => {
    const { proto, errors } = described("package a; package b;\npackage c;");
    expect(proto.package).toBe("a");
    expect(errors).toEqual([
      "1:12: the package is set twice; hint: the first is `a`",
      "2:1: the package is set twice; hint: the first is `a`",
    ]);
  });
});
