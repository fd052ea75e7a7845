import { Output } from "../bytes/output.js";
import type { Marshaller } from "../codec/marshaller.js";
import { messageLength, PREFIX_BYTES } from "../grpc/message-reader.js";
import type { Connection } from "../http2/connection.js";
import type { Stream } from "../http2/stream.js";
import { appendMarshalled } from "../rpc/marshal.js";

/**
 * Marshals a message and sends it with its prefix on a stream: straight into the connection's output where it
 * fits, otherwise by way of a buffer of its own. `last` closes the sending side. False: it waits in a queue.
 * @throws RpcError where the message cannot be encoded or is too large; nothing was sent then
 */
export function sendMessage(
  connection: Connection,
  stream: Stream,
  marshaller: Marshaller,
  message: unknown,
  bytesMax: number,
  last: boolean,
): boolean {
  const frameAt = connection.beginData(stream);
  if (frameAt < 0) {
    const output = new Output();
    appendMessage(output, marshaller, message, bytesMax);
    return connection.sendData(stream, output.view(), last);
  }
  try {
    appendMessage(connection.draft, marshaller, message, bytesMax);
  } catch (error) {
    connection.abandonData(frameAt);
    throw error;
  }
  return connection.finishData(stream, frameAt, last);
}

/** Whether a piece of payload is exactly one uncompressed message: the common case, which needs no reader. */
export function isOneMessage(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start - PREFIX_BYTES;
  return length >= 0 && bytes[start] === 0 && messageLength(bytes, start) === length;
}

function appendMessage(output: Output, marshaller: Marshaller, message: unknown, bytesMax: number): void {
  output.reserve(PREFIX_BYTES);
  const prefixAt = output.length;
  output.length = prefixAt + PREFIX_BYTES;
  const length = appendMarshalled(output, marshaller, message, bytesMax);
  const { bytes } = output;
  bytes[prefixAt] = 0;
  bytes[prefixAt + 1] = length >>> 24;
  bytes[prefixAt + 2] = length >>> 16;
  bytes[prefixAt + 3] = length >>> 8;
  bytes[prefixAt + 4] = length;
}
