import type { StoredFile } from "../runtime/storage.js";

/** A stretch of a file in memory, which is moved along. */
export class FileWindow {
  /** What is at hand: byte `offset` of the file stands at `bytes[offset - start]`. */
  bytes: Uint8Array;
  start = 0;
  private length = 0;
  private readonly file: StoredFile;

  /** @param fileBytes the size of the file: more is not needed */
  constructor(file: StoredFile, fileBytes: number) {
    this.bytes = new Uint8Array(Math.min(WINDOW_BYTES, fileBytes));
    this.file = file;
  }

  /** The first offset that is no longer at hand. */
  get end(): number {
    return this.start + this.length;
  }

  has(offset: number, count: number): boolean {
    return offset >= this.start && offset + count <= this.end;
  }

  /**
   * Moves on so that it begins at `offset` and has `count` bytes at least, and none from offset `limit` on; false if
   * the file has not so many. Who asks has bounded `count`: the memory for it is allocated.
   */
  async load(offset: number, count: number, limit = Number.POSITIVE_INFINITY): Promise<boolean> {
    this.moveTo(offset, count);
    const most = Math.min(this.bytes.length, limit - offset);
    while (this.length < most) {
      const read = await this.file.read(this.bytes.subarray(this.length, most), this.end);
      if (read === 0) break;
      this.length += read;
    }
    return this.length >= count;
  }

  private moveTo(offset: number, count: number): void {
    const kept =
      offset >= this.start && offset <= this.end
        ? this.bytes.subarray(offset - this.start, this.length)
        : NONE;
    if (count > this.bytes.length) {
      const larger = new Uint8Array(count);
      larger.set(kept);
      this.bytes = larger;
    } else {
      this.bytes.set(kept);
    }
    this.start = offset;
    this.length = kept.length;
  }
}

const NONE = new Uint8Array(0);

/** A disk's pace is reached with less; a recovery holds two of them. */
const WINDOW_BYTES = 1024 * 1024;
