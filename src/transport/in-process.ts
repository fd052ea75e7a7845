import type { Marshaller } from "../codec/marshaller.js";
import { type CallEnd, localEnd } from "../rpc/call-end.js";
import { CALL_FIELD } from "../rpc/delivery-fields.js";
import type { Outcome } from "../rpc/error.js";
import { marshalled } from "../rpc/marshal.js";
import { Metadata } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import { Status } from "../rpc/status.js";
import type { Runtime } from "../runtime/runtime.js";
import type {
  CallAcceptor,
  CallTransport,
  IncomingCall,
  IncomingCallListener,
  MessageLimits,
  OutgoingCall,
  OutgoingCallListener,
  OutgoingRequest,
  ReceivedMetadata,
} from "./call-transport.js";

/** What a channel can be made to in place of an address: a server in this process. */
export interface InProcessTarget {
  /** A transport to it, in the channel's runtime; `onClose`, perhaps repeatedly: it is shut down and its last call is over. */
  connectInProcess(runtime: Runtime, onClose: () => void): CallTransport;
}

/** Bytes of messages on their way in one direction of a call: beyond it the sender waits. */
const IN_FLIGHT_BYTES_MAX = 64 * 1024;

/** What a message on its way counts beyond its own bytes: empty ones too are bounded in number. */
const ITEM_BYTES = 64;

/**
 * Calls to a server in the same process. Messages are marshalled as over a network, so that neither end sees the
 * other's objects and everything behaves alike; what is sent in one turn of the event loop arrives in the next.
 * Nothing is compressed, since nothing is saved by it.
 */
export class InProcessTransport implements CallTransport {
  readonly waitingCalls = 0;
  acceptsCalls = true;
  private readonly runtime: Runtime;
  private readonly acceptor: CallAcceptor;
  private readonly closed: (transport: InProcessTransport) => void;
  private readonly calls = new Set<InProcessCall>();

  constructor(runtime: Runtime, acceptor: CallAcceptor, onClose: (transport: InProcessTransport) => void) {
    this.runtime = runtime;
    this.acceptor = acceptor;
    this.closed = onClose;
  }

  open(request: OutgoingRequest, listener: OutgoingCallListener): OutgoingCall {
    const call = new InProcessCall(this.runtime, request, listener, () => this.forget(call));
    this.calls.add(call);
    call.toServer.put(() => {
      call.arrived = true;
      this.acceptor.onCall(call.incoming);
    });
    return call;
  }

  shutdown(): void {
    this.acceptsCalls = false;
    if (this.calls.size === 0) this.closed(this);
  }

  destroy(detail: string): void {
    this.acceptsCalls = false;
    for (const call of this.calls) call.abort(detail);
    this.closed(this);
  }

  private forget(call: InProcessCall): void {
    this.calls.delete(call);
    if (!this.acceptsCalls && this.calls.size === 0) this.closed(this);
  }
}

/** One direction of a call: what was put in comes out in order, in a later turn, while nobody has paused. */
class Lane {
  private readonly runtime: Runtime;
  private queue: { readonly deliver: () => void; readonly bytes: number; readonly pausable: boolean }[] = [];
  private bytes = 0;
  private scheduled = false;
  private delivering = false;
  private paused = false;
  private full = false;
  private closed = false;
  /** Tells the sender that there is room again. */
  onWritable: () => void = () => {};

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /**
   * False: the lane is full, or nobody receives any more; wait for `onWritable`.
   * `pausable`: a message, or what must not overtake one.
   */
  put(deliver: () => void, bytes = 0, pausable = false): boolean {
    if (this.closed) {
      this.tellWritable();
      return false;
    }
    this.queue.push({ deliver, bytes: bytes + ITEM_BYTES, pausable });
    this.bytes += bytes + ITEM_BYTES;
    if (this.bytes >= IN_FLIGHT_BYTES_MAX) this.full = true;
    this.schedule();
    return !this.full;
  }

  pause(): void {
    this.paused = true;
  }

  /** Delivers what waits, before it returns, until paused again. */
  resume(): void {
    this.paused = false;
    if (!this.scheduled) this.run();
  }

  /** Nobody receives any more: what is on its way is dropped, and the sender need not wait. */
  close(): void {
    this.closed = true;
    this.queue = [];
    if (this.full) this.tellWritable();
  }

  /** In a later turn: a sender and a reader that await nothing else must not keep the event loop to themselves. */
  private tellWritable(): void {
    this.full = false;
    this.runtime.afterTurn(() => this.onWritable());
  }

  private schedule(): void {
    if (this.scheduled || (this.paused && this.queue[0].pausable)) return;
    this.scheduled = true;
    this.runtime.afterTurn(() => {
      this.scheduled = false;
      this.run();
    });
  }

  private run(): void {
    if (this.delivering) return;
    this.delivering = true;
    let at = 0;
    try {
      while (at < this.queue.length && !(this.paused && this.queue[at].pausable)) {
        const { deliver, bytes } = this.queue[at++];
        this.bytes -= bytes;
        deliver();
      }
    } finally {
      this.queue.splice(0, at);
      this.delivering = false;
    }
    if (this.full && this.bytes < IN_FLIGHT_BYTES_MAX) this.tellWritable();
  }
}

class InProcessCall implements OutgoingCall {
  readonly localAddress = undefined;
  readonly remoteAddress = undefined;
  readonly begun = true;
  readonly toServer: Lane;
  readonly toClient: Lane;
  readonly incoming: InProcessIncomingCall;
  readonly request: OutgoingRequest;
  /** The server has seen it. */
  arrived = false;
  private readonly listener: OutgoingCallListener;
  private readonly onOver: () => void;
  private over = false;

  constructor(
    runtime: Runtime,
    request: OutgoingRequest,
    listener: OutgoingCallListener,
    onOver: () => void,
  ) {
    this.request = request;
    this.listener = listener;
    this.onOver = onOver;
    this.toServer = new Lane(runtime);
    this.toClient = new Lane(runtime);
    this.incoming = new InProcessIncomingCall(this);
    this.toServer.onWritable = () => !this.over && listener.onWritable();
    this.toClient.onWritable = () => this.incoming.onWritable();
  }

  send(message: unknown, last: boolean): boolean {
    if (this.over) return true;
    const bytes = marshalled(this.request.method.request, message, this.request.sendBytesMax);
    const writable = this.toServer.put(() => this.incoming.receive(bytes), bytes.length, true);
    if (last) this.halfClose();
    return writable;
  }

  halfClose(): void {
    if (!this.over) this.toServer.put(() => this.incoming.receiveHalfClose(), 0, true);
  }

  cancel(): Outcome {
    if (!this.over) {
      this.leave();
      this.toServer.close();
      this.incoming.abort("the client has taken the call back");
    }
    return this.outcome;
  }

  pause(): void {
    this.toClient.pause();
  }

  resume(): void {
    this.toClient.resume();
  }

  /** The transport is destroyed under the call. */
  abort(detail: string): void {
    if (this.over) return;
    this.leave();
    this.toServer.close();
    this.incoming.abort(detail);
    this.listener.onEnd(localEnd(Status.UNAVAILABLE, detail, this.outcome), false);
  }

  receiveHeaders(metadata: Metadata): void {
    if (!this.over) this.listener.onHeaders({ metadata: () => new Metadata(metadata) });
  }

  receive(bytes: Uint8Array): void {
    if (this.over) return;
    const { method, receiveBytesMax } = this.request;
    const message = unmarshal(method.response, bytes, receiveBytesMax);
    if ("fault" in message) this.fail(message.fault, message.detail);
    else this.listener.onMessage(message.message, false);
  }

  receiveEnd(end: CallEnd): void {
    if (this.over) return;
    this.leave();
    this.listener.onEnd(end, false);
  }

  private fail(code: Status, detail: string): void {
    this.cancel();
    this.listener.onEnd(localEnd(code, detail, "unknown"), false);
  }

  /** What is certain of a call that was not answered. */
  private get outcome(): Outcome {
    return this.arrived ? "unknown" : "not-executed";
  }

  private leave(): void {
    this.over = true;
    this.toClient.close();
    this.onOver();
  }
}

class InProcessIncomingCall implements IncomingCall {
  readonly headers: ReceivedMetadata;
  readonly callField: string | undefined;
  readonly localAddress = undefined;
  readonly remoteAddress = undefined;
  readonly security = undefined;
  private readonly call: InProcessCall;
  private method: Method | undefined = undefined;
  private listener: IncomingCallListener | undefined = undefined;
  private limits: MessageLimits | undefined = undefined;
  private headersSent = false;
  private over = false;

  constructor(call: InProcessCall) {
    this.call = call;
    const metadata = new Metadata(call.request.metadata);
    this.headers = { metadata: () => new Metadata(metadata) };
    this.callField = metadata.has(CALL_FIELD) ? metadata.getAll(CALL_FIELD).join() : undefined;
  }

  get path(): string {
    return this.call.request.method.path;
  }

  get timeoutMs(): number | undefined {
    return this.call.request.timeoutMs;
  }

  begin(method: Method, listener: IncomingCallListener, limits: MessageLimits): void {
    this.method = method;
    this.listener = listener;
    this.limits = limits;
  }

  sendHeaders(metadata: Metadata | undefined): void {
    if (this.headersSent) throw new Error("the response headers were sent already");
    this.headersSent = true;
    const copy = new Metadata(metadata);
    if (!this.over) this.call.toClient.put(() => this.call.receiveHeaders(copy));
  }

  send(message: unknown): boolean {
    if (this.over) return true;
    if (!this.headersSent) this.sendHeaders(undefined);
    const bytes = marshalled(
      (this.method as Method).response,
      message,
      (this.limits as MessageLimits).sendBytesMax,
    );
    return this.call.toClient.put(() => this.call.receive(bytes), bytes.length, true);
  }

  finish(end: CallEnd): void {
    if (this.over) return;
    this.over = true;
    this.call.toServer.close();
    const trailers = new Metadata(end.trailers());
    const copy: CallEnd = { ...end, cause: undefined, trailers: () => new Metadata(trailers) };
    this.call.toClient.put(() => this.call.receiveEnd(copy), 0, true);
  }

  pause(): void {
    this.call.toServer.pause();
  }

  resume(): void {
    this.call.toServer.resume();
  }

  release(): void {}

  onWritable(): void {
    if (!this.over) this.listener?.onWritable();
  }

  receive(bytes: Uint8Array): void {
    if (this.over || this.listener === undefined) return;
    const message = unmarshal(
      (this.method as Method).request,
      bytes,
      (this.limits as MessageLimits).receiveBytesMax,
    );
    if ("fault" in message) this.listener.onFault(message.fault, message.detail);
    else this.listener.onMessage(message.message, false);
  }

  receiveHalfClose(): void {
    if (!this.over) this.listener?.onHalfClose();
  }

  abort(detail: string): void {
    if (this.over) return;
    this.over = true;
    this.listener?.onCancel(detail);
  }
}

function unmarshal(
  marshaller: Marshaller,
  bytes: Uint8Array,
  bytesMax: number,
): { readonly message: unknown } | { readonly fault: Status; readonly detail: string } {
  if (bytes.length > bytesMax)
    return {
      fault: Status.RESOURCE_EXHAUSTED,
      detail: `received message of ${bytes.length} bytes; at most ${bytesMax} are allowed`,
    };
  try {
    return { message: marshaller.decode(bytes, 0, bytes.length) };
  } catch (error) {
    return {
      fault: Status.INTERNAL,
      detail: `the message cannot be decoded: ${error instanceof Error ? error.message : error}`,
    };
  }
}
