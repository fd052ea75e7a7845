import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Message, MessageSchema } from "../gen/echo_pb.js";

// One shape over the gRPC implementations for JavaScript, so that a case is written once and runs against each.

/** A message of the Echo service, to be sent. */
export type Sent = MessageInitShape<typeof MessageSchema>;

/** Metadata: text under plain names, bytes under names in -bin. */
export type Entries = Readonly<Record<string, readonly string[] | readonly Uint8Array[]>>;

/** How a call fails, on either side. */
export class Failure extends Error {
  /** The number of a gRPC status. */
  readonly code: number;
  /** The texts of the google.protobuf.StringValue among the details. */
  readonly notes: readonly string[];
  readonly trailers: Entries;

  constructor(code: number, message: string, more: { notes?: readonly string[]; trailers?: Entries } = {}) {
    super(message);
    this.code = code;
    this.notes = more.notes ?? [];
    this.trailers = more.trailers ?? {};
  }
}

/** What a handler knows of its call. */
export interface Serving {
  readonly metadata: Entries;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  timeRemainingMs(): number | undefined;
  /** Sent before the first message; to be called before it. */
  setHeaders(entries: Entries): void;
  setTrailers(entries: Entries): void;
}

/** The Echo service, to be implemented. Throws {@link Failure} to fail. */
export interface EchoHandlers {
  unary(request: Message, serving: Serving): Promise<Sent>;
  collect(requests: AsyncIterable<Message>, serving: Serving): Promise<Sent>;
  expand(request: Message, serving: Serving): AsyncIterable<Sent>;
  chat(requests: AsyncIterable<Message>, serving: Serving): AsyncIterable<Sent>;
}

export interface RunningServer {
  /** `host:port` */
  readonly address: string;
  /** Takes no more calls (GOAWAY) and resolves when the open ones have ended. */
  drain(): Promise<void>;
  /** Ends everything at once, connections first. */
  kill(): Promise<void>;
}

export interface CallSettings {
  readonly metadata?: Entries;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onHeaders?: (headers: Entries) => void;
  readonly onTrailers?: (trailers: Entries) => void;
}

/** The Echo service, to be called. Calls throw {@link Failure}; a loop over answers that is left takes the call back. */
export interface EchoClient {
  unary(request: Sent, settings?: CallSettings): Promise<Message>;
  collect(requests: AsyncIterable<Sent>, settings?: CallSettings): Promise<Message>;
  expand(request: Sent, settings?: CallSettings): AsyncIterable<Message>;
  chat(requests: AsyncIterable<Sent>, settings?: CallSettings): AsyncIterable<Message>;
  /** Calls a method that the server does not have. */
  unknown(): Promise<unknown>;
  close(): Promise<void>;
}

/** A gRPC implementation: both its sides. */
export interface Peer {
  readonly name: string;
  serve(handlers: EchoHandlers): Promise<RunningServer>;
  connect(address: string): EchoClient;
}
