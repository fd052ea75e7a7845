import type { Encoding } from "../runtime/compressor.js";

/** The value of `grpc-accept-encoding`: without blanks, which not every peer takes. */
export function acceptEncodingValue(encodings: readonly Encoding[]): string {
  return ["identity", ...encodings].join(",");
}

/** Whether a received `grpc-accept-encoding` has `encoding`. */
export function acceptsEncoding(value: string | undefined, encoding: Encoding): boolean {
  return value?.split(",").some((accepted) => accepted.trim() === encoding) ?? false;
}

/** The encoding of that name, or undefined where there is none here. */
export function encodingNamed(name: string, encodings: readonly Encoding[]): Encoding | undefined {
  return encodings.find((encoding) => encoding === name);
}
