/** What a token is. Numbers are told apart by their text; keywords are identifiers. */
export const TokenKind = {
  IDENTIFIER: 1,
  INT: 2,
  FLOAT: 3,
  /** One literal with its quotes; adjacent ones are joined by the parser. */
  STRING: 4,
  /** One character: `; , . / : = - + ( ) [ ] { } < >`. */
  SYMBOL: 5,
  /** The end of the file; always the last one. */
  END: 6,
  /** What the lexer has told about and nothing can be made of: `1x`, a string without end. */
  INVALID: 7,
} as const;

export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** The tokens of a file, blanks and comments left out: what lies between two tokens is found in the text. */
export class Tokens {
  readonly text: string;
  /** With the end of the file. */
  length = 0;
  private kinds: Uint8Array;
  /** Start and end offset of each token, in UTF-16 code units. */
  private offsets: Int32Array;

  constructor(text: string) {
    this.text = text;
    const capacity = 16 + (text.length >> 3);
    this.kinds = new Uint8Array(capacity);
    this.offsets = new Int32Array(2 * capacity);
  }

  add(kind: TokenKind, start: number, end: number): void {
    const index = this.length++;
    if (index === this.kinds.length) this.grow();
    this.kinds[index] = kind;
    this.offsets[2 * index] = start;
    this.offsets[2 * index + 1] = end;
  }

  kind(index: number): TokenKind {
    return this.kinds[index] as TokenKind;
  }

  start(index: number): number {
    return this.offsets[2 * index];
  }

  end(index: number): number {
    return this.offsets[2 * index + 1];
  }

  textOf(index: number): string {
    return this.text.slice(this.start(index), this.end(index));
  }

  private grow(): void {
    const kinds = new Uint8Array(2 * this.kinds.length);
    kinds.set(this.kinds);
    this.kinds = kinds;
    const offsets = new Int32Array(2 * this.offsets.length);
    offsets.set(this.offsets);
    this.offsets = offsets;
  }
}
