/** A `.proto` file as text, and where its offsets are. */
export class Source {
  /** The name that imports use: slashes, relative to one of the include directories. */
  readonly name: string;
  /** How messages name the file: where it was read from, or its name. */
  readonly displayPath: string;
  readonly text: string;

  constructor(name: string, text: string, displayPath: string = name) {
    this.name = name;
    this.text = text;
    this.displayPath = displayPath;
  }

  /** Offsets at which lines start. */
  private lines: number[] | undefined;

  /** Line and column of an offset, both from 1 and in UTF-16 code units, as editors count. */
  position(offset: number): Position {
    const line = this.lineIndex(offset);
    return { line: line + 1, column: offset - this.lineStarts()[line] + 1 };
  }

  /** The text of a line, counted from 1, without its end. */
  lineText(line: number): string {
    const starts = this.lineStarts();
    const end = line < starts.length ? starts[line] - 1 : this.text.length;
    const hasReturn = end > starts[line - 1] && this.text[end - 1] === "\r";
    return this.text.slice(starts[line - 1], hasReturn ? end - 1 : end);
  }

  /** The line, counted from 0, that an offset is in. */
  lineIndex(offset: number): number {
    const starts = this.lineStarts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Offsets at which lines start. Only LF ends a line, as in protoc. */
  lineStarts(): readonly number[] {
    if (this.lines === undefined) {
      this.lines = [0];
      for (let i = this.text.indexOf("\n"); i !== -1; i = this.text.indexOf("\n", i + 1))
        this.lines.push(i + 1);
    }
    return this.lines;
  }
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a source: UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
