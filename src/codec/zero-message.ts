import { create, type DescMessage } from "@bufbuild/protobuf";
import type { Fields } from "./field.js";

/** Makes messages without any field, with the own properties and the prototype that protobuf-es gives them. */
export function zeroMessageMaker(schema: DescMessage): () => Fields {
  const zero = create(schema) as unknown as Fields;
  const prototype = Object.getPrototypeOf(zero) as object;
  const mutable = Object.keys(zero).filter((name) => !Object.is(freshValue(zero[name]), zero[name]));
  const isPlain = prototype === Object.prototype;
  return () => {
    const message: Fields = isPlain ? { ...zero } : Object.assign(Object.create(prototype), zero);
    for (let i = 0; i < mutable.length; i++) message[mutable[i]] = freshValue(zero[mutable[i]]);
    return message;
  };
}

/** A value that is no other message's: lists, maps and oneofs change, and bytes can be given to another thread. */
export function freshValue(zero: unknown): unknown {
  if (typeof zero !== "object" || zero === null) return zero;
  if (zero instanceof Uint8Array) return new Uint8Array(0);
  if (Array.isArray(zero)) return [];
  return { ...zero };
}
