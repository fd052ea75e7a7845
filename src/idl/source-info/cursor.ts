import type { Source } from "../text/source.js";

const TAB = 0x09;
const TAB_STOP = 8;

/**
 * Walks through a file and knows line and column as SourceCodeInfo counts them: from 0, columns in bytes of UTF-8, and
 * a tab reaches to the next multiple of 8.
 */
export class Cursor {
  line = 0;
  column = 0;
  private offset = 0;
  private readonly text: string;
  private readonly lineStarts: readonly number[];
  /** Whether every character is one byte and one column wide. */
  private readonly isPlain: boolean;

  constructor(source: Source) {
    this.text = source.text;
    this.lineStarts = source.lineStarts();
    this.isPlain = !/[\t\x80-\uffff]/.test(source.text);
  }

  /** Only ever forward: an offset must not be smaller than the one before. */
  moveTo(offset: number): void {
    const { lineStarts } = this;
    const lineBefore = this.line;
    while (offset >= lineStarts[this.line + 1]) this.line++;
    if (this.line !== lineBefore) {
      this.offset = lineStarts[this.line];
      this.column = 0;
    }
    if (this.isPlain) this.column += offset - this.offset;
    else this.walkTo(offset);
    this.offset = offset;
  }

  private walkTo(end: number): void {
    for (let offset = this.offset; offset < end; offset++) {
      const code = this.text.charCodeAt(offset);
      if (code === TAB) this.column += TAB_STOP - (this.column % TAB_STOP);
      else this.column += bytesOf(code);
    }
  }
}

/** How many bytes a UTF-16 code unit takes in UTF-8: two for each half of a surrogate pair. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  return code < 0x800 || (code & 0xf800) === 0xd800 ? 2 : 3;
}
