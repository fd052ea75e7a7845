import type { BufferPool } from "../bytes/buffer-pool.js";
import { CompressionWork } from "../grpc/compression-work.js";
import { acceptEncodingValue, encodingNamed } from "../grpc/encodings.js";
import { MessageDecompressor, type MessageFault } from "../grpc/message-decompressor.js";
import { MessageReader, type MessageSink, PREFIX_BYTES } from "../grpc/message-reader.js";
import { ReassemblyBudget } from "../grpc/reassembly-budget.js";
import { requestFields, requestTemplate } from "../grpc/request.js";
import {
  acceptEncodingIn,
  explainEncoding,
  type ResponseFault,
  readResponse,
  readTrailers,
} from "../grpc/response.js";
import { statusFromReset } from "../grpc/status-mapping.js";
import type { Connection, ConnectionOptions } from "../http2/connection.js";
import { type ConnectionFailure, ErrorCode, errorName, type StreamAbort } from "../http2/error.js";
import type { HeaderTemplate } from "../http2/hpack/encoder.js";
import { fieldListBytes } from "../http2/hpack/field-bytes.js";
import type { HeaderList } from "../http2/hpack/header-list.js";
import type { Stream, StreamHandler } from "../http2/stream.js";
import { brokenOffEnd, type CallEnd, localEnd } from "../rpc/call-end.js";
import { type Outcome, RpcError } from "../rpc/error.js";
import { marshalled } from "../rpc/marshal.js";
import type { Method } from "../rpc/method.js";
import { Status } from "../rpc/status.js";
import type { Encoding } from "../runtime/compressor.js";
import type { Address, Pipe, PipeError, Runtime } from "../runtime/runtime.js";
import type { PipeSecurity, TlsClientSettings } from "../runtime/tls.js";
import type { CallTransport, OutgoingCall, OutgoingCallListener, OutgoingRequest } from "./call-transport.js";
import { CompressedOutput } from "./compressed-output.js";
import type { ConnectionCounters } from "./connection-counters.js";
import type { LifeLimits } from "./connection-life.js";
import type { WatchedConnection } from "./connection-watch.js";
import { Http2Driver, type Http2DriverOwner, PEER_CLOSED } from "./http2-driver.js";
import { isOneMessage, sendMessage } from "./message-output.js";
import { TOO_MANY_PINGS } from "./ping-strikes.js";

/** What a client transport tells its connector. */
export interface Http2ClientEvents {
  /** The connection stands and calls may be opened. */
  onReady(): void;
  /** No more calls may be opened here; open ones go on. */
  onGoAway(): void;
  /** The server has counted too many PINGs; returns the keepalive time from now on, in milliseconds, where there is one. */
  onTooManyPings(): number | undefined;
  /** The connection is over, and its calls were told. */
  onClose(detail: string, cause: PipeError | undefined): void;
  /** Its pipe is closed too. */
  onPipeClosed(): void;
}

/** Calls over one HTTP/2 connection that we have opened. */
export class Http2ClientTransport implements CallTransport, Http2DriverOwner, WatchedConnection {
  readonly isClient = true;
  readonly runtime: Runtime;
  readonly reassembly = new ReassemblyBudget();
  readonly compressionWork: CompressionWork;
  hasAnswered = false;
  /** The server has said so. */
  private asksTooOften = false;
  private readonly driver: Http2Driver;
  private readonly pipe: Pipe;
  private readonly events: Http2ClientEvents;
  private readonly authority: string;
  private readonly userAgent: string;
  private readonly scheme: "http" | "https";
  private ready = false;
  private readonly templates = new Map<string, HeaderTemplate>();

  constructor(options: {
    readonly runtime: Runtime;
    readonly address: Address;
    readonly authority: string;
    readonly security: TlsClientSettings | undefined;
    readonly userAgent: string;
    readonly pool: BufferPool;
    readonly http2: ConnectionOptions | undefined;
    readonly life: LifeLimits;
    readonly events: Http2ClientEvents;
  }) {
    this.runtime = options.runtime;
    this.compressionWork = new CompressionWork(options.runtime);
    this.events = options.events;
    this.authority = options.authority;
    this.userAgent = options.userAgent;
    this.scheme = options.security === undefined ? "http" : "https";
    this.driver = new Http2Driver("client", options.runtime, this, options.pool, options.http2, options.life);
    this.pipe = options.runtime.connect(options.address, this.driver, options.security);
    this.driver.attach(this.pipe, false);
  }

  get acceptsCalls(): boolean {
    return this.driver.connection.acceptsStreams;
  }

  /** The server has answered a call here, or takes its time with one. */
  get isOfUse(): boolean {
    return this.hasAnswered || this.driver.connection.openStreams > 0;
  }

  get waitingCalls(): number {
    return this.driver.connection.waitingStreams;
  }

  get counters(): ConnectionCounters {
    return this.driver.counters;
  }

  get windows(): WatchedConnection["windows"] {
    return this.driver.connection.windows;
  }

  get localAddress(): Address | undefined {
    return this.pipe.localAddress;
  }

  get remoteAddress(): Address | undefined {
    return this.pipe.remoteAddress;
  }

  get security(): PipeSecurity | undefined {
    return this.pipe.security;
  }

  open(request: OutgoingRequest, listener: OutgoingCallListener): OutgoingCall {
    const { connection, life } = this.driver;
    life.wake();
    const template = this.templateFor(request.method.path);
    const { compression = "identity" } = request;
    const encoding = compression === "identity" ? undefined : compression;
    const fields = requestFields(request.timeoutMs, request.metadata, encoding);
    if (fields !== undefined) checkListBytes(template, fields, connection.peerMaxHeaderListBytes);
    return new Http2OutgoingCall(this, connection, template, fields, request, encoding, listener);
  }

  shutdown(): void {
    this.driver.shutdown();
  }

  destroy(detail: string): void {
    this.driver.destroy(detail);
  }

  onReady(): void {
    this.ready = true;
    this.events.onReady();
  }

  onStream(): StreamHandler {
    throw new Error("a client's peer opens no streams");
  }

  onGoAway(code: number, debug: string): void {
    if (this.asksTooOften) return;
    this.asksTooOften = code === ErrorCode.ENHANCE_YOUR_CALM && debug === TOO_MANY_PINGS;
    if (this.asksTooOften) this.driver.farewell = tooManyPings(this.events.onTooManyPings());
    else if (code !== ErrorCode.NO_ERROR || debug !== "")
      this.driver.farewell = `the peer went away (${errorName(code)}${debug && `: ${debug}`})`;
    this.events.onGoAway();
  }

  onPing(): void {}

  /** Nobody needs it: for the connector it is as if the server had gone away. */
  onExpire(): void {
    this.events.onGoAway();
  }

  onClose(failure: ConnectionFailure, error: PipeError | undefined): void {
    this.events.onClose(this.describe(failure.detail, error), error);
  }

  onPipeClosed(): void {
    this.events.onPipeClosed();
  }

  /** A server that expects TLS takes our preface for nonsense, and says nothing that we could read. */
  private describe(detail: string, error: PipeError | undefined): string {
    const isMute = !this.ready && this.scheme === "http" && error === undefined && detail === PEER_CLOSED;
    return isMute
      ? `${detail} before it said anything, as servers do that expect TLS: Credentials.tls()`
      : detail;
  }

  private templateFor(path: string): HeaderTemplate {
    let template = this.templates.get(path);
    if (template === undefined) {
      const { encodings } = this.runtime.compressor;
      template = requestTemplate(path, this.authority, this.userAgent, encodings, this.scheme);
      if (this.templates.size < TEMPLATES_MAX) this.templates.set(path, template);
    }
    return template;
  }
}

function tooManyPings(timeMs: number | undefined): string {
  const slower =
    timeMs === undefined ? "" : `; the next connections ask every ${timeMs} ms (keepalive.timeMs)`;
  return `the server went away because of too many pings (ENHANCE_YOUR_CALM: ${TOO_MANY_PINGS})${slower}`;
}

/** A header section larger than the server takes would end as a reset stream, or as the end of the connection. */
function checkListBytes(template: HeaderTemplate, fields: readonly string[], bytesMax: number): void {
  const bytes = template.listBytes + fieldListBytes(fields);
  if (bytes <= bytesMax) return;
  const message = `the metadata makes a header section of ${bytes} bytes; the server takes at most ${bytesMax}`;
  throw new RpcError(Status.RESOURCE_EXHAUSTED, message, { outcome: "not-executed" });
}

/** Methods whose request fields are kept encoded: beyond it, paths are made up at run time. */
const TEMPLATES_MAX = 1024;

class Http2OutgoingCall implements OutgoingCall, StreamHandler, MessageSink {
  private readonly transport: Http2ClientTransport;
  private readonly connection: Connection;
  private readonly stream: Stream;
  private readonly counters: ConnectionCounters;
  private readonly method: Method;
  private readonly listener: OutgoingCallListener;
  private readonly receiveBytesMax: number;
  private readonly sendBytesMax: number;
  private reader: MessageReader | undefined = undefined;
  /** For messages that are to be compressed. */
  private readonly compressed: CompressedOutput | undefined;
  /** The answer's encoding, where it names one. */
  private answerEncoding: Encoding | undefined = undefined;
  /** What the server says it takes, where that may matter. */
  private acceptEncoding: string | undefined = undefined;
  /** The end has come, and waits for messages that are held back. */
  private pendingEnd: CallEnd | undefined = undefined;
  private over = false;

  constructor(
    transport: Http2ClientTransport,
    connection: Connection,
    template: HeaderTemplate,
    fields: readonly string[] | undefined,
    request: OutgoingRequest,
    encoding: Encoding | undefined,
    listener: OutgoingCallListener,
  ) {
    this.transport = transport;
    this.connection = connection;
    this.counters = transport.counters;
    this.method = request.method;
    this.listener = listener;
    this.receiveBytesMax = request.receiveBytesMax;
    this.sendBytesMax = request.sendBytesMax;
    this.stream = connection.openStream(this);
    this.compressed = encoding === undefined ? undefined : this.compressedOutput(encoding);
    connection.sendHeaders(this.stream, template, fields, false);
    if (this.begun) this.counters.streamsStarted++;
  }

  get localAddress(): Address | undefined {
    return this.transport.localAddress;
  }

  get remoteAddress(): Address | undefined {
    return this.transport.remoteAddress;
  }

  get begun(): boolean {
    return this.stream.id !== 0;
  }

  send(message: unknown, last: boolean, compress = true): boolean {
    if (this.over) return true;
    if (this.pendingEnd !== undefined) return this.sendInVain();
    const { compressed, sendBytesMax } = this;
    const { request } = this.method;
    const writable =
      compressed !== undefined && (compress || compressed.busy)
        ? compressed.send(marshalled(request, message, sendBytesMax), compress, last)
        : sendMessage(this.connection, this.stream, request, message, sendBytesMax, last);
    this.counters.messagesSent++;
    return writable;
  }

  halfClose(): void {
    if (this.over) return;
    if (this.compressed !== undefined) this.compressed.halfClose();
    else this.connection.sendData(this.stream, NO_BYTES, true);
  }

  cancel(): Outcome {
    const outcome = this.pendingEnd?.outcome ?? (this.begun ? "unknown" : "not-executed");
    this.leave(ErrorCode.CANCEL);
    return outcome;
  }

  pause(): void {
    this.reader ??= this.makeReader();
    this.reader.pause();
  }

  resume(): void {
    if (this.reader === undefined || this.over) return;
    this.credit(this.reader.resume());
    this.endIfDrained();
  }

  // ── Stream ────────────────────────────────────────────────────────────────────────────────────────────────

  onHeaders(headers: HeaderList, endStream: boolean): void {
    this.transport.hasAnswered = true;
    if (endStream) return this.onTrailers(headers);
    const head = readResponse(headers);
    if (head.fault !== undefined) return this.refuse(head.fault);
    if (head.encoding !== undefined && !this.takeEncoding(head.encoding)) return;
    if (this.compressed !== undefined) this.acceptEncoding = head.acceptEncoding;
    this.listener.onHeaders(head);
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    if (this.reader === undefined) {
      if (isOneMessage(bytes, start, end) && end - start - PREFIX_BYTES <= this.receiveBytesMax) {
        this.connection.consume(this.stream, end - start);
        this.onMessageBytes(bytes, start + PREFIX_BYTES, end, false);
        return;
      }
      this.reader = this.makeReader();
    }
    this.credit(this.reader.receive(bytes, start, end));
  }

  onEnd(): void {
    this.finish(brokenOffEnd(Status.UNKNOWN, "the peer ended the call without grpc-status", "unknown"));
  }

  onOpened(): void {
    this.counters.streamsStarted++;
    if (!this.over) this.listener.onBegun();
  }

  onWritable(): void {
    if (!this.over && this.compressed?.busy !== true) this.listener.onWritable();
  }

  onAbort(abort: StreamAbort): void {
    if (this.over) return;
    const code = abort.initiator === "connection" ? Status.UNAVAILABLE : statusFromReset(abort.code);
    const outcome = abort.unprocessed ? "not-executed" : "unknown";
    this.end(brokenOffEnd(code, abort.detail, outcome), ErrorCode.CANCEL, abort.unprocessed);
  }

  // ── Messages ──────────────────────────────────────────────────────────────────────────────────────────────

  onMessageBytes(bytes: Uint8Array, start: number, end: number, compressed: boolean): void {
    this.counters.messagesReceived++;
    let message: unknown;
    try {
      message = this.method.response.decode(bytes, start, end);
    } catch (error) {
      this.fail(
        Status.INTERNAL,
        `the answer cannot be decoded: ${error instanceof Error ? error.message : error}`,
      );
      return;
    }
    this.listener.onMessage(message, compressed);
  }

  onMessageFault(code: Status, detail: string): void {
    this.fail(code, detail);
  }

  private makeReader(): MessageReader {
    const reader = new MessageReader(this, this.receiveBytesMax, this.transport.reassembly);
    if (this.answerEncoding !== undefined) reader.decompressor = this.makeDecompressor(this.answerEncoding);
    return reader;
  }

  private credit(bytes: number): void {
    if (bytes > 0) this.connection.consume(this.stream, bytes);
  }

  // ── Compression ───────────────────────────────────────────────────────────────────────────────────────────

  private compressedOutput(encoding: Encoding): CompressedOutput {
    return new CompressedOutput(this.connection, this.stream, this.transport.compressionWork, encoding, {
      onWritable: () => this.onWritable(),
      onFault: (detail) => this.fail(Status.INTERNAL, detail),
    });
  }

  private makeDecompressor(encoding: Encoding): MessageDecompressor {
    const { compressionWork } = this.transport;
    return new MessageDecompressor(compressionWork, encoding, this.receiveBytesMax, (result) =>
      this.onDecompressed(result),
    );
  }

  private onDecompressed(result: Uint8Array | MessageFault): void {
    if (this.reader === undefined) return;
    this.credit(this.reader.onDecompressed(result));
    this.transport.counters.arrived(this.transport.runtime.now());
    this.endIfDrained();
  }

  /** False where it is none that we have offered; the call has failed then. */
  private takeEncoding(name: string): boolean {
    const { encodings } = this.transport.runtime.compressor;
    this.answerEncoding = encodingNamed(name, encodings);
    if (this.answerEncoding === undefined) {
      const detail = `grpc-encoding ${JSON.stringify(name)} was not asked for: what is taken is ${acceptEncodingValue(encodings)}`;
      this.fail(Status.INTERNAL, detail);
      return false;
    }
    if (this.reader !== undefined) this.reader.decompressor = this.makeDecompressor(this.answerEncoding);
    return true;
  }

  // ── End ───────────────────────────────────────────────────────────────────────────────────────────────────

  private onTrailers(headers: HeaderList): void {
    const end = readTrailers(headers);
    if (this.compressed === undefined) return this.finish(end);
    const accepted = this.acceptEncoding ?? acceptEncodingIn(headers);
    this.finish(explainEncoding(end, this.compressed.encoding, accepted));
  }

  /** The peer has ended the call; messages held back come first. */
  private finish(end: CallEnd): void {
    if (this.over) return;
    this.counters.streamsEnded++;
    this.pendingEnd = end;
    this.endIfDrained();
    if (!this.over) this.leaveAnswered();
  }

  /**
   * The answer is complete but not read yet: what becomes of stream and connection cannot take it back any more, and
   * whoever waits to send more waits in vain.
   */
  private leaveAnswered(): void {
    const senderWaits = this.stream.queue !== undefined || this.compressed?.busy === true;
    this.compressed?.cancel();
    this.connection.resetStream(this.stream, ErrorCode.NO_ERROR);
    if (senderWaits) this.listener.onWritable();
  }

  /** The peer takes no more messages. The sender may go on in a later turn, so that an endless one starves nobody. */
  private sendInVain(): boolean {
    this.transport.runtime.afterTurn(() => this.onWritable());
    return false;
  }

  private endIfDrained(): void {
    if (this.pendingEnd === undefined || this.over) return;
    if (this.reader !== undefined && !this.reader.drained) {
      if (this.reader.holdsBack) return;
      const detail = "the answer ended in the middle of a message";
      return this.end(brokenOffEnd(Status.INTERNAL, detail, "unknown"), ErrorCode.CANCEL);
    }
    // A client that is answered before it has half-closed resets with NO_ERROR (PROTOCOL-HTTP2, "Early Server Closure").
    this.end(this.pendingEnd, ErrorCode.NO_ERROR);
  }

  /** The peer broke the rules: the call ends here and is taken back there. */
  private fail(code: Status, detail: string): void {
    if (!this.over) this.end(localEnd(code, detail, "unknown"), ErrorCode.CANCEL);
  }

  /** What answers is no gRPC server. */
  private refuse({ code, detail, isBrokenOff }: ResponseFault): void {
    const end = isBrokenOff ? brokenOffEnd : localEnd;
    if (!this.over) this.end(end(code, detail, "unknown"), ErrorCode.CANCEL);
  }

  private end(end: CallEnd, resetCode: number, unprocessed = false): void {
    this.leave(resetCode);
    this.listener.onEnd(end, unprocessed);
  }

  /** Takes leave of the stream: resets it where it is still open and gives back what it holds. */
  private leave(code: number): void {
    this.over = true;
    if (this.pendingEnd === undefined && this.begun) this.counters.streamsAborted++;
    this.reader?.stop();
    this.compressed?.cancel();
    this.connection.resetStream(this.stream, code);
    this.connection.consume(this.stream, this.stream.heldBytes);
  }
}

const NO_BYTES = new Uint8Array(0);
