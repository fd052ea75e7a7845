import { expect, it } from "vitest";
import { told } from "./validate.test.util.js";

it("knows editions that descriptor.proto brings along", () => {
  const descriptor = `syntax = "proto2"; package google.protobuf;
    enum Edition { EDITION_2023 = 1000; EDITION_3000 = 5000; }
    message FieldOptions {
      message FeatureSupport {
        optional Edition edition_introduced = 1;
        optional Edition edition_removed = 4;
        optional string removal_error = 5;
      }
      optional FeatureSupport feature_support = 22;
    }`;
  const text = (support: string) => ({
    "google/protobuf/descriptor.proto": descriptor,
    "a.proto": `syntax = "proto2";\nmessage M { optional int32 a = 1 [feature_support = { ${support} }]; }`,
  });
  expect(
    told(text('edition_introduced: EDITION_2023 edition_removed: EDITION_3000 removal_error: "x"')),
  ).toEqual([]);
  expect(
    told(text('edition_introduced: EDITION_3000 edition_removed: EDITION_2023 removal_error: "x"')),
  ).toEqual(["2:35: `a` is removed before it is introduced"]);
});
