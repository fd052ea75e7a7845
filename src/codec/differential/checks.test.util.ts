import type { DescMessage, Message } from "@bufbuild/protobuf";
import type { BinaryReadOptions, BinaryWriteOptions } from "../binary.js";
import { type Codec, protobufEs } from "./codecs.test.util.js";
import { attempt, hex, type Outcome, outcomeDifference } from "./compare.test.util.js";
import { completed } from "./completed.test.util.js";
import { judge, type Verdict } from "./oracle.test.util.js";
import { copyOf } from "./spoil.test.util.js";
import { isTyped } from "./typed.test.util.js";

/** How often something occurred, by what it is. */
export class Tally {
  private readonly counts = new Map<string, number>();

  count(what: string): void {
    this.counts.set(what, this.of(what) + 1);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  toString(): string {
    return [...this.counts].map(([what, count]) => `${what} ${count}`).join(", ");
  }
}

/**
 * Demands that a message or init shape becomes the bytes that protobuf-es makes of it, or is rejected as there.
 *
 * If a value is not of its field's type it may be rejected where protobuf-es makes something of it; otherwise the bytes
 * have to mean the same. And what may stand in init shapes may stand in messages, too.
 */
export function checkEncoding(
  codec: Codec,
  schema: DescMessage,
  message: object,
  tally: Tally,
  options?: BinaryWriteOptions,
): void {
  const expected = bytesOf(schema, message, options);
  const actual = attempt(() => codec.encode(schema, message, options));
  const what = `encoded by ${codec.name}`;
  if (isTyped(schema, message)) {
    tally.count(actual.error === undefined ? "encoded" : "not encoded");
    demandSameBytes(schema, message, actual, expected, what);
  } else if (actual.error !== undefined) {
    tally.count(expected.error === undefined ? "refused for its type" : "not encoded");
  } else if (expected.error === undefined) {
    tally.count("encoded for all its type");
    // What has no fields is a message to protobuf-es, with unknown fields, whatever its type name says.
    demandSameMeaning(schema, actual.value, expected.value, what, { readUnknownFields: false });
  } else {
    tally.count("completed");
    const whole = bytesOf(schema, message, options, (parts) => completed(schema, parts) as Message);
    demandSameBytes(schema, message, actual, whole, `${what}, where protobuf-es did not`);
  }
}

/**
 * What protobuf-es makes of a message after `prepare`. Both would lose map entries with the key `__proto__`, so these
 * get another for a while.
 */
export function bytesOf(
  schema: DescMessage,
  message: object,
  options?: BinaryWriteOptions,
  prepare: (message: object) => object = (message) => message,
): Outcome<Uint8Array> {
  let found = false;
  const aliased = copyOf(message, (key) => {
    found ||= key === "__proto__";
    return key === "__proto__" ? ALIAS : key;
  });
  if (!found) return attempt(() => protobufEs.encode(schema, prepare(message), options));
  return attempt(() => {
    const bytes = protobufEs.encode(schema, prepare(aliased), options);
    return latin1Octets(latin1(bytes).replaceAll(ALIAS, "__proto__"));
  });
}

/** As long as `__proto__`, so that no length in front of it changes. */
const ALIAS = "\0-proto-\0";

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join("");
}

function latin1Octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * Demands that bytes become the message that they are by the oracle, or are rejected as there, and that both messages
 * become the same bytes again. Where nothing is known that protobuf-es gets wrong, the oracle itself is held to it.
 */
export function checkDecoding(
  codec: Codec,
  schema: DescMessage,
  bytes: Uint8Array,
  tally: Tally,
  options?: BinaryReadOptions,
): void {
  const verdict = judge(schema, bytes, options);
  const context = `of ${schema.typeName}, bytes ${hex(bytes)}`;
  if (verdict.deviations.size === 0) {
    const direct = attempt(() => protobufEs.decode(schema, bytes.slice(), options));
    demandSame(verdict.outcome, direct, `by the oracle, held to protobuf-es, ${context}`);
  }
  countVerdict(verdict, tally);
  const actual = attempt(() => codec.decode(schema, bytes.slice(), options));
  demandSame(actual, verdict.outcome, `decoded by ${codec.name} ${context}`);
  if (actual.error !== undefined || verdict.outcome.error !== undefined) return;
  checkEncoding(codec, schema, actual.value, tally);
  const again = attempt(() => codec.encode(schema, actual.value));
  const expected = verdict.outcome.value;
  demandSameBytes(
    schema,
    expected,
    again,
    bytesOf(schema, expected),
    `encoded again by ${codec.name} ${context}`,
  );
}

function countVerdict({ outcome, deviations }: Verdict, tally: Tally): void {
  if (deviations.size === 0)
    tally.count(outcome.error === undefined ? "accepted by both" : "rejected by both");
  for (const deviation of deviations) tally.count(deviation);
}

export function demandSame<T>(actual: Outcome<T>, expected: Outcome<T>, what: string): void {
  const found = outcomeDifference(actual, expected);
  if (found !== undefined) throw new Error(`${what}: ${found}`);
}

/** Which of the many NaNs is written depends on the engine's mood: any will do (ECMAScript, NumericToRawBytes). */
export function demandSameBytes(
  schema: DescMessage,
  message: object,
  actual: Outcome<Uint8Array>,
  expected: Outcome<Uint8Array>,
  what: string,
): void {
  const mayDiffer = actual.error === undefined && expected.error === undefined && hasNaN(message);
  if (mayDiffer && actual.value.length === expected.value.length) {
    demandSameMeaning(schema, actual.value, expected.value, what);
  } else demandSame(actual, expected, what);
}

function demandSameMeaning(
  schema: DescMessage,
  actual: Uint8Array,
  expected: Uint8Array,
  what: string,
  options?: BinaryReadOptions,
): void {
  demandSame(judge(schema, actual, options).outcome, judge(schema, expected, options).outcome, what);
}

function hasNaN(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return Number.isNaN(value);
  return Object.values(value).some(hasNaN);
}
