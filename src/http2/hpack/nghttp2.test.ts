import http2 from "node:http2";
import net from "node:net";
import { describe, expect, it } from "vitest";
import { HpackDecoder } from "./decoder.js";
import { HeaderTemplate, HpackEncoder } from "./encoder.js";
import { HeaderList } from "./header-list.js";
import { written } from "./hex.test.util.js";
import { tableOf } from "./internals.test.util.js";

/* Node's HTTP/2 is nghttp2, an implementation of HPACK that shares nothing with ours. */

const REQUEST_COUNT = 80;

describe("blocks made by nghttp2", () => {
  it.each([4096, 0, 100, 512, 65_536])("are decoded, with a table of %i octets", async (tableBytesMax) => {
    const requests = variedRequests(tableBytesMax + 1);
    const decoder = new HpackDecoder({ tableBytesMax, listBytesMax: 65_536 });
    const received: (readonly string[])[] = [];
    await captureRequests(tableBytesMax, requests, (block) => {
      const list = decoder.decode(block, 0, block.length);
      if (!(list instanceof HeaderList)) throw new Error(JSON.stringify(list));
      received.push(list.fields);
    });
    expect(received.map(sortedPairs)).toEqual(requests.map(sortedPairs));
    expect(tableOf(decoder).count > 0).toBe(tableBytesMax >= 100);
  });
});

describe("blocks made for nghttp2", () => {
  it.each([4096, 0, 100, 512, 16_384])(
    "are decoded by it, with a table of %i octets",
    async (tableBytesMax) => {
      const requests = variedRequests(tableBytesMax + 2);
      expect(await serveRequests(tableBytesMax, requests)).toEqual(requests);
    },
  );
});

/** Requests that repeat some fields, vary others, and use every octet that a value may have. */
function variedRequests(seed: number): string[][] {
  const random = xorshift(seed);
  const pick = (count: number) => Math.floor(random() * count);
  return Array.from({ length: REQUEST_COUNT }, (_, i) => {
    const fields = [":method", "POST", ":scheme", "http", ":path", `/pkg.Service/Method${pick(4)}`];
    fields.push(":authority", "localhost:1234", "te", "trailers", "content-type", "application/grpc");
    if (pick(2) === 0) fields.push("grpc-timeout", `${pick(100_000)}u`);
    if (pick(2) === 0) fields.push(`x-name-${pick(30)}`, `value ${pick(3)}`);
    if (pick(2) === 0) fields.push("cookie", "c".repeat(1 + pick(40)));
    if (pick(4) === 0) fields.push("x-long", "0123456789".repeat(pick(300)) + pick(10));
    fields.push("x-octet", `-${String.fromCharCode(VALUE_OCTETS[i % VALUE_OCTETS.length])}-`);
    fields.push(
      "x-octets",
      Array.from({ length: pick(40) }, () => text(VALUE_OCTETS[pick(95)]))
        .join("")
        .trim(),
    );
    return fields;
  });
}

/** RFC 9110 §5.5: visible characters, space, tab, and octets above 0x7f. The 95 printable ones are first. */
const VALUE_OCTETS = [...range(0x20, 0x7f), 0x09, ...range(0x80, 0x100)];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function text(octet: number): string {
  return String.fromCharCode(octet);
}

/** Numbers in `[0, 1)`, the same for the same seed. */
function xorshift(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Has a node:http2 client send the requests, half of them before it knows our settings; gives each block. */
async function captureRequests(
  tableBytesMax: number,
  requests: readonly string[][],
  receive: (block: Uint8Array) => void,
): Promise<void> {
  await withServer(net.createServer(), async (server, port) => {
    const accepted = new Promise<net.Socket>((resolve) => server.once("connection", resolve));
    const client = http2.connect(`http://127.0.0.1:${port}`);
    const half = requests.length / 2;
    for (const fields of requests.slice(0, half)) sendByNode(client, fields);
    const socket = await accepted;
    const reader = new FrameReader(PREFACE.length);
    let count = 0;
    await new Promise<void>((resolve, reject) => {
      client.on("error", reject);
      client.once("remoteSettings", () => {
        for (const fields of requests.slice(half)) sendByNode(client, fields);
      });
      socket.on("data", (chunk) => {
        try {
          for (const { type, payload } of reader.push(chunk)) {
            if (type !== HEADERS) continue;
            receive(payload);
            count++;
            // The settings go out only now, so that the first half is of the initial size.
            if (count === half) socket.write(Buffer.concat([settings(tableBytesMax), settingsAck()]));
            if (count === requests.length) resolve();
          }
        } catch (error) {
          reject(error);
        }
      });
    });
    client.destroy();
    socket.destroy();
  });
}

function sendByNode(client: http2.ClientHttp2Session, fields: readonly string[]): void {
  const headers: http2.OutgoingHttpHeaders = {};
  for (let i = 0; i < fields.length; i += 2) headers[fields[i]] = fields[i + 1];
  client.request(headers, { endStream: true }).on("error", () => {});
}

/** Sends the requests to a node:http2 server in our encoding, and returns what it received. */
async function serveRequests(tableBytesMax: number, requests: readonly string[][]): Promise<string[][]> {
  const server = http2.createServer({ settings: { headerTableSize: tableBytesMax } });
  const received: string[][] = [];
  await withServer(server, async (_, port) => {
    const done = new Promise<void>((resolve, reject) => {
      server.on("sessionError", reject);
      server.on("session", (session) => session.on("error", reject));
      server.on(
        "stream",
        (stream: http2.ServerHttp2Stream, _headers: unknown, _flags: unknown, rawHeaders: string[]) => {
          received.push(rawHeaders);
          stream.on("error", () => {});
          stream.respond({ ":status": 200 }, { endStream: true });
          if (received.length === requests.length) resolve();
        },
      );
    });
    const encoder = new HpackEncoder({ tableBytesMax: 16_384 });
    const socket = net.connect(port, "127.0.0.1");
    socket.on("error", () => {});
    const reader = new FrameReader(0);
    const half = requests.length / 2;
    const templates = new Map<string, HeaderTemplate>();
    const send = (fields: readonly string[], i: number) => {
      const template = templates.get(fields[5]) ?? new HeaderTemplate(fields.slice(0, 12));
      templates.set(fields[5], template);
      const block = written((output) => encoder.encode(output, template, fields.slice(12)));
      socket.write(frame(HEADERS, END_STREAM | END_HEADERS, 2 * i + 1, block));
    };
    // Half of the requests is of the initial size, and the rest of that which the server announces.
    socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0, new Uint8Array(0))]));
    requests.slice(0, half).forEach(send);
    socket.on("data", (chunk) => {
      for (const { type, flags, payload } of reader.push(chunk)) {
        if (type !== SETTINGS || (flags & ACK) !== 0) continue;
        encoder.setPeerTableBytesMax(headerTableSizeIn(payload));
        socket.write(settingsAck());
        requests.slice(half).forEach((fields, i) => {
          send(fields, half + i);
        });
      }
    });
    await done;
    socket.destroy();
  });
  return received;
}

async function withServer<S extends net.Server | http2.Http2Server>(
  server: S,
  use: (server: S, port: number) => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(server, (server.address() as net.AddressInfo).port);
  } finally {
    server.close();
  }
}

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const HEADERS = 1;
const SETTINGS = 4;
const END_STREAM = 0x1;
const ACK = 0x1;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;
const FRAME_HEADER_BYTES = 9;

interface Frame {
  readonly type: number;
  readonly flags: number;
  /** Of HEADERS: only the header block. */
  readonly payload: Uint8Array;
}

/** Cuts frames out of a stream of octets, after `skip` octets. */
class FrameReader {
  private buffered = Buffer.alloc(0);
  private skip: number;

  constructor(skip: number) {
    this.skip = skip;
  }

  push(chunk: Buffer): Frame[] {
    this.buffered = Buffer.concat([this.buffered, chunk]);
    const frames: Frame[] = [];
    let at = this.skip;
    while (at + FRAME_HEADER_BYTES <= this.buffered.length) {
      const end = at + FRAME_HEADER_BYTES + this.buffered.readUIntBE(at, 3);
      if (end > this.buffered.length) break;
      const type = this.buffered[at + 3];
      const flags = this.buffered[at + 4];
      if (type === HEADERS && (flags & (END_HEADERS | PADDED)) !== END_HEADERS)
        throw new Error("not a plain block");
      const priorityBytes = type === HEADERS && (flags & PRIORITY) !== 0 ? 5 : 0;
      frames.push({
        type,
        flags,
        payload: this.buffered.subarray(at + FRAME_HEADER_BYTES + priorityBytes, end),
      });
      at = end;
    }
    this.skip = Math.max(0, at - this.buffered.length);
    this.buffered = this.buffered.subarray(at);
    return frames;
  }
}

function frame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(FRAME_HEADER_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

const HEADER_TABLE_SIZE = 1;

function settings(tableBytesMax: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(HEADER_TABLE_SIZE, 0);
  payload.writeUInt32BE(tableBytesMax, 2);
  return frame(SETTINGS, 0, 0, payload);
}

function settingsAck(): Buffer {
  return frame(SETTINGS, ACK, 0, new Uint8Array(0));
}

function headerTableSizeIn(payload: Uint8Array): number {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  for (let at = 0; at < payload.length; at += 6) {
    if (view.getUint16(at) === HEADER_TABLE_SIZE) return view.getUint32(at + 2);
  }
  return 4096;
}

/** Node sends pseudo-header fields in an order of its own. */
function sortedPairs(fields: readonly string[]): string[] {
  const pairs: string[] = [];
  for (let i = 0; i < fields.length; i += 2) pairs.push(`${fields[i]}: ${fields[i + 1]}`);
  return pairs.sort();
}
