/** What can break between two versions of an interface, by the name that `--allow` takes. */
export const RULES = {
  "field-removed": "a field or an extension was removed, and its number is not reserved",
  "field-name-not-reserved": "a field was removed and its number reserved, but not its name, which JSON uses",
  "field-number-changed": "a field has another number",
  "field-number-reused": "a field's number stands for another field",
  "field-renamed": "a field was renamed, so that its key in JSON differs",
  "field-json-name-changed": "a field's json_name differs",
  "field-type-changed": "a field's type differs, and values of one are read as others, or not at all",
  "field-json-type-changed": "a field's type differs so that JSON breaks where the wire does not",
  "field-cardinality-changed": "a field is repeated in one version only",
  "field-encoding-changed":
    "a field's message is delimited (a group) in one version and length-prefixed in the other",
  "field-required": "a required field was added or removed, or a field is required in one version only",
  "field-presence-changed": "whether a field was set can be told in one version only",
  "field-default-changed": "a field that is not set reads as another value",
  "field-utf8-changed": "a string that is not UTF-8 is refused by one version only",
  "oneof-joined": "fields that could be set together exclude each other in a oneof",
  "oneof-left": "fields that excluded each other in a oneof can be set together",
  "reserved-removed": "numbers or names are no longer reserved",
  "extension-range-removed": "numbers are no longer open for extensions",
  "message-removed": "a message was removed, and nothing else that was found accounts for it",
  "message-moved": "a message moved to another package or another message, so that its full name differs",
  "message-renamed": "a message was renamed",
  "message-set-changed": "a message is a message set in one version only",
  "enum-value-removed": "an enum's value was removed, and its number is not reserved",
  "enum-value-name-not-reserved":
    "an enum's value was removed and its number reserved, but not its name, which JSON uses",
  "enum-value-number-changed": "an enum's value has another number",
  "enum-value-renamed": "an enum's value was renamed, so that it differs in JSON",
  "enum-default-changed":
    "the first value of an enum, which a field that is not set reads as, has another number",
  "enum-openness-changed": "an enum is open in one version and closed in the other",
  "package-changed": "the package of a file differs, and with it the full names of all that is in it",
  "service-removed": "a service was removed",
  "service-moved": "a service moved to another package, so that the paths of its methods differ",
  "service-renamed": "a service was renamed, so that the paths of its methods differ",
  "method-removed": "a method was removed",
  "method-moved": "a method moved to another service, so that its path differs",
  "request-type-changed": "a method takes another message that is read otherwise",
  "response-type-changed": "a method answers with another message that is read otherwise",
  "client-streaming-changed": "a method takes a stream of messages in one version only",
  "server-streaming-changed": "a method answers with a stream of messages in one version only",
  "idempotency-changed": "a method's idempotency_level differs",
  "delivery-changed": "a method's promise, redoubt.delivery, differs",
} as const;

/** The name of a rule. */
export type RuleName = keyof typeof RULES;

/** Whether there is a rule of this name. */
export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(RULES, name);
}
