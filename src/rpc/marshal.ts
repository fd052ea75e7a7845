import { Output } from "../bytes/output.js";
import type { Marshaller } from "../codec/marshaller.js";
import { RpcError } from "./error.js";
import { Status } from "./status.js";

/**
 * Appends a message's bytes; returns how many.
 * @throws RpcError where it cannot be encoded (INTERNAL) or is larger than `bytesMax` (RESOURCE_EXHAUSTED)
 */
export function appendMarshalled(
  output: Output,
  marshaller: Marshaller,
  message: unknown,
  bytesMax: number,
): number {
  const start = output.length;
  try {
    marshaller.encode(message, output);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RpcError(Status.INTERNAL, `the message cannot be encoded: ${reason}`, {
      cause: error,
      outcome: "not-executed",
    });
  }
  const length = output.length - start;
  if (length <= bytesMax) return length;
  const detail = `message of ${length} bytes to send; at most ${bytesMax} are allowed`;
  throw new RpcError(Status.RESOURCE_EXHAUSTED, detail, { outcome: "not-executed" });
}

/** A message's bytes. @throws RpcError as {@link appendMarshalled} */
export function marshalled(marshaller: Marshaller, message: unknown, bytesMax: number): Uint8Array {
  const output = new Output();
  appendMarshalled(output, marshaller, message, bytesMax);
  return output.view();
}
