import type { Output } from "../bytes/output.js";
import { BandwidthEstimator } from "./bandwidth.js";
import { ReceiveWindow } from "./flow-control.js";
import { appendSettings, appendWindowUpdate } from "./frame.js";
import { DEFAULT_WINDOW_BYTES, SettingId } from "./settings.js";
import type { Stream } from "./stream.js";
import { StreamState } from "./stream-state.js";

export interface WindowLimits {
  /** Receive window of each stream at the start, 1 … 2^31-1 bytes. */
  readonly streamWindowBytes: number;
  /** The most that measured bandwidth enlarges it to. */
  readonly streamWindowBytesMax: number;
  /** Receive window of the connection at the start, at least 65,535 bytes. */
  readonly connectionWindowBytes: number;
  readonly connectionWindowBytesMax: number;
}

/** What all streams of a connection may hold unread before they hold each other back: 64 windows of a megabyte. */
export const HELD_BYTES_MAX = 64 * 1024 * 1024;

/** What the peer may send us: the connection's receive window, those of its streams, and how they grow. */
export class ReceiveCredit {
  /** The peer has seen our first SETTINGS, and with them the window that its streams have. */
  settingsAcknowledged = false;
  private readonly output: Output;
  private readonly limits: WindowLimits;
  private readonly announce: () => void;
  private readonly startMeasuring: () => void;
  private readonly bandwidth = new BandwidthEstimator();
  private readonly connection: ReceiveWindow;
  /** Received on all streams and not consumed yet. */
  private heldBytes = 0;
  /** The window of streams to come: grows with the measured bandwidth. */
  private streamWindowBytes: number;

  /** `announce`: something was appended to `output`. `startMeasuring`: send the PING that measures a round trip. */
  constructor(output: Output, limits: WindowLimits, announce: () => void, startMeasuring: () => void) {
    this.output = output;
    this.limits = limits;
    this.announce = announce;
    this.startMeasuring = startMeasuring;
    this.streamWindowBytes = limits.streamWindowBytes;
    this.connection = new ReceiveWindow(Math.max(limits.connectionWindowBytes, DEFAULT_WINDOW_BYTES));
  }

  /** Raises the connection's window from what every connection starts with; behind our first SETTINGS. */
  start(): void {
    const increment = this.connection.target - DEFAULT_WINDOW_BYTES;
    if (increment > 0) appendWindowUpdate(this.output, 0, increment);
  }

  /** The window of a new stream. Until the peer knows ours it may use the initial one (RFC 9113 §6.9.3). */
  streamWindow(): ReceiveWindow {
    const target = this.streamWindowBytes;
    return new ReceiveWindow(
      target,
      this.settingsAcknowledged ? target : Math.max(target, DEFAULT_WINDOW_BYTES),
    );
  }

  /** What the peer may send now, as far as the connection's window goes. */
  get connectionBytes(): number {
    return this.connection.creditBytes;
  }

  /** A stream had to wait before it was opened: windows may have grown since. */
  catchUp(stream: Stream): void {
    stream.receiveWindow.enlarge(this.streamWindowBytes);
  }

  /** Counts bytes that came in on any stream; false if the peer has overstepped the connection's window. */
  receive(bytes: number): boolean {
    this.bandwidth.receive(bytes);
    return this.connection.receive(bytes);
  }

  /**
   * Counts payload that a stream holds from now on. The connection gets its credit back at once, so that streams
   * which nobody reads do not stop the others (RFC 9113 §5.2.2); beyond {@link HELD_BYTES_MAX} only what is
   * released comes back.
   */
  hold(bytes: number): void {
    const before = this.excessBytes;
    this.heldBytes += bytes;
    this.creditConnection(bytes - (this.excessBytes - before));
  }

  /** Counts payload that was held as consumed. */
  release(bytes: number): void {
    const before = this.excessBytes;
    this.heldBytes -= bytes;
    this.creditConnection(before - this.excessBytes);
  }

  private get excessBytes(): number {
    return Math.max(0, this.heldBytes - HELD_BYTES_MAX);
  }

  /** Gives bytes back to the connection's window. */
  creditConnection(bytes: number): void {
    if (bytes === 0) return;
    const increment = this.connection.consume(bytes);
    if (increment === 0) return;
    appendWindowUpdate(this.output, 0, increment);
    this.announce();
  }

  /** Gives bytes back to a stream's window, unless its peer has finished sending. */
  creditStream(stream: Stream, bytes: number, nowMs: number): void {
    if (stream.state !== StreamState.OPEN && stream.state !== StreamState.HALF_CLOSED_LOCAL) return;
    const increment = stream.receiveWindow.consume(bytes);
    if (increment === 0) return;
    appendWindowUpdate(this.output, stream.id, increment);
    this.announce();
    if (this.bandwidth.start(nowMs, this.streamWindowBytes, this.limits.streamWindowBytesMax))
      this.startMeasuring();
  }

  /** The measuring PING was acknowledged: enlarges the windows where they are what limits the flow. */
  finishMeasuring(nowMs: number, streams: Iterable<Stream>): void {
    const { streamWindowBytesMax, connectionWindowBytesMax } = this.limits;
    const enlarged = this.bandwidth.finish(nowMs, this.streamWindowBytes, streamWindowBytesMax);
    if (enlarged === this.streamWindowBytes) return;
    this.streamWindowBytes = enlarged;
    appendSettings(this.output, [[SettingId.INITIAL_WINDOW_SIZE, enlarged]]);
    for (const stream of streams) stream.receiveWindow.enlarge(enlarged);
    const increment = this.connection.enlarge(Math.min(2 * enlarged, connectionWindowBytesMax));
    if (increment > 0) appendWindowUpdate(this.output, 0, increment);
    this.announce();
  }
}
