import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompressionWork } from "../grpc/compression-work.js";
import { messageLength, PREFIX_BYTES } from "../grpc/message-reader.js";
import type { Stream } from "../http2/stream.js";
import { CompressionFault } from "../runtime/compressor.js";
import { ManualCompressor } from "../runtime/manual-compressor.test.util.js";
import { ManualRuntime } from "../runtime/manual-runtime.test.util.js";
import { CompressedOutput } from "./compressed-output.js";

/** An output whose stream takes everything, or says that it has to wait. */
class Sender {
  readonly compressor = new ManualCompressor();
  readonly output: CompressedOutput;
  readonly told: string[] = [];
  takes = true;
  private sent = Buffer.alloc(0);
  private ends: string[] = [];

  constructor() {
    const runtime = new ManualRuntime();
    runtime.compressor = this.compressor;
    const connection = {
      sendData: (_: Stream, bytes: Uint8Array, endStream: boolean) => {
        this.sent = Buffer.concat([this.sent, bytes]);
        if (endStream) this.ends.push("END_STREAM");
        return this.takes;
      },
      sendHeaders: (_: Stream, __: unknown, fields: readonly string[] | undefined) => {
        this.ends.push(`trailers ${fields}`);
      },
    };
    this.output = new CompressedOutput(connection, {} as Stream, new CompressionWork(runtime), "gzip", {
      onWritable: () => this.told.push("writable"),
      onFault: (detail) => this.told.push(`fault: ${detail}`),
    });
  }

  send(name: string, bytes: number, compress = true, last = false): boolean {
    return this.output.send(body(name, bytes), compress, last);
  }

  /** What was sent, a line for each message, and the end. */
  get lines(): string[] {
    const lines: string[] = [];
    let at = 0;
    while (at < this.sent.length) {
      const end = at + PREFIX_BYTES + messageLength(this.sent, at);
      const isCompressed = this.sent[at] === 1;
      const bytes = this.sent.subarray(at + PREFIX_BYTES, end);
      const text = (isCompressed ? gunzipSync(bytes) : bytes).toString("latin1");
      lines.push(line(isCompressed, text));
      at = end;
    }
    return [...lines, ...this.ends];
  }
}

function body(name: string, bytes: number): Uint8Array {
  return Buffer.from(`${name} `.padEnd(bytes, `${name}.`).slice(0, bytes), "latin1");
}

function line(isCompressed: boolean, text: string): string {
  return `${isCompressed ? "compressed" : "plain"} ${text.split(" ")[0]} of ${text.length}`;
}

const LARGE_BYTES = 100_000;

describe("CompressedOutput", () => {
  it("sends small messages at once", () => {
    const sender = new Sender();
    expect(sender.send("a", 1000)).toBe(true);
    expect(sender.send("b", 1000, false)).toBe(true);
    expect(sender.send("c", 1000, true, true)).toBe(true);
    expect(sender.lines).toEqual([
      "compressed a of 1000",
      "plain b of 1000",
      "compressed c of 1000",
      "END_STREAM",
    ]);
  });

  it("sends as it is what compression makes no smaller, and what is empty", () => {
    const sender = new Sender();
    sender.send("a", 2);
    sender.send("", 0);
    expect(sender.lines).toEqual(["plain a of 2", "plain  of 0"]);
  });

  it("lets everything wait behind a large message: others, plain ones too, and half-close", () => {
    const sender = new Sender();
    expect(sender.send("a", LARGE_BYTES)).toBe(false);
    expect(sender.output.busy).toBe(true);
    expect(sender.send("b", 10, false)).toBe(false);
    expect(sender.send("c", LARGE_BYTES)).toBe(false);
    sender.output.halfClose();
    expect(sender.lines).toEqual([]);
    sender.compressor.finish();
    expect(sender.lines).toEqual([`compressed a of ${LARGE_BYTES}`, "plain b of 10"]);
    expect(sender.told).toEqual([]);
    sender.compressor.finish();
    expect(sender.lines.slice(2)).toEqual([`compressed c of ${LARGE_BYTES}`, "END_STREAM"]);
    expect([sender.told, sender.output.busy]).toEqual([["writable"], false]);
  });

  it("lets trailers wait too", () => {
    const sender = new Sender();
    sender.send("a", LARGE_BYTES);
    sender.output.trailers(undefined, ["grpc-status", "5"]);
    sender.compressor.finish();
    expect(sender.lines).toEqual([`compressed a of ${LARGE_BYTES}`, "trailers grpc-status,5"]);
  });

  it("leaves it to the stream to say that it is writable, where that does not take all", () => {
    const sender = new Sender();
    sender.takes = false;
    sender.send("a", LARGE_BYTES);
    sender.compressor.finish();
    expect([sender.lines.length, sender.told]).toEqual([1, []]);
  });

  it("sends nothing more once cancelled", () => {
    const sender = new Sender();
    sender.send("a", LARGE_BYTES);
    sender.send("b", 10);
    sender.output.cancel();
    sender.compressor.finish();
    expect([sender.lines, sender.told, sender.output.busy]).toEqual([[], [], false]);
  });

  it("says what cannot be compressed, and drops what waited behind it", () => {
    const sender = new Sender();
    sender.compressor.compressAtOnce = () => new CompressionFault("corrupt", "out of memory") as never;
    sender.send("a", LARGE_BYTES);
    sender.output.halfClose();
    sender.compressor.finish();
    expect(sender.lines).toEqual([]);
    expect(sender.told).toEqual(["fault: the message cannot be compressed (gzip): out of memory"]);
  });

  it("sends in order, whatever the sizes and however long it takes", () => {
    const message = fc.record({
      bytes: fc.oneof(fc.integer({ min: 200, max: 3_000 }), fc.integer({ min: 10_000, max: 50_000 })),
      compress: fc.boolean(),
      finishes: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 10 }), (messages) => {
        const sender = new Sender();
        for (const [i, { bytes, compress, finishes }] of messages.entries()) {
          const wasBusy = sender.output.busy;
          const writable = sender.send(`m${i}`, bytes, compress);
          if (wasBusy) expect(writable).toBe(false);
          for (let n = 0; n < finishes && sender.compressor.underWay > 0; n++) sender.compressor.finish();
        }
        sender.output.halfClose();
        while (sender.compressor.underWay > 0) sender.compressor.finish();
        expect(sender.lines).toEqual([
          ...messages.map(({ bytes, compress }, i) =>
            line(compress, Buffer.from(body(`m${i}`, bytes)).toString("latin1")),
          ),
          "END_STREAM",
        ]);
      }),
      { numRuns: 100 },
    );
  });
});
