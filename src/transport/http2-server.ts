import type { BufferPool } from "../bytes/buffer-pool.js";
import { MessageReader, type MessageSink, PREFIX_BYTES } from "../grpc/message-reader.js";
import { ReassemblyBudget } from "../grpc/reassembly-budget.js";
import { type RequestFault, type RequestHead, readRequest } from "../grpc/request.js";
import { metadataFields, RESPONSE_HEADERS, TRAILERS_OK, trailerFields } from "../grpc/response.js";
import type { Connection, ConnectionOptions } from "../http2/connection.js";
import type { StreamAbort } from "../http2/error.js";
import { fieldListBytes } from "../http2/hpack/field-bytes.js";
import type { HeaderList } from "../http2/hpack/header-list.js";
import type { Stream, StreamHandler } from "../http2/stream.js";
import { type CallEnd, localEnd, OK_END } from "../rpc/call-end.js";
import { RpcError } from "../rpc/error.js";
import type { Metadata } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import { Status } from "../rpc/status.js";
import type { AcceptedPipe, Address, Runtime } from "../runtime/runtime.js";
import type { PipeSecurity } from "../runtime/tls.js";
import type {
  CallAcceptor,
  IncomingCall,
  IncomingCallListener,
  MessageLimits,
  ReceivedMetadata,
} from "./call-transport.js";
import type { ConnectionCounters } from "./connection-counters.js";
import type { WatchedConnection } from "./connection-watch.js";
import { Http2Driver, type Http2DriverOwner } from "./http2-driver.js";
import { isOneMessage, sendMessage } from "./message-output.js";

/** Calls that arrive over one HTTP/2 connection. */
export class Http2ServerTransport implements Http2DriverOwner, WatchedConnection {
  readonly isClient = false;
  readonly localAddress: Address | undefined;
  readonly remoteAddress: Address | undefined;
  readonly security: PipeSecurity | undefined;
  readonly reassembly = new ReassemblyBudget();
  private readonly driver: Http2Driver;
  private readonly acceptor: CallAcceptor;
  private readonly closed: (transport: Http2ServerTransport) => void;

  constructor(options: {
    readonly runtime: Runtime;
    readonly pipe: AcceptedPipe;
    readonly pool: BufferPool;
    readonly http2: ConnectionOptions | undefined;
    readonly acceptor: CallAcceptor;
    readonly onClose: (transport: Http2ServerTransport) => void;
  }) {
    this.acceptor = options.acceptor;
    this.closed = options.onClose;
    this.localAddress = options.pipe.localAddress;
    this.remoteAddress = options.pipe.remoteAddress;
    this.security = options.pipe.security;
    this.driver = new Http2Driver("server", options.runtime, this, options.pool, options.http2);
    this.driver.attach(options.pipe, true);
    options.pipe.start(this.driver);
  }

  get counters(): ConnectionCounters {
    return this.driver.counters;
  }

  get windows(): WatchedConnection["windows"] {
    return this.driver.connection.windows;
  }

  /** Takes no more calls and closes once the open ones have ended. */
  shutdown(): void {
    this.driver.connection.shutdown();
  }

  destroy(detail: string): void {
    this.driver.destroy(detail);
  }

  onReady(): void {}

  onStream(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler {
    const { connection, counters } = this.driver;
    const head = readRequest(headers);
    counters.streamsStarted++;
    if (head.fault !== undefined) {
      counters.streamsEnded++;
      refuse(connection, stream, head.fault);
      return IGNORE;
    }
    const call = new Http2IncomingCall(this, connection, stream, head);
    stream.handler = call;
    this.acceptor.onCall(call);
    if (endStream) call.onEnd();
    return call;
  }

  onGoAway(): void {}

  onPingAck(): void {}

  onClose(): void {}

  onPipeClosed(): void {
    this.closed(this);
  }
}

/** Answers what is no gRPC request of ours. */
function refuse(connection: Connection, stream: Stream, fault: RequestFault): void {
  if (fault.kind === "http") {
    const fields = [":status", String(fault.status), "content-type", "application/grpc"];
    // RFC 9110 §15.5.6: a 405 says which methods are allowed.
    if (fault.status === 405) fields.push("allow", "POST");
    fields.push(
      ...trailerFields(localEnd(Status.UNKNOWN, fault.detail, "not-executed"), HEADER_LIST_BYTES_MAX),
    );
    connection.sendHeaders(stream, undefined, fields, true);
    return;
  }
  const code = fault.kind === "encoding" ? Status.UNIMPLEMENTED : Status.INTERNAL;
  const accepted = fault.kind === "encoding" ? ["grpc-accept-encoding", "identity"] : [];
  const fields = [
    ...accepted,
    ...trailerFields(localEnd(code, fault.detail, "not-executed"), HEADER_LIST_BYTES_MAX),
  ];
  connection.sendHeaders(stream, RESPONSE_HEADERS, fields, true);
}

/** What clients take that say nothing of it: nghttp2's default, the least of those known. */
const HEADER_LIST_BYTES_MAX = 64 * 1024;

const IGNORE: StreamHandler = {
  onHeaders() {},
  onData() {},
  onEnd() {},
  onOpened() {},
  onWritable() {},
  onAbort() {},
};

class Http2IncomingCall implements IncomingCall, StreamHandler, MessageSink {
  private readonly transport: Http2ServerTransport;
  private readonly connection: Connection;
  private readonly stream: Stream;
  private readonly counters: ConnectionCounters;
  private readonly head: RequestHead;
  private method: Method | undefined = undefined;
  private listener: IncomingCallListener | undefined = undefined;
  private limits: MessageLimits | undefined = undefined;
  private reader: MessageReader | undefined = undefined;
  private headersSent = false;
  /** The client has half-closed; messages may still be held back. */
  private halfClosed = false;
  private over = false;

  constructor(transport: Http2ServerTransport, connection: Connection, stream: Stream, head: RequestHead) {
    this.transport = transport;
    this.connection = connection;
    this.stream = stream;
    this.counters = transport.counters;
    this.head = head;
  }

  get path(): string {
    return this.head.path;
  }

  get headers(): ReceivedMetadata {
    return this.head;
  }

  get timeoutMs(): number | undefined {
    return this.head.timeoutMs;
  }

  get localAddress(): Address | undefined {
    return this.transport.localAddress;
  }

  get remoteAddress(): Address | undefined {
    return this.transport.remoteAddress;
  }

  get security(): PipeSecurity | undefined {
    return this.transport.security;
  }

  begin(method: Method, listener: IncomingCallListener, limits: MessageLimits): void {
    this.method = method;
    this.listener = listener;
    this.limits = limits;
    this.connection.holdSlot(this.stream);
  }

  release(): void {
    this.connection.releaseSlot(this.stream);
  }

  // ── Answer ────────────────────────────────────────────────────────────────────────────────────────────────

  sendHeaders(metadata: Metadata | undefined): void {
    if (this.headersSent) throw new Error("the response headers were sent already");
    const fields = metadataFields(metadata);
    if (fields !== undefined) this.checkListBytes(fields);
    this.headersSent = true;
    if (!this.over) this.connection.sendHeaders(this.stream, RESPONSE_HEADERS, fields, false);
  }

  send(message: unknown): boolean {
    if (this.over) return true;
    if (!this.headersSent) this.sendHeaders(undefined);
    const { response } = this.method as Method;
    const writable = sendMessage(
      this.connection,
      this.stream,
      response,
      message,
      (this.limits as MessageLimits).sendBytesMax,
      false,
    );
    this.counters.messagesSent++;
    return writable;
  }

  finish(end: CallEnd): void {
    if (this.over) return;
    this.leave();
    this.counters.streamsEnded++;
    const { connection, stream, headersSent } = this;
    if (end === OK_END && headersSent) return connection.sendHeaders(stream, TRAILERS_OK, undefined, true);
    const template = headersSent ? undefined : RESPONSE_HEADERS;
    const bytesMax = this.listBytesMax - (template?.listBytes ?? 0);
    connection.sendHeaders(stream, template, trailerFields(end, bytesMax), true);
  }

  /** The largest header section that the client takes. */
  private get listBytesMax(): number {
    return Math.min(this.connection.peerMaxHeaderListBytes, HEADER_LIST_BYTES_MAX);
  }

  /** A larger section would end as a reset stream at the client, or as the end of the connection. */
  private checkListBytes(fields: readonly string[]): void {
    const bytes = RESPONSE_HEADERS.listBytes + fieldListBytes(fields);
    if (bytes <= this.listBytesMax) return;
    const message = `the response headers are ${bytes} bytes; the client takes at most ${this.listBytesMax}`;
    throw new RpcError(Status.RESOURCE_EXHAUSTED, message);
  }

  pause(): void {
    this.reader ??= new MessageReader(
      this,
      (this.limits as MessageLimits).receiveBytesMax,
      this.transport.reassembly,
    );
    this.reader.pause();
  }

  resume(): void {
    if (this.reader === undefined || this.over) return;
    this.credit(this.reader.resume());
    this.halfCloseIfDrained();
  }

  // ── Stream ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Trailers of a request mean nothing to gRPC. */
  onHeaders(): void {
    this.onEnd();
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    if (this.over || this.listener === undefined) {
      this.credit(end - start);
      return;
    }
    const { receiveBytesMax } = this.limits as MessageLimits;
    if (this.reader === undefined) {
      if (isOneMessage(bytes, start, end) && end - start - PREFIX_BYTES <= receiveBytesMax) {
        this.credit(end - start);
        this.onMessageBytes(bytes, start + PREFIX_BYTES, end);
        return;
      }
      this.reader = new MessageReader(this, receiveBytesMax, this.transport.reassembly);
    }
    this.credit(this.reader.receive(bytes, start, end));
  }

  onOpened(): void {}

  onEnd(): void {
    this.halfClosed = true;
    this.halfCloseIfDrained();
  }

  onWritable(): void {
    if (!this.over) this.listener?.onWritable();
  }

  onAbort(abort: StreamAbort): void {
    if (this.over) return;
    this.leave();
    this.counters.streamsAborted++;
    this.listener?.onCancel(abort.detail);
  }

  // ── Messages ──────────────────────────────────────────────────────────────────────────────────────────────

  onMessageBytes(bytes: Uint8Array, start: number, end: number): void {
    this.counters.messagesReceived++;
    let message: unknown;
    try {
      message = (this.method as Method).request.decode(bytes, start, end);
    } catch (error) {
      this.fail(
        Status.INTERNAL,
        `the request cannot be decoded: ${error instanceof Error ? error.message : error}`,
      );
      return;
    }
    (this.listener as IncomingCallListener).onMessage(message);
  }

  onMessageFault(code: Status, detail: string): void {
    this.fail(code, detail);
  }

  private credit(bytes: number): void {
    if (bytes > 0) this.connection.consume(this.stream, bytes);
  }

  private halfCloseIfDrained(): void {
    if (!this.halfClosed || this.over || this.listener === undefined) return;
    if (this.reader !== undefined && !this.reader.drained) {
      if (!this.reader.isPaused) this.fail(Status.INTERNAL, "the request ended in the middle of a message");
      return;
    }
    this.halfClosed = false;
    this.listener.onHalfClose();
  }

  /** The client broke the rules: it gets a status, and the handler is told that nobody waits any more. */
  private fail(code: Status, detail: string): void {
    if (this.over) return;
    this.listener?.onFault(code, detail);
  }

  private leave(): void {
    this.over = true;
    this.reader?.stop();
    this.connection.consume(this.stream, this.stream.heldBytes);
  }
}
