import { expect, it } from "vitest";
import { Output } from "../bytes/output.js";
import { HELD_BYTES_MAX, ReceiveCredit } from "./receive-credit.js";

const LIMITS = {
  streamWindowBytes: 1000,
  streamWindowBytesMax: 1000,
  connectionWindowBytes: 65_535,
  connectionWindowBytesMax: 65_535,
};

/** What the connection's window updates in the output add up to. */
function credited(output: Output): number {
  let sum = 0;
  const view = new DataView(output.bytes.buffer, 0, output.length);
  for (let at = 0; at < output.length; at += 13) sum += view.getUint32(at + 9);
  return sum;
}

it("gives the connection its credit back on arrival, up to the bound on what is held, and all of it in the end", () => {
  const output = new Output();
  const credit = new ReceiveCredit(
    output,
    LIMITS,
    () => {},
    () => {},
  );
  const step = 16_384;
  const steps = HELD_BYTES_MAX / step;
  for (let i = 0; i < steps; i++) {
    expect(credit.receive(step)).toBe(true);
    credit.hold(step);
  }
  const atBound = credited(output);
  expect(HELD_BYTES_MAX - atBound).toBeLessThan(65_535);
  // Beyond the bound the peer gets what is left of its window, and no more.
  let beyond = 0;
  while (credit.receive(step)) {
    credit.hold(step);
    beyond += step;
  }
  expect(beyond).toBeLessThanOrEqual(65_535);
  expect(credited(output)).toBe(atBound);
  credit.release(HELD_BYTES_MAX + beyond);
  expect(credited(output)).toBeGreaterThanOrEqual(HELD_BYTES_MAX + beyond - 65_535 / 2);
});
