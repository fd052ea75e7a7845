/** A difference that is meant to be. */
export interface ExplainedDifference {
  readonly kind: string;
  /** Where it occurs; without one, anywhere. */
  readonly file?: string;
  readonly reason: string;
}

const INVALID_UTF8 = "strings of descriptors are JavaScript's: what is no UTF-8 becomes U+FFFD";
const EDITION_2026 = "edition 2026 is later than those we support";

/**
 * Differences between our compiler and others that are meant to be. One that is not in the list is a failure, and so
 * is one that no longer occurs.
 */
export const DIFFERENCES: readonly ExplainedDifference[] = [
  {
    kind: "other bytes than buf's for the same fields",
    reason:
      "buf keeps the fields within an option's braces as written; protoc sorts them by number, and so do we",
  },
  {
    kind: "place within an option",
    reason: "buf has places of the fields within an option's braces too; protoc has none, nor have we",
  },
  {
    kind: "span of an option",
    reason:
      "buf leaves the keyword and the `;` out of the span of an option in braces; protoc does not, nor do we",
  },
  {
    kind: "span of a default",
    reason: "buf's span of a default has `default =` in it; protoc's has only the value, and so has ours",
  },
  {
    kind: "place of a group's type",
    reason:
      "buf's place of a group's type name is the keyword `group`; protoc's is the name, and the keyword that of its type, as with us",
  },
  {
    kind: "place of more ranges",
    reason:
      "of several `reserved` or `extensions` statements, buf has the place of the first only; protoc has all, and so have we",
  },
  {
    kind: "place of a JSON name",
    reason: "buf has no place of its own for `json_name`; protoc has, and so have we",
  },
  {
    kind: "place of brackets without options",
    reason:
      "buf has no place of brackets that hold only `json_name` or `default`; protoc has, and so have we",
  },
  {
    kind: "end of a comment",
    reason: "buf leaves out the line end behind some trailing comments; protoc does not, nor do we",
  },
  ...[
    "google/protobuf/test_messages_proto2.proto",
    "google/protobuf/test_messages_proto2_editions.proto",
  ].map((file) => ({
    kind: "descriptor is not buf's",
    file,
    reason: "buf writes the float default 9e9 as 8.999999488e+09; protoc as 9e+09, and so do we",
  })),
  {
    kind: "descriptor is not buf's",
    file: "google/bigtable/v2/session.proto",
    reason:
      "buf packs a repeated option; protoc does so only in descriptor sets without options for the source, as do we",
  },
  {
    kind: "other bytes than protoc's for the same fields",
    file: "google/protobuf/descriptor.proto",
    reason:
      "`EDITION_2026` is not in protobuf-es's enum of editions, so that a field with it stands behind the others",
  },
  ...["a lone surrogate: a.proto", "a string option of bytes that are no UTF-8: a.proto"].map((file) => ({
    kind: "other bytes than protoc's for the same fields",
    file,
    reason: INVALID_UTF8,
  })),
  ...[
    "google/protobuf/internal_options.proto",
    "google/protobuf/json/json_enumval_custom_string.proto",
    "google/protobuf/late_loaded_option.proto",
    "google/protobuf/late_loaded_option_user.proto",
    "google/protobuf/sample_messages_edition.proto",
  ].map((file) => ({ kind: "rejected, and not by protoc", file, reason: EDITION_2026 })),
];
