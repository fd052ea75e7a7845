/**
 * What redo handlers change, outside of every crash: cells that count. A cell changes from what a handler has seen to
 * one more, and only if nobody was there before: the way in which a folder is made where there was none.
 */
export class Outside {
  private readonly cells = new Map<string, number>();
  /** How often each logical call has had its effect, since the home was last set back. */
  private effects = new Map<string, number>();
  private readonly undone = new Set<string>();

  value(cell: string): number {
    return this.cells.get(cell) ?? 0;
  }

  /** Has the effect of `label` on a cell that was seen at `seen`; without one if the cell has changed since. */
  change(cell: string, seen: number, label: string): void {
    if (this.value(cell) !== seen) return;
    this.cells.set(cell, seen + 1);
    this.effects.set(label, (this.effects.get(label) ?? 0) + 1);
  }

  effectsOf(label: string): number {
    return this.effects.get(label) ?? 0;
  }

  /** A home is set back, and cannot know of the effects that there have been since. */
  begin(): void {
    for (const label of this.effects.keys()) this.undone.add(label);
    this.effects = new Map();
  }

  /** Whether a call had its effect before a home was set back. */
  hadEffect(label: string): boolean {
    return this.undone.has(label);
  }
}
