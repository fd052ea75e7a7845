/** Reads a text from its beginning to its end, piece by piece. What does not fit leaves it failed. */
export class TextCursor {
  private readonly text: string;
  private at = 0;
  private hasFailed = false;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether all of the text was read, and all of it was right. */
  get isDone(): boolean {
    return !this.hasFailed && this.at === this.text.length;
  }

  /** So many characters of base64url. */
  base64url(count: number): string {
    const { text, at } = this;
    this.at += count;
    if (this.at > text.length) this.hasFailed = true;
    else for (let i = at; i < this.at; i++) if (!isBase64url(text.charCodeAt(i))) this.hasFailed = true;
    return text.slice(at, this.at);
  }

  /** So many hexadecimal digits, in lower case. */
  hex(count: number): string {
    const { text, at } = this;
    this.at += count;
    if (this.at > text.length) this.hasFailed = true;
    else for (let i = at; i < this.at; i++) if (!isHex(text.charCodeAt(i))) this.hasFailed = true;
    return text.slice(at, this.at);
  }

  /** A whole number from `least` to 2^53-1, in decimal digits without leading zeros. */
  number(least: 0 | 1): number {
    const { text, at: start } = this;
    let value = 0;
    let digit = digitAt(text, start);
    const isZero = digit === 0;
    while (digit >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      value = 10 * value + digit;
      digit = digitAt(text, ++this.at);
    }
    const count = this.at - start;
    if (count === 0 || (isZero && count > 1) || value < least || value > Number.MAX_SAFE_INTEGER)
      this.hasFailed = true;
    return value;
  }

  /** That one character. */
  skip(character: "." | "-"): void {
    if (this.text[this.at++] !== character) this.hasFailed = true;
  }
}

/** -1 where there is none. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

function isHex(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
}

function isBase64url(code: number): boolean {
  const letter = code | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f
  );
}
