import type { Outcome } from "@redoubt/rpc";
import type { LinkWatch } from "../virtual/link.js";
import { END_STREAM, FrameWatch, WireType } from "./frame-watch.js";

/** What is known of one attempt at a call, which is one stream of one connection. */
interface Attempt {
  readonly link: number;
  readonly streamId: number;
  /** From its first message; unknown until that is handed over. */
  name: string | undefined;
  /** The server's trailers have come. */
  isAnswered: boolean;
  /** REFUSED_STREAM has come, or a GOAWAY with a lower last stream id. */
  isRefused: boolean;
}

const REFUSED_STREAM = 7;

/** Marks the name of a call in its first message. */
export function nameMark(name: string): string {
  return `«${name}»`;
}

/**
 * What the wire at the client's end proves about each call. From it follows the outcome that the definition of
 * `RpcError.outcome` demands, without a look into the engine.
 */
export class Evidence {
  private readonly attempts: Attempt[] = [];
  private links = 0;

  /** Watches one more connection. */
  watchLink(): LinkWatch {
    const link = this.links++;
    const handedOver = new FrameWatch("client", ({ type, streamId, payload }) => {
      if (type === WireType.HEADERS)
        this.attempts.push({ link, streamId, name: undefined, isAnswered: false, isRefused: false });
      if (type === WireType.DATA) this.name(link, streamId, payload);
    });
    const delivered = new FrameWatch("server", ({ type, flags, streamId, payload }) => {
      const attempt = this.find(link, streamId);
      if (type === WireType.HEADERS && (flags & END_STREAM) !== 0 && attempt !== undefined)
        attempt.isAnswered = true;
      if (
        type === WireType.RST_STREAM &&
        attempt !== undefined &&
        Buffer.from(payload).readUInt32BE(0) === REFUSED_STREAM
      )
        attempt.isRefused = true;
      if (type === WireType.GOAWAY) {
        const lastStreamId = Buffer.from(payload).readUInt32BE(0) & 0x7fffffff;
        for (const one of this.attempts)
          if (one.link === link && one.streamId > lastStreamId) one.isRefused = true;
      }
    });
    return {
      onHandedOver: (bytes) => handedOver.push(bytes),
      onDelivered: (bytes) => delivered.push(bytes),
    };
  }

  /** The outcome that the definition demands now of a call that has failed; `entries`: how often its handler was entered. */
  demanded(name: string, entries: number): Outcome {
    const attempts = this.attempts.filter((attempt) => attempt.name === name);
    if (attempts.some((attempt) => attempt.isAnswered)) return entries > 0 ? "executed" : "not-executed";
    return attempts.every((attempt) => attempt.isRefused) ? "not-executed" : "unknown";
  }

  /** How often the call's request headers were handed to a pipe. */
  attemptsOf(name: string): number {
    return this.attempts.filter((attempt) => attempt.name === name).length;
  }

  /** Streams whose call is not known: their headers were handed over without a message. There should be none. */
  get nameless(): number {
    return this.attempts.filter((attempt) => attempt.name === undefined).length;
  }

  private find(link: number, streamId: number): Attempt | undefined {
    return this.attempts.find((attempt) => attempt.link === link && attempt.streamId === streamId);
  }

  private name(link: number, streamId: number, payload: Uint8Array): void {
    const attempt = this.find(link, streamId);
    if (attempt === undefined) throw new Error(`DATA on stream ${streamId} before its HEADERS`);
    attempt.name ??= /«(.*?)»/.exec(Buffer.from(payload).toString("utf8"))?.[1];
  }
}
