import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import fc from "fast-check";
import { checkDecoding, checkEncoding, demandSame, type Tally } from "./checks.test.util.js";
import { type Codec, protobufEs } from "./codecs.test.util.js";
import { attempt, difference } from "./compare.test.util.js";
import { deepBytes, NESTED } from "./deep.test.util.js";
import { inheritedNames } from "./inherited.test.util.js";
import { initOf } from "./messages.test.util.js";
import { type Mutation, mutated, mutation } from "./mutations.test.util.js";
import { tripsCanary } from "./names.test.util.js";
import { hostileSchema, type Schema, schema } from "./schemas.test.util.js";
import { copyOf, spoil, spoilIn } from "./spoil.test.util.js";
import { wireOf } from "./wires.test.util.js";

/** What has to hold for every codec. Each run is of one schema and several messages, or bytes, of one type of it. */
export interface Property {
  readonly name: string;
  /** How many runs it gets, in relation to the others. */
  readonly share: number;
  make(codec: Codec, tally: Tally): fc.IProperty<unknown>;
}

export const properties: readonly Property[] = [
  {
    name: "encodes messages and init shapes as protobuf-es does, and leaves them as they are",
    share: 1,
    make: (codec, tally) =>
      fc.property(inAnyType(schema, initOf), ({ schema, type, items }) => {
        const desc = schema.messages[type];
        for (const init of items) {
          const message = create(desc, copyOf(init) as Message);
          for (const given of [init, message]) {
            const before = copyOf(given);
            checkEncoding(codec, desc, given, tally);
            demandUnchanged(given, before);
          }
        }
      }),
  },
  {
    name: "rejects what protobuf-es rejects of messages with something wrong in them, and encodes nothing else",
    share: 1,
    make: (codec, tally) => {
      const spoiled = (desc: DescMessage) =>
        fc.record({
          init: initOf(desc, 2),
          isMessage: fc.boolean(),
          spoils: fc.array(spoil, { minLength: 1, maxLength: 2 }),
        });
      return fc.property(inAnyType(schema, spoiled), ({ schema, type, items }) => {
        const desc = schema.messages[type];
        for (const { init, isMessage, spoils } of items) {
          const copy = copyOf(init) as Message;
          const message = isMessage ? create(desc, copy) : copy;
          for (const spoil of spoils) spoilIn(message, spoil);
          checkEncoding(codec, desc, message, tally);
        }
      });
    },
  },
  {
    name: "decodes what other encoders may write, and malformed bytes",
    share: 2,
    make: (codec, tally) => fc.property(inAnyType(schema, wires), decodesAll(codec, tally)),
  },
  {
    name: "decodes messages that come in parts, which are merged, and mutations of them",
    share: 1,
    make: (codec, tally) => {
      const parts = (desc: DescMessage) =>
        fc
          .tuple(fc.array(initOf(desc, 2), { minLength: 1, maxLength: 3 }), someMutations)
          .map(([inits, mutations]) => {
            const encoded = inits.map((init) => attempt(() => protobufEs.encode(desc, copyOf(init))));
            const octets = encoded.flatMap((outcome) =>
              outcome.error === undefined ? [...outcome.value] : [],
            );
            return mutations.reduce(mutated, octets);
          });
      return fc.property(inAnyType(schema, parts), decodesAll(codec, tally));
    },
  },
  {
    name: "decodes random bytes",
    share: 1,
    make: (codec, tally) => {
      const octets = () =>
        fc.array(fc.oneof(fc.nat(255), fc.nat(40), fc.constantFrom(0x08, 0x0a, 0x12)), { maxLength: 30 });
      return fc.property(inAnyType(schema, octets), decodesAll(codec, tally));
    },
  },
  {
    name: "follows messages of all kinds as deeply as protobuf-es does",
    share: 0.5,
    make: (codec, tally) =>
      fc.property(deepBytes, (octets) => {
        checkDecoding(codec, NESTED, new Uint8Array(octets), tally);
      }),
  },
  {
    name: "heeds its options",
    share: 1,
    make: (codec, tally) => {
      const readOptions = fc.record(
        { readUnknownFields: fc.boolean(), recursionLimit: fc.integer({ min: 0, max: 6 }) },
        { requiredKeys: [] },
      );
      const both = (desc: DescMessage) => fc.record({ octets: wires(desc), readOptions, init: initOf(desc) });
      return fc.property(inAnyType(schema, both), ({ schema, type, items }) => {
        const desc = schema.messages[type];
        for (const { octets, readOptions, init } of items) {
          checkDecoding(codec, desc, new Uint8Array(octets), tally, readOptions);
          checkEncoding(codec, desc, create(desc, copyOf(init) as Message), tally, {
            writeUnknownFields: false,
          });
          checkDeterministic(codec, desc, init, tally);
        }
      });
    },
  },
  {
    name: "runs nothing that a name or a default value says",
    share: 0.5,
    make: (codec, tally) =>
      fc.property(inAnyType(hostileSchema, wires), inAnyType(hostileSchema, initOf), (bytes, messages) => {
        const tripped = tripsCanary(() => {
          decodesAll(codec, tally)(bytes);
          for (const init of messages.items) {
            checkEncoding(codec, messages.schema.messages[messages.type], init, tally);
          }
        });
        if (tripped) throw new Error(`${codec.name} ran what a name says`);
      }),
  },
  {
    name: "takes no inherited function for a value",
    share: 0.5,
    make: inheritedNames,
  },
];

interface Case<T> {
  readonly schema: Schema;
  /** Which of the schema's messages. */
  readonly type: number;
  readonly items: readonly T[];
}

/** Several of what is random about a type, for any type of any schema. */
function inAnyType<T>(
  schemas: fc.Arbitrary<Schema>,
  itemOf: (desc: DescMessage) => fc.Arbitrary<T>,
): fc.Arbitrary<Case<T>> {
  return schemas.chain((schema) =>
    fc.nat(schema.messages.length - 1).chain((type) =>
      fc.record({
        schema: fc.constant(schema),
        type: fc.constant(type),
        items: fc.array(itemOf(schema.messages[type]), { minLength: 1, maxLength: 4 }),
      }),
    ),
  );
}

const someMutations: fc.Arbitrary<readonly Mutation[]> = fc.oneof(
  fc.constant([]),
  fc.array(mutation, { maxLength: 2 }),
);

function wires(desc: DescMessage): fc.Arbitrary<number[]> {
  return fc
    .tuple(wireOf(desc), someMutations)
    .map(([octets, mutations]) => mutations.reduce(mutated, octets));
}

function decodesAll(codec: Codec, tally: Tally): (of: Case<number[]>) => void {
  return ({ schema, type, items }) => {
    for (const octets of items) checkDecoding(codec, schema.messages[type], new Uint8Array(octets), tally);
  };
}

/** Map entries in any order of theirs give the same bytes, and these are the same message. */
function checkDeterministic(codec: Codec, desc: DescMessage, init: object, tally: Tally): void {
  const options = { deterministic: true };
  const bytes = attempt(() => codec.encode(desc, init, options));
  demandSame(
    attempt(() =>
      codec.encode(
        desc,
        reordered(init, (keys) => keys.reverse()),
        options,
      ),
    ),
    bytes,
    "deterministic, encoded with its properties in another order",
  );
  if (hasLoneSurrogates(init)) return;
  const plain = attempt(() => codec.encode(desc, init));
  const [decoded, expected] = [bytes, plain].map((outcome) =>
    attempt(() => {
      if (outcome.error !== undefined) throw outcome.error;
      return reordered(codec.decode(desc, outcome.value), (keys) => keys.sort());
    }),
  );
  demandSame(decoded, expected, "deterministic, and decoded again");
  tally.count("deterministic");
}

/** Keys that are not Unicode, which all become the same on the wire. */
function hasLoneSurrogates(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return Object.entries(value).some(([key, part]) => /\p{Surrogate}/u.test(key) || hasLoneSurrogates(part));
}

/** A copy whose properties are in another order. */
function reordered<T>(value: T, order: (keys: string[]) => string[]): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((item) => reordered(item, order)) as T;
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as object;
  for (const key of order(Object.keys(value))) {
    const property = Object.getOwnPropertyDescriptor(value, key)!;
    Object.defineProperty(copy, key, { ...property, value: reordered(property.value, order) });
  }
  return copy as T;
}

function demandUnchanged(message: object, before: object): void {
  const found = difference(message, before);
  if (found !== undefined) throw new Error(`encoding changed the message: ${found}`);
}
