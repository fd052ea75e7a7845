import type { Pick } from "./simulated-file.test.util.js";

/** Names that an operation gives and takes, all at once or not at all; undefined takes the name away. */
export type Renaming<T> = readonly (readonly [name: string, entry: T | undefined])[];

interface Unsynced<T> {
  readonly id: number;
  readonly renaming: Renaming<T>;
  order: number;
  isClean: boolean;
}

const UNDER_WAY = Number.POSITIVE_INFINITY;

/** The names in a folder: as the system sees them, as the disk has them, and the changes that each may be there or not. */
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
    this.unsynced.push({ id, renaming, order: UNDER_WAY, isClean: false });
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
    for (const { renaming } of this.covered(mark)) apply(renaming, this.disk);
    const covered = new Set(this.covered(mark));
    this.unsynced = this.unsynced.filter((change) => !covered.has(change));
  }

  /** Nobody knows which of them are on the disk, and the system will not write them again by itself. */
  syncFailed(mark: number): void {
    for (const change of this.covered(mark)) change.isClean = true;
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

  private covered(mark: number): Unsynced<T>[] {
    return this.unsynced
      .filter(({ order, isClean }) => order <= mark && !isClean)
      .sort((a, b) => a.order - b.order);
  }
}

function apply<T>(renaming: Renaming<T>, names: Map<string, T>): void {
  for (const [name, entry] of renaming) {
    if (entry === undefined) names.delete(name);
    else names.set(name, entry);
  }
}
