import { expect, it } from "vitest";
import { scalarText, withArticle } from "./articles.js";

it.each(["a message", "an enum", "an enum value", "an extension", "a oneof", "an rpc", "a package"])(
  "%s",
  (text) => expect(withArticle(text.slice(text.indexOf(" ") + 1))).toBe(text),
);

it.each(["a `string`", "an `int32`", "a `uint32`", "an `sfixed64`", "a `sint32`", "`bytes`"])("%s", (text) =>
  expect(scalarText(text.slice(text.indexOf("`") + 1, -1))).toBe(text),
);
