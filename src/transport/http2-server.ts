import type { BufferPool } from "../bytes/buffer-pool.js";
import { CompressionWork } from "../grpc/compression-work.js";
import { acceptEncodingValue, acceptsEncoding, encodingNamed } from "../grpc/encodings.js";
import { MessageDecompressor, type MessageFault } from "../grpc/message-decompressor.js";
import { MessageReader, type MessageSink, PREFIX_BYTES } from "../grpc/message-reader.js";
import { ReassemblyBudget } from "../grpc/reassembly-budget.js";
import { type RequestFault, type RequestHead, readRequest } from "../grpc/request.js";
import { RESPONSE_HEADERS, responseFields, TRAILERS_OK, trailerFields } from "../grpc/response.js";
import type { Connection, ConnectionOptions } from "../http2/connection.js";
import { ErrorCode, type StreamAbort } from "../http2/error.js";
import type { HeaderTemplate } from "../http2/hpack/encoder.js";
import { fieldListBytes } from "../http2/hpack/field-bytes.js";
import type { HeaderList } from "../http2/hpack/header-list.js";
import type { Stream, StreamHandler } from "../http2/stream.js";
import { type CallEnd, localEnd, OK_END } from "../rpc/call-end.js";
import type { Compression } from "../rpc/compression.js";
import { RpcError } from "../rpc/error.js";
import { marshalled } from "../rpc/marshal.js";
import type { Metadata } from "../rpc/metadata.js";
import type { Method } from "../rpc/method.js";
import { Status } from "../rpc/status.js";
import type { Encoding } from "../runtime/compressor.js";
import type { AcceptedPipe, Address, Runtime } from "../runtime/runtime.js";
import type { PipeSecurity } from "../runtime/tls.js";
import type {
  CallAcceptor,
  IncomingCall,
  IncomingCallListener,
  MessageLimits,
  ReceivedMetadata,
} from "./call-transport.js";
import { CompressedOutput } from "./compressed-output.js";
import type { ConnectionCounters } from "./connection-counters.js";
import type { Expiry, LifeLimits } from "./connection-life.js";
import type { WatchedConnection } from "./connection-watch.js";
import { Http2Driver, type Http2DriverOwner } from "./http2-driver.js";
import { isOneMessage, sendMessage } from "./message-output.js";
import { type PingLimits, PingStrikes, TOO_MANY_PINGS } from "./ping-strikes.js";

/** Calls that arrive over one HTTP/2 connection. */
export class Http2ServerTransport implements Http2DriverOwner, WatchedConnection {
  readonly isClient = false;
  readonly localAddress: Address | undefined;
  readonly remoteAddress: Address | undefined;
  readonly security: PipeSecurity | undefined;
  readonly reassembly = new ReassemblyBudget();
  readonly compressionWork: CompressionWork;
  readonly encodings: readonly Encoding[];
  private readonly driver: Http2Driver;
  readonly runtime: Runtime;
  private readonly acceptor: CallAcceptor;
  private readonly pingLimits: PingLimits;
  private lastEnd: CallEnd | undefined = undefined;
  private lastBytesMax = 0;
  private lastTrailers: readonly string[] = [];
  private pingStrikes: PingStrikes | undefined;
  private readonly closed: (transport: Http2ServerTransport) => void;

  constructor(options: {
    readonly runtime: Runtime;
    readonly pipe: AcceptedPipe;
    readonly pool: BufferPool;
    readonly http2: ConnectionOptions | undefined;
    readonly life: LifeLimits;
    readonly pingLimits: PingLimits;
    readonly acceptor: CallAcceptor;
    readonly onClose: (transport: Http2ServerTransport) => void;
  }) {
    this.runtime = options.runtime;
    this.acceptor = options.acceptor;
    this.compressionWork = new CompressionWork(options.runtime);
    this.encodings = options.runtime.compressor.encodings;
    this.pingLimits = options.pingLimits;
    this.closed = options.onClose;
    this.localAddress = options.pipe.localAddress;
    this.remoteAddress = options.pipe.remoteAddress;
    this.security = options.pipe.security;
    this.driver = new Http2Driver("server", options.runtime, this, options.pool, options.http2, options.life);
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
    this.driver.shutdown();
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
    const { encoding } = head;
    if (encoding !== undefined && encodingNamed(encoding, this.encodings) === undefined) {
      this.counters.streamsEnded++;
      refuseEncoding(connection, stream, encoding, acceptEncodingValue(this.encodings));
      return IGNORE;
    }
    const call = new Http2IncomingCall(this, connection, stream, head);
    stream.handler = call;
    this.acceptor.onCall(call);
    if (endStream) call.onEnd();
    return call;
  }

  /** The fields of an end's trailers: made once for calls in a row that end alike, with the very same end. */
  trailersOf(end: CallEnd, bytesMax: number): readonly string[] {
    if (end !== this.lastEnd || bytesMax !== this.lastBytesMax) {
      this.lastEnd = end;
      this.lastBytesMax = bytesMax;
      this.lastTrailers = trailerFields(end, bytesMax);
    }
    return this.lastTrailers;
  }

  onGoAway(): void {}

  onPing(busy: boolean): void {
    this.pingStrikes ??= new PingStrikes(this.pingLimits);
    if (!this.pingStrikes.allows(this.runtime.now(), this.driver.hasCalls, busy))
      this.driver.connection.fail(ErrorCode.ENHANCE_YOUR_CALM, TOO_MANY_PINGS);
  }

  onExpire(why: Expiry): void {
    this.driver.shutdown(why);
  }

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
  const end = localEnd(Status.INTERNAL, fault.detail, "not-executed");
  connection.sendHeaders(stream, RESPONSE_HEADERS, trailerFields(end, HEADER_LIST_BYTES_MAX), true);
}

/** Answers a request whose messages we cannot decompress, with what we can (compression document). */
function refuseEncoding(connection: Connection, stream: Stream, encoding: string, accepted: string): void {
  const detail = `grpc-encoding ${JSON.stringify(encoding)} is not supported: what is taken is ${accepted}`;
  const end = localEnd(Status.UNIMPLEMENTED, detail, "not-executed");
  const fields = ["grpc-accept-encoding", accepted, ...trailerFields(end, HEADER_LIST_BYTES_MAX)];
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
  /** For messages that are to be compressed. */
  private compressed: CompressedOutput | undefined = undefined;
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

  get callField(): string | undefined {
    return this.head.callField;
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

  sendHeaders(metadata: Metadata | undefined, compression: Compression = "identity"): void {
    if (this.headersSent) throw new Error("the response headers were sent already");
    const encoding = compression === "identity" ? undefined : this.acceptable(compression);
    const fields = responseFields(metadata, encoding, this.acceptEncoding);
    if (fields !== undefined) this.checkListBytes(fields);
    this.headersSent = true;
    if (this.over) return;
    if (encoding !== undefined) this.compressed = this.compressedOutput(encoding);
    this.connection.sendHeaders(this.stream, RESPONSE_HEADERS, fields, false);
  }

  send(message: unknown, compress = true): boolean {
    if (this.over) return true;
    if (!this.headersSent) this.sendHeaders(undefined);
    const { compressed } = this;
    const { response } = this.method as Method;
    const { sendBytesMax } = this.limits as MessageLimits;
    const writable =
      compressed !== undefined && (compress || compressed.busy)
        ? compressed.send(marshalled(response, message, sendBytesMax), compress, false)
        : sendMessage(this.connection, this.stream, response, message, sendBytesMax, false);
    this.counters.messagesSent++;
    return writable;
  }

  finish(end: CallEnd): void {
    if (this.over) return;
    this.leave();
    this.counters.streamsEnded++;
    const { headersSent } = this;
    if (end === OK_END && headersSent) return this.sendTrailers(TRAILERS_OK, undefined);
    if (headersSent) return this.sendTrailers(undefined, this.transport.trailersOf(end, this.listBytesMax));
    const accepted = responseFields(undefined, undefined, this.acceptEncoding) ?? [];
    const bytesMax = this.listBytesMax - RESPONSE_HEADERS.listBytes - fieldListBytes(accepted);
    this.sendTrailers(RESPONSE_HEADERS, [...accepted, ...trailerFields(end, bytesMax)]);
  }

  private sendTrailers(template: HeaderTemplate | undefined, fields: readonly string[] | undefined): void {
    if (this.compressed !== undefined) this.compressed.trailers(template, fields);
    else this.connection.sendHeaders(this.stream, template, fields, true);
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
    this.reader ??= this.makeReader();
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
        this.onMessageBytes(bytes, start + PREFIX_BYTES, end, false);
        return;
      }
      this.reader = this.makeReader();
    }
    this.credit(this.reader.receive(bytes, start, end));
  }

  onOpened(): void {}

  onEnd(): void {
    this.halfClosed = true;
    this.halfCloseIfDrained();
  }

  onWritable(): void {
    if (!this.over && this.compressed?.busy !== true) this.listener?.onWritable();
  }

  onAbort(abort: StreamAbort): void {
    this.compressed?.cancel();
    if (this.over) return;
    this.leave();
    this.counters.streamsAborted++;
    this.listener?.onCancel(abort.detail);
  }

  // ── Messages ──────────────────────────────────────────────────────────────────────────────────────────────

  onMessageBytes(bytes: Uint8Array, start: number, end: number, compressed: boolean): void {
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
    (this.listener as IncomingCallListener).onMessage(message, compressed);
  }

  onMessageFault(code: Status, detail: string): void {
    this.fail(code, detail);
  }

  private makeReader(): MessageReader {
    const { receiveBytesMax } = this.limits as MessageLimits;
    const { reassembly, compressionWork, encodings } = this.transport;
    const reader = new MessageReader(this, receiveBytesMax, reassembly);
    const { encoding } = this.head;
    const named = encoding === undefined ? undefined : encodingNamed(encoding, encodings);
    if (named !== undefined)
      reader.decompressor = new MessageDecompressor(compressionWork, named, receiveBytesMax, (result) =>
        this.onDecompressed(result),
      );
    return reader;
  }

  private onDecompressed(result: Uint8Array | MessageFault): void {
    if (this.reader === undefined) return;
    this.credit(this.reader.onDecompressed(result));
    this.transport.counters.arrived(this.transport.runtime.now());
    this.halfCloseIfDrained();
  }

  private credit(bytes: number): void {
    if (bytes > 0) this.connection.consume(this.stream, bytes);
  }

  private halfCloseIfDrained(): void {
    if (!this.halfClosed || this.over || this.listener === undefined) return;
    if (this.reader !== undefined && !this.reader.drained) {
      if (!this.reader.holdsBack) this.fail(Status.INTERNAL, "the request ended in the middle of a message");
      return;
    }
    this.halfClosed = false;
    this.listener.onHalfClose();
  }

  // ── Compression ───────────────────────────────────────────────────────────────────────────────────────────

  /** What requests may be compressed with: said to those who do (compression document). */
  private get acceptEncoding(): string | undefined {
    return this.head.encoding === undefined ? undefined : acceptEncodingValue(this.transport.encodings);
  }

  /** An encoding, or undefined where the client does not take it. */
  private acceptable(encoding: Encoding): Encoding | undefined {
    return acceptsEncoding(this.head.acceptEncoding, encoding) ? encoding : undefined;
  }

  private compressedOutput(encoding: Encoding): CompressedOutput {
    return new CompressedOutput(this.connection, this.stream, this.transport.compressionWork, encoding, {
      onWritable: () => this.onWritable(),
      onFault: (detail) => this.onCompressionFault(detail),
    });
  }

  /** Where the call is over, its status has been waiting behind the message, and was dropped with it. */
  private onCompressionFault(detail: string): void {
    if (!this.over) return this.fail(Status.INTERNAL, detail);
    const end = localEnd(Status.INTERNAL, detail, "executed");
    this.sendTrailers(undefined, trailerFields(end, this.listBytesMax));
  }

  // ── End ───────────────────────────────────────────────────────────────────────────────────────────────────

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
