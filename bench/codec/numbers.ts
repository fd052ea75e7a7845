/** Numbers that look random and are the same in every run: xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003). */
export class Numbers {
  #state: number;

  /** @param seed 1 … 2³² − 1; others give other numbers */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** 1 … 2³² − 1. */
  uint32(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state;
  }

  /** 0 … `limit` − 1. */
  below(limit: number): number {
    return this.uint32() % limit;
  }

  /** 1 … 2³² − 1, every length in bits as likely as the others. */
  uint32OfAnySize(): number {
    return ((this.uint32() >>> this.below(32)) | 1) >>> 0;
  }

  /** As {@link uint32OfAnySize} with 31 bits; one in eight is negative. Never 0. */
  int32OfAnySize(): number {
    const size = (this.uint32() >>> (1 + this.below(31))) | 1;
    return this.below(8) === 0 ? -size : size;
  }

  /** 1 … 2⁶⁴ − 1, every length in bits as likely as the others. */
  uint64OfAnySize(): bigint {
    const bits = (BigInt(this.uint32()) << 32n) | BigInt(this.uint32());
    return (bits >> BigInt(this.below(64))) | 1n;
  }

  /** As {@link uint64OfAnySize} with 63 bits; one in eight is negative. Never 0. */
  int64OfAnySize(): bigint {
    const size = (this.uint64OfAnySize() >> 1n) | 1n;
    return this.below(8) === 0 ? -size : size;
  }

  /** −1,000 … 1,000, with a fraction. */
  double(): number {
    return (this.uint32() / 2 ** 32 - 0.5) * 2_000;
  }

  /** So many characters out of `alphabet`. */
  text(length: number, alphabet: readonly string[]): string {
    return Array.from({ length }, () => alphabet[this.below(alphabet.length)]).join("");
  }
}
