import type { CallCredentials } from "../../rpc/call-credentials.js";
import type { CallEnd } from "../../rpc/call-end.js";
import type { Compression } from "../../rpc/compression.js";
import type { Outcome } from "../../rpc/error.js";
import type { Metadata } from "../../rpc/metadata.js";
import type { CallObservation } from "../../rpc/observer.js";
import type { ReceivedMetadata } from "../../transport/call-transport.js";

/**
 * What carries the messages of a client to homes: single attempts of unary calls, as bytes. All that a delivery does
 * beyond that (numbers, repetition, sessions) stands above this interface, so that a simulated network can be below.
 */
export interface Attempts {
  /**
   * Makes one attempt. It ends exactly once, by `listener` (perhaps before this returns) or by {@link Attempt.cancel}.
   * It never throws.
   */
  make(request: AttemptRequest, listener: AttemptListener): Attempt;
}

export interface AttemptRequest {
  /** `/package.Service/Method` */
  readonly path: string;
  /** The metadata field `redoubt-call`; undefined for the methods of redoubt.Delivery. */
  readonly call: string | undefined;
  /** From 1 on: which attempt of its call it is. */
  readonly number: number;
  /** The request message. Its bytes do not change. */
  readonly request: Uint8Array;
  /** The attempt ends with DEADLINE_EXCEEDED after so many milliseconds; more than 0. */
  readonly timeoutMs: number;
  /** What the caller has said about the call, where somebody waits for it. */
  readonly options: AttemptOptions | undefined;
}

export interface AttemptOptions {
  readonly metadata: Metadata | undefined;
  readonly credentials: readonly CallCredentials[] | undefined;
  readonly compression: Compression | undefined;
  /** Told of the attempt, and of its messages. */
  readonly observation: CallObservation | undefined;
}

export interface Attempt {
  /** What it is waiting for, with how long, for error messages: `12 ms waiting for the answer from 127.0.0.1:80`. */
  describe(): string;
  /** Ends it without telling its listener. @returns what is certain of it: `not-executed` where it never left */
  cancel(): Outcome;
}

export interface AttemptListener {
  onAttemptEnd(end: AttemptEnd): void;
}

/** How an attempt has ended. */
export interface AttemptEnd extends CallEnd {
  /** The metadata in front of the answer, where there was some. */
  readonly headers: ReceivedMetadata | undefined;
  /** The answer, where the code is OK. It is the receiver's. */
  readonly response: Uint8Array | undefined;
  /** The trailer `redoubt-recorded`. */
  readonly recorded: string | undefined;
  /** The trailer `redoubt-refusal`. */
  readonly refusal: string | undefined;
  /** The request may have reached a server: false only where it was never handed to a network. */
  readonly hasLeft: boolean;
}
