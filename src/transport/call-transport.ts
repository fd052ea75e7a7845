import type { CallEnd } from "../rpc/call-end.js";
import type { Compression } from "../rpc/compression.js";
import type { Outcome } from "../rpc/error.js";
import type { Metadata } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import type { Status } from "../rpc/status.js";
import type { Address } from "../runtime/runtime.js";
import type { PipeSecurity } from "../runtime/tls.js";

/**
 * Carries calls to one peer. HTTP/2 drives it, and in-process; shared memory can too.
 *
 * Both ends of a call speak in the same verbs: send messages, say that no more come, pause and resume what is
 * received. Listeners are called from the event loop, never from inside a command given to the transport, but for
 * two cases: `resume` delivers held messages before it returns, and `open` may end a call that cannot be carried.
 */
export interface CallTransport {
  /** Calls may be opened; when false, open none: those that are open go on. */
  readonly acceptsCalls: boolean;
  /** Calls that wait for the peer to allow another one. */
  readonly waitingCalls: number;
  /** Starts a call. @throws RpcError where the peer takes no such request; nothing was sent then */
  open(request: OutgoingRequest, listener: OutgoingCallListener): OutgoingCall;
  /** Takes no more calls and closes once the open ones have ended. */
  shutdown(): void;
  /** Ends everything now; open calls end with UNAVAILABLE. */
  destroy(detail: string): void;
}

/** What a transport needs to know of a call. */
export interface OutgoingRequest {
  readonly method: Method;
  readonly metadata: Metadata | undefined;
  /** What is left of the deadline, in milliseconds; undefined without one. */
  readonly timeoutMs: number | undefined;
  readonly receiveBytesMax: number;
  readonly sendBytesMax: number;
  /** How its messages are compressed; default `identity`. Transports that put none on a wire need not. */
  readonly compression?: Compression;
}

/** The client's handle of a call. After `onEnd` all verbs are without effect. */
export interface OutgoingCall {
  readonly localAddress: Address | undefined;
  readonly remoteAddress: Address | undefined;
  /** The request has begun to leave: it no longer waits for a free stream. */
  readonly begun: boolean;
  /**
   * Sends a message; `last` says that it is the last, `compress` that it is to be compressed as the call says
   * (default true). False: what was sent piles up, wait for `onWritable`.
   * @throws RpcError where the message cannot be encoded or is larger than `sendBytesMax`; nothing was sent then
   */
  send(message: unknown, last: boolean, compress?: boolean): boolean;
  halfClose(): void;
  /** Takes the call back and returns what is certain of its outcome; `onEnd` does not come. */
  cancel(): Outcome;
  /** Holds messages back from now on (backpressure reaches the peer). */
  pause(): void;
  /** Delivers held messages, before it returns, until paused again. */
  resume(): void;
}

export interface OutgoingCallListener {
  /** The answer has begun. Not called where it consists of a status alone. */
  onHeaders(headers: ReceivedMetadata): void;
  /** `compressed`: it came so. */
  onMessage(message: unknown, compressed: boolean): void;
  /** All that was sent has left: a good moment to send more. Only after `send` returned false. */
  onWritable(): void;
  /** The call had to wait for a free stream, and is now on its way. */
  onBegun(): void;
  /**
   * The call is over, all messages were delivered; nothing more comes. `unprocessed`: the transport itself knows
   * that no server has acted on it, so that it may be opened again elsewhere.
   */
  onEnd(end: CallEnd, unprocessed: boolean): void;
}

/** Metadata that is made when somebody asks for it. */
export interface ReceivedMetadata {
  metadata(): Metadata;
}

/** Takes the calls that arrive at a server. */
export interface CallAcceptor {
  /** A call has come. The acceptor answers it with {@link IncomingCall.begin} or {@link IncomingCall.finish}, at once. */
  onCall(call: IncomingCall): void;
}

/** The server's handle of a call. After `finish` or `onCancel` all verbs but `release` are without effect. */
export interface IncomingCall {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly headers: ReceivedMetadata;
  /** The deadline that the caller gave, in milliseconds from arrival; undefined without one. */
  readonly timeoutMs: number | undefined;
  /** What the metadata field `redoubt-call` says; undefined without it. */
  readonly callField: string | undefined;
  readonly localAddress: Address | undefined;
  readonly remoteAddress: Address | undefined;
  /** What TLS has agreed on; undefined without it. */
  readonly security: PipeSecurity | undefined;
  /** Says which method it is; messages then go to `listener`. */
  begin(method: Method, listener: IncomingCallListener, limits: MessageLimits): void;
  /**
   * Begins the answer; otherwise the first message does. `compression` is for the messages, as far as the client
   * takes it; default `identity`. @throws where it has begun already
   */
  sendHeaders(metadata: Metadata | undefined, compression?: Compression): void;
  /** As {@link OutgoingCall.send}. */
  send(message: unknown, compress?: boolean): boolean;
  /** Ends the call. */
  finish(end: CallEnd): void;
  pause(): void;
  resume(): void;
  /** The handler has returned: the peer may have another call in its place. */
  release(): void;
}

export interface MessageLimits {
  readonly receiveBytesMax: number;
  readonly sendBytesMax: number;
}

export interface IncomingCallListener {
  /** `compressed`: it came so. */
  onMessage(message: unknown, compressed: boolean): void;
  /** The client has sent its last message, and all were delivered. */
  onHalfClose(): void;
  onWritable(): void;
  /** The client broke the protocol or a limit; the call is to be finished with this status. */
  onFault(code: Status, detail: string): void;
  /** The client has taken the call back, or its connection is gone; the answer cannot be sent. */
  onCancel(detail: string): void;
}
