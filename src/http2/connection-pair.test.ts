// biome-ignore-all lint/complexity/useLiteralKeys: TypeScript lets only this form reach private members
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "./connection.js";
import type { ConnectionFailure, StreamAbort } from "./error.js";
import { concat, someBytes } from "./frame-text.test.util.js";
import { fieldValue } from "./header-rules.js";
import type { HeaderList } from "./hpack/header-list.js";
import type { Stream, StreamHandler } from "./stream.js";

/*
 * A client and a server back to back, with a scheduler between them that decides everything that a network and two
 * event loops decide: who goes next, how much arrives, when output is taken and when data is consumed.
 */

interface CallPlan {
  readonly request: readonly number[];
  readonly response: readonly number[];
  readonly requestTrailers: boolean;
  readonly responseTrailers: boolean;
  /** The server answers before it has seen the whole request. */
  readonly early: boolean;
  readonly headerBytes: number;
  /** Who resets the stream, once so many pieces are sent or received. */
  readonly reset: { readonly by: "client" | "server"; readonly after: number } | undefined;
}

const size = fc.oneof(fc.nat(100), fc.nat(5_000), fc.constantFrom(0, 1, 16_384, 65_535, 150_000));
const callPlan: fc.Arbitrary<CallPlan> = fc.record({
  request: fc.array(size, { maxLength: 4 }),
  response: fc.array(size, { maxLength: 4 }),
  requestTrailers: fc.boolean(),
  responseTrailers: fc.boolean(),
  early: fc.boolean(),
  headerBytes: fc.oneof({ weight: 5, arbitrary: fc.nat(100) }, { weight: 1, arbitrary: fc.constant(30_000) }),
  reset: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ by: fc.constantFrom("client", "server"), after: fc.nat(3) }) },
  ),
});

const options: fc.Arbitrary<ConnectionOptions> = fc.record({
  streamWindowBytes: fc.constantFrom(1, 100, 10_000, 65_535, 1_000_000),
  streamWindowBytesMax: fc.constantFrom(65_535, 2_000_000),
  connectionWindowBytes: fc.constantFrom(65_535, 100_000, 1_000_000),
  connectionWindowBytesMax: fc.constantFrom(1_000_000, 4_000_000),
  maxConcurrentStreams: fc.constantFrom(1, 2, 100),
  maxFrameBytes: fc.constantFrom(16_384, 100_000),
});

/** How it ends: by itself, or because of what happens after so many turns. */
const fate = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("server shuts down", "client shuts down", "cut", "server fails", "client fails"),
      afterTurns: fc.nat(400),
    }),
  },
);

const scenario = fc.record({
  calls: fc.array(callPlan, { minLength: 1, maxLength: 8 }),
  client: options,
  server: options,
  fate,
  seed: fc.integer(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const statistics = {
  scenarios: 0,
  calls: 0,
  complete: 0,
  reset: 0,
  unprocessed: 0,
  lost: 0,
  bytes: 0,
  turns: 0,
};

/** One end: a connection, what it has handed to the pipe, and what the application there holds. */
class End implements ConnectionEvents {
  readonly connection: Connection;
  /** Bytes that have left and not arrived. */
  readonly wire: Uint8Array[] = [];
  /** A write that the pipe has not taken yet. */
  writing = false;
  failure: ConnectionFailure | undefined = undefined;
  drained = false;
  readonly sides: Side[] = [];
  private readonly world: World;

  constructor(role: "client" | "server", world: World, options: ConnectionOptions) {
    this.world = world;
    this.connection = new Connection(role, this, 0, options);
  }

  /** Starts over with an empty output, whose bytes are on their way. */
  handOver(): void {
    this.connection.handOver();
    this.wire.push(this.connection.output.view().slice());
    this.connection.output.detach();
    this.writing = true;
  }

  taken(): void {
    this.writing = false;
    if (this.connection.outputTaken()) this.connection.resume();
  }

  onOutput(): void {}
  onReady(): void {}
  onGoAway(): void {}
  onPingAck(): void {}

  onDrained(): void {
    expect(this.drained).toBe(false);
    this.drained = true;
  }

  onStream(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler {
    const call = this.world.calls[Number(fieldValue(headers.fields, "x-call"))];
    expect(call.server).toBeUndefined();
    expect(fieldValue(headers.fields, "x-long")).toHaveLength(call.plan.headerBytes);
    call.server = new Side(this, call, call.plan.response, call.plan.responseTrailers);
    call.server.stream = stream;
    call.server.headersReceived = true;
    call.server.remoteEnded = endStream;
    this.sides.push(call.server);
    return call.server;
  }

  onConnectionClose(failure: ConnectionFailure): void {
    expect(this.failure).toBeUndefined();
    this.failure = failure;
  }
}

/** One call as the application at one end sees it. */
class Side implements StreamHandler {
  stream!: Stream;
  readonly end: End;
  readonly call: Call;
  readonly received: Uint8Array[] = [];
  headersReceived = false;
  remoteEnded = false;
  trailersReceived = false;
  sentPieces = 0;
  headersSent = false;
  localEnded = false;
  writable = true;
  held = 0;
  abort: StreamAbort | undefined = undefined;
  wasReset = false;
  private readonly pieces: readonly number[];
  private readonly trailers: boolean;

  constructor(end: End, call: Call, pieces: readonly number[], trailers: boolean) {
    this.end = end;
    this.call = call;
    this.pieces = pieces;
    this.trailers = trailers;
  }

  get over(): boolean {
    return this.abort !== undefined || this.wasReset;
  }

  get isServer(): boolean {
    return this === this.call.server;
  }

  /** What this side sends, all of it. */
  get content(): Uint8Array {
    return concat(this.pieces.map((count, i) => someBytes(count, i + count)));
  }

  get maySend(): boolean {
    if (this.over || this.localEnded || !this.writable) return false;
    return !this.isServer || this.call.plan.early || this.remoteEnded;
  }

  get mayReset(): boolean {
    const { reset } = this.call.plan;
    if (reset === undefined || this.over || this.stream.closed) return false;
    const done = this.sentPieces + this.received.length;
    return (reset.by === "server") === this.isServer && done >= reset.after;
  }

  sendNext(choose: () => number): void {
    const { connection } = this.end;
    if (!this.headersSent) {
      this.headersSent = true;
      this.localEnded = this.pieces.length === 0 && !this.trailers;
      if (this.isServer) connection.sendHeaders(this.stream, undefined, [":status", "200"], this.localEnded);
      return;
    }
    if (this.sentPieces === this.pieces.length) {
      this.localEnded = true;
      if (this.trailers) return connection.sendHeaders(this.stream, undefined, ["t", "u"], true);
      connection.sendData(this.stream, new Uint8Array(0), true);
      return;
    }
    const count = this.pieces[this.sentPieces];
    const bytes = someBytes(count, this.sentPieces + count);
    this.sentPieces++;
    const last = this.sentPieces === this.pieces.length && !this.trailers && choose() < 0.5;
    if (last) this.localEnded = true;
    const at = choose() < 0.5 ? connection.beginData(this.stream) : -1;
    if (at < 0) this.writable = connection.sendData(this.stream, bytes, last);
    else {
      connection.draft.append(bytes);
      this.writable = connection.finishData(this.stream, at, last);
    }
  }

  reset(): void {
    this.wasReset = true;
    this.held = 0;
    this.end.connection.resetStream(this.stream, 8);
  }

  consume(share: number): void {
    const bytes = Math.ceil(this.held * share);
    this.held -= bytes;
    this.end.connection.consume(this.stream, bytes);
  }

  onHeaders(_headers: HeaderList, endStream: boolean): void {
    expect(this.over || this.remoteEnded).toBe(false);
    if (this.headersReceived) this.trailersReceived = true;
    this.headersReceived = true;
    this.remoteEnded = endStream;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    expect(this.over || this.remoteEnded || !this.headersReceived).toBe(false);
    this.received.push(bytes.slice(start, end));
    this.held += end - start;
  }

  onEnd(): void {
    expect(this.over || this.remoteEnded).toBe(false);
    this.remoteEnded = true;
  }

  onOpened(): void {
    expect(this.over).toBe(false);
  }

  onWritable(): void {
    expect(this.over).toBe(false);
    this.writable = true;
  }

  onAbort(abort: StreamAbort): void {
    expect(this.over).toBe(false);
    this.abort = abort;
    this.held = 0;
  }
}

interface Call {
  readonly plan: CallPlan;
  client: Side | undefined;
  server: Side | undefined;
}

class World {
  readonly calls: Call[];
  private readonly client: End;
  private readonly server: End;
  private readonly scenario: Scenario;
  private readonly random: () => number;
  private turns = 0;
  private cut = false;
  private shutDown = false;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.random = xorshift(scenario.seed);
    this.calls = scenario.calls.map((plan) => ({ plan, client: undefined, server: undefined }));
    this.client = new End("client", this, { ...scenario.client, maxHeaderListBytes: 64_000 });
    this.server = new End("server", this, { ...scenario.server, maxHeaderListBytes: 64_000 });
  }

  run(): void {
    const { fate } = this.scenario;
    let fateful = fate === undefined ? Number.POSITIVE_INFINITY : fate.afterTurns;
    for (;;) {
      if (this.turns >= fateful) {
        this.meet((fate as NonNullable<typeof fate>).kind);
        fateful = Number.POSITIVE_INFINITY;
      }
      const enabled = this.enabled();
      if (enabled.length === 0) break;
      enabled[Math.floor(this.random() * enabled.length)]();
      if (++this.turns > TURNS_MAX) throw new Error("it never comes to rest");
    }
    this.checkEnd();
  }

  private meet(kind: string): void {
    this.shutDown = true;
    if (kind === "server shuts down") this.server.connection.shutdown();
    else if (kind === "client shuts down") this.client.connection.shutdown();
    else if (kind === "server fails") this.server.connection.fail(2, "a fault of our own");
    else if (kind === "client fails") this.client.connection.fail(2, "a fault of our own");
    else {
      this.cut = true;
      this.client.wire.length = 0;
      this.server.wire.length = 0;
      for (const end of [this.client, this.server]) end.connection.pipeClosed("cut");
    }
  }

  /** All that could happen next. */
  private enabled(): (() => void)[] {
    const { client, server } = this;
    const next: (() => void)[] = [];
    const unopened = this.calls.find((call) => call.client === undefined);
    if (unopened !== undefined && client.connection.acceptsStreams) next.push(() => this.open(unopened));
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      const { connection } = from;
      if (!this.cut && !from.writing && connection.output.length > 0) next.push(() => from.handOver());
      if (from.writing) next.push(() => from.taken());
      if (from.wire.length > 0) next.push(() => this.deliver(from, to));
      else if (
        (from.failure !== undefined || from.drained) &&
        !from.writing &&
        connection.output.length === 0 &&
        to.failure === undefined
      )
        next.push(() => to.connection.pipeClosed("the other end is gone"));
    }
    for (const side of this.sides()) {
      if (side.maySend) next.push(() => side.sendNext(this.random));
      if (side.mayReset) next.push(() => side.reset());
      if (side.held > 0) next.push(() => side.consume(this.random()));
    }
    return next;
  }

  private *sides(): Generator<Side> {
    yield* this.client.sides;
    yield* this.server.sides;
  }

  private open(call: Call): void {
    const { plan } = call;
    const side = new Side(this.client, call, plan.request, plan.requestTrailers);
    call.client = side;
    this.client.sides.push(side);
    side.stream = this.client.connection.openStream(side);
    side.headersSent = true;
    side.localEnded = plan.request.length === 0 && !plan.requestTrailers;
    const fields = [
      ":method",
      "POST",
      ":scheme",
      "http",
      ":path",
      "/",
      "x-call",
      String(this.calls.indexOf(call)),
    ];
    fields.push("x-long", "~".repeat(plan.headerBytes));
    this.client.connection.sendHeaders(side.stream, undefined, fields, side.localEnded);
  }

  private deliver(from: End, to: End): void {
    const [first] = from.wire;
    const count = this.random() < 0.5 ? first.length : Math.ceil(this.random() * first.length);
    const chunk = first.slice(0, count);
    if (count < first.length) from.wire[0] = first.slice(count);
    else from.wire.shift();
    to.connection.receive(chunk, this.turns);
    chunk.fill(0xee);
  }

  private checkEnd(): void {
    const { client, server } = this;
    statistics.scenarios++;
    statistics.turns += this.turns;
    for (const call of this.calls) this.checkCall(call);
    for (const end of [client, server]) {
      expect(end.connection.openStreams).toBe(0);
      expect(end.connection.waitingStreams).toBe(0);
      if (!this.shutDown) expect(end.failure).toBeUndefined();
    }
    if (client.failure === undefined && server.failure === undefined) {
      checkWindows(client, server);
      checkWindows(server, client);
      expect(server.connection["streams"].peerSlots).toBe(0);
    }
    if (this.scenario.fate?.kind.includes("shuts down") && this.shutDown)
      expect(client.drained && server.drained).toBe(true);
  }

  private checkCall({ plan, client, server }: Call): void {
    if (client === undefined) return expect(this.shutDown).toBe(true);
    statistics.calls++;
    if (client.abort?.unprocessed) {
      // The one thing that callers rely on: nobody over there has ever heard of it.
      expect(server).toBeUndefined();
      expect(this.shutDown || plan.reset !== undefined).toBe(true);
      statistics.unprocessed++;
      return;
    }
    const early = client.abort?.code === 0 && client.abort.initiator === "remote";
    if ((client.over && !early) || server === undefined || (server.over && !early)) {
      const lost = this.shutDown && client.abort?.initiator === "connection";
      // A client that resets hears nothing more; the server hears of it, if it had heard of the call.
      expect(lost || plan.reset !== undefined).toBe(true);
      if (lost) expect(this.scenario.fate?.kind).not.toMatch("shuts down");
      statistics[lost ? "lost" : "reset"]++;
      return;
    }
    statistics.complete++;
    expect(client.remoteEnded).toBe(true);
    expect(Buffer.compare(concat(client.received), server.content)).toBe(0);
    expect(client.trailersReceived).toBe(plan.responseTrailers);
    statistics.bytes += server.content.length;
    // Unless the server has answered before it had seen everything, it has all of the request too.
    if (!server.remoteEnded) return expect(plan.early).toBe(true);
    expect(Buffer.compare(concat(server.received), client.content)).toBe(0);
    expect(server.trailersReceived).toBe(plan.requestTrailers);
    statistics.bytes += client.content.length;
  }
}

/** A scenario is a few hundred turns; windows of a byte make some ten thousand. */
const TURNS_MAX = 2_000_000;

/** What one end may send and what the other will still give back make up the window. */
function checkWindows(sender: End, receiver: End): void {
  const window = receiver.connection["credit"]["connection"];
  expect(window["credit"]).toBe(sender.connection["sending"].window);
  expect(window["credit"] + window["owed"]).toBe(window.target);
}

function xorshift(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** `PAIR_RUNS=10000` for a long search. */
const RUNS = Number(process.env.PAIR_RUNS ?? 300);

describe("a client and a server of ours, whatever lies between them", () => {
  it("carry every call to its end, or say why not", () => {
    fc.assert(
      fc.property(scenario, (scenario) => new World(scenario).run()),
      { numRuns: RUNS },
    );
  });

  it("did carry some", () => {
    expect(statistics.complete).toBeGreaterThan(2 * RUNS);
    expect(statistics.reset).toBeGreaterThan(RUNS / 5);
    expect(statistics.unprocessed).toBeGreaterThan(RUNS / 10);
    expect(statistics.lost).toBeGreaterThan(RUNS / 20);
  });
});

afterAll(() => {
  console.log(`pairs: ${JSON.stringify(statistics).replace(/["{}]/g, "")}`);
});
