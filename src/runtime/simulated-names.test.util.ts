import type { Pick } from "./simulated-file.test.util.js";

/** Names that an operation gives and takes, all at once or not at all; undefined takes the name away. */
export type Renaming<T> = readonly (readonly [name: string, entry: T | undefined])[];

interface Unsynced<T> {
  readonly id: number;
  readonly renaming: Renaming<T>;
  order: number;
}

const UNDER_WAY = Number.POSITIVE_INFINITY;

/**
 * The names in a folder: as the system sees them, as the disk has them, and the changes that each may be there or not.
 * They go through the file system's own log: a sync that has failed has left them undecided, and one that succeeds
 * later covers them.
 */
export class SimulatedNames<T> {
  private seen: Map<string, T>;
  private disk: Map<string, T>;
  private unsynced: Unsynced<T>[] = [];
  private order = 0;

  constructor(names: ReadonlyMap<string, T> = new Map()) {
    this.seen = new Map(names);
    this.disk = new Map(names);
  }

  copy(entryOf: (entry: T) => T): SimulatedNames<T> {
    const copied = (names: ReadonlyMap<string, T>) =>
      new Map([...names].map(([name, entry]) => [name, entryOf(entry)]));
    const copy = new SimulatedNames<T>();
    copy.seen = copied(this.seen);
    copy.disk = copied(this.disk);
    copy.order = this.order;
    copy.unsynced = this.unsynced.map((change) => ({
      ...change,
      renaming: change.renaming.map(([name, entry]) => [name, entry && entryOf(entry)] as const),
    }));
    return copy;
  }

  get names(): ReadonlyMap<string, T> {
    return this.seen;
  }

  /** From here on the disk may have it. */
  start(id: number, renaming: Renaming<T>): void {
    this.unsynced.push({ id, renaming, order: UNDER_WAY });
  }

  finish(id: number): void {
    this.order++;
    for (const change of this.unsynced) {
      if (change.id !== id) continue;
      apply(change.renaming, this.seen);
      change.order = this.order;
    }
  }

  /** The process is gone in the middle of it: `pick` says whether it has happened. */
  interrupt(id: number, pick: Pick): void {
    if (!this.unsynced.some((change) => change.id === id)) return;
    if (pick(2) === 1) this.finish(id);
    else this.unsynced = this.unsynced.filter((change) => change.id !== id);
  }

  get syncMark(): number {
    return this.order;
  }

  synced(mark: number): void {
    const covered = this.unsynced.filter(({ order }) => order <= mark).sort((a, b) => a.order - b.order);
    for (const { renaming } of covered) apply(renaming, this.disk);
    this.unsynced = this.unsynced.filter(({ order }) => order > mark);
  }

  /** How many changes the disk may have or not. */
  get undecided(): number {
    return this.unsynced.length;
  }

  /** The names on the disk, if it has those changes that `survives` says. */
  after(survives: (index: number) => boolean): Map<string, T> {
    const names = new Map(this.disk);
    this.unsynced.forEach(({ renaming }, index) => {
      if (survives(index)) apply(renaming, names);
    });
    return names;
  }
}

function apply<T>(renaming: Renaming<T>, names: Map<string, T>): void {
  for (const [name, entry] of renaming) {
    if (entry === undefined) names.delete(name);
    else names.set(name, entry);
  }
}
