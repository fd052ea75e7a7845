import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { fromBinary, ScalarType } from "@bufbuild/protobuf";
import type { BinaryReadOptions } from "../binary.js";
import { attempt, type Outcome } from "./compare.test.util.js";
import { aliasOf, PROTO_KEY_ALIAS, restore } from "./oracle-alias.test.util.js";
import { lengthDelimited, tag, varint, Wire, wireTypeOf } from "./wire.test.util.js";

/** What bytes can have that protobuf-es reads otherwise than the wire format is meant. */
export const DEVIATIONS = [
  "reaches beyond the end of what encloses it",
  "varint of more than 10 bytes in an unknown field",
  "known field with the wire type of another",
  "field of a map entry that is neither its key nor its value",
  "value that a closed enum does not know",
  "byte order mark",
  "end of a group that was not begun",
  "map key __proto__",
] as const;

export type Deviation = (typeof DEVIATIONS)[number];

/** What is to come of reading some bytes. */
export interface Verdict {
  readonly outcome: Outcome<Message>;
  /** Up to where the bytes are malformed, if they are. Without any, protobuf-es is right by itself. */
  readonly deviations: ReadonlySet<Deviation>;
}

/**
 * What is to come of reading `bytes`, found without any codec but protobuf-es, and without it where it is wrong:
 * a walk over the bytes checks them and makes others of them that mean the same and that protobuf-es reads rightly.
 */
export function judge(schema: DescMessage, bytes: Uint8Array, options: BinaryReadOptions = {}): Verdict {
  const alias = aliasOf(schema);
  const walk = new Walk(bytes, options.recursionLimit ?? 100, alias);
  const outcome = attempt(() => {
    const equivalent = new Uint8Array(walk.message(schema, bytes.length, 1));
    return restore(schema, fromBinary(schema, equivalent, options), alias);
  });
  return { outcome, deviations: walk.deviations };
}

/** One walk over bytes. Each method reads from `position` on and gives the bytes to read instead of what it read. */
class Walk {
  readonly deviations = new Set<Deviation>();
  private readonly bytes: Uint8Array;
  private readonly depthMax: number;
  private readonly alias: number;
  private position = 0;

  constructor(bytes: Uint8Array, depthMax: number, alias: number) {
    this.bytes = bytes;
    this.depthMax = depthMax;
    this.alias = alias;
  }

  /** The fields of a message up to `end`, or up to the end of group `group`, which is left out. */
  message(desc: DescMessage, end: number, depth: number, group?: number): number[] {
    if (depth > this.depthMax) throw new Error("nested too deeply");
    const fields: number[] = [];
    while (group !== undefined || this.position < end) {
      const { no, wireType } = this.tag(end);
      if (wireType === Wire.END_GROUP) {
        if (no === group) break;
        if (desc.fields.some((field) => field.number === no)) {
          this.deviations.add("end of a group that was not begun");
        }
        throw new Error(`a group ${no} ends that was not begun`);
      }
      const field = desc.fields.find((field) => field.number === no);
      if (field !== undefined && isOwn(field, wireType)) {
        append(fields, this.field(field, wireType, end, depth));
      } else {
        if (field !== undefined) this.deviations.add("known field with the wire type of another");
        append(fields, this.unknown(no, wireType, this.skip(no, wireType, end, this.depthMax - depth)));
      }
    }
    return fields;
  }

  private field(field: DescField, wireType: number, end: number, depth: number): number[] {
    const head = tag(field.number, wireType);
    switch (field.fieldKind) {
      case "message":
        return [...head, ...this.submessage(field, end, depth)];
      case "map":
        return [...head, ...lengthDelimited(this.mapEntry(field, this.length(end), depth))];
      case "list":
        if (field.listKind === "message") return [...head, ...this.submessage(field, end, depth)];
        if (wireType !== wireTypeOf(elementOf(field))) {
          return [...head, ...lengthDelimited(this.packed(elementOf(field), this.length(end)))];
        }
        return [...head, ...this.scalar(elementOf(field), end, field.utf8Validation)];
      case "enum":
        return this.enumValue(field, head, end);
      case "scalar":
        return [...head, ...this.scalar(field.scalar, end, field.utf8Validation)];
    }
  }

  private submessage(
    field: DescField & { message: DescMessage; delimitedEncoding: boolean },
    end: number,
    depth: number,
  ): number[] {
    if (!field.delimitedEncoding) {
      return lengthDelimited(this.message(field.message, this.length(end), depth + 1));
    }
    const fields = this.message(field.message, end, depth + 1, field.number);
    return [...fields, ...tag(field.number, Wire.END_GROUP)];
  }

  private enumValue(field: DescField & { fieldKind: "enum" }, head: number[], end: number): number[] {
    const value = Number(BigInt.asIntN(32, this.varint(end)));
    if (field.enum.open || field.enum.values.some(({ number }) => number === value)) {
      return [...head, ...varint(value)];
    }
    this.deviations.add("value that a closed enum does not know");
    return this.unknown(field.number, Wire.VARINT, varint(value));
  }

  private mapEntry(field: DescField & { fieldKind: "map" }, end: number, depth: number): number[] {
    const fields: number[] = [];
    while (this.position < end) {
      const { no, wireType } = this.tag(end);
      if (wireType === Wire.END_GROUP) {
        this.deviations.add("end of a group that was not begun");
        throw new Error(`a group ${no} ends in a map entry`);
      }
      if (no === 1 && wireType === wireTypeOf(field.mapKey)) {
        append(fields, tag(1, wireType), this.mapKey(field, end));
      } else if (no === 2 && field.mapKind === "message" && wireType === Wire.LEN) {
        const fieldsOfValue = this.message(field.message, this.length(end), depth + 1);
        append(fields, tag(2, wireType), lengthDelimited(fieldsOfValue));
      } else if (no === 2 && field.mapKind !== "message" && wireType === wireTypeOf(elementOf(field))) {
        append(fields, tag(2, wireType), this.scalar(elementOf(field), end, field.utf8Validation));
      } else {
        this.deviations.add("field of a map entry that is neither its key nor its value");
        this.skip(no, wireType, end, this.depthMax - depth);
      }
    }
    return fields;
  }

  private mapKey(field: DescField & { fieldKind: "map" }, end: number): number[] {
    const key = this.scalar(field.mapKey, end, field.utf8Validation);
    if (field.mapKey !== ScalarType.STRING || TEXT.decode(new Uint8Array(key.slice(1))) !== "__proto__") {
      return key;
    }
    this.deviations.add("map key __proto__");
    return lengthDelimited([...new TextEncoder().encode(PROTO_KEY_ALIAS)]);
  }

  private packed(scalar: ScalarType, end: number): number[] {
    const values: number[] = [];
    while (this.position < end) append(values, this.scalar(scalar, end, false));
    return values;
  }

  private scalar(scalar: ScalarType, end: number, utf8: boolean): number[] {
    switch (wireTypeOf(scalar)) {
      case Wire.VARINT:
        return varint(this.varint(end));
      case Wire.I64:
        return this.take(8, end);
      case Wire.I32:
        return this.take(4, end);
      default: {
        const content = this.take(this.length(end) - this.position, end);
        return lengthDelimited(scalar === ScalarType.STRING ? this.text(content, utf8) : content);
      }
    }
  }

  /** protobuf-es drops one mark: it gets two. */
  private text(content: number[], utf8: boolean): number[] {
    if (utf8) STRICT_TEXT.decode(new Uint8Array(content));
    if (!BYTE_ORDER_MARK.every((octet, i) => content[i] === octet)) return content;
    this.deviations.add("byte order mark");
    return [...BYTE_ORDER_MARK, ...content];
  }

  /** A field for `$unknown`, under the one number that protobuf-es knows in no message of this schema. */
  private unknown(no: number, wireType: number, data: readonly number[]): number[] {
    return [...tag(this.alias, Wire.LEN), ...lengthDelimited([...tag(no, wireType), ...data])];
  }

  /** The bytes of a field behind its tag, a group's end tag included. */
  private skip(no: number, wireType: number, end: number, groupsMax: number): number[] {
    const start = this.position;
    switch (wireType) {
      case Wire.VARINT:
        this.varint(end, "in an unknown field");
        break;
      case Wire.LEN:
        this.position = this.length(end);
        break;
      case Wire.START_GROUP:
        this.skipGroup(no, end, groupsMax);
        break;
      default:
        this.take(wireType === Wire.I64 ? 8 : 4, end);
    }
    return [...this.bytes.subarray(start, this.position)];
  }

  private skipGroup(group: number, end: number, groupsMax: number): void {
    if (groupsMax <= 0) throw new Error("nested too deeply");
    for (;;) {
      const { no, wireType } = this.tag(end);
      if (wireType === Wire.END_GROUP) {
        if (no === group) return;
        throw new Error(`a group ${no} ends that was not begun`);
      }
      this.skip(no, wireType, end, groupsMax - 1);
    }
  }

  private tag(end: number): { no: number; wireType: number } {
    const start = this.position;
    const whole = this.varint(end);
    const [no, wireType] = [Number(whole >> 3n), Number(whole & 7n)];
    if (this.position - start > 5 || whole >= 2n ** 32n) throw new Error("a tag of more than 32 bits");
    if (no === 0 || wireType > Wire.I32) throw new Error(`a tag with number ${no}, wire type ${wireType}`);
    return { no, wireType };
  }

  /** Reads a length and gives where what it counts ends. As in protobuf-es, only its low 32 bits count. */
  private length(end: number): number {
    const length = Number(BigInt.asUintN(32, this.varint(end)));
    this.demand(length, end);
    return this.position + length;
  }

  private varint(end: number, where?: "in an unknown field"): bigint {
    let value = 0n;
    for (let count = 0; count < 10; count++) {
      this.demand(1, end);
      const octet = this.bytes[this.position++];
      value |= BigInt(octet & 0x7f) << BigInt(7 * count);
      if (octet < 0x80) return BigInt.asUintN(64, value);
    }
    if (where !== undefined) this.deviations.add("varint of more than 10 bytes in an unknown field");
    throw new Error("a varint of more than 10 bytes");
  }

  private take(count: number, end: number): number[] {
    this.demand(count, end);
    this.position += count;
    return [...this.bytes.subarray(this.position - count, this.position)];
  }

  private demand(count: number, end: number): void {
    if (this.position + count <= end) return;
    if (this.position + count > this.bytes.length) throw new Error("the bytes end too early");
    this.deviations.add("reaches beyond the end of what encloses it");
    throw new Error("reaches beyond the end of what encloses it");
  }
}

/** Spread arguments would be limited by the stack. */
function append(target: number[], ...parts: readonly number[][]): void {
  for (const part of parts) for (const octet of part) target.push(octet);
}

/** Repeated numbers are read packed and not, however they are declared. */
function isOwn(field: DescField, wireType: number): boolean {
  if (field.fieldKind === "map") return wireType === Wire.LEN;
  if (field.message !== undefined) {
    return wireType === (field.delimitedEncoding ? Wire.START_GROUP : Wire.LEN);
  }
  return wireType === wireTypeOf(elementOf(field)) || (field.fieldKind === "list" && wireType === Wire.LEN);
}

/** What an element is as a scalar; enum values are int32. */
function elementOf({ scalar }: { readonly scalar?: ScalarType }): ScalarType {
  return scalar ?? ScalarType.INT32;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const TEXT = new TextDecoder();
const STRICT_TEXT = new TextDecoder("utf-8", { fatal: true });
