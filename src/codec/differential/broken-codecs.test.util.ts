import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { bytesOf } from "./checks.test.util.js";
import { type Codec, protobufEs } from "./codecs.test.util.js";
import type { Outcome } from "./compare.test.util.js";
import { judge } from "./oracle.test.util.js";

/** A codec that does everything right, slowly. */
export const rightCodec: Codec = {
  name: "the oracle as a codec",
  encode: (schema, message, options) => {
    if (!options?.deterministic) return ofOutcome(bytesOf(schema, message, options));
    return ofOutcome(bytesOf(schema, mapped(message, { object: sortedKeys }) as object, options));
  },
  decode: (schema, bytes, options) => ofOutcome(judge(schema, bytes, options).outcome),
};

function ofOutcome<T>(outcome: Outcome<T>): T {
  if (outcome.error !== undefined) throw outcome.error;
  return outcome.value;
}

const { encode, decode } = rightCodec;

/** Codecs with one mistake each, and a part of the name of a property that has to notice. */
export const brokenCodecs: readonly (Codec & { readonly noticedBy: string })[] = [
  broken("writes no unknown fields", "encodes messages", {
    encode: (schema, message, options) => encode(schema, message, { ...options, writeUnknownFields: false }),
  }),
  broken("takes -0 for 0", "encodes messages", {
    encode: (schema, message, options) =>
      encode(schema, mapped(message, { leaf: withoutNegativeZero }) as object, options),
  }),
  broken("writes map entries backwards", "encodes messages", {
    encode: (schema, message, options) =>
      encode(schema, mapped(message, { object: (keys) => keys.reverse() }) as object, options),
  }),
  broken("leaves surrogates out", "encodes messages", {
    encode: (schema, message, options) =>
      encode(schema, mapped(message, { leaf: withoutSurrogates }) as object, options),
  }),
  broken("empties a message's unknown fields in passing", "encodes messages", {
    encode: (schema, message: { $unknown?: unknown[] }, options) => {
      const bytes = encode(schema, message, options);
      if (message.$unknown !== undefined) message.$unknown.length = 0;
      const [first] = Object.values(message);
      if (Array.isArray(first)) first.length = 0;
      return bytes;
    },
  }),
  broken("encodes anything", "rejects what", {
    encode: (schema, message, options) => {
      try {
        return encode(schema, message, options);
      } catch {
        return new Uint8Array(0);
      }
    },
  }),
  broken("cuts integers to 32 bits", "rejects what", {
    encode: (schema, message, options) =>
      encode(schema, mapped(message, { leaf: to32Bits }) as object, options),
  }),
  broken("has no deterministic form", "heeds", {
    encode: (schema, message) => encode(schema, message),
  }),
  broken("does not heed how it is to read", "heeds", {
    decode: (schema, bytes) => decode(schema, bytes),
  }),
  broken("keeps no unknown fields", "other encoders", {
    decode: (schema, bytes, options) => decode(schema, bytes, { ...options, readUnknownFields: false }),
  }),
  broken("gives unknown fields in the wrong order", "other encoders", {
    decode: (schema, bytes, options) => {
      const message = decode(schema, bytes, options);
      message.$unknown?.reverse();
      return message;
    },
  }),
  broken("makes messages without a prototype", "other encoders", {
    decode: (schema, bytes, options) =>
      Object.setPrototypeOf(decode(schema, bytes, options), null) as Message,
  }),
  broken("makes messages whose properties are in the wrong order", "other encoders", {
    decode: (schema, bytes, options) =>
      mapped(decode(schema, bytes, options), { object: (keys) => keys.reverse() }) as Message,
  }),
  broken("reads -0 as 0", "other encoders", {
    decode: (schema, bytes, options) =>
      mapped(decode(schema, bytes, options), { leaf: withoutNegativeZero }) as Message,
  }),
  broken("drops byte order marks", "other encoders", {
    decode: (schema, bytes, options) =>
      mapped(decode(schema, bytes, options), { leaf: withoutByteOrderMark }) as Message,
  }),
  broken("keeps views of bytes that are not its own", "other encoders", {
    decode: (schema, bytes, options) => {
      const message = decode(schema, bytes, options);
      for (const view of viewsIn(message)) view.fill(0xee);
      return message;
    },
  }),
  broken("is protobuf-es", "other encoders", protobufEs),
  broken("takes the last of messages that are to be merged", "in parts", {
    decode: (schema, bytes, options) => decode(schema, withoutEarlierParts(schema, bytes), options),
  }),
  broken("takes what is malformed for an empty message", "random bytes", {
    decode: (schema, bytes, options) => {
      try {
        return decode(schema, bytes, options);
      } catch {
        return create(schema);
      }
    },
  }),
  broken("refuses varints that are longer than need be", "other encoders", {
    decode: (schema, bytes, options) => {
      if (bytes.some((octet, i) => octet === 0x80 && bytes[i + 1] === 0)) throw new Error("not the shortest");
      return decode(schema, bytes, options);
    },
  }),
  broken("counts one level more", "deeply", {
    decode: (schema, bytes) => decode(schema, bytes, { recursionLimit: 101 }),
  }),
  broken("counts one level less", "deeply", {
    decode: (schema, bytes) => decode(schema, bytes, { recursionLimit: 99 }),
  }),
  ...["", '"', "'", "`"].map((quote) =>
    broken(`makes code of names between ${quote === "" ? "nothing" : quote}`, "runs nothing", {
      decode: (schema, bytes, options) => {
        for (const { name } of schema.fields) tryToRun(`return ${quote}${name}${quote}`);
        return decode(schema, bytes, options);
      },
    }),
  ),
  broken("makes comments of names", "runs nothing", {
    decode: (schema, bytes, options) => {
      for (const { name } of schema.fields) tryToRun(`/* ${name} */`);
      return decode(schema, bytes, options);
    },
  }),
  broken("takes inherited functions for values", "inherited", rightCodec),
];

function broken(
  name: string,
  noticedBy: string,
  methods: Partial<Codec>,
): Codec & { readonly noticedBy: string } {
  return { ...rightCodec, ...methods, name: `a codec that ${name}`, noticedBy };
}

/** A copy with other values, or the properties in another order. */
function mapped(
  value: unknown,
  {
    leaf = (leaf) => leaf,
    object = (keys) => keys,
  }: { leaf?: (leaf: unknown) => unknown; object?: (keys: string[]) => string[] },
): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, { leaf, object }));
  if (Object.prototype.toString.call(value) !== "[object Object]") return leaf(value);
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as object;
  for (const key of object(Object.keys(value as object))) {
    const property = Object.getOwnPropertyDescriptor(value, key)!;
    Object.defineProperty(copy, key, { ...property, value: mapped(property.value, { leaf, object }) });
  }
  return copy;
}

function tryToRun(code: string): void {
  try {
    new Function(code)();
  } catch {
    // Most names are no code.
  }
}

function sortedKeys(keys: string[]): string[] {
  return keys.sort();
}

function withoutNegativeZero(leaf: unknown): unknown {
  return Object.is(leaf, -0) ? 0 : leaf;
}

function withoutSurrogates(leaf: unknown): unknown {
  return typeof leaf === "string" ? leaf.replace(/\p{Surrogate}/gu, "") : leaf;
}

function withoutByteOrderMark(leaf: unknown): unknown {
  return typeof leaf === "string" ? leaf.replace(/^\uFEFF/, "") : leaf;
}

function to32Bits(leaf: unknown): unknown {
  return typeof leaf === "number" && Number.isInteger(leaf) && !Object.is(leaf, -0) ? leaf | 0 : leaf;
}

function* viewsIn(value: unknown): Generator<Uint8Array> {
  if (value instanceof Uint8Array) yield value;
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) yield* viewsIn(part);
  }
}

/** The bytes without those singular messages after which there are others of the same field. */
function withoutEarlierParts(schema: DescMessage, bytes: Uint8Array): Uint8Array {
  const singular = new Set(
    schema.fields.filter(({ fieldKind }) => fieldKind === "message").map(({ number }) => number),
  );
  const fields: { readonly no: number; readonly octets: number[] }[] = [];
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const [no, wireType] = reader.tag();
      reader.skip(wireType, no);
      fields.push({ no, octets: [...bytes.subarray(start, reader.pos)] });
    }
  } catch {
    return bytes;
  }
  const isLast = (no: number, i: number) => !fields.slice(i + 1).some((later) => later.no === no);
  const kept = fields.filter(({ no }, i) => !singular.has(no) || isLast(no, i));
  return new Uint8Array(kept.flatMap(({ octets }) => octets));
}
