import type { Compressor } from "./compressor.js";
import type { PipeError } from "./pipe-error.js";
import type { Storage } from "./storage.js";
import type { PipeSecurity, TlsClientSettings, TlsServerSettings } from "./tls.js";

export { PipeError } from "./pipe-error.js";

/**
 * The outside world, as interfaces: time, timers, randomness, checksums, byte pipes, name look-up,
 * compression and storage.
 *
 * Everything above this folder gets a {@link Runtime} handed in and touches neither `node:*` nor a global clock,
 * timer or random source. `node.ts` is the real one; a simulated one can stand in its place.
 */
export interface Runtime {
  /** Monotonic time in milliseconds, with fractions; the origin is arbitrary. */
  now(): number;
  /** Milliseconds since 1970 by the system's clock, which may jump: for what people read. */
  epochMs(): number;
  /** Calls `callback` once, `delayMs` (0 … 2^31-1) or a little more from now. A timer alone does not keep the process alive. */
  setTimer(callback: () => void, delayMs: number): Timer;
  /** Keeps the process alive until it is cancelled: for somebody who waits where no open pipe does so. */
  keepAlive(): Pick<Timer, "cancel">;
  /**
   * Calls `callback` once, after the events that are at hand now and all microtasks they start: on Node, in the
   * check phase of this turn of the event loop. Callbacks given while one runs come in a later turn.
   */
  afterTurn(callback: () => void): void;
  /** A number in [0, 1), for jitter; not for secrets. */
  random(): number;
  /** `length` bytes that nobody can guess: for identities and secrets. */
  randomBytes(length: number): Uint8Array;
  /** The 32 bytes of SHA-256 of `bytes`. */
  sha256(bytes: Uint8Array): Uint8Array;
  /** The same as text: a character, U+0000 … U+00FF, for each byte. To keep and to compare that takes half as much. */
  sha256Text(bytes: Uint8Array): string;
  /** CRC-32 (ISO 3309, as zlib's) of `bytes`, going on from `seed`, the CRC of what stands before them. */
  crc32(bytes: Uint8Array, seed?: number): number;
  /**
   * Opens a pipe to `address`, secured by TLS where `security` says so. The pipe is returned at once and reports
   * through `events`, `onOpen` first: once the handshake is done and the server has proved who it is.
   */
  connect(address: Address, events: PipeEvents, security?: TlsClientSettings): Pipe;
  /**
   * Listens on `address`; resolves with the listener once it is bound, or rejects with a {@link PipeError}. With
   * `security`, `onPipe` gets pipes whose TLS handshake is done.
   */
  listen(
    address: Address,
    onPipe: (pipe: AcceptedPipe) => void,
    security?: TlsServerSettings,
  ): Promise<Listener>;
  /** Looks up the IP addresses of `host`, in the order to try them; rejects with a {@link PipeError}. */
  lookup(host: string): Promise<string[]>;
  readonly compressor: Compressor;
  readonly storage: Storage;
}

/** A callback that is still to come. */
export interface Timer {
  /** Takes the timer back; without effect once it has fired. */
  cancel(): void;
}

/** Where a pipe leads. `host` is an IP address (or, to listen, a name that the system resolves); `port` is 0 … 65535. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  /** A Unix socket in the file system. */
  | { readonly kind: "unix"; readonly path: string }
  /** A Unix socket in Linux's abstract namespace; `name` without the leading NUL. */
  | { readonly kind: "unix-abstract"; readonly name: string };

/**
 * A byte pipe: two directions, each ordered, reliable while the pipe lives.
 *
 * At most one write is outstanding: after `write` has returned false the next one comes after `onWritten`.
 */
export interface Pipe {
  /** Known from `onOpen` on; Unix peers have no address of their own and give the one connected to. */
  readonly localAddress: Address | undefined;
  readonly remoteAddress: Address | undefined;
  /** What TLS has agreed on, known from `onOpen` on; undefined on plaintext pipes. */
  readonly security?: PipeSecurity | undefined;
  /**
   * Hands bytes over. True: they are taken, and the caller may reuse the array at once. False: the array belongs
   * to the pipe until `onWritten`. A pipe that is closed, or about to report so, drops them and says true. Throws
   * if another write is outstanding and after `end`.
   */
  write(bytes: Uint8Array): boolean;
  /**
   * Stops and restarts `onData`. What was received already may still come. While reading is paused the peer's end,
   * and so `onClose`, may go unnoticed.
   */
  pauseReading(): void;
  resumeReading(): void;
  /** Closes the sending direction once all that was written has left; `onClose` follows when both are closed. */
  end(): void;
  /** Closes both directions now, dropping what was not sent; `onClose` follows. */
  destroy(): void;
}

/** What a pipe reports. After `onClose` comes nothing more. No call is made from inside `connect`, `start` or `write`. */
export interface PipeEvents {
  /** The connection stands. Not called on accepted pipes, which are open from the start. */
  onOpen?(): void;
  /**
   * Bytes have come, never zero. They are borrowed until this returns, unless `retainable`: then they are the
   * receiver's to keep (and keep the whole chunk alive).
   */
  onData(bytes: Uint8Array, retainable: boolean): void;
  /** The bytes of the write that returned false have been taken. */
  onWritten(): void;
  /** The peer has closed its sending direction. */
  onEnd(): void;
  /** The pipe is closed in both directions, with the reason where it was not a plain end. Always called exactly once. */
  onClose(error: PipeError | undefined): void;
}

/** A pipe from a listener: nothing is read from it, and nothing reported, before `start`, which is called once. */
export interface AcceptedPipe extends Pipe {
  start(events: PipeEvents): void;
}

/** An address that is being listened on. */
export interface Listener {
  /** As bound: with the port that the system picked where 0 was asked for. */
  readonly address: Address;
  /** Stops accepting; pipes already accepted live on. A socket file of ours is removed. Resolves when done. */
  close(): Promise<void>;
}
