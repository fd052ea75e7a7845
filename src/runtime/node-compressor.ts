import { constants as bufferConstants } from "node:buffer";
import zlib from "node:zlib";
import { CompressionFault, type Compressor, type Encoding } from "./compressor.js";
import { zstdFrameBytes } from "./zstd-frame.js";

/** Node's zlib: at once on this thread, otherwise in the thread pool. */
export function nodeCompressor(): Compressor {
  return { encodings: ENCODINGS, compressAtOnce, compress, decompressAtOnce, decompress };
}

interface Options {
  readonly chunkSize?: number;
  readonly maxOutputLength?: number;
  readonly info?: boolean;
  readonly params?: Record<number, number>;
}

/** What zlib gives where it is asked for `info`. */
interface Informed {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** One encoding's functions in zlib; those that decompress are given `info`. */
interface Functions {
  compressSync(bytes: Uint8Array, options: Options): Uint8Array;
  compress(
    bytes: Uint8Array,
    options: Options,
    done: (error: Error | null, result: Uint8Array) => void,
  ): void;
  decompressSync(bytes: Uint8Array, options: Options): unknown;
  decompress(bytes: Uint8Array, options: Options, done: (error: Error | null, result: unknown) => void): void;
}

const GZIP: Functions = {
  compressSync: zlib.gzipSync,
  compress: zlib.gzip,
  decompressSync: zlib.gunzipSync,
  decompress: zlib.gunzip,
};

const DEFLATE: Functions = {
  compressSync: zlib.deflateSync,
  compress: zlib.deflate,
  decompressSync: zlib.inflateSync,
  decompress: zlib.inflate,
};

/** What Node has from 22.15 and 23.8 on, and its types for Node 20 do not know. */
interface ZstdFunctions {
  readonly zstdCompressSync: Functions["compressSync"];
  readonly zstdCompress: Functions["compress"];
  readonly zstdDecompressSync: Functions["decompressSync"];
  readonly zstdDecompress: Functions["decompress"];
}

const ZSTD = zstdFunctions(zlib as Partial<ZstdFunctions>);

const ENCODINGS: readonly Encoding[] = ZSTD === undefined ? ["gzip", "deflate"] : ["gzip", "deflate", "zstd"];

function zstdFunctions(from: Partial<ZstdFunctions>): Functions | undefined {
  if (from.zstdCompress === undefined) return undefined;
  const { zstdCompressSync, zstdCompress, zstdDecompressSync, zstdDecompress } = from as ZstdFunctions;
  return {
    compressSync: zstdCompressSync,
    compress: zstdCompress,
    decompressSync: zstdDecompressSync,
    decompress: zstdDecompress,
  };
}

function functionsOf(encoding: Encoding): Functions {
  if (encoding === "gzip") return GZIP;
  if (encoding === "deflate") return DEFLATE;
  if (ZSTD === undefined) throw new Error("assertion failed: this Node has no zstd");
  return ZSTD;
}

function compressAtOnce(encoding: Encoding, bytes: Uint8Array): Uint8Array {
  return plainArray(functionsOf(encoding).compressSync(bytes, {}));
}

function compress(
  encoding: Encoding,
  bytes: Uint8Array,
  onDone: (result: Uint8Array | CompressionFault) => void,
): void {
  functionsOf(encoding).compress(bytes, { chunkSize: chunkBytes(bytes.length) }, (error, result) =>
    onDone(error === null ? plainArray(result) : faultFrom(error)),
  );
}

function decompressAtOnce(
  encoding: Encoding,
  bytes: Uint8Array,
  bytesMax: number,
): Uint8Array | CompressionFault {
  try {
    const options = decompressOptions(encoding, bytes, bytesMax);
    const result = functionsOf(encoding).decompressSync(bytes, options);
    return checked(encoding, bytes, bytesMax, result as Informed);
  } catch (error) {
    return faultFrom(error);
  }
}

function decompress(
  encoding: Encoding,
  bytes: Uint8Array,
  bytesMax: number,
  onDone: (result: Uint8Array | CompressionFault) => void,
): void {
  const options = decompressOptions(encoding, bytes, bytesMax);
  functionsOf(encoding).decompress(bytes, options, (error, result) =>
    onDone(error === null ? checked(encoding, bytes, bytesMax, result as Informed) : faultFrom(error)),
  );
}

function decompressOptions(encoding: Encoding, bytes: Uint8Array, bytesMax: number): Options {
  return {
    info: true,
    maxOutputLength: Math.min(Math.max(bytesMax, 1), bufferConstants.MAX_LENGTH),
    chunkSize: chunkBytes(4 * bytes.length),
    ...(encoding === "zstd" && { params: { [ZSTD_D_WINDOW_LOG]: zstdWindowLog(bytesMax) } }),
  };
}

/** zlib ignores what stands behind the end, and Node 22 takes the beginning of a Zstandard frame for a whole one. */
function checked(
  encoding: Encoding,
  bytes: Uint8Array,
  bytesMax: number,
  { buffer, engine }: Informed,
): Uint8Array | CompressionFault {
  const used = encoding === "zstd" ? zstdFrameBytes(bytes) : engine.bytesWritten;
  if (used === undefined) return new CompressionFault("corrupt", "unexpected end of file");
  if (used < bytes.length)
    return new CompressionFault("corrupt", `${bytes.length - used} bytes stand behind the compressed data`);
  if (buffer.length > bytesMax) return new CompressionFault("too large", `more than ${bytesMax} bytes`);
  return plainArray(buffer);
}

function faultFrom(error: unknown): CompressionFault {
  const { code, message } = error as NodeJS.ErrnoException;
  const isTooLarge = code === "ERR_BUFFER_TOO_LARGE" || code === "ZSTD_error_frameParameter_windowTooLarge";
  return new CompressionFault(isTooLarge ? "too large" : "corrupt", message);
}

/** The output is made in pieces, each a trip to the thread pool: as large as `bytes`, within bounds. */
function chunkBytes(bytes: number): number {
  return Math.min(Math.max(bytes, CHUNK_BYTES_MIN), CHUNK_BYTES_MAX);
}

/** zlib's own default. */
const CHUNK_BYTES_MIN = 16 * 1024;

/** What a piece of work may take beyond its result; larger pieces save nothing that can be measured. */
const CHUNK_BYTES_MAX = 1024 * 1024;

/** The logarithm of the window that a frame may ask us to keep: no larger than the message, but what RFC 8878 §3.1.1.1.2 recommends. */
function zstdWindowLog(bytesMax: number): number {
  return Math.min(Math.max(Math.ceil(Math.log2(bytesMax + 1)), ZSTD_WINDOW_LOG_MIN), ZSTD_WINDOW_LOG_MAX);
}

/** zlib.constants.ZSTD_d_windowLogMax. */
const ZSTD_D_WINDOW_LOG = 100;

/** 8 MiB. */
const ZSTD_WINDOW_LOG_MIN = 23;

/** 128 MiB, as much as Zstandard's own decoder takes where it is not told otherwise. */
const ZSTD_WINDOW_LOG_MAX = 27;

/** Of a Buffer, `slice` gives a view. */
function plainArray(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
