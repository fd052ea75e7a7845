import { expect, it } from "vitest";
import { defaultJsonName, mapEntryName } from "./json-name.js";

// What protoc 36.2 makes of these.
it.each([
  ["name", "name", "NameEntry"],
  ["max_size", "maxSize", "MaxSizeEntry"],
  ["foo_bar__baz9x", "fooBarBaz9x", "FooBarBaz9xEntry"],
  ["_x", "X", "XEntry"],
  ["FooBar", "FooBar", "FooBarEntry"],
  ["FOO_bar9_a", "FOOBar9A", "FOOBar9AEntry"],
  ["foo_", "foo", "FooEntry"],
  ["a_9b", "a9b", "A9bEntry"],
  ["A9_b__C", "A9BC", "A9BCEntry"],
  ["_", "", "Entry"],
])("%s is %s in JSON, and its map's entry %s", (name, jsonName, entryName) => {
  expect(defaultJsonName(name)).toBe(jsonName);
  expect(mapEntryName(name)).toBe(entryName);
});
