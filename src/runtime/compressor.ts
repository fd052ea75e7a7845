/** How bytes are compressed, by the names that gRPC has for it; `deflate` is zlib's format (RFC 1950). */
export type Encoding = "gzip" | "deflate" | "zstd";

/**
 * Compresses and decompresses, at once or off the event loop.
 *
 * What is done at once keeps everyone waiting; what is not costs a trip to another thread and back, more than a few
 * KiB do themselves. Which it is to be decides who asks.
 */
export interface Compressor {
  /** What there is here. */
  readonly encodings: readonly Encoding[];
  compressAtOnce(encoding: Encoding, bytes: Uint8Array): Uint8Array;
  /** Calls `onDone`, later, exactly once. `bytes` may not change until then. */
  compress(
    encoding: Encoding,
    bytes: Uint8Array,
    onDone: (result: Uint8Array | CompressionFault) => void,
  ): void;
  /** Gives at most `bytesMax` bytes, and stops as soon as there are more. */
  decompressAtOnce(encoding: Encoding, bytes: Uint8Array, bytesMax: number): Uint8Array | CompressionFault;
  /** As {@link decompressAtOnce}; calls `onDone`, later, exactly once. `bytes` may not change until then. */
  decompress(
    encoding: Encoding,
    bytes: Uint8Array,
    bytesMax: number,
    onDone: (result: Uint8Array | CompressionFault) => void,
  ): void;
}

/** Why there is no result. */
export class CompressionFault {
  /** `too large`: more than `bytesMax` come out, or it takes as much memory to tell. Otherwise the bytes are wrong. */
  readonly kind: "too large" | "corrupt";
  readonly detail: string;

  constructor(kind: CompressionFault["kind"], detail: string) {
    this.kind = kind;
    this.detail = detail;
  }
}
