/** How often what has happened, by name. */
export class Counts {
  readonly byName = new Map<string, number>();

  add(name: string, count = 1): void {
    this.byName.set(name, (this.byName.get(name) ?? 0) + count);
  }

  addAll({ byName }: Counts): void {
    for (const [name, count] of byName) this.add(name, count);
  }

  get(name: string): number {
    return this.byName.get(name) ?? 0;
  }
}
