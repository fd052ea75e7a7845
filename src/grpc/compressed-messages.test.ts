import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Status, statusName } from "../rpc/status.js";
import { ManualCompressor } from "../runtime/manual-compressor.test.util.js";
import { ManualRuntime } from "../runtime/manual-runtime.test.util.js";
import { CompressionWork } from "./compression-work.js";
import { MessageDecompressor } from "./message-decompressor.js";
import { COMPRESSED_FLAG, MessageReader, messagePrefix } from "./message-reader.js";
import { REASSEMBLY_BYTES_MAX, ReassemblyBudget } from "./reassembly-budget.js";

const MESSAGE_BYTES_MAX = 1_000_000;

/** A reader with its decompressor; notes what it finds and how much credit it has given. */
class Receiver {
  readonly compressor: ManualCompressor;
  readonly work: CompressionWork;
  readonly messages: string[] = [];
  readonly faults: { code: string; detail: string }[] = [];
  readonly budget = new ReassemblyBudget();
  readonly reader: MessageReader;
  credited = 0;
  onMessage: () => void = () => {};

  /** `sharing`: whose connection it shares. */
  constructor(messageBytesMax = MESSAGE_BYTES_MAX, sharing?: Receiver) {
    const runtime = new ManualRuntime();
    this.compressor = sharing?.compressor ?? new ManualCompressor();
    runtime.compressor = this.compressor;
    const work = sharing?.work ?? new CompressionWork(runtime);
    this.work = work;
    this.reader = new MessageReader(this, messageBytesMax, this.budget);
    this.reader.decompressor = new MessageDecompressor(work, "gzip", messageBytesMax, (result) => {
      this.credited += this.reader.onDecompressed(result);
    });
  }

  onMessageBytes(bytes: Uint8Array, start: number, end: number, compressed: boolean): void {
    const text = Buffer.from(bytes.subarray(start, end)).toString("latin1");
    this.messages.push(`${compressed ? "compressed" : "plain"} ${label(text)}`);
    this.onMessage();
  }

  onMessageFault(code: Status, detail: string): void {
    this.faults.push({ code: statusName(code), detail });
  }

  /** Gives the reader bytes in an array that is spoilt afterwards: it was only lent. */
  receive(bytes: Uint8Array): void {
    const lent = new Uint8Array([0xee, ...bytes, 0xee]);
    this.credited += this.reader.receive(lent, 1, lent.length - 1);
    lent.fill(0xee);
  }

  resume(): void {
    this.credited += this.reader.resume();
  }
}

/** Text that can be told apart whole: what it begins with, and its length. */
function label(text: string): string {
  return `${text.split(" ")[0]} of ${text.length}`;
}

function body(name: string, bytes: number): Uint8Array {
  return Buffer.from(`${name} `.padEnd(bytes, `${name}.`).slice(0, bytes), "latin1");
}

function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([messagePrefix(0, bytes.length), bytes]));
}

const gzip = new ManualCompressor();

function compressed(bytes: Uint8Array): Uint8Array {
  const small = gzip.compressAtOnce("gzip", bytes);
  return new Uint8Array(Buffer.concat([messagePrefix(COMPRESSED_FLAG, small.length), small]));
}

/** More than is decompressed at once. */
const LARGE_BYTES = 100_000;

describe("compressed messages", () => {
  it("small ones are delivered at once, amid plain ones", () => {
    const receiver = new Receiver();
    const bytes = Buffer.concat([plain(body("a", 10)), compressed(body("b", 100)), plain(body("c", 10))]);
    receiver.receive(bytes);
    expect(receiver.messages).toEqual(["plain a of 10", "compressed b of 100", "plain c of 10"]);
    expect(receiver.credited).toBe(bytes.length);
    expect(receiver.reader.drained).toBe(true);
  });

  it("large ones come later; what is behind them waits, and its credit too", () => {
    const receiver = new Receiver();
    const first = plain(body("a", 10));
    const bytes = Buffer.concat([first, compressed(body("b", LARGE_BYTES)), plain(body("c", 10))]);
    receiver.receive(bytes);
    expect(receiver.messages).toEqual(["plain a of 10"]);
    expect(receiver.credited).toBe(first.length);
    expect([receiver.reader.holdsBack, receiver.reader.drained]).toEqual([true, false]);
    receiver.receive(plain(body("d", 20)));
    expect(receiver.messages.length).toBe(1);
    receiver.compressor.finish();
    expect(receiver.messages.slice(1)).toEqual([
      `compressed b of ${LARGE_BYTES}`,
      "plain c of 10",
      "plain d of 20",
    ]);
    expect(receiver.credited).toBe(bytes.length + 25);
    expect([receiver.reader.holdsBack, receiver.reader.drained]).toEqual([false, true]);
  });

  it("a reader that pauses meanwhile gets them once it resumes, and they are kept within the budget", () => {
    const receiver = new Receiver();
    const bytes = compressed(body("a", LARGE_BYTES));
    receiver.receive(bytes);
    receiver.reader.pause();
    receiver.compressor.finish();
    expect([receiver.messages, receiver.credited]).toEqual([[], 0]);
    expect(receiver.budget.take(REASSEMBLY_BYTES_MAX - LARGE_BYTES + 1)).toBe(false);
    receiver.resume();
    expect(receiver.messages).toEqual([`compressed a of ${LARGE_BYTES}`]);
    expect(receiver.credited).toBe(bytes.length);
    expect(receiver.budget.take(REASSEMBLY_BYTES_MAX)).toBe(true);
  });

  it("what a paused reader would keep beyond the budget is RESOURCE_EXHAUSTED", () => {
    const receiver = new Receiver();
    receiver.receive(compressed(body("a", LARGE_BYTES)));
    receiver.reader.pause();
    receiver.budget.take(REASSEMBLY_BYTES_MAX - LARGE_BYTES + 1);
    receiver.compressor.finish();
    expect(receiver.faults).toMatchObject([{ code: "RESOURCE_EXHAUSTED" }]);
  });

  it("nothing is decompressed for a paused reader", () => {
    const receiver = new Receiver();
    receiver.reader.pause();
    receiver.receive(compressed(body("a", LARGE_BYTES)));
    expect(receiver.compressor.underWay).toBe(0);
    receiver.resume();
    expect(receiver.compressor.underWay).toBe(1);
  });

  it("a reader that stops meanwhile hears no more of it", () => {
    const receiver = new Receiver();
    receiver.receive(compressed(body("a", LARGE_BYTES)));
    receiver.reader.stop();
    receiver.compressor.finish();
    expect([receiver.messages, receiver.faults, receiver.credited]).toEqual([[], [], 0]);
  });

  it("a reader that stops before its turn has come leaves its place to others", () => {
    const first = new Receiver();
    const receivers = [first, ...Array.from({ length: 4 }, () => new Receiver(undefined, first))];
    for (const receiver of receivers) receiver.receive(compressed(body("a", LARGE_BYTES)));
    receivers[2].reader.stop();
    receivers[3].reader.stop();
    let done = 0;
    for (; first.compressor.underWay > 0; done++) first.compressor.finish();
    expect(done).toBe(3);
    expect(receivers.map(({ messages }) => messages.length)).toEqual([1, 1, 0, 0, 1]);
  });

  it("a reader that stops with a result at hand gives its place in the budget back", () => {
    const receiver = new Receiver();
    receiver.receive(compressed(body("a", LARGE_BYTES)));
    receiver.reader.pause();
    receiver.compressor.finish();
    receiver.reader.stop();
    expect(receiver.budget.take(REASSEMBLY_BYTES_MAX)).toBe(true);
  });

  describe("end with a fault", () => {
    function check(payload: Uint8Array, code: string, detail: RegExp, messageBytesMax?: number): void {
      const receiver = new Receiver(messageBytesMax);
      receiver.receive(Buffer.concat([payload, plain(body("z", 10))]));
      while (receiver.compressor.underWay > 0) receiver.compressor.finish();
      expect(receiver.faults).toEqual([{ code, detail: expect.stringMatching(detail) }]);
      expect(receiver.messages).toEqual([]);
    }
    const corrupt = (message: Uint8Array) => {
      const copy = message.slice();
      copy[copy.length - 1] ^= 1;
      return copy;
    };

    it("that are too large: RESOURCE_EXHAUSTED", () => {
      check(compressed(body("a", 1001)), "RESOURCE_EXHAUSTED", /more than 1000 bytes, decompressed/, 1000);
      check(compressed(body("a", MESSAGE_BYTES_MAX + 1)), "RESOURCE_EXHAUSTED", /more than 1000000 bytes/);
    });

    it("that are too large as they come, by the prefix alone: RESOURCE_EXHAUSTED", () => {
      check(messagePrefix(COMPRESSED_FLAG, 1001), "RESOURCE_EXHAUSTED", /1001 bytes; at most 1000/, 1000);
    });

    it("that cannot be decompressed: INTERNAL", () => {
      check(corrupt(compressed(body("a", 100))), "INTERNAL", /cannot be decompressed \(gzip\)/);
      check(corrupt(compressed(body("a", LARGE_BYTES))), "INTERNAL", /cannot be decompressed \(gzip\)/);
      check(messagePrefix(COMPRESSED_FLAG, 0), "INTERNAL", /cannot be decompressed \(gzip\)/);
    });

    it("that have a flag which nobody has defined: INTERNAL", () => {
      check(messagePrefix(3, 0), "INTERNAL", /message flag 3/);
    });
  });

  it("come in order, each byte credited once, whatever the sizes, splits, pauses and turns", () => {
    const message = fc.record({
      bytes: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 60_000, max: 120_000 })),
      isCompressed: fc.boolean(),
    });
    const action = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant("receive" as const),
          share: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("finish" as const), share: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("pause" as const), share: fc.constant(0) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("resume" as const), share: fc.constant(0) }) },
    );
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        fc.array(action, { maxLength: 40 }),
        fc.boolean(),
        (messages, actions, pausesAtEach) => {
          const receiver = new Receiver();
          if (pausesAtEach) receiver.onMessage = () => receiver.reader.pause();
          const payload = Buffer.concat(
            messages.map(({ bytes, isCompressed }, i) =>
              isCompressed ? compressed(body(`m${i}`, bytes)) : plain(body(`m${i}`, bytes)),
            ),
          );
          let at = 0;
          const receive = (count: number) => {
            receiver.receive(payload.subarray(at, at + count));
            at += count;
          };
          for (const { kind, share } of actions) {
            if (kind === "receive" && at < payload.length) receive(Math.ceil((payload.length - at) * share));
            else if (kind === "finish" && receiver.compressor.underWay > 0) receiver.compressor.finish();
            else if (kind === "pause") receiver.reader.pause();
            else if (kind === "resume") receiver.resume();
            expect(receiver.credited).toBeLessThanOrEqual(at);
          }
          if (at < payload.length) receive(payload.length - at);
          while (receiver.messages.length < messages.length) {
            const { length } = receiver.messages;
            if (receiver.compressor.underWay > 0) receiver.compressor.finish();
            receiver.resume();
            expect(receiver.messages.length > length || receiver.compressor.underWay > 0).toBe(true);
          }
          expect(receiver.messages).toEqual(
            messages.map(
              ({ bytes, isCompressed }, i) =>
                `${isCompressed ? "compressed" : "plain"} ${label(Buffer.from(body(`m${i}`, bytes)).toString())}`,
            ),
          );
          expect([receiver.faults, receiver.credited]).toEqual([[], payload.length]);
          expect(receiver.reader.drained).toBe(true);
          expect(receiver.budget.take(REASSEMBLY_BYTES_MAX)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});
