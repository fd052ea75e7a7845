import { Output } from "../bytes/output.js";
import { ErrorCode, errorName } from "./error.js";
import { CLIENT_PREFACE, Flag, FRAME_HEADER_BYTES, FrameType, readUint31, readUint32 } from "./frame.js";
import { HpackDecoder } from "./hpack/decoder.js";
import { HpackEncoder } from "./hpack/encoder.js";
import { HeaderList } from "./hpack/header-list.js";
import { SettingId } from "./settings.js";

/*
 * Frames as lines of text, so that conversations read like a script. Both directions use one grammar:
 *
 *     SETTINGS INITIAL_WINDOW_SIZE=10        SETTINGS ACK
 *     HEADERS 1 END_STREAM END_HEADERS :status=200 x="with space"
 *     DATA 1 END_STREAM "text"               DATA 1 (16384 bytes)
 *     RST_STREAM 1 CANCEL                    GOAWAY 5 NO_ERROR "why"
 *     WINDOW_UPDATE 0 100                    PING 0100000000000000
 */

export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
}

/** The bytes of a frame, right or wrong. `length`: what the header says, where that is to be a lie. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array,
  length?: number,
): Uint8Array {
  const said = length ?? payload.length;
  const id = [streamId >>> 24, streamId >>> 16, streamId >>> 8, streamId];
  return concat([Uint8Array.of(said >>> 16, said >>> 8, said, type, flags, ...id), payload]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** Payload of `count` bytes that vary, none of them printable. */
export function someBytes(count: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let i = 0, value = seed; i < count; i++) {
    value = (Math.imul(value, 1664525) + 1013904223) | 0;
    bytes[i] = 0x80 | (value >>> 24);
  }
  return bytes;
}

/** Cuts bytes into frames, on its own terms; throws where they end within one. */
export function splitFrames(bytes: Uint8Array): RawFrame[] {
  const frames: RawFrame[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < FRAME_HEADER_BYTES) throw new Error("the bytes end within a frame header");
    const length = readUint32(bytes, at) >>> 8;
    const start = at + FRAME_HEADER_BYTES;
    if (start + length > bytes.length) throw new Error("the bytes end within a frame");
    const streamId = readUint31(bytes, at + 5);
    frames.push({
      type: bytes[at + 3],
      flags: bytes[at + 4],
      streamId,
      payload: bytes.slice(start, start + length),
    });
    at = start + length;
  }
  return frames;
}

const TYPE_NAMES = Object.keys(FrameType);
const TYPES = FrameType as Readonly<Record<string, number>>;
const SETTINGS = SettingId as Readonly<Record<string, number>>;
const ERRORS = ErrorCode as Readonly<Record<string, number>>;
const SETTING_NAMES = new Map(Object.entries(SETTINGS).map(([name, id]) => [id, name]));

/** Turns lines into frames, with the header compression of one direction. */
export class FrameWriter {
  private readonly encoder = new HpackEncoder();

  bytesOf(line: string): Uint8Array {
    if (line === "PREFACE") return CLIENT_PREFACE;
    const [name, ...rest] = words(line);
    const type = TYPES[name];
    if (type === undefined) throw new Error(`no frame of type ${name}`);
    if (type === FrameType.SETTINGS) {
      if (rest[0] === "ACK") return frame(type, Flag.ACK, 0, new Uint8Array(0));
      return frame(type, 0, 0, concat(rest.map(settingBytes)));
    }
    if (type === FrameType.PING) {
      const ack = rest[0] === "ACK";
      return frame(type, ack ? Flag.ACK : 0, 0, hexBytes(rest[ack ? 1 : 0]));
    }
    if (type === FrameType.GOAWAY)
      return frame(
        type,
        0,
        0,
        concat([uint32(Number(rest[0])), uint32(errorCode(rest[1])), ascii(text(rest[2]))]),
      );
    return this.streamFrame(type, Number(rest[0]), rest.slice(1));
  }

  /** The block of `fields`, `[name, value, …]`, for a test that cuts or damages it. */
  block(fields: readonly string[]): Uint8Array {
    const output = new Output();
    this.encoder.encode(output, undefined, fields);
    return output.view().slice();
  }

  private streamFrame(type: number, streamId: number, rest: string[]): Uint8Array {
    switch (type) {
      case FrameType.HEADERS: {
        const [flags, fields] = takeFlags(rest);
        return frame(type, flags, streamId, this.block(fields.flatMap(fieldOf)));
      }
      case FrameType.DATA: {
        const [flags, words] = takeFlags(rest);
        return frame(type, flags, streamId, payloadOf(words.join(" ")));
      }
      case FrameType.RST_STREAM:
        return frame(type, 0, streamId, uint32(errorCode(rest[0])));
      case FrameType.WINDOW_UPDATE:
        return frame(type, 0, streamId, uint32(Number(rest[0])));
      default:
        throw new Error(`write ${TYPE_NAMES[type]} with frame()`);
    }
  }
}

/** Turns frames into lines, with the header compression of one direction. */
export class FrameLines {
  private readonly decoder = new HpackDecoder({ tableBytesMax: 4096, listBytesMax: 1 << 24 });
  private block: Uint8Array[] = [];

  lineOf({ type, flags, streamId, payload }: RawFrame): string {
    const name = TYPE_NAMES[type] ?? `TYPE_${type}`;
    const id = String(streamId);
    switch (type) {
      case FrameType.DATA:
        return join(name, id, flags & Flag.END_STREAM && "END_STREAM", payloadText(payload));
      case FrameType.HEADERS:
      case FrameType.CONTINUATION: {
        const endStream = type === FrameType.HEADERS && flags & Flag.END_STREAM && "END_STREAM";
        this.block.push(payload);
        if ((flags & Flag.END_HEADERS) === 0) return join(name, id, endStream, `(${payload.length} bytes)`);
        return join(name, id, endStream, "END_HEADERS", this.fieldsText());
      }
      case FrameType.RST_STREAM:
        return join(name, id, errorName(readUint32(payload, 0)));
      case FrameType.SETTINGS:
        return flags & Flag.ACK ? "SETTINGS ACK" : join(name, settingsText(payload));
      case FrameType.PING:
        return join(name, flags & Flag.ACK && "ACK", hexText(payload));
      case FrameType.GOAWAY: {
        const debug = payload.length > 8 && JSON.stringify(String.fromCharCode(...payload.subarray(8)));
        return join(name, String(readUint32(payload, 0)), errorName(readUint32(payload, 4)), debug);
      }
      case FrameType.WINDOW_UPDATE:
        return join(name, id, String(readUint32(payload, 0)));
      default:
        return join(name, id, `(${payload.length} bytes)`);
    }
  }

  private fieldsText(): string {
    const block = concat(this.block);
    this.block = [];
    const headers = this.decoder.decode(block, 0, block.length);
    if (!(headers instanceof HeaderList))
      throw new Error(`a block that cannot be decoded: ${JSON.stringify(headers)}`);
    return fieldsText(headers.fields);
  }
}

export function fieldsText(fields: readonly string[]): string {
  const texts: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1];
    const shown =
      value.length > 60
        ? `(${value.length} characters)`
        : /[\s"]/.test(value)
          ? JSON.stringify(value)
          : value;
    texts.push(`${fields[i]}=${shown}`);
  }
  return texts.join(" ");
}

/** Short text as it is, anything else by its length. */
export function payloadText(payload: Uint8Array): string {
  const printable = payload.length <= 40 && payload.every((byte) => byte >= 0x20 && byte < 0x7f);
  return printable ? JSON.stringify(String.fromCharCode(...payload)) : `(${payload.length} bytes)`;
}

/** The parts that there are; a flag that is not set is 0, while an id of 0 is given as text. */
function join(...parts: (string | number | false)[]): string {
  return parts.filter((part) => part !== false && part !== 0 && part !== "").join(" ");
}

function words(line: string): string[] {
  return line.match(/(?:[^\s"(]|"(?:[^"\\]|\\.)*"|\([^)]*\))+/g) ?? [];
}

function takeFlags(rest: readonly string[]): [number, string[]] {
  const known = Flag as Readonly<Record<string, number>>;
  let flags = 0;
  let at = 0;
  for (; at < rest.length && known[rest[at]] !== undefined; at++) flags |= known[rest[at]];
  return [flags, rest.slice(at)];
}

function fieldOf(word: string): [string, string] {
  const at = word.indexOf("=", 1);
  const value = word.slice(at + 1);
  return [word.slice(0, at), value.startsWith('"') ? (JSON.parse(value) as string) : value];
}

function payloadOf(word: string): Uint8Array {
  const count = /^\((\d+) bytes\)$/.exec(word)?.[1];
  return count !== undefined ? someBytes(Number(count)) : ascii(text(word === "" ? undefined : word));
}

function text(word: string | undefined): string {
  return word === undefined ? "" : (JSON.parse(word) as string);
}

function settingBytes(word: string): Uint8Array {
  const [name, value] = word.split("=");
  const id = SETTINGS[name] ?? Number(name);
  return concat([Uint8Array.of(id >>> 8, id), uint32(Number(value))]);
}

function settingsText(payload: Uint8Array): string {
  const texts: string[] = [];
  for (let at = 0; at < payload.length; at += 6) {
    const id = (payload[at] << 8) | payload[at + 1];
    texts.push(`${SETTING_NAMES.get(id) ?? id}=${readUint32(payload, at + 2)}`);
  }
  return texts.join(" ");
}

function errorCode(word: string): number {
  return ERRORS[word] ?? Number(word);
}

function hexBytes(word: string): Uint8Array {
  return Uint8Array.from(word.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
