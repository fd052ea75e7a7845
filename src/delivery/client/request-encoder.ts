import { Output } from "../../bytes/output.js";
import { appendMarshalled } from "../../rpc/marshal.js";
import type { Method } from "../../rpc/method.js";

/** Encodes the requests of calls once for all their attempts, as arrays of just their size: they may be kept for long. */
export class RequestEncoder {
  private readonly bytesMax: number;
  private output = new Output();

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** @throws RpcError where the message cannot be encoded or is too large */
  encode({ request }: Method, message: unknown): Uint8Array {
    const { output } = this;
    output.length = 0;
    appendMarshalled(output, request, message, this.bytesMax);
    const bytes = output.view().slice();
    if (output.bytes.length > KEPT_BYTES_MAX) this.output = new Output();
    return bytes;
  }
}

/** A larger array is not kept between calls: it would be held for as long as its channel. */
const KEPT_BYTES_MAX = 64 * 1024;
