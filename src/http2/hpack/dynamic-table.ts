import { fieldBytes } from "./field-bytes.js";

/**
 * The dynamic table of RFC 7541 §2.3.2: a first-in, first-out list of fields, bounded in octets.
 *
 * Entries are numbered by insertion, `0` first, and entry `n` lives at place `n mod capacity` of a ring, so that an
 * insertion moves nothing. The ring starts empty and doubles as needed; `bytesMax / 32` bounds its entries.
 */
export class DynamicTable {
  /** The present maximum size (RFC 7541 §4.2); changed by {@link DynamicTable.resize} only. */
  bytesMax: number;

  /** The present size (RFC 7541 §4.1), never above `bytesMax`. */
  bytes = 0;

  /** Entries present. */
  count = 0;

  /** Entries ever inserted: the number that the next one gets. */
  inserted = 0;

  /** Changes whenever an index may have changed its meaning: at an insertion, an eviction, a new maximum. */
  revision = 0;

  private names: string[] = [];
  private values: string[] = [];

  /** @param bytesMax in octets, counted as RFC 7541 §4.1 does */
  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** @param age `1` for the newest entry, `count` for the oldest */
  nameAt(age: number): string {
    return this.names[(this.inserted - age) & (this.names.length - 1)];
  }

  /** @param age `1` for the newest entry, `count` for the oldest */
  valueAt(age: number): string {
    return this.values[(this.inserted - age) & (this.values.length - 1)];
  }

  /**
   * Adds an entry, evicting the oldest ones to make room (RFC 7541 §4.4).
   * @returns whether it was added: an entry larger than the table only empties it
   */
  insert(name: string, value: string): boolean {
    const bytes = fieldBytes(name, value);
    this.revision++;
    this.evictDownTo(this.bytesMax - bytes);
    if (bytes > this.bytesMax) return false;
    if (this.count === this.names.length) this.growRing();
    const place = this.inserted & (this.names.length - 1);
    this.names[place] = name;
    this.values[place] = value;
    this.inserted++;
    this.count++;
    this.bytes += bytes;
    return true;
  }

  /** Sets the maximum size, evicting what no longer fits (RFC 7541 §4.3). */
  resize(bytesMax: number): void {
    if (bytesMax === this.bytesMax) return;
    this.revision++;
    this.bytesMax = bytesMax;
    this.evictDownTo(bytesMax);
  }

  /** For a subclass that keeps an index of the entries: called for each entry that leaves. */
  protected evicted(_name: string, _value: string, _number: number): void {}

  private evictDownTo(bytes: number): void {
    while (this.count > 0 && this.bytes > bytes) {
      const number = this.inserted - this.count;
      const place = number & (this.names.length - 1);
      const name = this.names[place];
      const value = this.values[place];
      this.names[place] = "";
      this.values[place] = "";
      this.count--;
      this.bytes -= fieldBytes(name, value);
      this.evicted(name, value, number);
    }
  }

  private growRing(): void {
    const capacity = Math.max(RING_INITIAL, this.names.length * 2);
    const names = new Array<string>(capacity).fill("");
    const values = new Array<string>(capacity).fill("");
    for (let age = 1; age <= this.count; age++) {
      const place = (this.inserted - age) & (capacity - 1);
      names[place] = this.nameAt(age);
      values[place] = this.valueAt(age);
    }
    this.names = names;
    this.values = values;
  }
}

/** Entries of the first ring; a power of two, as all capacities are. */
const RING_INITIAL = 8;

/** SETTINGS_HEADER_TABLE_SIZE before any SETTINGS frame, in octets (RFC 9113 §6.5.2). */
export const TABLE_BYTES_INITIAL = 4096;
