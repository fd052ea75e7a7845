/** How often something has to be expected for its absence to say something: five deviations, and more for what comes in bursts. */
const EXPECTED_MIN = 50;

/** What a run has to come to, and how often it does about, for each kill. */
const USUAL = {
  "kills of the server": 0.5,
  "kills of the durable client": 0.25,
  "kills of the volatile client": 0.15,
  "kills while starting": 0.15,
  "kills together": 0.4,
  "answers of effects in the world": 20,
  "answers of effects in the state": 20,
  refusals: 2,
  "effects without an answer": 1,
  "calls without an answer or an effect": 3,
  "calls answered across a kill": 10,
  "calls resumed by a restarted client": 4,
  "answers asked for once more": 1.5,
  "outcomes that were an answer": 0.5,
  "outcomes that were a refusal": 0.5,
  "calls that ended with their client": 3,
  "handlers run once more": 2,
};

export type Event = keyof typeof USUAL;

export const EVENTS = Object.keys(USUAL) as readonly Event[];

/** What has not happened once in a run of so many kills, though it should have: then nothing is known about it. */
export function missing(kills: number, counts: Readonly<Record<Event, number>>): readonly Event[] {
  return EVENTS.filter((event) => kills * USUAL[event] >= EXPECTED_MIN && counts[event] === 0);
}
