import type { Output } from "../bytes/output.js";
import { ErrorCode } from "./error.js";
import { appendGoAway, UINT31_MAX } from "./frame.js";
import { DEBUG_BYTES_MAX } from "./frame-interpreter.js";

/**
 * How a connection is left, RFC 9113 §6.8: what GOAWAY has said in either direction, and so which streams each side
 * still takes.
 *
 *     server: no ── GOAWAY 2^31-1, PING ──► announced ── PING acknowledged, GOAWAY with the last id ──► final
 *     client: no ── says nothing ─────────► announced ── its last stream has ended, GOAWAY ───────────► final
 */
export class GoingAway {
  /** The peer has said GOAWAY. */
  received = false;
  /** The last of our streams that the peer takes. */
  admittedStreamId = UINT31_MAX;
  /** All streams have ended, and the layer above was told. */
  isOver = false;
  private readonly output: Output;
  private step: "no" | "announced" | "final" = "no";
  /** Why, for the GOAWAY frames: the same text in each. */
  private debug = "";
  /** The last stream id of our final GOAWAY: a later one may not name a higher one. */
  private admittedPeerStreamId = UINT31_MAX;

  constructor(output: Output) {
    this.output = output;
  }

  /** Either side is leaving: no streams are opened any more. */
  get begun(): boolean {
    return this.received || this.step !== "no";
  }

  /** We are leaving, by our own decision. */
  get saysSo(): boolean {
    return this.step !== "no";
  }

  /** A server's first GOAWAY was said: what the client sent before it saw that may still arrive. */
  get awaitsRoundTrip(): boolean {
    return this.step === "announced";
  }

  /** We have named the last stream that we take. */
  get isFinal(): boolean {
    return this.step === "final";
  }

  /** Whether the connection may be closed, once no stream is open. */
  mayEnd(client: boolean): boolean {
    return this.step === "final" || this.received || client;
  }

  announce(client: boolean, debug: string): void {
    this.step = "announced";
    this.debug = debug;
    if (!client) appendGoAway(this.output, UINT31_MAX, ErrorCode.NO_ERROR, debug);
  }

  sayFinal(lastPeerStreamId: number): void {
    this.step = "final";
    this.admittedPeerStreamId = lastPeerStreamId;
    appendGoAway(this.output, lastPeerStreamId, ErrorCode.NO_ERROR, this.debug);
  }

  sayFailure(lastPeerStreamId: number, code: number, detail: string): void {
    const lastStreamId = Math.min(lastPeerStreamId, this.admittedPeerStreamId);
    appendGoAway(this.output, lastStreamId, code, detail.slice(0, DEBUG_BYTES_MAX));
  }

  /** False if the peer takes back what an earlier GOAWAY of its own has said. */
  receive(lastStreamId: number): boolean {
    if (lastStreamId > this.admittedStreamId) return false;
    this.admittedStreamId = lastStreamId;
    this.received = true;
    return true;
  }
}
