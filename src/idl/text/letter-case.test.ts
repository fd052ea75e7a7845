import { describe, expect, it } from "vitest";
import { toLowerSnakeCase, toTitleCase, toUpperSnakeCase } from "./letter-case.js";

describe("letter cases", () => {
  it.each([
    ["fooBar", "foo_bar", "FooBar"],
    ["foo_bar", "foo_bar", "FooBar"],
    ["FOO_BAR", "foo_bar", "FooBar"],
    ["FooBar", "foo_bar", "FooBar"],
    ["My_Message", "my_message", "MyMessage"],
    ["HTTPServer2", "http_server2", "HttpServer2"],
    ["_foo", "foo", "Foo"],
    ["foo__bar_", "foo_bar", "FooBar"],
    ["a1b2", "a1_b2", "A1B2"],
    ["x", "x", "X"],
    ["_", "_", "_"],
  ])("%s", (name, lower, title) => {
    expect(toLowerSnakeCase(name)).toBe(lower);
    expect(toUpperSnakeCase(name)).toBe(lower.toUpperCase());
    expect(toTitleCase(name)).toBe(title);
  });
});
