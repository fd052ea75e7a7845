import { beforeEach, describe, expect, it } from "vitest";
import { BufferPool } from "../bytes/buffer-pool.js";
import type { ConnectionFailure } from "../http2/error.js";
import { Flag, FrameType } from "../http2/frame.js";
import { concat, FrameWriter, someBytes, splitFrames } from "../http2/frame-text.test.util.js";
import type { Stream, StreamHandler } from "../http2/stream.js";
import { ManualRuntime } from "../runtime/manual-runtime.test.util.js";
import type { Pipe } from "../runtime/runtime.js";
import { Http2Driver, type Http2DriverOwner } from "./http2-driver.js";

/** Each answer has so many bytes of DATA. */
const ANSWER_BYTES = 1_000;
const KIB = 1024;

class WatchedPipe implements Pipe {
  readonly localAddress = undefined;
  readonly remoteAddress = undefined;
  readonly written: Uint8Array[] = [];
  takes = true;

  write(bytes: Uint8Array): boolean {
    this.written.push(bytes.slice());
    return this.takes;
  }

  pauseReading(): void {}
  resumeReading(): void {}
  end(): void {}
  destroy(): void {}
}

/** A server's layer above, which answers each request at once. */
class Answering implements Http2DriverOwner {
  onStream(stream: Stream): StreamHandler {
    const { connection } = driver;
    connection.sendHeaders(stream, undefined, [":status", "200"], false);
    connection.sendData(stream, someBytes(ANSWER_BYTES), true);
    return { onHeaders() {}, onData() {}, onWritable() {}, onClose() {} } as unknown as StreamHandler;
  }

  onReady(): void {}
  onGoAway(): void {}
  onPing(): void {}
  onExpire(): void {}
  onClose(_failure: ConnectionFailure): void {}
  onPipeClosed(): void {}
}

let pipe: WatchedPipe;
let driver: Http2Driver;
let endsOfTurn: (() => void)[];
let requests: (count: number) => void;

beforeEach(() => {
  const runtime = new ManualRuntime();
  endsOfTurn = [];
  runtime.afterTurn = (callback) => void endsOfTurn.push(callback);
  const forEver = Number.POSITIVE_INFINITY;
  const life = { keepalive: undefined, idleMs: forEver, ageMs: forEver, ageGraceMs: forEver };
  driver = new Http2Driver("server", runtime, new Answering(), new BufferPool(), undefined, life);
  pipe = new WatchedPipe();
  driver.attach(pipe, true);
  const writer = new FrameWriter();
  const says = (lines: string[]) => driver.onData(concat(lines.map((line) => writer.bytesOf(line))));
  says(["PREFACE", "SETTINGS INITIAL_WINDOW_SIZE=100000000", "SETTINGS ACK", "WINDOW_UPDATE 0 100000000"]);
  endTurn();
  pipe.written.length = 0;
  let id = -1;
  requests = (count) =>
    says(Array.from({ length: count }, () => `HEADERS ${(id += 2)} END_STREAM END_HEADERS ${GET}`));
});

const GET = ":method=GET :scheme=http :path=/ :authority=x";

function endTurn(): void {
  for (const callback of endsOfTurn.splice(0)) callback();
}

/** The streams whose answers have come to the peer, in order; each of them whole. */
function answered(): number[] {
  const bytes = new Map<number, number>();
  const ended: number[] = [];
  for (const { type, flags, streamId, payload } of splitFrames(concat(pipe.written))) {
    if (type !== FrameType.DATA) continue;
    bytes.set(streamId, (bytes.get(streamId) ?? 0) + payload.length);
    if ((flags & Flag.END_STREAM) !== 0) ended.push(streamId);
  }
  for (const streamId of ended) expect(bytes.get(streamId)).toBe(ANSWER_BYTES);
  return ended;
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => 1 + 2 * i);

describe("what answers are written", () => {
  it("is one write at the end of the turn, where it is short", () => {
    requests(7);
    expect(pipe.written).toHaveLength(0);
    endTurn();
    expect(pipe.written).toHaveLength(1);
    expect(answered()).toEqual(ids(7));
  });

  it("leaves in the middle of the turn where it is long, whole answers at a time", () => {
    requests(30);
    expect(pipe.written).toHaveLength(3);
    for (const { length } of pipe.written) {
      expect(length).toBeGreaterThanOrEqual(8 * KIB);
      expect(length).toBeLessThan(10 * KIB);
    }
    endTurn();
    expect(pipe.written).toHaveLength(4);
    expect(answered()).toEqual(ids(30));
  });

  it("waits for a pipe that is not done, and all of it leaves in the end", () => {
    pipe.takes = false;
    requests(200);
    expect(pipe.written).toHaveLength(1);
    endTurn();
    expect(pipe.written).toHaveLength(1);
    expect(driver.connection.output.length).toBeLessThan(128 * KIB);
    pipe.takes = true;
    driver.onWritten();
    while (endsOfTurn.length > 0) endTurn();
    expect(answered().sort((a, b) => a - b)).toEqual(ids(200));
  });
});
