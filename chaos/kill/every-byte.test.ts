import { Status } from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { IS_LONG, scaled } from "../scale.js";
import { CUT_KINDS, type Cut, type CutKind, type Direction } from "../virtual/cut.js";
import type { LinkManner } from "../virtual/link.js";
import { experiment } from "./experiment.js";
import { SCENARIOS } from "./scenarios.js";

/**
 * The peer is killed at every byte of a conversation: every call ends with a status, its outcome is the one that
 * the definition demands, no handler is entered twice, and nothing is left behind (DESIGN.md, "What an error says").
 *
 * The long form tries every byte with every kind of cut, network and manner; the short one every
 * {@link SHORT_STRIDE}th, each kind beginning at another byte.
 */
const SHORT_STRIDE = 5;

const MANNERS: readonly LinkManner[] = [
  {},
  { takesLater: true },
  { chunkBytes: 11 },
  { takesLater: true, chunkBytes: 1 },
];

const CASES = SCENARIOS.flatMap((scenario) => CUT_KINDS.map((kind) => ({ scenario, kind })));

describe.each(SCENARIOS)("$name", (scenario) => {
  it.each(MANNERS)("comes to its end where nothing is cut, with %o", async (manner) => {
    const { faults, records } = await experiment(scenario, { manner });
    expect(faults).toEqual([]);
    expect(records.some(({ settled }) => settled?.code === Status.OK)).toBe(true);
  });
});

describe("killing the peer at every byte", () => {
  it.each(CASES)(
    "$scenario.name: $kind",
    async ({ scenario, kind }) => {
      const { bytes } = await experiment(scenario);
      const first = scaled(
        (CASES.findIndex((one) => one.scenario === scenario && one.kind === kind) * 3) % SHORT_STRIDE,
        0,
      );
      const faults: string[] = [];
      let runs = 0;
      for (const direction of ["to-server", "to-client"] as const) {
        for (let at = first; at <= bytes[direction]; at += scaled(SHORT_STRIDE, 1)) {
          for (const variant of variants(direction, at, kind)) {
            const finding = await experiment(scenario, variant);
            runs++;
            for (const fault of finding.faults)
              faults.push(`cut ${direction} after ${at} (${JSON.stringify(variant)}): ${fault}`);
          }
        }
      }
      if (IS_LONG) console.log(`${scenario.name}, ${kind}: ${runs} conversations`);
      expect(faults.slice(0, 10), `${faults.length} faults in ${runs} conversations`).toEqual([]);
    },
    scaled(20_000, 600_000),
  );
});

function variants(
  direction: Direction,
  bytes: number,
  kind: CutKind,
): readonly { readonly cut: Cut; readonly refusesLater: boolean; readonly manner: LinkManner }[] {
  const cut = { direction, bytes, kind };
  if (IS_LONG)
    return MANNERS.flatMap((manner) => [true, false].map((refusesLater) => ({ cut, refusesLater, manner })));
  return [{ cut, refusesLater: bytes % 2 === 1, manner: MANNERS[bytes % MANNERS.length] }];
}
