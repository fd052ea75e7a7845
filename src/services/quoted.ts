/** Longer than names are; what a client sends in place of one may be as long as a message. */
export const NAME_LENGTH_MAX = 1024;

/** A name as errors quote it. */
export function quoted(name: string): string {
  return JSON.stringify(name.length <= NAME_LENGTH_MAX ? name : `${name.slice(0, NAME_LENGTH_MAX)}…`);
}
