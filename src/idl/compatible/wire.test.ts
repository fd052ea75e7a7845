import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FieldKind, fieldKinds, meet, plainField } from "./field-kinds.test.util.js";
import { shapeOf } from "./shape.js";
import { wireMisreadings } from "./wire.js";

const KINDS = fieldKinds();

describe("wireMisreadings, of each two of all kinds of fields, is what protobuf-es makes of the bytes", () => {
  it.each(KINDS)("$name", (writer) => {
    for (const reader of KINDS.filter((each) => meet(writer, each))) {
      const misreadings = wireMisreadings(shapeOf(writer.field), shapeOf(reader.field));
      const misread = misreadings.find((each) => each.reader === "newer");
      const arrives = (value: unknown) => arrivesAsItWas(value, writer, reader);
      const lost = writer.samples.filter((value) => !arrives(value));
      const what = `${writer.name} read as ${reader.name} ${misread?.what ?? "is right"}`;
      if (!keepsUnknown(reader)) expect(lost.length > 0, what).toBe(misread !== undefined);
      if (misread === undefined) fc.assert(fc.property(writer.values, arrives), { numRuns: 10 });
    }
  });
});

/** In lists of closed enums, protobuf-es does not put the numbers that it does not know among the unknown fields. */
function keepsUnknown({ field }: FieldKind): boolean {
  return field.fieldKind === "list" && field.enum?.open === false;
}

function arrivesAsItWas(value: unknown, writer: FieldKind, reader: FieldKind): boolean {
  const written = create(writer.message, { f: value });
  const wrote = plainField(writer, written);
  const expected = shapeOf(reader.field).isList && !shapeOf(writer.field).isList ? [wrote] : wrote;
  try {
    const read = fromBinary(reader.message, toBinary(writer.message, written));
    return JSON.stringify(plainField(reader, read)) === JSON.stringify(expected);
  } catch {
    return false;
  }
}
