import { Connection, type ConnectionEvents, type ConnectionOptions } from "./connection.js";
import { type ConnectionFailure, errorName, type StreamAbort } from "./error.js";
import {
  concat,
  FrameLines,
  FrameWriter,
  fieldsText,
  payloadText,
  splitFrames,
} from "./frame-text.test.util.js";
import type { HeaderList } from "./hpack/header-list.js";
import type { Stream, StreamHandler } from "./stream.js";

/** What a test hangs into the events of a connection or a stream, beside their being written down. */
export interface PeerHooks {
  onStream?(stream: Stream, headers: HeaderList, endStream: boolean): void;
  onGoAway?(): void;
  onPing?(busy: boolean): void;
  onConnectionClose?(): void;
}

/**
 * The other end of a {@link Connection} under test, and its driver: says frames to it, hears the frames it says,
 * and writes down what it tells the layer above (`told`).
 *
 *     const peer = Peer.ofServer();
 *     peer.says("HEADERS 1 END_STREAM END_HEADERS :method=GET :scheme=http :path=/");
 *     expect(peer.told()).toEqual(["1 request END_STREAM :method=GET :scheme=http :path=/"]);
 */
export class Peer implements ConnectionEvents {
  readonly connection: Connection;
  /** Time that the connection is told. */
  nowMs = 1000;
  hooks: PeerHooks = {};
  readonly writer = new FrameWriter();
  private readonly lines = new FrameLines();
  private readonly streams = new Map<number, Stream>();
  readonly role: "client" | "server";
  private notes: string[] = [];
  private prefaceHeard = false;
  /** `onOutput` was said since the last hand-over. */
  private announced = false;

  private constructor(role: "client" | "server", options: ConnectionOptions) {
    this.role = role;
    this.connection = new Connection(role, this, this.nowMs, options);
  }

  /** A server whose peer has said nothing yet. */
  static ofNewServer(options: ConnectionOptions = {}): Peer {
    return new Peer("server", options);
  }

  static ofNewClient(options: ConnectionOptions = {}): Peer {
    return new Peer("client", options);
  }

  /** A server that has exchanged SETTINGS with its peer; `settings` are the peer's. */
  static ofServer(options: ConnectionOptions = {}, settings = ""): Peer {
    const peer = new Peer("server", options);
    peer.says("PREFACE", `SETTINGS ${settings}`, "SETTINGS ACK");
    peer.forget();
    return peer;
  }

  static ofClient(options: ConnectionOptions = {}, settings = ""): Peer {
    const peer = new Peer("client", options);
    peer.says(`SETTINGS ${settings}`, "SETTINGS ACK");
    peer.forget();
    return peer;
  }

  // ── What the peer does ────────────────────────────────────────────────────────────────────────────────────

  /** Sends frames, all in one piece. */
  says(...lines: string[]): void {
    this.writes(concat(lines.map((line) => this.writer.bytesOf(line))));
  }

  /** Sends raw bytes in one piece. */
  writes(bytes: Uint8Array): void {
    this.connection.receive(bytes, this.nowMs);
  }

  /** Everything the connection has to say until it is quiet, as lines; the pipe takes it all. */
  hears(): string[] {
    const heard: string[] = [];
    for (;;) {
      const lines = this.hearsOnce();
      heard.push(...lines);
      if (this.connection.outputTaken()) this.connection.resume();
      if (this.connection.output.length === 0) return heard;
    }
  }

  /** One hand-over, which the pipe does not take until {@link takes}. */
  hearsOnce(): string[] {
    const { connection } = this;
    this.announced = false;
    connection.handOver();
    const bytes = connection.output.view().slice();
    connection.output.detach();
    const skip = this.role === "client" && !this.prefaceHeard && bytes.length > 0 ? 24 : 0;
    if (skip > 0) {
      this.prefaceHeard = true;
      this.notedPreface = String.fromCharCode(...bytes.subarray(0, 24));
    }
    return splitFrames(bytes.slice(skip)).map((raw) => this.lines.lineOf(raw));
  }

  /** The first 24 bytes that a client said. */
  notedPreface = "";

  /** The pipe has taken what {@link hearsOnce} heard. */
  takes(): boolean {
    return this.connection.outputTaken();
  }

  /** What the connection has told the layer above since the last time. */
  told(): string[] {
    const { notes } = this;
    this.notes = [];
    return notes;
  }

  /** Passes over what was heard and told up to here. */
  forget(): void {
    this.hears();
    this.told();
  }

  // ── What the layer above does ─────────────────────────────────────────────────────────────────────────────

  /** The stream that the peer has opened under this id. */
  stream(id: number): Stream {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`no stream ${id}`);
    return stream;
  }

  /** Opens a stream of ours with a GET, `name` labels what it is told. */
  opens(name = "", { endStream = true, hooks = {} as Partial<StreamHandler> } = {}): Stream {
    const handler = new Recorder((note) => this.notes.push(note), name, hooks);
    const stream = this.connection.openStream(handler);
    handler.stream = stream;
    this.connection.sendHeaders(stream, undefined, REQUEST, endStream);
    return stream;
  }

  /** Answers a stream of the peer's with headers only, or ends it with trailers. */
  answers(id: number, fields: string[], endStream = false): void {
    this.connection.sendHeaders(this.stream(id), undefined, fields, endStream);
  }

  // ── ConnectionEvents ──────────────────────────────────────────────────────────────────────────────────────

  onOutput(): void {
    if (this.announced) throw new Error("onOutput is said once until the hand-over");
    this.announced = true;
  }

  onReady(): void {
    this.notes.push("ready");
  }

  onStream(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler {
    this.notes.push(`${stream.id} request${endStream ? " END_STREAM" : ""} ${fieldsText(headers.fields)}`);
    this.streams.set(stream.id, stream);
    const handler = new Recorder((note) => this.notes.push(note), String(stream.id), {});
    handler.stream = stream;
    this.hooks.onStream?.(stream, headers, endStream);
    return handler;
  }

  onGoAway(code: number, debug: string): void {
    this.notes.push(`goaway ${errorName(code)} ${JSON.stringify(debug)}`);
    this.hooks.onGoAway?.();
  }

  onPingAck(kind: number): void {
    this.notes.push(`ping acknowledged ${kind}`);
  }

  onPing(busy: boolean): void {
    this.hooks.onPing?.(busy);
  }

  onDrained(): void {
    this.notes.push("drained");
  }

  onConnectionClose(failure: ConnectionFailure): void {
    this.notes.push(`closed ${failure.initiator} ${errorName(failure.code)}: ${failure.detail}`);
    this.hooks.onConnectionClose?.();
  }
}

export const REQUEST = [":method", "GET", ":scheme", "http", ":path", "/"];
export const GET = ":method=GET :scheme=http :path=/";

/** A handler that writes down what it is told. */
class Recorder implements StreamHandler {
  stream!: Stream;
  private readonly note: (text: string) => void;
  private readonly hooks: Partial<StreamHandler>;

  constructor(note: (text: string) => void, label: string, hooks: Partial<StreamHandler>) {
    this.note = (text) => note(`${label || this.stream.id} ${text}`);
    this.hooks = hooks;
  }

  onHeaders(headers: HeaderList, endStream: boolean): void {
    this.note(`headers${endStream ? " END_STREAM" : ""} ${fieldsText(headers.fields)}`.trimEnd());
    this.hooks.onHeaders?.(headers, endStream);
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.note(`data ${payloadText(bytes.slice(start, end))}`);
    this.hooks.onData?.(bytes, start, end);
  }

  onEnd(): void {
    this.note("end");
    this.hooks.onEnd?.();
  }

  onOpened(): void {
    this.note("opened");
    this.hooks.onOpened?.();
  }

  onWritable(): void {
    this.note("writable");
    this.hooks.onWritable?.();
  }

  onAbort(abort: StreamAbort): void {
    const unprocessed = abort.unprocessed ? " unprocessed" : "";
    this.note(`aborted ${abort.initiator} ${errorName(abort.code)}${unprocessed}`);
    this.hooks.onAbort?.(abort);
  }
}
