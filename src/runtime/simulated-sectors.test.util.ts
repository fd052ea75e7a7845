import { crc32 } from "node:zlib";

/** What a disk writes whole or not at all. */
export const SECTOR_BYTES = 512;

/** The bytes of a sector, never changed; two of one table with the same bytes are the same object. */
export interface Sector {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** All sectors with different bytes that a simulation has seen, so that disks share and compare them cheaply. */
export class SectorTable {
  readonly zero: Sector = { id: 0, bytes: new Uint8Array(SECTOR_BYTES) };
  private count = 1;
  private readonly known = new Map<number, Sector[]>([[crc32(this.zero.bytes), [this.zero]]]);

  of(bytes: Uint8Array): Sector {
    // Most of them, in files that are made full of zeros.
    if (Buffer.compare(bytes, this.zero.bytes) === 0) return this.zero;
    const crc = crc32(bytes);
    const alike = this.known.get(crc);
    const found = alike?.find((sector) => Buffer.compare(sector.bytes, bytes) === 0);
    if (found !== undefined) return found;
    const sector = { id: this.count++, bytes: bytes.slice() };
    if (alike === undefined) this.known.set(crc, [sector]);
    else alike.push(sector);
    return sector;
  }

  /** The sector that has `bytes` at `from` and else what `sector` has. */
  patched(sector: Sector | undefined, bytes: Uint8Array, from: number): Sector {
    if (bytes.length === SECTOR_BYTES) return this.of(bytes);
    const whole = (sector ?? this.zero).bytes.slice();
    whole.set(bytes, from);
    return this.of(whole);
  }
}

/** What a file holds. A sector that was never written is undefined: it reads as zeros and takes no room. */
export class Content {
  readonly sectors: (Sector | undefined)[];
  size: number;

  constructor(sectors: readonly (Sector | undefined)[] = [], size = 0) {
    this.sectors = sectors.slice();
    this.size = size;
  }

  static of(bytes: Uint8Array, table: SectorTable): Content {
    const content = new Content([], bytes.length);
    for (const { index, from, bytes: part } of slicesOf(bytes, 0))
      content.sectors[index] = table.patched(undefined, part, from);
    return content;
  }

  copy(): Content {
    return new Content(this.sectors, this.size);
  }

  /** Fills `into` with what stands at `offset`; how many bytes that were. */
  read(into: Uint8Array, offset: number): number {
    const end = Math.min(offset + into.length, this.size);
    for (let at = offset; at < end; ) {
      const from = at % SECTOR_BYTES;
      const length = Math.min(SECTOR_BYTES - from, end - at);
      const sector = this.sectors[Math.floor(at / SECTOR_BYTES)];
      if (sector === undefined) into.fill(0, at - offset, at - offset + length);
      else into.set(sector.bytes.subarray(from, from + length), at - offset);
      at += length;
    }
    return Math.max(0, end - offset);
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    this.read(bytes, 0);
    return bytes;
  }

  /** Cuts, or extends with a hole; what is cut never comes back. */
  resize(size: number, table: SectorTable): void {
    if (size < this.size) {
      const kept = Math.ceil(size / SECTOR_BYTES);
      this.sectors.length = Math.min(this.sectors.length, kept);
      const last = this.sectors[kept - 1];
      const tail = kept * SECTOR_BYTES - size;
      if (last !== undefined && tail > 0)
        this.sectors[kept - 1] = table.patched(last, new Uint8Array(tail), SECTOR_BYTES - tail);
    }
    this.size = size;
  }

  get key(): string {
    let key = `${this.size}`;
    this.sectors.forEach((sector, index) => {
      if (sector !== undefined && sector.id !== 0) key += ` ${index}:${sector.id}`;
    });
    return key;
  }
}

/** The part of a write that falls into one sector. */
export interface Slice {
  readonly index: number;
  readonly from: number;
  readonly bytes: Uint8Array;
}

export function slicesOf(bytes: Uint8Array, offset: number): Slice[] {
  const slices: Slice[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = (offset + at) % SECTOR_BYTES;
    const length = Math.min(SECTOR_BYTES - from, bytes.length - at);
    const index = Math.floor((offset + at) / SECTOR_BYTES);
    slices.push({ index, from, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  return slices;
}
