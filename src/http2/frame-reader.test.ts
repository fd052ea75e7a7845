import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ErrorCode, errorName } from "./error.js";
import { FrameReader, type FrameSink } from "./frame-reader.js";
import { concat, frame, someBytes } from "./frame-text.test.util.js";

const MAX_FRAME_BYTES = 16_384;

/** Writes down what a reader makes of bytes; the pieces of a DATA frame are put together again. */
class Recorder implements FrameSink {
  readonly frames: string[] = [];
  private data: number[] = [];
  private padding = 0;

  receiveData(
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    padding: number,
    last: boolean,
    endStream: boolean,
  ): void {
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(bytes.length);
    expect(last || !endStream).toBe(true);
    this.data.push(...bytes.subarray(start, end));
    this.padding += padding;
    if (!last) return;
    this.frames.push(`DATA ${streamId} ${this.data} +${this.padding}${endStream ? " END" : ""}`);
    this.data = [];
    this.padding = 0;
  }

  receiveFrame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    expect(end).toBeLessThanOrEqual(bytes.length);
    this.frames.push(`${type} ${flags} ${streamId} ${bytes.slice(start, end)}`);
  }

  receiveFault(code: number): void {
    this.frames.push(`fault ${errorName(code)}`);
  }
}

function read(chunks: readonly Uint8Array[]): string[] {
  const recorder = new Recorder();
  const reader = new FrameReader(recorder, MAX_FRAME_BYTES);
  for (const chunk of chunks) reader.read(chunk);
  return recorder.frames;
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...sorted].map((start, i) => bytes.slice(start, sorted[i] ?? bytes.length));
}

const anyFrame = fc
  .record({
    type: fc.integer({ min: 0, max: 12 }),
    flags: fc.nat(255),
    streamId: fc.integer({ min: 0, max: 0x7fff_ffff }),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(700).map((count) => someBytes(count)),
    ),
  })
  .map(({ type, flags, streamId, payload }) => frame(type, flags, streamId, payload));

describe("a frame reader", () => {
  it("makes the same frames of a byte stream, wherever it is cut", () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 8 }),
        fc.array(fc.nat(100_000), { maxLength: 30 }),
        fc.nat(8),
        (frames, places, missing) => {
          const whole = concat(frames);
          const bytes = whole.slice(0, Math.max(0, whole.length - missing));
          expect(read(cut(bytes, places))).toEqual(read([bytes]));
          expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(read([bytes]));
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    ["without padding", frame(0, 0, 1, Uint8Array.of(1, 2, 3)), ["DATA 1 1,2,3 +0"]],
    ["that is empty", frame(0, 1, 1, new Uint8Array(0)), ["DATA 1  +0 END"]],
    ["with padding", frame(0, 9, 1, Uint8Array.of(2, 1, 9, 9)), ["DATA 1 1 +3 END"]],
    ["of padding only", frame(0, 9, 1, Uint8Array.of(2, 9, 9)), ["DATA 1  +3 END"]],
    ["of a pad length only", frame(0, 9, 1, Uint8Array.of(0)), ["DATA 1  +1 END"]],
    ["without a pad length", frame(0, 8, 1, new Uint8Array(0)), ["fault FRAME_SIZE_ERROR"]],
    ["with padding as long as itself", frame(0, 8, 1, Uint8Array.of(3, 0, 0)), ["fault PROTOCOL_ERROR"]],
    ["with padding longer than itself", frame(0, 8, 1, Uint8Array.of(255, 0, 0)), ["fault PROTOCOL_ERROR"]],
  ])("reads a DATA frame %s", (_, bytes, expected) => {
    for (let at = 0; at <= bytes.length; at++) expect(read(cut(bytes, [at]))).toEqual(expected);
  });

  it("drops the reserved bit of the stream id", () => {
    expect(read([frame(4, 0, 0xffff_ffff, new Uint8Array(0))])).toEqual([`4 0 ${0x7fff_ffff} `]);
  });

  it.each([0, 1, 4])(
    "refuses a frame of type %i above the maximum at its header, and reads no further",
    (type) => {
      const header = frame(type, 0, 1, new Uint8Array(0), MAX_FRAME_BYTES + 1);
      expect(read([header, frame(4, 0, 0, new Uint8Array(0))])).toEqual([
        `fault ${errorName(ErrorCode.FRAME_SIZE_ERROR)}`,
      ]);
      expect(read([concat([header, new Uint8Array(100)])])).toHaveLength(1);
    },
  );

  it("takes a frame of the maximum", () => {
    expect(read([frame(1, 0, 1, new Uint8Array(MAX_FRAME_BYTES))])).toHaveLength(1);
  });

  it("passes on DATA as it comes, without waiting for the rest", () => {
    const recorder = new Recorder();
    const pieces: number[] = [];
    recorder.receiveData = (_streamId, _bytes, start, end) => void pieces.push(end - start);
    const reader = new FrameReader(recorder, MAX_FRAME_BYTES);
    for (const piece of cut(frame(0, 0, 1, someBytes(10_000)), [9, 1009, 5009])) reader.read(piece);
    expect(pieces).toEqual([1000, 4000, 5000]);
  });

  it("does not touch what it was lent after it has returned", () => {
    const recorder = new Recorder();
    const reader = new FrameReader(recorder, MAX_FRAME_BYTES);
    for (const piece of cut(frame(4, 0, 0, Uint8Array.of(1, 2, 3, 4, 5, 6)), [3, 8, 12])) {
      reader.read(piece);
      piece.fill(0xff);
    }
    expect(recorder.frames).toEqual(["4 0 0 1,2,3,4,5,6"]);
  });
});
