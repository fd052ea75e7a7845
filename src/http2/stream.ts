import type { StreamAbort } from "./error.js";
import type { ReceiveWindow } from "./flow-control.js";
import type { HeaderTemplate } from "./hpack/encoder.js";
import type { HeaderList } from "./hpack/header-list.js";
import type { Linked, LinkedList } from "./linked-list.js";
import { StreamState } from "./stream-state.js";

/**
 * What a stream tells the layer above. After `onAbort`, or once both sides have said END_STREAM, nothing more
 * comes. Calls are made while the connection reads, so a handler may send but must not take long.
 */
export interface StreamHandler {
  /** A header section: the final response or trailers. Informational (1xx) responses are left out. */
  onHeaders(headers: HeaderList, endStream: boolean): void;
  /**
   * Payload: `bytes[start, end)`, borrowed until this returns. Each byte keeps its place in the flow-control
   * windows until `connection.consume(stream, count)`.
   */
  onData(bytes: Uint8Array, start: number, end: number): void;
  /** The peer has finished sending without trailers. */
  onEnd(): void;
  /** A stream of ours that had to wait for a slot has its id and its HEADERS are encoded. */
  onOpened(): void;
  /** All that was waiting to be sent has been taken by the output: a good moment to send more. */
  onWritable(): void;
  onAbort(abort: StreamAbort): void;
}

/** One thing that waits to be sent on a stream. */
export type QueuedSend =
  | {
      readonly kind: "headers";
      readonly template: HeaderTemplate | undefined;
      readonly extra: readonly string[] | undefined;
      readonly endStream: boolean;
    }
  | { readonly kind: "data"; readonly bytes: Uint8Array; at: number; readonly endStream: boolean };

/** One stream of a connection. Its fields belong to the connection; others read them. */
export class Stream implements Linked<Stream> {
  /** 0 until the HEADERS of a stream that we open have been encoded. */
  id = 0;
  state: StreamState = StreamState.IDLE;
  handler: StreamHandler;
  /** What we may still send, RFC 9113 §6.9; negative after the peer has shrunk its initial window. */
  sendWindow = 0;
  receiveWindow: ReceiveWindow;
  /** Bytes received and not consumed yet. */
  heldBytes = 0;
  /** The final response or the request's header section has come; the next section is trailers. */
  receivedHeaders = false;
  /** What content-length still announces, -1 without one. */
  contentLeft = -1;
  /** What waits to be sent, in order; undefined as long as nothing ever had to wait. */
  queue: QueuedSend[] | undefined = undefined;
  /** The connection's list that the stream stands in, with its neighbours there. */
  list: LinkedList<Stream> | undefined = undefined;
  previous: Stream | undefined = undefined;
  next: Stream | undefined = undefined;
  /** Who keeps one of the peer's concurrent streams taken: the open stream, or the handler that runs on for it. */
  slot: "none" | "stream" | "handler" = "none";

  constructor(handler: StreamHandler, receiveWindow: ReceiveWindow) {
    this.handler = handler;
    this.receiveWindow = receiveWindow;
  }

  get closed(): boolean {
    return this.state === StreamState.CLOSED;
  }
}
