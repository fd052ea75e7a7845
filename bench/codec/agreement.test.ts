import { describe, expect, test } from "vitest";
import { checkAgreement } from "./agreement.js";
import { type Fixture, fixtureOf, fixtures } from "./fixtures.js";
import type { Codec, CodecPeer } from "./peers/peer.js";
import { protobufEs } from "./peers/protobuf-es.js";
import { redoubt } from "./peers/redoubt.js";

describe.each(fixtures)("$name", (fixture) => {
  test("we agree with protobuf-es", () => checkAgreement(redoubt, fixture));

  test("has different values in every variant, and the same in every run", () => {
    const codec = protobufEs.codecOf(fixture);
    const bytesOf = (variant: number) => Buffer.from(codec.encode(codec.create(fixture.init(variant))));
    expect(bytesOf(0).equals(bytesOf(1))).toBe(false);
    expect(bytesOf(1).equals(bytesOf(1))).toBe(true);
  });
});

/** A peer that is protobuf-es but for some functions. */
function but(differences: (codec: Codec, fixture: Fixture) => Partial<Codec>): CodecPeer {
  return {
    codecOf(fixture) {
      const codec = protobufEs.codecOf(fixture);
      return { ...codec, ...differences(codec, fixture) };
    },
  };
}

test("a peer that loses a field is found out, in either direction", () => {
  const { id, ...rest } = fixtureOf("small").init(0) as { id: number };
  const encoder = but((codec) => ({ encode: () => codec.encode(codec.create(rest)) }));
  expect(() => checkAgreement(encoder, fixtureOf("small"))).toThrow('"small" encoded differs');
  const decoder = but((codec) => ({ decode: () => codec.create(rest) }));
  expect(() => checkAgreement(decoder, fixtureOf("small"))).toThrow(
    '"small" decoded and encoded again differs',
  );
});

test("the entries of a map may come in another order, but not be others", () => {
  const reversed = but(({ create }) => ({
    create: (init) => create(mapCounts(init, (all) => all.reverse())),
  }));
  checkAgreement(reversed, fixtureOf("maps"));
  const fewer = but(({ create }) => ({ create: (init) => create(mapCounts(init, (all) => all.slice(1))) }));
  expect(() => checkAgreement(fewer, fixtureOf("maps"))).toThrow('"maps" encoded differs');
});

type Entries = [string, number][];

function mapCounts(init: object, change: (entries: Entries) => Entries): object {
  const { counts, ...rest } = init as { counts: Record<string, number> };
  return { ...rest, counts: Object.fromEntries(change(Object.entries(counts))) };
}
