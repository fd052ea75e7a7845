/** The last value of each name seen lately, to tell a field that repeats from one that varies. Bounded. */
export class RecentValues {
  private readonly values = new Map<string, string>();

  /** The last value remembered for this name. */
  get(name: string): string | undefined {
    return this.values.get(name);
  }

  set(name: string, value: string): void {
    if (this.values.size >= NAMES_MAX && !this.values.has(name)) this.values.clear();
    this.values.set(name, value);
  }
}

/** More names than any call carries. Starting over at this many costs a repeated field one more literal. */
const NAMES_MAX = 64;
