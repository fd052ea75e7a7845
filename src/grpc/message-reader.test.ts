import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Output } from "../bytes/output.js";
import { type Status, statusName } from "../rpc/status.js";
import { MessageReader, messageLength, PREFIX_BYTES } from "./message-reader.js";

/** Notes what a reader finds. `onMessage` may pause, resume or stop the reader. */
class Recorder {
  readonly messages: Uint8Array[] = [];
  readonly faults: { code: string; detail: string }[] = [];
  readonly reader: MessageReader;
  onMessage: () => void = () => {};

  constructor(messageBytesMax = 1_000_000) {
    this.reader = new MessageReader(this, messageBytesMax);
  }

  onMessageBytes(bytes: Uint8Array, start: number, end: number): void {
    this.messages.push(bytes.slice(start, end));
    this.onMessage();
  }

  onMessageFault(code: Status, detail: string): void {
    this.faults.push({ code: statusName(code), detail });
  }

  /** Gives the reader all of `bytes`, in an array that is spoilt afterwards: it was only lent. */
  receive(bytes: readonly number[] | Uint8Array): number {
    const lent = new Uint8Array([0xee, ...bytes, 0xee]);
    const credit = this.reader.receive(lent, 1, lent.length - 1);
    lent.fill(0xee);
    return credit;
  }

  get texts(): string[] {
    return this.messages.map((message) => new TextDecoder().decode(message));
  }

  /** The array in which the reader holds bytes back. */
  get heldCapacity(): number {
    return (this.reader as unknown as { backlog: Output }).backlog.bytes.length;
  }
}

function framed(...messages: (string | Uint8Array)[]): Uint8Array {
  const pieces = messages.map((message) => {
    const bytes = typeof message === "string" ? new TextEncoder().encode(message) : message;
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(bytes.length, 1);
    return Buffer.concat([prefix, bytes]);
  });
  return new Uint8Array(Buffer.concat(pieces));
}

describe("MessageReader (PROTOCOL-HTTP2, Length-Prefixed-Message)", () => {
  it("finds several messages in one piece, empty ones too", () => {
    const recorder = new Recorder();
    const bytes = framed("a", "", "bc");
    expect(recorder.receive(bytes)).toBe(bytes.length);
    expect(recorder.texts).toEqual(["a", "", "bc"]);
    expect(recorder.reader.drained).toBe(true);
  });

  it("puts a message together from pieces of one byte, each credited at once", () => {
    const recorder = new Recorder();
    for (const byte of framed("hello", "world")) expect(recorder.receive([byte])).toBe(1);
    expect(recorder.texts).toEqual(["hello", "world"]);
    expect(recorder.reader.drained).toBe(true);
  });

  it("is not drained in the middle of a message", () => {
    const recorder = new Recorder();
    recorder.receive(framed("hello").subarray(0, 7));
    expect(recorder.reader.drained).toBe(false);
    recorder.receive([...framed("hello").subarray(7), 0]);
    expect(recorder.reader.drained).toBe(false);
    expect(recorder.texts).toEqual(["hello"]);
  });

  it("credits nothing while paused, and what was delivered once resumed", () => {
    const recorder = new Recorder();
    recorder.reader.pause();
    const bytes = framed("a", "b");
    expect(recorder.receive(bytes.subarray(0, 3))).toBe(0);
    expect(recorder.receive(bytes.subarray(3))).toBe(0);
    expect(recorder.texts).toEqual([]);
    expect(recorder.reader.resume()).toBe(bytes.length);
    expect(recorder.texts).toEqual(["a", "b"]);
  });

  it("stops between two messages where it is paused by the first", () => {
    const recorder = new Recorder();
    recorder.onMessage = () => recorder.reader.pause();
    expect(recorder.receive(framed("a", "bc", "d"))).toBe(6);
    expect(recorder.texts).toEqual(["a"]);
    expect(recorder.reader.resume()).toBe(7);
    expect(recorder.reader.resume()).toBe(6);
    expect(recorder.texts).toEqual(["a", "bc", "d"]);
    expect(recorder.reader.resume()).toBe(0);
  });

  it("goes on where a message pauses and resumes it", () => {
    const recorder = new Recorder();
    recorder.onMessage = () => {
      recorder.reader.pause();
      expect(recorder.reader.resume()).toBe(0);
    };
    const bytes = framed("a", "bc", "d");
    expect(recorder.receive(bytes)).toBe(bytes.length);
    expect(recorder.texts).toEqual(["a", "bc", "d"]);
  });

  it("delivers nothing more once stopped, and credits what comes", () => {
    const recorder = new Recorder();
    recorder.onMessage = () => recorder.reader.stop();
    const bytes = framed("a", "b");
    expect(recorder.receive(bytes)).toBe(bytes.length);
    expect(recorder.receive(bytes)).toBe(bytes.length);
    expect(recorder.reader.resume()).toBe(0);
    expect(recorder.texts).toEqual(["a"]);
  });

  describe("faults", () => {
    function check(bytes: readonly number[], code: string, detail: RegExp, split = false) {
      const recorder = new Recorder(1000);
      const all = [...framed("before"), ...bytes];
      const pieces = split ? all.map((byte) => [byte]) : [all];
      for (const piece of pieces) recorder.receive(piece);
      recorder.receive(framed("after"));
      expect(recorder.texts).toEqual(["before"]);
      expect(recorder.faults).toEqual([{ code, detail: expect.stringMatching(detail) }]);
      expect(recorder.reader.drained).toBe(true);
    }

    it.each([false, true])("a message larger than allowed, before its bytes come (split: %s)", (split) => {
      check([0, 0, 0, 3, 0xe9], "RESOURCE_EXHAUSTED", /received message of 1001 bytes; at most 1000/, split);
      check([0, 0xff, 0xff, 0xff, 0xff], "RESOURCE_EXHAUSTED", /4294967295 bytes/, split);
    });

    it.each([false, true])(
      "Compressed-Flag 1 without grpc-encoding (compression document: INTERNAL)",
      (split) => {
        check([1, 0, 0, 0, 1, 7], "INTERNAL", /compressed message without grpc-encoding/, split);
      },
    );

    it.each([false, true])("a flag that nobody has defined", (split) => {
      check([2, 0, 0, 0, 0], "INTERNAL", /message flag 2/, split);
      check([0xff, 0, 0, 0, 0], "INTERNAL", /message flag 255/, split);
    });

    it("not a message of exactly the allowed size", () => {
      const recorder = new Recorder(1000);
      recorder.receive(framed(new Uint8Array(1000)));
      expect(recorder.messages.map((message) => message.length)).toEqual([1000]);
      expect(recorder.faults).toEqual([]);
    });
  });

  // What the transport does: the peer sends only what the window lets it, credits make room again.
  it("delivers the same messages whatever the splits and pauses, credits each byte once, and holds no more than a window and a message", () => {
    const WINDOW = 64;
    const MESSAGE_MAX = 300;
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 10 }),
      fc.uint8Array({ maxLength: MESSAGE_MAX, size: "max" }),
    );
    const step = fc.record({
      bytes: fc.nat(100),
      next: fc.constantFrom("nothing", "pause", "resume", "resume", "resume"),
      inside: fc.constantFrom("nothing", "nothing", "pause", "pause and resume"),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 12 }),
        fc.array(step, { maxLength: 80 }),
        (messages, steps) => {
          const stream = framed(...messages);
          const recorder = new Recorder(MESSAGE_MAX);
          const { reader } = recorder;
          let sent = 0;
          let credited = 0;
          const credit = (count: number) => {
            expect(count).toBeGreaterThanOrEqual(0);
            credited += count;
            expect(credited).toBeLessThanOrEqual(sent);
          };
          const send = (count: number) => {
            const end = Math.min(sent + count, stream.length, credited + WINDOW);
            if (end === sent) return;
            const piece = stream.subarray(sent, end);
            sent = end;
            credit(recorder.receive(piece));
            expect(recorder.heldCapacity).toBeLessThanOrEqual(
              2 * (WINDOW + MESSAGE_MAX + PREFIX_BYTES) + 256,
            );
          };
          for (const { bytes, next, inside } of steps) {
            recorder.onMessage = () => {
              if (inside !== "nothing") reader.pause();
              if (inside === "pause and resume") expect(reader.resume()).toBe(0);
            };
            send(bytes);
            if (next === "pause") reader.pause();
            if (next === "resume") credit(reader.resume());
          }
          recorder.onMessage = () => {};
          credit(reader.resume());
          for (let before = -1; sent < stream.length && before !== sent; ) {
            before = sent;
            send(WINDOW);
          }
          expect(sent).toBe(stream.length);
          expect(credited).toBe(stream.length);
          expect(reader.drained).toBe(true);
          expect(recorder.messages).toEqual(messages);
          expect(recorder.faults).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("moves what it holds to the front instead of growing for ever", () => {
    const recorder = new Recorder();
    recorder.onMessage = () => recorder.reader.pause();
    recorder.reader.pause();
    const one = framed(new Uint8Array(95));
    for (let i = 0; i < 10; i++) recorder.receive(one);
    for (let i = 0; i < 10_000; i++) {
      recorder.receive(one);
      expect(recorder.reader.resume()).toBe(100);
    }
    expect(recorder.messages.length).toBe(10_000);
    expect(recorder.heldCapacity).toBeLessThanOrEqual(4096);
  });

  it("lets a large array go once it is drained, and keeps a small one", () => {
    const recorder = new Recorder();
    const small = framed(new Uint8Array(1000));
    recorder.receive(small.subarray(0, 10));
    recorder.receive(small.subarray(10));
    expect(recorder.heldCapacity).toBeGreaterThan(0);
    const large = framed(new Uint8Array(500_000));
    recorder.receive(large.subarray(0, 10));
    recorder.receive(large.subarray(10));
    expect(recorder.heldCapacity).toBe(0);
    expect(recorder.messages.map((message) => message.length)).toEqual([1000, 500_000]);
  });
});

describe("messageLength", () => {
  it("reads 32 bits without sign, big-endian", () => {
    expect(messageLength(new Uint8Array([9, 0, 0, 1, 2, 3]), 0)).toBe(258);
    expect(messageLength(new Uint8Array([9, 0, 0xff, 0xff, 0xff, 0xff]), 1)).toBe(2 ** 32 - 1);
    expect(messageLength(new Uint8Array([0, 0x80, 0, 0, 0]), 0)).toBe(2 ** 31);
  });
});
