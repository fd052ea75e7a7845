import { Status } from "../rpc/status.js";
import { CompressionFault, type Encoding } from "../runtime/compressor.js";
import type { CompressionWork, Work, WorkResult } from "./compression-work.js";

/** Why a message cannot be taken, as the status that its call ends with. */
export interface MessageFault {
  readonly code: Status;
  readonly detail: string;
}

/** Undoes the compression of the messages that one call receives, one at a time. */
export class MessageDecompressor {
  private readonly work: CompressionWork;
  private readonly encoding: Encoding;
  private readonly messageBytesMax: number;
  private readonly onDone: (result: Uint8Array | MessageFault) => void;
  private underWay: Work | undefined = undefined;

  /** `onDone` gets what comes of {@link later}. */
  constructor(
    work: CompressionWork,
    encoding: Encoding,
    messageBytesMax: number,
    onDone: (result: Uint8Array | MessageFault) => void,
  ) {
    this.work = work;
    this.encoding = encoding;
    this.messageBytesMax = messageBytesMax;
    this.onDone = onDone;
  }

  /** The message in `bytes[start, end)`; undefined where that is to be done {@link later}. */
  now(bytes: Uint8Array, start: number, end: number): Uint8Array | MessageFault | undefined {
    const compressed = bytes.subarray(start, end);
    const result = this.work.decompressAtOnce(this.encoding, compressed, this.messageBytesMax);
    return result === undefined ? undefined : this.messageFrom(result);
  }

  /** Off the event loop; `bytes[start, end)` may not change until it is done, or cancelled and dropped by everyone else. */
  later(bytes: Uint8Array, start: number, end: number): void {
    const compressed = bytes.subarray(start, end);
    this.underWay = this.work.decompress(this.encoding, compressed, this.messageBytesMax, (result) => {
      this.underWay = undefined;
      this.onDone(this.messageFrom(result));
    });
  }

  /** Drops what is under way. */
  cancel(): void {
    this.underWay?.cancel();
    this.underWay = undefined;
  }

  private messageFrom(result: WorkResult): Uint8Array | MessageFault {
    if (!(result instanceof CompressionFault)) return result;
    if (result.kind === "too large") {
      const detail = `received message of more than ${this.messageBytesMax} bytes, decompressed; no more are allowed`;
      return { code: Status.RESOURCE_EXHAUSTED, detail };
    }
    return {
      code: Status.INTERNAL,
      detail: `the message cannot be decompressed (${this.encoding}): ${result.detail}`,
    };
  }
}
