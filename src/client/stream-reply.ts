import type { CallEnd } from "../rpc/call-end.js";
import { MessageStream } from "../rpc/message-stream.js";
import { Metadata } from "../rpc/metadata.js";
import { WritableGate } from "../rpc/writable-gate.js";
import type { ReceivedMetadata } from "../transport/call-transport.js";
import type { CallOptions } from "./call-options.js";
import type { ClientCall, ClientCallListener } from "./client-call.js";

/** Passes an answer of many messages on to its reader: server-streaming and bidirectional calls. */
export class StreamReply<Response> implements ClientCallListener<Response> {
  readonly messages: MessageStream<Response>;
  /** Opens when more can be sent, and at the end. */
  readonly gate = new WritableGate();
  private readonly options: CallOptions | undefined;
  private received: ReceivedMetadata | undefined = undefined;
  private end: CallEnd | undefined = undefined;

  constructor(call: Pick<ClientCall, "pause" | "resume" | "cancel">, options: CallOptions | undefined) {
    this.options = options;
    this.messages = new MessageStream({
      pause: () => call.pause(),
      resume: () => call.resume(),
      cancel: () => call.cancel("the reader has left the stream"),
      ended: (end) => options?.onTrailers?.(end.trailers()),
    });
  }

  get over(): boolean {
    return this.end !== undefined;
  }

  get headers(): Metadata {
    return this.received?.metadata() ?? new Metadata();
  }

  get trailers(): Metadata {
    return this.end?.trailers() ?? new Metadata();
  }

  onHeaders(headers: ReceivedMetadata): void {
    this.received = headers;
    this.options?.onHeaders?.(headers.metadata());
  }

  onMessage(message: Response): void {
    this.messages.push(message);
  }

  onWritable(): void {
    this.gate.open();
  }

  onEnd(end: CallEnd): void {
    this.end = end;
    this.messages.finish(end);
    this.gate.open();
  }
}
