import { equals, fromBinary } from "@bufbuild/protobuf";
import { type Fixture, VARIANT_COUNT } from "./fixtures.js";
import type { CodecPeer } from "./peers/peer.js";
import { protobufEs } from "./peers/protobuf-es.js";
import { schemas } from "./peers/schemas.js";
import { checkSameBytes } from "./same-bytes.js";

/**
 * Throws unless the peer makes the bytes of `fixture` that protobuf-es makes, and the same again of what it decodes
 * out of those. Only the entries of maps may come in another order.
 */
export function checkAgreement(peer: CodecPeer, fixture: Fixture): void {
  const reference = protobufEs.codecOf(fixture);
  const codec = peer.codecOf(fixture);
  for (let variant = 0; variant < VARIANT_COUNT; variant++) {
    const init = fixture.init(variant);
    const expected = reference.encode(reference.create(init));
    checkSame("encoded", fixture, codec.encode(codec.create(init)), expected);
    checkSame("decoded and encoded again", fixture, codec.encode(codec.decode(expected)), expected);
  }
}

function checkSame(how: string, fixture: Fixture, actual: Uint8Array, expected: Uint8Array): void {
  try {
    if (fixture.name !== "maps" || !isSameMessage(fixture, actual, expected))
      checkSameBytes(actual, expected);
  } catch (error) {
    throw new Error(`"${fixture.name}" ${how} differs from protobuf-es: ${(error as Error).message}`);
  }
}

function isSameMessage({ name }: Fixture, left: Uint8Array, right: Uint8Array): boolean {
  const schema = schemas[name];
  return equals(schema, fromBinary(schema, left), fromBinary(schema, right));
}
