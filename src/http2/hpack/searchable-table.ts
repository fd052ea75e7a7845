import { DynamicTable } from "./dynamic-table.js";
import { findStaticName, STATIC_COUNT } from "./static-table.js";

/** The encoder's dynamic table: also finds the index of a field, or of its name, in constant time. */
export class SearchableTable extends DynamicTable {
  private readonly entries = new Map<string, NameEntries>();

  /**
   * Looks a field up in the static and the dynamic table.
   * @returns the index `i > 0` of name and value; or `-i` if index `i` has only the name; or {@link NOT_FOUND}
   */
  find(name: string, value: string): number {
    const fixed = findStaticName(name);
    const index = fixed?.values.get(value);
    if (index !== undefined) return index;
    const entries = this.entries.get(name);
    const number = entries?.values.get(value);
    if (number !== undefined) return this.indexOf(number);
    if (fixed !== undefined) return -fixed.index;
    return entries === undefined ? NOT_FOUND : -this.indexOf(entries.newest);
  }

  override insert(name: string, value: string): boolean {
    if (!super.insert(name, value)) return false;
    const number = this.inserted - 1;
    const entries = this.entries.get(name);
    if (entries === undefined) {
      this.entries.set(name, { newest: number, values: new Map([[value, number]]) });
    } else {
      entries.newest = number;
      entries.values.set(value, number);
    }
    return true;
  }

  protected override evicted(name: string, value: string, number: number): void {
    const entries = this.entries.get(name)!;
    if (entries.newest === number) this.entries.delete(name);
    else if (entries.values.get(value) === number) entries.values.delete(value);
  }

  private indexOf(number: number): number {
    return STATIC_COUNT + this.inserted - number;
  }
}

/** What {@link SearchableTable.find} returns if neither table has the name. */
export const NOT_FOUND = 0;

/** The dynamic table's entries of one name, by insertion number. */
interface NameEntries {
  newest: number;
  readonly values: Map<string, number>;
}
