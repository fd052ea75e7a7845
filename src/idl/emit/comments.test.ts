import fc from "fast-check";
import { expect, it } from "vitest";
import { docComment, lineComment } from "./comments.js";

/** Anything, and often what could end a comment. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom("*/", "/*", "*", "/", "\n", "\r", "\r\n", "\u2028", "\u2029", "//", "\\"),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(""));

it("no text gets out of a doc comment", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const comment = docComment(text, "  ");
      expect(comment.indexOf("*/")).toBe(comment.length - "*/\n".length);
    }),
  );
});

it("no text gets out of line comments", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const lines = lineComment(text).split(/\r\n|[\n\r\u2028\u2029]/);
      expect(lines.pop()).toBe("");
      for (const line of lines) expect(line).toMatch(/^\/\//);
    }),
  );
});
