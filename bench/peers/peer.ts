import type { Exchange, Produce } from "../rpc/load.js";

/** One implementation of gRPC: how to serve the service of bench.proto with it, and how to call that. */
export interface Peer {
  /**
   * Serves on a free port of 127.0.0.1; resolves with the address, `host:port`. The server runs until the process ends.
   *
   * With `realCalls` it has an interceptor that refuses calls without {@link REQUEST_ID} in their metadata.
   */
  serve(options: { realCalls: boolean }): Promise<string>;
  /** A client with one connection of its own; the connection may be made as late as the first call. */
  connect(address: string): PeerClient;
  /** The same with an interceptor that counts the calls. */
  connectReal(address: string): RealClient;
}

/** What its interceptor looks for on the server. */
export const REQUEST_ID = "x-request-id";

export interface PeerClient {
  /** Calls Echo. */
  readonly echo: Exchange;
  /** Calls Produce. */
  readonly produce: Produce;
  /** Opens PingPong. */
  readonly pingPong: () => PingPong;
}

/** An open PingPong stream. */
export interface PingPong {
  /** Sends a message and waits for its answer; one at a time. */
  readonly exchange: Exchange;
  /** Ends the stream; resolves when the server has ended it too, rejects if it then sent more. */
  close(): Promise<void>;
}

export interface RealClient {
  /** Calls Echo with all that a production call carries. */
  echo(body: Uint8Array, call: RealCall): Promise<Uint8Array>;
  /** How many calls the interceptor has seen. */
  interceptedCalls(): number;
}

/** What a production call carries. */
export interface RealCall {
  readonly timeoutMs: number;
  /** Cancels the call once aborted. */
  readonly signal: AbortSignal;
  readonly metadata: Readonly<Record<string, string>>;
}
