import type { AskedCall, ListName } from "./oracle.js";

export type Victim = "server" | "durable client" | "volatile client";

export const VICTIMS: readonly Victim[] = ["server", "durable client", "volatile client"];

/** A moment, and who is killed then. */
export interface Blow {
  readonly victims: readonly Victim[];
  readonly moment: Moment;
  /** How long they stay down. */
  readonly downMs: number;
}

/**
 * After so many answers that anybody got, which is under load, or after some time, which may be during recovery: that is
 * measured by how long a server takes to start.
 */
export type Moment =
  | { readonly after: "answers"; readonly count: number; readonly andMs: number }
  | { readonly after: "time"; readonly starts: number };

export type Random = () => number;

/** Draws whom to kill next, and when. */
export function drawBlow(random: Random): Blow {
  return { victims: drawVictims(random), moment: drawMoment(random), downMs: drawDownMs(random) };
}

function drawVictims(random: Random): readonly Victim[] {
  const die = random();
  if (die < 0.45) return ["server"];
  if (die < 0.65) return ["durable client"];
  if (die < 0.75) return ["volatile client"];
  if (die < 0.9) return ["server", "durable client"];
  return die < 0.95 ? ["server", "volatile client"] : VICTIMS;
}

/** A third of them may hit what has just been started. */
function drawMoment(random: Random): Moment {
  if (random() < 1 / 3) return { after: "time", starts: random() * 1.5 };
  return { after: "answers", count: 1 + Math.floor(random() * 100), andMs: random() * 5 };
}

/** Mostly none; sometimes long enough for callers to meet their deadlines. */
function drawDownMs(random: Random): number {
  return random() < 0.7 ? 0 : random() * 400;
}

/** What a caller asks for, and how. */
export interface PlannedCall extends AskedCall {
  /** Undefined: it waits as long as it takes. */
  readonly timeoutMs: number | undefined;
  /** Whether the caller asks once more for the answer that it has. */
  readonly asksAgain: boolean;
  /** Whether a caller that could go on waiting asks what became of it, after its deadline: a call that was not seen never will be. */
  readonly asksOutcome: boolean;
}

/** As many of each kind as conflict keys: few enough to collide, many enough to be served at once. */
export const LISTS: readonly ListName[] = [1, 2, 3, 4, 5, 6].flatMap((number): ListName[] => [
  `world ${number}`,
  `state ${number}`,
]);

export function drawCall(name: string, random: Random): PlannedCall {
  return {
    name,
    list: LISTS[Math.floor(random() * LISTS.length)],
    isRefused: random() < 0.05,
    timeoutMs: random() < 0.3 ? 20 + random() * 500 : undefined,
    asksAgain: random() < 0.1,
    asksOutcome: random() < 0.3,
  };
}
