import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brokenCodecs, rightCodec } from "./broken-codecs.test.util.js";
import { Tally } from "./checks.test.util.js";
import { properties } from "./properties.test.util.js";

// The properties, put to the proof: each of these codecs has to fail one, the right one none.

/** The same cases each time: what is found has been found. */
const SEED = 4;

describe("the properties", () => {
  it.each(brokenCodecs)("notice $name", (codec) => {
    const property = properties.find(({ name }) => name.includes(codec.noticedBy))!;
    const { failed } = fc.check(property.make(codec, new Tally()), {
      seed: SEED,
      numRuns: 400,
      endOnFailure: true,
    });
    expect(failed).toBe(true);
  });

  it.each(properties.filter(({ name }) => !name.includes("inherited")))("are fair: $name", ({ make }) => {
    fc.assert(make(rightCodec, new Tally()), { seed: SEED, numRuns: 30 });
  });
});
