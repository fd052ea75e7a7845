import { type FixtureName, fixtures } from "./fixtures.js";

export type Direction = "encode" | "decode";

export const directions: readonly Direction[] = ["encode", "decode"];

/** One fixture, there or back. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly fixture: FixtureName;
  readonly direction: Direction;
}

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = fixtures.flatMap(({ name, summary }) =>
  directions.map((direction) => ({ name: `${direction}-${name}`, summary, fixture: name, direction })),
);
