import { create, fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FieldKind, fieldKinds, meet, plainField } from "./field-kinds.test.util.js";
import { jsonMisreadings } from "./json.js";
import { shapeOf } from "./shape.js";

const KINDS = fieldKinds();

describe("jsonMisreadings, of each two of all kinds of fields, is what protobuf-es makes of the JSON", () => {
  it.each(KINDS)("$name", (writer) => {
    for (const reader of KINDS.filter((each) => meet(writer, each))) {
      const misreadings = jsonMisreadings(shapeOf(writer.field), shapeOf(reader.field));
      const misread = misreadings.find((each) => each.reader === "newer");
      const arrives = (value: unknown) => arrivesAsItWas(value, writer, reader);
      const lost = writer.samples.filter((value) => !arrives(value));
      const what = `${writer.name} read as ${reader.name} ${misread?.what ?? "is right"}`;
      expect(lost.length > 0, what).toBe(misread !== undefined);
      if (misread === undefined) fc.assert(fc.property(writer.values, arrives), { numRuns: 10 });
    }
  });
});

/** Whether the reader takes it for the same value, and would write it in the same way. */
function arrivesAsItWas(value: unknown, writer: FieldKind, reader: FieldKind): boolean {
  const written = create(writer.message, { f: value });
  const json = toJson(writer.message, written);
  try {
    // To binary and back, because a float holds a double until then.
    const read = fromBinary(reader.message, toBinary(reader.message, fromJson(reader.message, json)));
    const isSame = JSON.stringify(plainField(reader, read)) === JSON.stringify(plainField(writer, written));
    return isSame && JSON.stringify(toJson(reader.message, read)) === JSON.stringify(json);
  } catch {
    return false;
  }
}
