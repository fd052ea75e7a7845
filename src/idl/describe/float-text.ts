/** A number as the default of a `double` field is written in a descriptor: with as few digits as C's `%.15g` or `%.17g`. */
export function doubleText(value: number): string {
  const short = general(value, 15);
  return Number(short) === value ? short : general(value, 17);
}

/**
 * A number as the default of a `float` field is written, after it is rounded to one: like `%.6g` or `%.9g`. Subnormal
 * ones have all their digits.
 */
export function floatText(value: number): string {
  const float = toFloat(value);
  const short = general(float, 6);
  const isSubnormal = float !== 0 && Math.abs(float) < FLOAT_SMALLEST_NORMAL;
  return Math.fround(Number(short)) === float && !isSubnormal ? short : general(float, 9);
}

const FLOAT_SMALLEST_NORMAL = 2 ** -126;

const FLOAT_LARGEST = 2 ** 128 - 2 ** 104;
/** Halfway from the largest float to what would be the next one. */
const FLOAT_OVERFLOW = 2 ** 128 - 2 ** 103;

/** The nearest float. What lies halfway to what would be the next one is rounded down to the largest float, where `Math.fround` goes up to infinity. */
export function toFloat(value: number): number {
  return Math.abs(value) === FLOAT_OVERFLOW ? Math.sign(value) * FLOAT_LARGEST : Math.fround(value);
}

/** What C's `%g` makes of a number, with so many significant digits. */
function general(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return `${sign}inf`;
  if (magnitude === 0) return `${sign}0`;
  const [mantissa, exponentText] = magnitude.toExponential(digits - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= digits) {
    const exponentDigits = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${withoutTrailingZeros(mantissa)}e${exponent < 0 ? "-" : "+"}${exponentDigits}`;
  }
  return sign + withoutTrailingZeros(magnitude.toFixed(digits - 1 - exponent));
}

function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
