import { create } from "@bufbuild/protobuf";
import { type SourceCodeInfo_Location, SourceCodeInfo_LocationSchema } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { locationDifferences } from "./locations.js";

function at(path: string, span = "1:2:3", trailingComments = ""): SourceCodeInfo_Location {
  return create(SourceCodeInfo_LocationSchema, {
    path: path.split(".").map(Number),
    span: span.split(":").map(Number),
    trailingComments,
  });
}

type Locations = readonly SourceCodeInfo_Location[];

it.each<[kinds: string, ours: Locations, theirs: Locations]>([
  ["", [at("4.0"), at("4.0.1")], [at("4.0.1"), at("4.0")]],
  ["missing place", [at("4.0")], []],
  ["additional place", [], [at("4.0.1")]],
  ["place of a JSON name", [at("4.0.2.0.10")], []],
  ["place of a JSON name", [at("4.0.3.1.2.0.10")], []],
  ["place of brackets without options", [at("7.0.8")], []],
  ["place of a group's type", [at("4.0.2.0.5")], []],
  ["place of a group's type", [at("4.0.2.0.6", "1:9:12")], [at("4.0.2.0.6", "1:2:7")]],
  ["place of more ranges", [at("4.0.9"), at("4.0.9", "2:2:9")], [at("4.0.9")]],
  ["place of more ranges", [at("5.0.5")], []],
  ["missing place", [at("4.0.9.0")], []],
  ["place within an option", [], [at("4.0.7.50000.1")]],
  ["additional place", [], [at("4.0.7.50000")]],
  ["span of an option", [at("6.0.2.0.4.50000", "1:4:3:6")], [at("6.0.2.0.4.50000", "1:11:3:5")]],
  ["span of a default", [at("4.0.2.0.7", "1:17:18")], [at("4.0.2.0.7", "1:7:18")]],
  ["span", [at("4.0.7.50000", "1:2:5")], [at("4.0.7.50000", "1:4:6")]],
  ["span", [at("4.0", "1:2:5")], [at("4.0", "1:2:6")]],
  ["comment", [at("4.0", "1:2:5", " a\n")], [at("4.0", "1:2:5", " b\n")]],
  ["end of a comment", [at("4.0", "1:2:5", " a\n")], [at("4.0", "1:2:5", " a")]],
])("%s", (kinds, ours, theirs) => {
  expect(
    locationDifferences(ours, theirs)
      .map(({ kind }) => kind)
      .join(),
  ).toBe(kinds);
});
