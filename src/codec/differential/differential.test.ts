import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Tally } from "./checks.test.util.js";
import { codecOf, publicFunctions } from "./codecs.test.util.js";
import { DEVIATIONS } from "./oracle.test.util.js";
import { properties } from "./properties.test.util.js";

/*
 * The codec against protobuf-es: random schemas, random messages, random and mutated bytes. What is compared is
 * whether something is accepted, and then the messages to the last property and the bytes.
 *
 *     CODEC_RUNS=20000 npx vitest run --project unit src/codec/differential --testTimeout 0
 *
 * is the long form. A failure prints the seed and the path to put into `fc.assert`'s parameters below.
 */

/** Schemas for a property whose share is 1. */
const RUNS = Number(process.env.CODEC_RUNS ?? 80);

const tally = new Tally();

describe.each([codecOf("generated"), codecOf("closures"), publicFunctions])("$name", (codec) => {
  it.each(properties)("$name", ({ share, make }) => {
    fc.assert(make(codec, tally), { numRuns: Math.ceil(RUNS * share) });
  });
});

it("all that there is to differ in occurred", () => {
  const outcomes = ["encoded", "not encoded", "refused for its type", "accepted by both", "rejected by both"];
  for (const what of [...outcomes, ...DEVIATIONS]) {
    expect(tally.of(what), `how often there was: ${what}`).toBeGreaterThan(RUNS / 20);
  }
});

afterAll(() => console.log(`the codec and protobuf-es: ${tally}`));
