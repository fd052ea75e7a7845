/** The `grpc-timeout` field: at most eight digits and a unit (PROTOCOL-HTTP2, "Timeout"). */

const UNIT_MS: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 0.001, n: 0.000_001 };
const DIGITS_MAX_VALUE = 99_999_999;

/** The field's value for a time span in milliseconds, rounded up to what the format can say; 0 or less is `0n`… as `1n`. */
export function encodeTimeout(timeoutMs: number): string {
  if (timeoutMs <= 0) return "1n";
  if (timeoutMs < 1) return `${Math.ceil(timeoutMs * 1000)}u`;
  if (timeoutMs <= DIGITS_MAX_VALUE) return `${Math.ceil(timeoutMs)}m`;
  if (timeoutMs / 1000 <= DIGITS_MAX_VALUE) return `${Math.ceil(timeoutMs / 1000)}S`;
  return `${Math.min(Math.ceil(timeoutMs / 3_600_000), DIGITS_MAX_VALUE)}H`;
}

/** Milliseconds, or undefined where `text` is malformed. */
export function decodeTimeout(text: string): number | undefined {
  if (!/^[0-9]{1,8}[HMSmun]$/.test(text)) return undefined;
  return Number(text.slice(0, -1)) * UNIT_MS[text[text.length - 1]];
}
