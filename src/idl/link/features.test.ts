import {
  FeatureSet_MessageEncoding as Encoding,
  FeatureSet_EnumType as EnumType,
  FeatureSet_JsonFormat as JsonFormat,
  FeatureSet_FieldPresence as Presence,
  FeatureSet_RepeatedFieldEncoding as Repeated,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { compileSources } from "../compile.test.util.js";
import { featuresOf, type ResolvedFeatures } from "./features.js";
import { defineBuiltIn } from "./link.js";
import { createSymbolTable } from "./symbols.js";

/** The features of the message `M` and of its fields `f`, `g` and so on. */
function featuresIn(head: string, body: string): Record<string, ResolvedFeatures | undefined> {
  const { files, diagnostics } = compileSources({
    "a.proto": `${head} message M { ${body} } message Other {}`,
  });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const features = featuresOf(defineBuiltIn(files[0], [], createSymbolTable()));
  const [message] = files[0].messageType;
  return {
    M: features.get(message),
    ...Object.fromEntries(message.field.map((field) => [field.name, features.get(field)])),
  };
}

const PROTO2 = 'syntax = "proto2";';
const PROTO3 = 'syntax = "proto3";';
const EDITION = 'edition = "2023";';

describe("features", () => {
  it.each([
    [
      "proto2 by default",
      PROTO2,
      "optional int32 f = 1;",
      { fieldPresence: Presence.EXPLICIT, enumType: EnumType.CLOSED },
    ],
    ["proto2, required", PROTO2, "required int32 f = 1;", { fieldPresence: Presence.LEGACY_REQUIRED }],
    ["proto2, not packed", PROTO2, "repeated int32 f = 1;", { repeatedFieldEncoding: Repeated.EXPANDED }],
    [
      "proto2, packed",
      PROTO2,
      "repeated int32 f = 1 [packed = true];",
      { repeatedFieldEncoding: Repeated.PACKED },
    ],
    ["proto2, a group", PROTO2, "optional group F = 1 {}", { messageEncoding: Encoding.DELIMITED }],
    [
      "proto3 by default",
      PROTO3,
      "int32 f = 1;",
      { fieldPresence: Presence.IMPLICIT, enumType: EnumType.OPEN },
    ],
    ["proto3, optional", PROTO3, "optional int32 f = 1;", { fieldPresence: Presence.EXPLICIT }],
    ["proto3, packed", PROTO3, "repeated int32 f = 1;", { repeatedFieldEncoding: Repeated.PACKED }],
    [
      "proto3, unpacked",
      PROTO3,
      "repeated int32 f = 1 [packed = false];",
      { repeatedFieldEncoding: Repeated.EXPANDED },
    ],
    [
      "edition 2023 by default",
      EDITION,
      "int32 f = 1;",
      { fieldPresence: Presence.EXPLICIT, jsonFormat: JsonFormat.ALLOW },
    ],
    [
      "of the field",
      EDITION,
      "int32 f = 1 [features.field_presence = IMPLICIT];",
      { fieldPresence: Presence.IMPLICIT },
    ],
    [
      "of the file",
      `${EDITION} option features.field_presence = IMPLICIT;`,
      "int32 f = 1;",
      { fieldPresence: Presence.IMPLICIT },
    ],
    [
      "of the message, then of the file",
      `${EDITION} option features.enum_type = CLOSED; option features.json_format = LEGACY_BEST_EFFORT;`,
      "option features.json_format = ALLOW; oneof o { Other f = 1; }",
      { enumType: EnumType.CLOSED, jsonFormat: JsonFormat.ALLOW },
    ],
    [
      "as one message",
      `${EDITION} option features = { field_presence: IMPLICIT message_encoding: DELIMITED };`,
      "Other f = 1;",
      { fieldPresence: Presence.IMPLICIT, messageEncoding: Encoding.DELIMITED },
    ],
  ])("%s", (_, head, body, expected) => {
    const features = featuresIn(head, body);
    expect(Object.values(features)[1]).toMatchObject(expected);
  });

  it("of another field are its own", () => {
    const { M, f, g } = featuresIn(
      EDITION,
      "int32 f = 1 [features.field_presence = LEGACY_REQUIRED]; int32 g = 2;",
    );
    expect(f?.fieldPresence).toBe(Presence.LEGACY_REQUIRED);
    expect(g).toEqual(M);
  });
});
