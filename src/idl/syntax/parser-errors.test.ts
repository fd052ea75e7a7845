import { describe, expect, it } from "vitest";
import { parsed } from "./parse.test.util.js";

describe("syntax and edition", () => {
  it.each([
    ['syntax "proto3";', '1:8: expected `=` after `syntax`, found `"proto3"`'],
    ["syntax = proto3;", '1:10: expected a string after `syntax =`, found `proto3`; hint: write `"proto3"`'],
    ["edition = 2023;", '1:11: expected a string after `edition =`, found `2023`; hint: write `"2023"`'],
    ["syntax = ;", "1:10: expected a string after `syntax =`, found `;`"],
    ['syntax = "proto3"\nmessage A {}', "1:18: expected `;` after the syntax"],
    ['syntax = "proto3" message A {}', "1:19: expected `;` after the syntax, found `message`"],
    ['; syntax = "proto3";', "1:3: the syntax must stand first in the file"],
    ['syntax = "proto2"; syntax = "proto3";', "1:20: the syntax is set twice"],
    ['syntax = "proto2"; edition = "2023";', "1:20: the file has a syntax already"],
    ['edition = "2023"; syntax = "proto3";', "1:19: the file has an edition already"],
  ])("%.60j", check);
});

describe("packages and imports", () => {
  it.each([
    ["package;", "1:8: expected the package's name, found `;`"],
    ['package "a";', '1:9: expected the package\'s name, found `"a"`; hint: leave out the quotes'],
    ["package a.;", "1:11: expected a name after `.`, found `;`"],
    ["package .a;", "1:9: expected the package's name, found `.`"],
    ["package a b;", "1:11: expected `;` after the package, found `b`"],
    ["import;", "1:7: expected the file to import as a string, found `;`"],
    ["import a;", '1:8: expected the file to import as a string, found `a`; hint: write `"a"`'],
    [
      "import google/protobuf/any.proto;",
      '1:8: expected the file to import as a string, found `google`; hint: write `"google/protobuf/any.proto"`',
    ],
    [
      'import private "a";',
      "1:8: expected the file to import as a string, found `private`; hint: only `public`, `weak` and `option` may stand before it",
    ],
    ["import public;", "1:14: expected the file to import as a string, found `;`"],
    [
      'import public weak "a";',
      "1:15: expected the file to import as a string, found `weak`; hint: only `public`, `weak` and `option` may stand before it",
    ],
  ])("%.60j", check);
});

describe("what no file can hold", () => {
  it.each([
    ["mesage A {}", "1:1: `mesage` starts no statement here; hint: did you mean `message`?"],
    ["int32 a = 1;", "1:1: `int32` starts no statement here; hint: a field must stand in a message"],
    ["Foo a = 1;", "1:1: `Foo` starts no statement here; hint: a field must stand in a message"],
    [
      "optional Foo a = 1;",
      "1:1: `optional` starts no statement here; hint: a field must stand in a message",
    ],
    ["rpc A(B) returns (C);", "1:1: `rpc` starts no statement here; hint: an rpc must stand in a service"],
    ["oneof a {}", "1:1: `oneof` starts no statement here; hint: a oneof must stand in a message"],
    ['"a";', "1:1: a string starts no statement here"],
    ["12;", "1:1: `12` starts no statement here"],
    ["}", "1:1: `}` has no `{` before it"],
    ["message A {}}", "1:13: `}` has no `{` before it"],
    ["export service A {}", "1:1: only messages and enums can be `export`"],
    ["local extend A { optional int32 a = 1; }", "1:1: only messages and enums can be `local`"],
    ["export local message A {}", "1:1: only messages and enums can be `export`"],
    ["export message {}", "1:1: only messages and enums can be `export`"],
    ["=", "1:1: `=` starts no statement here"],
  ])("%.60j", check);
});

describe("messages", () => {
  it.each([
    ["message {}", "1:9: expected the message's name, found `{`"],
    ["message A", "1:10: expected `{` after the message's name, found the end of the file"],
    ["message A;", "1:10: expected `{` after the message's name, found `;`"],
    [
      "message a.b {}",
      "1:10: expected `{` after the message's name, found `.`; hint: the name has no dots: a package goes before it",
    ],
    ['message "A" {}', '1:9: expected the message\'s name, found `"A"`'],
    ["message A extends B {}", "1:11: expected `{` after the message's name, found `extends`"],
    ["message A\n  int32 a = 1;\n}", "2:3: expected `{` after the message's name, found `int32`"],
    ["message A { int32 a = 1;", "1:11: `{` is not closed; hint: add `}`"],
    ["message A {\n  message B {\n}", "1:11: `{` is not closed; hint: add `}`"],
    ["message A { /* }", "1:13: comment is not closed; hint: add `*/`"],
  ])("%.60j", check);
});

describe("fields", () => {
  it.each([
    ["message A { int32 = 1; }", "1:19: expected the field's name, found `=`"],
    ["message A { a = 1; }", "1:13: the field `a` has no type; hint: write `string a = 1;`, say"],
    [
      "message A { int32 a = 3; b = 1; }",
      "1:26: the field `b` has no type; hint: write `string b = 4;`, say",
    ],
    [
      "message A { int32 a; }",
      "1:20: expected `=` and the field's number, found `;`; hint: give the field a number: `a = 1`",
    ],
    [
      "message A { int32 b = 7; oneof o { int32 c = 9; } int32 a; }",
      "1:58: expected `=` and the field's number, found `;`; hint: give the field a number: `a = 10`",
    ],
    ["message A { int32 a = 536870911; int32 b; }", "1:41: expected `=` and the field's number, found `;`"],
    [
      `message A { ${"int32 a = 1; ".repeat(10_001)}int32 b; }`,
      "1:130033: expected `=` and the field's number, found `;`",
    ],
    ["message A { int32 a 1; }", "1:21: expected `=` and the field's number, found `1`"],
    [
      "message A { int32 a = ; }",
      "1:23: expected the field's number, found `;`; hint: give the field a number: `a = 1`",
    ],
    ["message A { int32 a = x; }", "1:23: expected the field's number, found `x`"],
    [
      "message A { int32 a = -1; }",
      "1:23: expected the field's number, found `-`; hint: field numbers are 1 to 536870911",
    ],
    ["message A { int32 a = 1.5; }", "1:23: expected the field's number, found `1.5`"],
    [
      "message A { int32 a = 4294967296; }",
      "1:23: field number 4294967296 is too large; hint: field numbers are 1 to 536870911",
    ],
    ['message A { int32 a = "1"; }', '1:23: expected the field\'s number, found `"1"`'],
    ["message A { int32 a = 1 }", "1:25: expected `;` after the field, found `}`"],
    ["message A {\n  int32 a = 1 // one\n  int32 b = 2;\n}", "2:14: expected `;` after the field"],
    ["message A { int32 a = 1 2; int32 b = 2; }", "1:25: expected `;` after the field, found `2`"],
    ["message A { int32 a = 1, b = 2; }", "1:24: expected `;` after the field, found `,`"],
    [
      "message A { optional repeated int32 a = 1; }",
      "1:22: expected the field's type, found `repeated`; hint: a field has one label",
    ],
    ["message A { repeated = 1; }", "1:22: expected the field's type, found `=`"],
    ["message A { optional a = 1; }", "1:24: expected the field's name, found `=`"],
    ["message A { int32.b a = 1; }", "1:18: expected the field's name, found `.`"],
    ["message A { a.b. c = 1; }", "1:20: expected the field's name, found `=`"],
    ["message A { . c = 1; }", "1:17: expected the field's name, found `=`"],
    ["message A { rpc B(C) returns (D); }", "1:13: an rpc must stand in a service"],
    ['message A { import "b"; }', "1:13: an import must stand at the top of the file"],
    ['message A { import public "b"; }', "1:13: an import must stand at the top of the file"],
    [
      "message A { service B { rpc C(D) returns (E); } }",
      "1:13: a service must stand at the top of the file",
    ],
    ["message A { package b; }", "1:13: the package must stand at the top of the file"],
  ])("%.60j", check);
});

describe("maps, groups and oneofs", () => {
  it.each([
    ["message A { map<int32> a = 1; }", "1:22: expected `,` after the map's key type, found `>`"],
    ["message A { map<int32, > a = 1; }", "1:24: expected the map's value type, found `>`"],
    ["message A { map<int32, int32 a = 1; }", "1:30: expected `>` after the map's value type, found `a`"],
    [
      "message A { map<int32, map<int32, int32>> a = 1; }",
      "1:27: expected `>` after the map's value type, found `<`; hint: put the inner map into a message of its own",
    ],
    ["message A { map<int32, group> a = 1; }", "1:24: expected the map's value type, found `group`"],
    ["message A { map.b a = 1; }", "1:16: expected the field's name, found `.`"],
    ["message A { optional group = 1; }", "1:28: expected the group's name, found `=`"],
    [
      "message A { optional group B {} }",
      "1:30: expected `=` and the field's number, found `{`; hint: give the field a number: `B = 1`",
    ],
    ["message A { optional group B = 1; }", "1:33: expected `{` after the group, found `;`"],
    ["message A { oneof { } }", "1:19: expected the oneof's name, found `{`"],
    ["message A { oneof a = 1; }", "1:21: expected `{` after the oneof's name, found `=`"],
    ["message A { oneof a { ; } }", "1:23: expected the field's type, found `;`; hint: leave out the `;`"],
    ["message A { oneof a { oneof b {} } }", "1:23: a oneof cannot stand in a oneof"],
    ["message A { oneof a { message B {} } }", "1:23: a message cannot stand in a oneof"],
    ["message A { oneof a { reserved 1; } }", "1:32: expected the field's name, found `1`"],
    [
      "message A { oneof a { int32 b; } }",
      "1:30: expected `=` and the field's number, found `;`; hint: give the field a number: `b = 1`",
    ],
  ])("%.60j", check);
});

describe("extend blocks", () => {
  it.each([
    ["extend { int32 a = 1; }", "1:8: expected the message to extend, found `{`"],
    ["extend int32 { int32 a = 1; }", "1:8: an extend block needs a message, not an `int32`"],
    ["extend A;", "1:9: expected `{` after the message to extend, found `;`"],
    ["extend A {}", "1:10: an extend block needs at least one field"],
    ["extend A { ; }", "1:12: expected the field's type, found `;`; hint: leave out the `;`"],
    ["extend A { message B {} }", "1:12: a message cannot stand in an extend block"],
  ])("%.60j", check);
});

describe("extension ranges and reserved", () => {
  it.each([
    ["message A { extensions; }", "1:23: expected field numbers after `extensions`, found `;`"],
    ['message A { extensions "a"; }', '1:24: expected a field number, found `"a"`'],
    [
      "message A { extensions max; }",
      "1:24: expected a field number, found `max`; hint: `max` is the end of a range: `1000 to max`",
    ],
    ["message A { extensions 1 to; }", "1:28: expected the range's last number or `max`, found `;`"],
    ["message A { extensions 1 to b; }", "1:29: expected the range's last number or `max`, found `b`"],
    ["message A { extensions 1, ; }", "1:27: expected a field number, found `;`"],
    [
      "message A { extensions -1; }",
      "1:24: expected a field number, found `-`; hint: field numbers are 1 to 536870911",
    ],
    ["message A { extensions 1 [a = 1], 2; }", "1:33: expected `;` after the extension ranges, found `,`"],
    [
      "message A { extensions 4294967296; }",
      "1:24: field number 4294967296 is too large; hint: field numbers are 1 to 536870911",
    ],
    ["message A { reserved; }", "1:21: expected field numbers or names after `reserved`, found `;`"],
    [
      'message A { reserved 1, "a"; }',
      '1:25: expected a field number, found `"a"`; hint: write numbers and names in two `reserved` statements',
    ],
    [
      'message A { reserved "a", 1; }',
      "1:27: expected a field name, found `1`; hint: write numbers and names in two `reserved` statements",
    ],
    [
      "message A { reserved a, 1; }",
      "1:25: expected a field name, found `1`; hint: write numbers and names in two `reserved` statements",
    ],
    [
      "message A { reserved -1; }",
      "1:22: expected a field number, found `-`; hint: field numbers are 1 to 536870911",
    ],
    [
      "message A { reserved 1 to -2; }",
      "1:27: expected the range's last number or `max`, found `-`; hint: field numbers are 1 to 536870911",
    ],
    ["message A { reserved 1 2; }", "1:24: expected `,` or `;` after the reserved numbers, found `2`"],
    ["message A { reserved a.b; }", "1:23: expected `,` or `;` after the reserved names, found `.`"],
    ["message A { reserved = 1; }", "1:22: expected field numbers or names after `reserved`, found `=`"],
  ])("%.60j", check);
});

describe("enums", () => {
  it.each([
    ["enum {}", "1:6: expected the enum's name, found `{`"],
    ["enum A;", "1:7: expected `{` after the enum's name, found `;`"],
    ["enum A { B; }", "1:11: expected `=` and the value's number, found `;`"],
    ["enum A { B 1; }", "1:12: expected `=` and the value's number, found `1`"],
    ["enum A { B = ; }", "1:14: expected the value's number, found `;`"],
    ["enum A { B = x; }", "1:14: expected the value's number, found `x`"],
    ["enum A { B = -x; }", "1:15: expected the value's number, found `x`"],
    [
      "enum A { B = 2147483648; }",
      "1:14: `2147483648` is out of range for an enum value; hint: it takes -2147483648 to 2147483647",
    ],
    [
      "enum A { B = -2147483649; }",
      "1:14: `-2147483649` is out of range for an enum value; hint: it takes -2147483648 to 2147483647",
    ],
    [
      "enum A { int32 B = 1; }",
      "1:16: expected `=` and the value's number, found `B`; hint: enum values have no type",
    ],
    ["enum A { message B {} }", "1:10: a message cannot stand in an enum"],
    ["enum A { B = 1, C = 2; }", "1:15: expected `;` after the enum value, found `,`"],
    ["enum A { B = 1 C = 2; }", "1:16: expected `;` after the enum value, found `C`"],
    ["enum A { reserved; }", "1:18: expected enum numbers or names after `reserved`, found `;`"],
    ["enum A { reserved 1 to x; }", "1:24: expected the range's last number or `max`, found `x`"],
    ["enum A { reserved -x; }", "1:20: expected an enum number, found `x`"],
    [
      "enum A { reserved 2147483648; }",
      "1:19: `2147483648` is out of range for an enum value; hint: it takes -2147483648 to 2147483647",
    ],
    ['enum A { "B" = 1; }', '1:10: expected the value\'s name, found `"B"`'],
  ])("%.60j", check);
});

describe("services", () => {
  it.each([
    ["service {}", "1:9: expected the service's name, found `{`"],
    ["service A;", "1:10: expected `{` after the service's name, found `;`"],
    ["service A { int32 a = 1; }", "1:13: expected `rpc`, `option` or `}`, found `int32`"],
    ["service A { message B {} }", "1:13: a message cannot stand in a service"],
    ["service A { rpc (B) returns (C); }", "1:17: expected the rpc's name, found `(`"],
    ["service A { rpc B returns (C); }", "1:19: expected `(` and the request's type, found `returns`"],
    [
      "service A { rpc B() returns (C); }",
      "1:19: expected the request's type, found `)`; hint: for nothing take `google.protobuf.Empty`",
    ],
    ["service A { rpc B(stream) returns (C); }", "1:25: expected the type of the stream, found `)`"],
    [
      "service A { rpc B(int32) returns (stream fixed32); }",
      "1:19: an rpc takes a message, not an `int32`; hint: wrap it in a message, or take `google.protobuf.Int32Value`",
    ],
    [
      "service A { rpc B(C, D) returns (E); }",
      "1:20: expected `)` after the request's type, found `,`; hint: an rpc takes one message: put everything into it",
    ],
    [
      "service A { rpc B(C) returns (D, E); }",
      "1:32: expected `)` after the response's type, found `,`; hint: an rpc returns one message: put everything into it",
    ],
    ["service A { rpc B(C); }", "1:21: expected `returns` after the request's type, found `;`"],
    [
      "service A { rpc B(C) return (D); }",
      "1:22: expected `returns` after the request's type, found `return`",
    ],
    ["service A { rpc B(C) returns D; }", "1:30: expected `(` and the response's type, found `D`"],
    ["service A { rpc B(C) returns (D) }", "1:34: expected `;` or `{` after the rpc, found `}`"],
    ["service A { rpc B(C) returns (D) { int32 a = 1; } }", "1:36: expected `option` or `}`, found `int32`"],
    ["service A { rpc B(C) returns (D) {", "1:34: `{` is not closed; hint: add `}`"],
    ["service A { stream B(C, D); }", "1:13: expected `rpc`, `option` or `}`, found `stream`"],
  ])("%.60j", check);
});

describe("options", () => {
  it.each([
    ["option;", "1:7: expected the option's name, found `;`"],
    ["option = 1;", "1:8: expected the option's name, found `=`"],
    ["option a 1;", "1:10: expected `=` after the option's name, found `1`"],
    ["option a = ;", "1:12: expected the option's value, found `;`"],
    ["option a = 1", "1:13: expected `;` after the option"],
    ['option "a" = 1;', '1:8: expected the option\'s name, found `"a"`'],
    ["option a. = 1;", "1:11: expected a name after `.`, found `=`"],
    ["option .a = 1;", "1:8: expected the option's name, found `.`"],
    ["option () = 1;", "1:9: expected the extension's name, found `)`"],
    ["option (a = 1;", "1:11: expected `)` after the extension's name, found `=`"],
    ["option (a.) = 1;", "1:11: expected a name after `.`, found `)`"],
    ["option a = +1;", "1:12: expected the option's value, found `+`"],
    ["option a = -b;", "1:13: expected a number after `-`, found `b`"],
    ['option a = -"b";', '1:13: expected a number after `-`, found `"b"`'],
    ["option a = - ;", "1:14: expected a number after `-`, found `;`"],
    [
      "option a = [1];",
      "1:12: expected the option's value, found `[`; hint: to set several values, give the option several times",
    ],
    ["option a = <b: 1>;", "1:12: expected the option's value, found `<`; hint: write `{ … }`"],
    ["option a = b.c;", "1:13: expected `;` after the option, found `.`"],
    ["option a = 0x10000000000000000;", "1:12: `0x10000000000000000` does not fit into 64 bits"],
    ["option a { b: 1 };", "1:10: expected `=` after the option's name, found `{`"],
    ["enum A { B = 1 []; }", "1:17: expected the option's name, found `]`; hint: leave out the brackets"],
    [
      "enum A { B = 1 [a = 1,]; }",
      "1:23: expected the option's name, found `]`; hint: leave out the `,` in front",
    ],
    [
      "enum A { B = 1 [a]; }",
      "1:18: expected `=` after the option's name, found `]`; hint: write `a = true`",
    ],
    [
      "enum A { B = 1 [(a)]; }",
      "1:20: expected `=` after the option's name, found `]`; hint: write `(a) = true`",
    ],
    [
      "enum A { B = 1 [a, b = 1]; }",
      "1:18: expected `=` after the option's name, found `,`; hint: write `a = true`",
    ],
    [
      "enum A { B = 1 [option a = 1]; }",
      "1:24: expected `=` after the option's name, found `a`; hint: leave out `option` between brackets",
    ],
    ["enum A { B = 1 [a = 1 b = 2]; }", "1:23: expected `,` or `]` after the option, found `b`"],
    ["enum A { B = 1 [a = 1; C = 2; }", "1:22: expected `,` or `]` after the option, found `;`"],
    ["enum A { B = 1 [a = 1 }", "1:23: expected `,` or `]` after the option, found `}`"],
    ["enum A { B = 1 [a = {b: [}]; C = 2; }", "1:26: expected a value, found `}`"],
  ])("%.60j", check);
});

describe("message literals", () => {
  it.each([
    ["option a = { b 1 };", "1:16: expected `:` after `b`, found `1`"],
    ["option a = { b: };", "1:17: expected a value after `b:`, found `}`"],
    ["option a = { : 1 };", "1:14: expected a field's name or `}`, found `:`"],
    ["option a = { b = 1 };", "1:16: expected `:` after `b`, found `=`"],
    ['option a = { "b": 1 };', '1:14: expected a field\'s name or `}`, found `"b"`'],
    ["option a = { 1: 2 };", "1:14: expected a field's name or `}`, found `1`"],
    ["option a = { b: 1,, c: 2 };", "1:19: expected a field's name or `}`, found `,`"],
    ["option a = { b: [1, ] };", "1:21: expected a value, found `]`"],
    [
      "option a = { b [{}, 1] c [] d [{}] };",
      "1:16: expected `:` after `b`, found `[`; hint: the colon can be left out only before messages and lists of them",
    ],
    ["option a = { b: [1 2] };", "1:20: expected `,` or `]` after the value, found `2`"],
    ["option a = { b: [[1]] };", "1:18: expected a value, found `[`"],
    ["option a = { b: -c };", "1:18: expected a number after `-`, found `c`"],
    ['option a = { b: -"c" };', '1:18: expected a number after `-`, found `"c"`'],
    ["option a = { b < c: 1 } };", "1:23: expected a field's name or `>`, found `}`"],
    ["option a = { [b: 1 };", "1:16: expected `]` after the extension's name, found `:`"],
    ["option a = { []: 1 };", "1:15: expected the extension's name, found `]`"],
    ["option a = { [.b]: 1 };", "1:15: expected the extension's name, found `.`"],
    ["option a = { [b/]: 1 };", "1:17: expected the message's name after `/`, found `]`"],
    ["option a = { b: 1", "1:12: `{` is not closed; hint: add `}`"],
    ["option a = { b: 0x1ffffffffffffffff };", "1:17: `0x1ffffffffffffffff` does not fit into 64 bits"],
    ["option a = { # b\n};", "1:14: `#` has no meaning here; hint: a comment starts with `//`"],
  ])("%.60j", check);
});

function check(text: string, error: string): void {
  expect(parsed(text).errors).toEqual([error]);
}
