import type { CompressionWork, Work, WorkResult } from "../grpc/compression-work.js";
import { COMPRESSED_FLAG, messagePrefix } from "../grpc/message-reader.js";
import type { Connection } from "../http2/connection.js";
import type { HeaderTemplate } from "../http2/hpack/encoder.js";
import type { Stream } from "../http2/stream.js";
import { CompressionFault, type Encoding } from "../runtime/compressor.js";

/** What waits behind a message that is being compressed: another one, or the end of the stream. */
type Waiting =
  | {
      readonly kind: "message";
      readonly bytes: Uint8Array;
      readonly compress: boolean;
      readonly last: boolean;
    }
  | { readonly kind: "half-close" }
  | {
      readonly kind: "trailers";
      readonly template: HeaderTemplate | undefined;
      readonly fields: readonly string[] | undefined;
    };

/** What a {@link CompressedOutput} tells. */
export interface CompressedOutputEvents {
  /** All has been taken: a good moment to send more. Only after `send` returned false. */
  onWritable(): void;
  /** A message cannot be compressed; what waited behind it was dropped. */
  onFault(detail: string): void;
}

/**
 * The sending side of a call whose messages are compressed. While one is being compressed off the event loop, all
 * that comes after it waits here: messages, half-close and trailers leave in the order in which they were given.
 */
export class CompressedOutput {
  readonly encoding: Encoding;
  private readonly connection: Pick<Connection, "sendData" | "sendHeaders">;
  private readonly stream: Stream;
  private readonly work: CompressionWork;
  private readonly events: CompressedOutputEvents;
  /** Bounded by those who send: `send` returns false, and a call takes only so many before it is writable. */
  private readonly waiting: Waiting[] = [];
  private underWay: Work | undefined = undefined;

  constructor(
    connection: Pick<Connection, "sendData" | "sendHeaders">,
    stream: Stream,
    work: CompressionWork,
    encoding: Encoding,
    events: CompressedOutputEvents,
  ) {
    this.connection = connection;
    this.stream = stream;
    this.work = work;
    this.encoding = encoding;
    this.events = events;
  }

  /** Something waits for a message that is being compressed. */
  get busy(): boolean {
    return this.underWay !== undefined;
  }

  /** Sends a message; its bytes are ours from now on. `last` closes the sending side. False: it waits. */
  send(bytes: Uint8Array, compress: boolean, last: boolean): boolean {
    if (!this.busy) return this.sendMessage(bytes, compress, last);
    this.waiting.push({ kind: "message", bytes, compress, last });
    return false;
  }

  halfClose(): void {
    if (this.busy) this.waiting.push({ kind: "half-close" });
    else this.connection.sendData(this.stream, NO_BYTES, true);
  }

  trailers(template: HeaderTemplate | undefined, fields: readonly string[] | undefined): void {
    if (this.busy) this.waiting.push({ kind: "trailers", template, fields });
    else this.connection.sendHeaders(this.stream, template, fields, true);
  }

  /** Drops what has not been sent. */
  cancel(): void {
    this.underWay?.cancel();
    this.underWay = undefined;
    this.waiting.length = 0;
  }

  /** False also where it is being compressed now. */
  private sendMessage(bytes: Uint8Array, compress: boolean, last: boolean): boolean {
    if (!compress || bytes.length === 0) return this.sendFramed(0, bytes, last);
    const compressed = this.work.compressAtOnce(this.encoding, bytes);
    if (compressed !== undefined) return this.sendSmaller(bytes, compressed, last);
    this.underWay = this.work.compress(this.encoding, bytes, (result) => this.onDone(bytes, result, last));
    return false;
  }

  private onDone(bytes: Uint8Array, result: WorkResult, last: boolean): void {
    this.underWay = undefined;
    if (result instanceof CompressionFault) {
      this.waiting.length = 0;
      this.events.onFault(`the message cannot be compressed (${this.encoding}): ${result.detail}`);
      return;
    }
    let writable = this.sendSmaller(bytes, result, last);
    while (!this.busy) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      if (next.kind === "message") writable = this.sendMessage(next.bytes, next.compress, next.last);
      else if (next.kind === "half-close") this.halfClose();
      else this.trailers(next.template, next.fields);
    }
    if (writable) this.events.onWritable();
  }

  /** What compression makes no smaller goes as it is, as in gRPC's C core. */
  private sendSmaller(bytes: Uint8Array, compressed: Uint8Array, last: boolean): boolean {
    return compressed.length < bytes.length
      ? this.sendFramed(COMPRESSED_FLAG, compressed, last)
      : this.sendFramed(0, bytes, last);
  }

  private sendFramed(flag: number, bytes: Uint8Array, last: boolean): boolean {
    const { connection, stream } = this;
    const prefix = messagePrefix(flag, bytes.length);
    if (bytes.length > JOINED_BYTES_MAX) connection.sendData(stream, prefix, false);
    return connection.sendData(stream, bytes.length > JOINED_BYTES_MAX ? bytes : joined(prefix, bytes), last);
  }
}

/** Above it a frame of its own for the prefix costs less than to copy the message once more. */
const JOINED_BYTES_MAX = 16 * 1024;

function joined(prefix: Uint8Array, bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(prefix.length + bytes.length);
  whole.set(prefix);
  whole.set(bytes, prefix.length);
  return whole;
}

const NO_BYTES = new Uint8Array(0);
