import * as net from "node:net";
import { formatAddress } from "./address.js";
import { toPipeError } from "./node-error.js";
import { type SecureContexts, TlsClientEnd } from "./node-tls-client.js";
import type { AcceptedPipe, Address, Pipe, PipeError, PipeEvents } from "./runtime.js";
import type { PipeSecurity, TlsClientSettings } from "./tls.js";
import { nodePath } from "./unix-path.js";

/**
 * Opens a pipe to `address`.
 *
 * With `sharedBuffer` every read lands in that array, and `onData` lends it out: nothing is allocated per read, and
 * an idle pipe holds no buffer. One array serves any number of pipes where a read and its callback are one step
 * (everywhere but on Windows). Without it each read brings an array of its own, which the receiver may keep.
 */
export function connectPipe(
  address: Address,
  events: PipeEvents,
  sharedBuffer?: Uint8Array,
  tls?: TlsConnecting,
): Pipe {
  const onread = sharedBuffer && {
    buffer: sharedBuffer,
    callback: (length: number) => pipe.receiveShared(sharedBuffer, length),
  };
  const onOpen = (security?: PipeSecurity) => pipe.open(security);
  const { socket, tlsEnd } = connectSocket(address, onread, onOpen, tls);
  const pipe = new SocketPipe(socket, { direction: "to", givenAddress: address, events, tlsEnd });
  if (onread === undefined) socket.on("data", (chunk) => pipe.receiveOwn(chunk));
  return pipe;
}

/** What it takes to open a pipe with TLS. */
export interface TlsConnecting {
  readonly settings: TlsClientSettings;
  readonly contexts: SecureContexts;
}

/**
 * Wraps a socket that a listener on `address` has accepted and nobody reads from yet: one without TLS must have been
 * paused on creation.
 */
export function acceptPipe(socket: net.Socket, address: Address, security?: PipeSecurity): AcceptedPipe {
  return new SocketPipe(socket, { direction: "from", givenAddress: address, security });
}

/** A socket on its way to `address`; what is wrong with the address itself it reports like a failed connection. */
function connectSocket(
  address: Address,
  onread: net.OnReadOpts | undefined,
  onOpen: (security?: PipeSecurity) => void,
  tls: TlsConnecting | undefined,
): { socket: net.Socket; tlsEnd?: TlsClientEnd } {
  try {
    const options = socketOptions(address, onread);
    if (tls === undefined) return { socket: net.connect(options).once("connect", () => onOpen()) };
    const tlsEnd = new TlsClientEnd(options, tls.settings, tls.contexts, onOpen);
    return { socket: tlsEnd.socket, tlsEnd };
  } catch (error) {
    return { socket: new net.Socket().destroy(error as Error) };
  }
}

function socketOptions(address: Address, onread: net.OnReadOpts | undefined): net.NetConnectOpts {
  const options = { allowHalfOpen: true, onread };
  if (address.kind !== "tcp") return { ...options, path: nodePath(address) };
  const { host, port } = address;
  return { ...options, host, port, noDelay: true, autoSelectFamily: false };
}

interface SocketPipeOptions {
  /** Whether we connected to `givenAddress` or accepted from a listener on it. */
  readonly direction: "to" | "from";
  readonly givenAddress: Address;
  /** Missing until `start` on an accepted pipe. */
  readonly events?: PipeEvents;
  /** Of pipes that we open with TLS. */
  readonly tlsEnd?: TlsClientEnd;
  /** Of accepted pipes with TLS. */
  readonly security?: PipeSecurity;
}

/**
 * A pipe over a socket of Node.
 *
 * The socket calls nothing back from inside `connect`, `write`, `end` or `destroy`, and emits `error` before `close`:
 * the promises of {@link PipeEvents} rest on that.
 */
class SocketPipe implements AcceptedPipe {
  localAddress: Address | undefined;
  remoteAddress: Address | undefined;
  security: PipeSecurity | undefined;
  private readonly socket: net.Socket;
  private readonly tlsEnd: TlsClientEnd | undefined;
  private readonly direction: "to" | "from";
  private readonly givenAddress: Address;
  private events: PipeEvents | undefined;
  /** Before `onOpen` or `start` the socket must not be told to pause or resume; what was wished is done then. */
  private isReadingAllowed = false;
  private isPaused = false;
  private isEnded = false;
  private isDestroyed = false;
  private isClosed = false;
  private error: PipeError | undefined;
  /** A write has returned false and its `onWritten` is still to come. */
  private isWriting = false;
  /** An `onWritten` that came before `start`. */
  private isWrittenHeldBack = false;
  /** An `onEnd` that came before `start`. */
  private isEndHeldBack = false;
  /** Writes that were taken at once and whose callbacks, now without meaning, are still to come. */
  private callbacksToSkip = 0;

  constructor(socket: net.Socket, options: SocketPipeOptions) {
    const { direction, givenAddress, events } = options;
    this.socket = socket;
    this.tlsEnd = options.tlsEnd;
    this.security = options.security;
    this.direction = direction;
    this.givenAddress = givenAddress;
    this.events = events;
    if (direction === "from") this.readAddresses();
    socket.on("error", (error) => this.fail(error));
    socket.on("end", () => this.receiveEnd());
    socket.on("close", () => this.close());
  }

  write(bytes: Uint8Array): boolean {
    if (this.isEnded) throw new Error("write after end");
    if (this.isWriting) throw new Error("write before onWritten");
    const { socket } = this;
    if (socket.destroyed) return true;
    socket.write(bytes, this.onSocketWritten);
    if (socket.writableLength === 0) {
      this.callbacksToSkip++;
      return true;
    }
    this.isWriting = true;
    return false;
  }

  pauseReading(): void {
    this.isPaused = true;
    if (this.isReadingAllowed) this.socket.pause();
  }

  resumeReading(): void {
    this.isPaused = false;
    if (this.isReadingAllowed) this.socket.resume();
  }

  end(): void {
    this.isEnded = true;
    if (!this.socket.destroyed) this.socket.end();
  }

  destroy(): void {
    this.isDestroyed = true;
    this.socket.destroy();
  }

  start(events: PipeEvents): void {
    this.events = events;
    this.isReadingAllowed = true;
    this.socket.on("data", (chunk) => this.receiveOwn(chunk));
    if (!this.isPaused) this.socket.resume();
    if (this.isWrittenHeldBack) process.nextTick(() => this.reportWritten());
    if (this.isEndHeldBack) process.nextTick(() => this.receiveEnd());
    if (this.isClosed) process.nextTick(() => events.onClose(this.error));
  }

  /** The socket stands. */
  open(security?: PipeSecurity): void {
    if (this.isDestroyed) return;
    this.security = security;
    this.readAddresses();
    this.isReadingAllowed = true;
    if (this.isPaused) this.socket.pause();
    this.events!.onOpen?.();
  }

  /** `length` bytes have come into `buffer`; false stops the reading. */
  receiveShared(buffer: Uint8Array, length: number): boolean {
    this.events!.onData(buffer.subarray(0, length), false);
    return !this.isPaused;
  }

  /** A chunk has come that nobody else uses; as a plain array it has the methods of one (`slice` copies). */
  receiveOwn(chunk: Buffer): void {
    this.events!.onData(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length), true);
  }

  private receiveEnd(): void {
    if (this.isDestroyed) return;
    const error = this.tlsEnd?.earlyEnd(this.subject);
    if (error !== undefined) this.socket.destroy(error);
    else if (this.events === undefined) this.isEndHeldBack = true;
    else this.events.onEnd();
  }

  /** The callback of every write: one function per pipe, not per write. The socket calls it in the order of the writes. */
  private readonly onSocketWritten = (error?: Error | null): void => {
    if (error) return;
    if (this.callbacksToSkip > 0) {
      this.callbacksToSkip--;
      return;
    }
    this.isWriting = false;
    this.reportWritten();
  };

  private reportWritten(): void {
    if (this.isDestroyed || this.isClosed) return;
    this.isWrittenHeldBack = this.events === undefined;
    this.events?.onWritten();
  }

  private fail(error: Error): void {
    this.error ??= this.tlsEnd?.explain(error, this.subject) ?? toPipeError(error, this.subject);
  }

  /** What an error is about: `connection to 127.0.0.1:80`. */
  private get subject(): string {
    const address = this.direction === "to" ? this.givenAddress : (this.remoteAddress ?? this.givenAddress);
    return `connection ${this.direction} ${formatAddress(address)}`;
  }

  private close(): void {
    this.isClosed = true;
    this.events?.onClose(this.error);
  }

  private readAddresses(): void {
    const { socket, givenAddress } = this;
    if (givenAddress.kind === "tcp") {
      this.localAddress = tcpAddress(socket.localAddress, socket.localPort);
      this.remoteAddress = remoteAddress(socket);
    } else {
      this.localAddress = givenAddress;
      this.remoteAddress = givenAddress;
    }
  }
}

/** Of a TCP socket; undefined for others, and if the peer was gone before we could ask. */
export function remoteAddress(socket: net.Socket): Address | undefined {
  return tcpAddress(socket.remoteAddress, socket.remotePort);
}

/** Undefined if the peer was gone before we could ask. An IPv4 address in IPv6 clothes is shown as IPv4. */
function tcpAddress(host: string | undefined, port: number | undefined): Address | undefined {
  if (host === undefined || port === undefined) return undefined;
  const isMapped = host.startsWith("::ffff:") && host.includes(".");
  return { kind: "tcp", host: isMapped ? host.slice("::ffff:".length) : host, port };
}
