import type { BufferPool } from "../bytes/buffer-pool.js";
import { Output } from "../bytes/output.js";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "../http2/connection.js";
import { type ConnectionFailure, ErrorCode } from "../http2/error.js";
import type { HeaderList } from "../http2/hpack/header-list.js";
import type { Stream, StreamHandler } from "../http2/stream.js";
import type { Pipe, PipeError, PipeEvents, Runtime, Timer } from "../runtime/runtime.js";
import { BusyPoll } from "./busy-poll.js";
import { ConnectionCounters } from "./connection-counters.js";
import { ConnectionLife, type Expiry, type LifeLimits, type Living } from "./connection-life.js";

/** What the two roles do differently. */
export interface Http2DriverOwner {
  onReady(): void;
  onStream(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler;
  onGoAway(code: number, debug: string): void;
  /** The peer has sent a PING. `busy`: since its last one we have sent HEADERS or DATA. */
  onPing(busy: boolean): void;
  /** The connection has been idle for too long, or lived for too long: to be shut down. */
  onExpire(why: Expiry): void;
  /** The connection is over, and its streams were told. `error`: what the pipe said. */
  onClose(failure: ConnectionFailure, error: PipeError | undefined): void;
  /** The last bytes have left, or never will: the pipe is closed. Follows `onClose`. */
  onPipeClosed(): void;
}

/** Time for the connection to be set up: TCP, and the first SETTINGS of the peer (gRPC's connect deadline). */
const HANDSHAKE_MS_MAX = 20_000;

/** The kind of the PING that asks whether the peer is there. */
const KEEPALIVE_PING = 16;
/** What connection and calls are told where the peer closes in peace. */
export const PEER_CLOSED = "the peer closed the connection";

/** Time for the last bytes to leave and the peer to close, before the pipe is destroyed. */
const LINGER_MS_MAX = 2_000;

/**
 * Drives a {@link Connection} over a pipe, either role: what arrives goes in, what the connection has to say goes
 * out in one write per turn of the event loop, or several where many calls make it long. One timer bounds how long
 * beginning and end may take, and in between {@link ConnectionLife} has one.
 */
export class Http2Driver implements PipeEvents, ConnectionEvents, Living {
  readonly connection: Connection;
  readonly life: ConnectionLife;
  /** When the last bytes came, in the runtime's time. */
  receivedMs: number;
  /** What the peer has said of why it leaves: what calls are told that it does not answer any more. */
  farewell: string | undefined;
  private readonly role: "client" | "server";
  readonly counters = new ConnectionCounters();
  private readonly runtime: Runtime;
  private readonly owner: Http2DriverOwner;
  private readonly pool: BufferPool;
  private readonly poll: BusyPoll;
  private pipe: Pipe | undefined;
  private open = false;
  private flushing = false;
  /** The array that the pipe still needs. */
  private lent: Uint8Array | undefined;
  private readingPaused = false;
  private timer: Timer | undefined;
  private pipeError: PipeError | undefined;
  private ending = false;
  /** Our direction of the pipe is closed: nothing leaves any more, and what still comes is of no interest. */
  private ended = false;
  private closed = false;

  constructor(
    role: "client" | "server",
    runtime: Runtime,
    owner: Http2DriverOwner,
    pool: BufferPool,
    options: ConnectionOptions | undefined,
    life: LifeLimits,
  ) {
    this.role = role;
    this.runtime = runtime;
    this.owner = owner;
    this.pool = pool;
    this.poll = new BusyPoll(runtime);
    this.life = new ConnectionLife(runtime, life, this);
    this.receivedMs = runtime.now();
    this.connection = new Connection(role, this, this.receivedMs, options, new Output(pool));
    this.startTimer(HANDSHAKE_MS_MAX, () => this.onHandshakeTimeout());
  }

  /** Gives the driver its pipe; `open`: it stands already. */
  attach(pipe: Pipe, open: boolean): void {
    this.pipe = pipe;
    if (open) this.onOpen();
  }

  /** Takes no more streams and closes once the open ones have ended: see {@link Connection.shutdown}. */
  shutdown(debug?: string): void {
    this.life.leaving(this.role === "server");
    this.connection.shutdown(debug);
  }

  /** Ends the connection now; streams that are open are told `detail`. */
  destroy(detail: string): void {
    this.connection.fail(ErrorCode.NO_ERROR, detail);
  }

  // ── Pipe ──────────────────────────────────────────────────────────────────────────────────────────────────

  onOpen(): void {
    this.open = true;
    this.scheduleFlush();
  }

  onData(bytes: Uint8Array): void {
    if (this.ended) return;
    const nowMs = this.runtime.now();
    this.receivedMs = nowMs;
    this.poll.received(nowMs);
    this.connection.receive(bytes, nowMs);
    this.counters.arrived(nowMs);
    if (this.connection.congested && !this.readingPaused) {
      this.readingPaused = true;
      this.pipe?.pauseReading();
    }
  }

  onWritten(): void {
    if (this.lent !== undefined) this.pool.give(this.lent);
    this.lent = undefined;
    this.outputTaken();
  }

  onEnd(): void {
    this.connection.pipeClosed(this.farewell ?? PEER_CLOSED);
  }

  onClose(error: PipeError | undefined): void {
    this.closed = true;
    this.poll.stop();
    this.pipeError = error;
    this.stopTimer();
    this.life.stop();
    this.connection.pipeClosed(this.farewell ?? error?.message ?? "the connection was closed");
    const bytes = this.connection.output.detach();
    this.pool.give(bytes);
    this.owner.onPipeClosed();
  }

  // ── Connection ────────────────────────────────────────────────────────────────────────────────────────────

  onOutput(): void {
    this.scheduleFlush();
  }

  onReady(): void {
    this.stopTimer();
    this.life.start();
    this.owner.onReady();
  }

  onStream(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler {
    return this.owner.onStream(stream, headers, endStream);
  }

  onGoAway(code: number, debug: string): void {
    this.owner.onGoAway(code, debug);
  }

  /** Bytes are enough of an answer. */
  onPingAck(): void {}

  onPing(busy: boolean): void {
    this.owner.onPing(busy);
  }

  onIdle(): void {
    this.life.rest();
  }

  onFinalGoAway(): void {
    this.life.left();
  }

  onDrained(): void {
    this.finish();
  }

  onConnectionClose(failure: ConnectionFailure): void {
    this.finish();
    this.owner.onClose(failure, this.pipeError);
  }

  // ── Life ──────────────────────────────────────────────────────────────────────────────────────────────────

  get hasCalls(): boolean {
    return this.connection.openStreams > 0 || this.connection.waitingStreams > 0;
  }

  ping(): void {
    this.counters.keepAlivesSent++;
    this.connection.ping(KEEPALIVE_PING);
  }

  expire(why: Expiry): void {
    this.owner.onExpire(why);
  }

  finishShutdown(): void {
    this.connection.finishShutdown();
  }

  // ── Output ────────────────────────────────────────────────────────────────────────────────────────────────

  private scheduleFlush(): void {
    if (this.flushing || !this.open || this.ended || this.closed) return;
    this.flushing = true;
    this.runtime.afterTurn(this.flush);
  }

  /** Once per turn: hands over what was encoded, then encodes what waited for room; that leaves in the next turn. */
  private readonly flush = (): void => {
    this.flushing = false;
    if (this.lent !== undefined || this.ended || this.closed) return;
    const { connection, pool } = this;
    const length = connection.handOver();
    if (length > 0 && !this.write()) return;
    pool.give(connection.output.detach());
    this.outputTaken();
  };

  /** In the middle of a turn: what waits for room is the business of its end. */
  onLongOutput(): void {
    if (!this.open || this.lent !== undefined || this.ended || this.closed) return;
    const { connection } = this;
    connection.handOver();
    if (!this.write()) return;
    connection.output.length = 0;
    connection.outputTaken();
  }

  private write(): boolean {
    const { output } = this.connection;
    if (this.connection.openStreams > 0) this.poll.wrote();
    if (this.counters.hasNews) this.counters.left(this.runtime.now());
    if ((this.pipe as Pipe).write(output.view())) return true;
    this.lent = output.detach();
    return false;
  }

  private outputTaken(): void {
    if (this.ended || this.closed) return;
    if (this.connection.outputTaken()) this.connection.resume();
    if (this.readingPaused && !this.connection.congested) {
      this.readingPaused = false;
      this.pipe?.resumeReading();
    }
    if (this.connection.output.length > 0) this.scheduleFlush();
    else if (this.ending) this.end();
  }

  // ── End ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Lets the last bytes leave, closes our direction, and waits for the peer's, but not for long. */
  private finish(): void {
    if (this.ending || this.closed) return;
    this.ending = true;
    this.life.stop();
    if (!this.open) {
      this.pipe?.destroy();
      return;
    }
    this.startTimer(LINGER_MS_MAX, () => this.pipe?.destroy());
    this.scheduleFlush();
  }

  private end(): void {
    this.ended = true;
    this.pipe?.end();
  }

  private onHandshakeTimeout(): void {
    const what = this.open ? "the peer sent no HTTP/2 SETTINGS" : "the connection was not established";
    this.connection.fail(ErrorCode.SETTINGS_TIMEOUT, `${what} within ${HANDSHAKE_MS_MAX / 1000} s`);
  }

  private startTimer(delayMs: number, callback: () => void): void {
    this.stopTimer();
    this.timer = this.runtime.setTimer(callback, delayMs);
  }

  private stopTimer(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }
}
