// biome-ignore-all lint/complexity/useLiteralKeys: TypeScript lets only this form reach private members
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "./connection.js";
import type { StreamAbort } from "./error.js";
import { CLIENT_PREFACE, FrameType } from "./frame.js";
import {
  concat,
  FrameLines,
  FrameWriter,
  frame,
  someBytes,
  splitFrames,
  uint32,
} from "./frame-text.test.util.js";
import type { HeaderList } from "./hpack/header-list.js";
import { OUTPUT_BYTES_MAX } from "./send-queue.js";
import type { Stream, StreamHandler } from "./stream.js";

/*
 * A peer that knows the protocol and keeps to it for the most part, and an application that does what it likes:
 * whatever bytes come, cut anywhere, nothing throws, what is said stays valid, and the books balance.
 */

// ── What the peer and the application do ────────────────────────────────────────────────────────────────────

const FRAME_KINDS = [
  "request",
  "request",
  "request",
  "response",
  "response",
  "trailers",
  "data",
  "data",
  "data",
  "reset",
  "window",
  "window",
  "settings",
  "settings-ack",
  "ping",
  "priority",
  "priority",
  "goaway",
  "unknown",
  "malformed",
] as const;

const APP_KINDS = [
  "open",
  "open",
  "answer",
  "send",
  "send",
  "stream",
  "end",
  "reset",
  "consume",
  "drain",
  "ping",
] as const;

const frameStep = fc.record({
  by: fc.constant("peer" as const),
  kind: fc.constantFrom(...FRAME_KINDS),
  pick: fc.nat(1000),
  bytes: fc.oneof({ weight: 6, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.nat(17_000) }),
  endStream: fc.boolean(),
  padding: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(20) }),
  cut: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(50) }),
});
const appStep = fc.record({
  by: fc.constant("app" as const),
  kind: fc.constantFrom(...APP_KINDS),
  pick: fc.nat(1000),
  bytes: fc.oneof({ weight: 4, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.nat(200_000) }),
  endStream: fc.boolean(),
});
type FrameStep = typeof frameStep extends fc.Arbitrary<infer T> ? T : never;
type AppStep = typeof appStep extends fc.Arbitrary<infer T> ? T : never;

const MUTATIONS = ["flags", "type", "length", "id", "truncate", "twice", "garbage", "byte", "rare"] as const;
interface Mutation {
  /** The step whose bytes are changed. */
  readonly at: number;
  readonly kind: (typeof MUTATIONS)[number];
  readonly value: number;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(90),
  kind: fc.constantFrom(...MUTATIONS),
  value: fc.nat(0xffff),
});

const session = fc.record({
  steps: fc.array(fc.oneof({ weight: 3, arbitrary: frameStep }, { weight: 2, arbitrary: appStep }), {
    minLength: 20,
    maxLength: 90,
  }),
  // Half of the sessions are clean: those get far.
  mutations: fc.oneof(fc.constant<Mutation[]>([]), fc.array(mutation, { minLength: 1, maxLength: 3 })),
  chunks: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20_000 })), {
    minLength: 1,
  }),
  window: fc.constantFrom(0, 10, 1000, 65_535, 1_000_000),
  maxConcurrentStreams: fc.constantFrom(2, 100),
});
type Session = typeof session extends fc.Arbitrary<infer T> ? T : never;

// ── One session ─────────────────────────────────────────────────────────────────────────────────────────────

const statistics = { sessions: 0, survived: 0, streamsOpened: 0, accepted: new Map<number, number>() };

const REQUEST = [":method", "POST", ":scheme", "http", ":path", "/"];

class HostileSession implements ConnectionEvents {
  readonly connection: Connection;
  private readonly client: boolean;
  private readonly session: Session;
  private readonly writer = new FrameWriter();
  private readonly lines = new FrameLines();
  private readonly calls: Call[] = [];
  private prefaceHeard = false;
  private chunk = 0;
  private nextPeerId = 1;
  private nowMs = 0;
  private closes = 0;

  constructor(role: "client" | "server", session: Session) {
    this.client = role === "client";
    this.session = session;
    const options: ConnectionOptions = {
      streamWindowBytes: 70_000,
      streamWindowBytesMax: 300_000,
      connectionWindowBytes: 100_000,
      connectionWindowBytesMax: 400_000,
      maxFrameBytes: 16_384,
      maxHeaderListBytes: 2_000,
      maxConcurrentStreams: session.maxConcurrentStreams,
    };
    this.connection = new Connection(role, this, 0, options);
    countAccepted(this.connection);
  }

  run(): void {
    const { session } = this;
    for (let count = 0; this.client && count < 2; count++) this.open(count === 0);
    const settings = `SETTINGS INITIAL_WINDOW_SIZE=${session.window} MAX_CONCURRENT_STREAMS=${session.maxConcurrentStreams}`;
    const opening = [this.writer.bytesOf(settings), this.writer.bytesOf("SETTINGS ACK")];
    this.receive(concat(this.client ? opening : [CLIENT_PREFACE, ...opening]));
    session.steps.forEach((step, at) => {
      if (step.by === "app") this.act(step);
      else {
        const mutations = session.mutations.filter((mutation) => mutation.at === at);
        this.receive(
          mutations.reduce((bytes, { kind, value }) => mutate(bytes, kind, value), this.bytesOf(step)),
        );
      }
      this.checkBooks();
    });
    statistics.sessions++;
    if (this.closes === 0) statistics.survived++;
    this.drain();
    this.connection.pipeClosed("over");
    this.checkBooks();
    expect(this.closes).toBe(1);
    expect(this.connection.openStreams).toBe(0);
    expect(this.connection.waitingStreams).toBe(0);
    for (const call of this.calls) call.checkOver();
  }

  // The peer:

  private receive(bytes: Uint8Array): void {
    const { chunks } = this.session;
    for (let at = 0; at < bytes.length; ) {
      const count = chunks[this.chunk++ % chunks.length];
      const chunk = bytes.slice(at, at + count);
      this.nowMs += 1;
      this.connection.receive(chunk, this.nowMs);
      chunk.fill(0xee);
      at += count;
    }
  }

  private bytesOf(step: FrameStep): Uint8Array {
    const { kind, pick } = step;
    // HEADERS on a closed stream would be the end of a server.
    const closedToo = pick % 10 === 0 && (this.client || kind !== "trailers");
    let id = this.pickId(pick, closedToo);
    if (id === undefined && this.client) {
      this.open(false);
      id = this.pickId(pick, false);
    }
    if (id !== undefined) return this.bytesOn(step, id);
    return this.bytesOn({ ...step, kind: this.client ? "ping" : "request" }, 0);
  }

  private bytesOn(step: FrameStep, id: number): Uint8Array {
    const { kind, pick, bytes, endStream } = step;
    const flags = endStream ? 1 : 0;
    switch (kind) {
      case "request": {
        if (this.client) return this.bytesOn({ ...step, kind: "response" }, id);
        const streamId = this.nextPeerId;
        this.nextPeerId += 2;
        return this.headers(step, streamId, [...REQUEST, `x-${pick % 5}`, "v".repeat(bytes % 200)]);
      }
      case "response":
        return this.client
          ? this.headers(step, id, [":status", String(200 + (pick % 300)), "x", "y"])
          : new Uint8Array(0);
      case "trailers":
        return this.headers({ ...step, endStream: true }, id, ["t", "u"]);
      case "data":
        return this.data(step, id, flags);
      case "reset":
        return frame(FrameType.RST_STREAM, 0, id, uint32(pick % 15));
      case "window":
        return frame(FrameType.WINDOW_UPDATE, 0, pick % 2 === 0 ? 0 : id, uint32(bytes + 1));
      case "settings": {
        const settings = ["INITIAL_WINDOW_SIZE", "HEADER_TABLE_SIZE", "MAX_CONCURRENT_STREAMS", "77"];
        return this.writer.bytesOf(
          `SETTINGS ${settings[pick % 4]}=${bytes} MAX_FRAME_SIZE=${16_384 + bytes}`,
        );
      }
      case "settings-ack":
        return this.writer.bytesOf("SETTINGS ACK");
      case "ping":
        return frame(FrameType.PING, flags, 0, Uint8Array.of(pick % 5, 0, 0, 0, 0, 0, 0, 0));
      case "priority":
        return frame(FrameType.PRIORITY, 0, id + 2 * (pick % 3), new Uint8Array(5));
      case "goaway":
        return frame(FrameType.GOAWAY, 0, 0, concat([uint32(0x7fff_ffff), uint32(0), someBytes(bytes % 20)]));
      case "unknown":
        return frame(0x40 + (pick % 100), pick % 256, id, someBytes(bytes % 16_384));
      case "malformed": {
        const wrong = [
          ["Upper", "x"],
          [":status", "200", ":status", "200"],
          ["connection", "x"],
          ["x", "a\nb"],
        ];
        const streamId = this.client ? id : this.nextPeerId;
        if (!this.client) this.nextPeerId += 2;
        return this.headers(step, streamId, [...(this.client ? [] : REQUEST), ...wrong[pick % wrong.length]]);
      }
    }
  }

  private headers({ endStream, padding, cut }: FrameStep, id: number, fields: string[]): Uint8Array {
    const block = this.writer.block(fields);
    const at = cut === undefined ? block.length : Math.min(cut, block.length);
    const flags = (endStream ? 1 : 0) | (cut === undefined ? 4 : 0) | (padding === undefined ? 0 : 8);
    const first = padding === undefined ? block.subarray(0, at) : padded(block.subarray(0, at), padding);
    const head = frame(FrameType.HEADERS, flags, id, first);
    return cut === undefined
      ? head
      : concat([head, frame(FrameType.CONTINUATION, 4, id, block.subarray(at))]);
  }

  private data({ bytes, padding }: FrameStep, id: number, flags: number): Uint8Array {
    const payload = someBytes(Math.min(bytes, 16_000));
    if (padding === undefined) return frame(FrameType.DATA, flags, id, payload);
    return frame(FrameType.DATA, flags | 8, id, padded(payload, padding));
  }

  /** Mostly a stream that is open, now and then one that was; undefined as long as there was none. */
  private pickId(pick: number, closed: boolean): number | undefined {
    const known = this.calls.filter(({ stream }) => stream.id !== 0 && (!stream.closed || closed));
    return known.length === 0 ? undefined : known[pick % known.length].stream.id;
  }

  // The application:

  private act({ kind, pick, bytes, endStream }: AppStep): void {
    const { connection } = this;
    if (kind === "drain") return this.drain();
    if (kind === "ping") return pick % 50 === 0 ? connection.shutdown() : connection.ping(16 + (pick % 100));
    if (kind === "open") return this.client ? this.open(endStream) : undefined;
    const call = this.calls.length === 0 ? undefined : this.calls[pick % this.calls.length];
    if (call === undefined) return;
    const { stream } = call;
    if (kind === "reset") {
      if (pick % 3 === 0) call.reset();
      return;
    }
    if (kind === "consume") return connection.consume(stream, bytes);
    if (call.ended) return;
    if (kind === "answer" || !call.headersSent) return call.sendHeaders(endStream && !this.client);
    if (kind === "send") return call.send(someBytes(bytes), endStream);
    if (kind === "stream") return call.streamInto(someBytes(bytes), endStream);
    if (kind === "end") call.sendTrailers();
  }

  private open(endStream: boolean): void {
    const call = new Call(this);
    call.stream = this.connection.openStream(call);
    if (call.stream.closed) return;
    this.calls.push(call);
    statistics.streamsOpened++;
    call.headersSent = true;
    call.ended = endStream;
    this.connection.sendHeaders(call.stream, undefined, REQUEST, endStream);
  }

  private drain(): void {
    const { connection } = this;
    do {
      connection.handOver();
      const bytes = connection.output.view().slice();
      connection.output.detach();
      expect(bytes.length).toBeLessThan(2 * OUTPUT_BYTES_MAX);
      const skip = this.client && !this.prefaceHeard && bytes.length > 0 ? CLIENT_PREFACE.length : 0;
      if (skip > 0) this.prefaceHeard = true;
      for (const raw of splitFrames(bytes.slice(skip))) {
        expect(raw.payload.length).toBeLessThanOrEqual(33_384);
        this.lines.lineOf(raw);
      }
      if (connection.outputTaken()) connection.resume();
    } while (connection.output.length > 0);
  }

  // What must hold:

  private checkBooks(): void {
    const { connection } = this;
    const table = connection["streams"];
    const open = table.all();
    expect(open.length).toBe(table.size);
    for (const stream of open) {
      expect(stream.closed).toBe(false);
      expect(stream.sendWindow).toBeLessThanOrEqual(0x7fff_ffff);
      const { receiveWindow } = stream;
      expect(receiveWindow["credit"]).toBeGreaterThanOrEqual(0);
      if (stream.state !== 3)
        expect(receiveWindow["credit"] + receiveWindow["owed"] + stream.heldBytes).toBe(receiveWindow.target);
    }
    for (const { stream } of this.calls) {
      if (!stream.closed) continue;
      expect(stream.list).toBeUndefined();
      expect(stream.queue).toBeUndefined();
      expect(table.get(stream.id)).toBeUndefined();
    }
    if (this.closes > 0) return;
    const held = this.calls.reduce((sum, { stream }) => sum + stream.heldBytes, 0);
    const window = connection["credit"]["connection"];
    expect(window["credit"] + window["owed"]).toBe(window.target);
    expect(connection["credit"]["heldBytes"]).toBe(held);
    expect(connection["sending"].window).toBeGreaterThanOrEqual(0);
    expect(connection["sending"].window).toBeLessThanOrEqual(0x7fff_ffff);
    if (this.client) expect(connection["openedCount"]).toBe(open.length);
    else expect(table.peerSlots).toBe(open.length);
    expect(table.size).toBeLessThanOrEqual(
      this.session.maxConcurrentStreams + 20_000 * (this.client ? 1 : 0),
    );
  }

  // ConnectionEvents:

  onOutput(): void {}
  onReady(): void {}
  onGoAway(): void {}
  onPingAck(): void {}
  onDrained(): void {}

  onStream(stream: Stream, _headers: HeaderList, endStream: boolean): StreamHandler {
    expect(this.closes).toBe(0);
    statistics.streamsOpened++;
    const call = new Call(this);
    call.stream = stream;
    call.remoteEnded = endStream;
    call.headersReceived = true;
    this.calls.push(call);
    if (stream.id % 7 === 0) call.reset();
    return call;
  }

  onConnectionClose(): void {
    this.closes++;
  }
}

/** One stream as the application sees it; checks that what it is told makes sense. */
class Call implements StreamHandler {
  stream!: Stream;
  headersSent = false;
  headersReceived = false;
  /** We have said the last word. */
  ended = false;
  remoteEnded = false;
  private aborted = false;
  private wasReset = false;
  private readonly session: HostileSession;

  constructor(session: HostileSession) {
    this.session = session;
  }

  sendHeaders(endStream: boolean): void {
    if (this.headersSent) return;
    this.headersSent = true;
    this.ended = endStream;
    this.session.connection.sendHeaders(this.stream, undefined, [":status", "200"], endStream);
  }

  send(bytes: Uint8Array, endStream: boolean): void {
    this.ended = endStream;
    this.session.connection.sendData(this.stream, bytes, endStream);
  }

  streamInto(bytes: Uint8Array, endStream: boolean): void {
    const { connection } = this.session;
    const at = connection.beginData(this.stream);
    if (at < 0) return this.send(bytes, endStream);
    connection.draft.append(bytes);
    if (bytes.length % 5 === 0) return connection.abandonData(at);
    this.ended = endStream;
    connection.finishData(this.stream, at, endStream);
  }

  sendTrailers(): void {
    this.ended = true;
    this.session.connection.sendHeaders(this.stream, undefined, ["t", "u"], true);
  }

  reset(): void {
    this.wasReset = true;
    this.session.connection.resetStream(this.stream, 8);
  }

  checkOver(): void {
    expect(this.stream.closed).toBe(true);
    const complete = this.ended && this.remoteEnded;
    // A server that has said the last word hears nothing more of the request.
    expect(this.aborted || this.wasReset || complete || (this.ended && this.stream.slot === "none")).toBe(
      true,
    );
  }

  private checkAlive(): void {
    expect(this.aborted || this.wasReset).toBe(false);
  }

  onHeaders(_headers: HeaderList, endStream: boolean): void {
    this.checkAlive();
    expect(this.remoteEnded).toBe(false);
    if (this.headersReceived) expect(endStream).toBe(true);
    this.headersReceived = true;
    this.remoteEnded = endStream;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.checkAlive();
    expect(this.headersReceived && !this.remoteEnded).toBe(true);
    expect(end).toBeGreaterThan(start);
    expect(bytes.length).toBeGreaterThanOrEqual(end);
    if (start % 3 !== 0) this.session.connection.consume(this.stream, end - start);
    else if (end % 11 === 0 && this.headersSent && !this.ended) this.sendTrailers();
  }

  onEnd(): void {
    this.checkAlive();
    expect(this.remoteEnded).toBe(false);
    this.remoteEnded = true;
  }

  onOpened(): void {
    this.checkAlive();
    expect(this.stream.id).toBeGreaterThan(0);
  }

  onWritable(): void {
    this.checkAlive();
    if (!this.ended && this.stream.id % 3 === 0) this.send(someBytes(100), true);
  }

  onAbort(abort: StreamAbort): void {
    this.checkAlive();
    this.aborted = true;
    if (abort.unprocessed) expect(this.headersReceived).toBe(false);
    expect(this.stream.closed).toBe(true);
  }
}

function padded(payload: Uint8Array, padding: number): Uint8Array {
  return concat([Uint8Array.of(padding), payload, new Uint8Array(padding)]);
}

function mutate(bytes: Uint8Array, kind: (typeof MUTATIONS)[number], value: number): Uint8Array {
  const changed = bytes.slice();
  switch (kind) {
    case "flags":
      changed[4] ^= 1 << (value % 8);
      return changed;
    case "type":
      changed[3] = value % 12;
      return changed;
    case "length":
      changed[2] += (value % 5) - 2;
      return changed;
    case "id":
      changed[8] ^= value & 0x0f;
      return changed;
    case "truncate":
      return changed.slice(0, value % (bytes.length + 1));
    case "twice":
      return concat([bytes, bytes]);
    case "garbage":
      return concat([bytes, someBytes(value % 50, value)]);
    case "byte":
      changed[value % Math.max(1, bytes.length)] ^= 1 << (value % 8);
      return changed;
    case "rare": {
      const rare = [
        frame(FrameType.PUSH_PROMISE, 4, 1, uint32(2)),
        frame(FrameType.CONTINUATION, 4, 1, new Uint8Array(0)),
        frame(FrameType.SETTINGS, 0, 0, new Uint8Array(5)),
        frame(FrameType.WINDOW_UPDATE, 0, 0, uint32(0x7fff_ffff)),
        frame(FrameType.GOAWAY, 0, 0, concat([uint32(value % 9), uint32(2)])),
        frame(FrameType.DATA, 0, 0, uint32(1)),
      ];
      return concat([bytes, rare[value % rare.length]]);
    }
  }
}

/** Counts the frames that a connection has survived. */
function countAccepted(connection: Connection): void {
  const { accepted } = statistics;
  const count = (type: number) => {
    if (connection["failure"] === undefined) accepted.set(type, (accepted.get(type) ?? 0) + 1);
  };
  const sink = connection["reader"]["sink"];
  const { receiveFrame, receiveData } = sink;
  sink.receiveFrame = (type, ...rest) => {
    receiveFrame.call(sink, type, ...rest);
    count(type > 9 ? 10 : type);
  };
  sink.receiveData = (...args) => {
    receiveData.apply(sink, args);
    if (args[5]) count(FrameType.DATA);
  };
}

/** Of each role; `HOSTILE_RUNS=20000` for a long search. */
const RUNS = Number(process.env.HOSTILE_RUNS ?? 300);
/** Of each type of frame, for the run to mean anything. */
const ACCEPTED_MIN = RUNS / 2;

describe("any byte stream, cut anywhere", () => {
  it.each(["client", "server"] as const)(
    "is taken by a %s without throwing, and the books balance",
    (role) => {
      fc.assert(
        fc.property(session, (session) => new HostileSession(role, session).run()),
        { numRuns: RUNS },
      );
    },
  );

  it("gets far: frames of all types are accepted, many streams opened, many sessions survived", () => {
    const { accepted, streamsOpened, survived, sessions } = statistics;
    for (const [name, type] of Object.entries(FrameType)) {
      if (type === FrameType.PUSH_PROMISE) expect(accepted.get(type)).toBeUndefined();
      else if ((accepted.get(type) ?? 0) < ACCEPTED_MIN)
        throw new Error(`too few ${name} frames were accepted`);
    }
    expect(streamsOpened).toBeGreaterThan(3 * sessions);
    expect(survived).toBeGreaterThan(sessions / 2);
  });
});

afterAll(() => {
  const names = [...Object.keys(FrameType), "unknown"];
  const counts = names.map((name, type) => `${name} ${statistics.accepted.get(type) ?? 0}`);
  const { sessions, survived, streamsOpened } = statistics;
  console.log(
    `hostile peers: ${sessions} sessions, ${survived} survived, ${streamsOpened} streams opened; accepted ${counts.join(", ")}`,
  );
});
