import type { CompressionFault, Compressor, Encoding } from "./compressor.js";
import { nodeCompressor } from "./node-compressor.js";

/** Node's compressor, whose work off the event loop is done when the test says so. */
export class ManualCompressor implements Compressor {
  readonly encodings: readonly Encoding[] = ["gzip", "deflate"];
  private readonly node = nodeCompressor();
  private readonly work: (() => void)[] = [];

  /** Pieces of work under way. */
  get underWay(): number {
    return this.work.length;
  }

  /** Ends the piece of work that was begun first, or the one at `index`. */
  finish(index = 0): void {
    const [work] = this.work.splice(index, 1);
    work();
  }

  compressAtOnce(encoding: Encoding, bytes: Uint8Array): Uint8Array {
    return this.node.compressAtOnce(encoding, bytes);
  }

  decompressAtOnce(encoding: Encoding, bytes: Uint8Array, bytesMax: number): Uint8Array | CompressionFault {
    return this.node.decompressAtOnce(encoding, bytes, bytesMax);
  }

  compress(
    encoding: Encoding,
    bytes: Uint8Array,
    onDone: (result: Uint8Array | CompressionFault) => void,
  ): void {
    this.work.push(() => onDone(this.compressAtOnce(encoding, bytes)));
  }

  decompress(
    encoding: Encoding,
    bytes: Uint8Array,
    bytesMax: number,
    onDone: (result: Uint8Array | CompressionFault) => void,
  ): void {
    this.work.push(() => onDone(this.decompressAtOnce(encoding, bytes, bytesMax)));
  }
}
