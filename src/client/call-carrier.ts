import type { CallCounters } from "../rpc/call-counters.js";
import type { CallCredentials } from "../rpc/call-credentials.js";
import type { CallEnd } from "../rpc/call-end.js";
import type { Compression } from "../rpc/compression.js";
import type { CallObserver } from "../rpc/observer.js";
import type { TimerWheel } from "../rpc/timer-wheel.js";
import type { Runtime } from "../runtime/runtime.js";
import type { CallTransport } from "../transport/call-transport.js";
import type { AbortHub } from "./abort-hub.js";

/** What a call needs of its channel. */
export interface CallCarrier {
  readonly runtime: Runtime;
  readonly wheel: TimerWheel;
  readonly aborts: AbortHub;
  readonly observer: CallObserver | undefined;
  readonly counters: CallCounters;
  readonly receiveBytesMax: number;
  readonly sendBytesMax: number;
  readonly defaultTimeoutMs: number | undefined;
  /** How requests are compressed, for calls that do not say. */
  readonly compression: Compression;
  /** Asked for metadata for each call; empty for none. */
  readonly callCredentials: readonly CallCredentials[];
  /** Call credentials may be sent. */
  readonly isPrivate: boolean;
  /** The `:authority` of calls. */
  readonly authority: string;
  /** A transport that takes the call now, or undefined: then the call waits. */
  readyTransport(): CallTransport | undefined;
  /** Puts the call in the queue for a transport, or ends it where there is no hope. */
  wait(call: WaitingCall): void;
  stopWaiting(call: WaitingCall): void;
  /**
   * The call is with no transport and waits for none: for its credentials, or before it is made again. It is ended
   * where the channel closes. @returns why that cannot be, if so: too many wait, or the channel is closed
   */
  setAside(call: WaitingCall): CallEnd | undefined;
  /** What it waited for has come. */
  takeBack(call: WaitingCall): void;
  /** What the channel is doing about a connection, for error messages. */
  describeWait(): string;
  /** When the name look-up of the present connection was over, in the runtime's time. */
  readonly lookedUpMs: number;
}

/** A call that waits for a transport, or was set aside. */
export interface WaitingCall {
  readonly waitForReady: boolean;
  onTransport(transport: CallTransport): void;
  onNoTransport(end: CallEnd): void;
}
