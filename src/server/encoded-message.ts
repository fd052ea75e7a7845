import type { Output } from "../bytes/output.js";
import type { Marshaller } from "../codec/marshaller.js";
import type { Method } from "../rpc/method.js";

/** A message that is bytes already; transports send it as it is. */
export class EncodedMessage {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** The method, with answers that may be {@link EncodedMessage}s. */
export function answeringEncoded(method: Method): Method {
  return { ...method, response: new EncodedMarshaller(method.response) };
}

class EncodedMarshaller implements Marshaller {
  private readonly inner: Marshaller;

  constructor(inner: Marshaller) {
    this.inner = inner;
  }

  encode(message: unknown, output: Output): void {
    if (message instanceof EncodedMessage) output.append(message.bytes);
    else this.inner.encode(message, output);
  }

  decode(bytes: Uint8Array, start: number, end: number): unknown {
    return this.inner.decode(bytes, start, end);
  }
}
