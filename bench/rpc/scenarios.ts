/** What a client does to a server, round after round. */
export type Load =
  /** Unary calls, so many outstanding on one connection. */
  | { readonly kind: "unary"; readonly outstanding: number; readonly bodyBytes: number }
  /** The same with all that a production call carries: see {@link RealCall}. */
  | { readonly kind: "real-unary"; readonly outstanding: number; readonly bodyBytes: number }
  /** One stream after the other. */
  | { readonly kind: "server-stream"; readonly messagesPerStream: number; readonly bodyBytes: number }
  /** One stream, one message at a time. */
  | { readonly kind: "ping-pong"; readonly bodyBytes: number };

/** What a scenario measures. */
export type Measurement =
  | { readonly kind: "load"; readonly load: Load; readonly quickLoad?: Load }
  | { readonly kind: "connections" }
  | { readonly kind: "import" };

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly unit: string;
  readonly measurement: Measurement;
}

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  unary("unary-1", 1, 16, "16-byte payload, 1 call outstanding"),
  unary("unary-64", 64, 16, "16-byte payload, 64 calls outstanding on one connection"),
  unary("unary-256", 256, 16, "16-byte payload, 256 calls outstanding on one connection"),
  {
    name: "unary-64-real",
    summary: "unary-64 with a timeout, an AbortSignal, metadata, an interceptor on each side",
    unit: "calls/s",
    measurement: { kind: "load", load: { kind: "real-unary", outstanding: 64, bodyBytes: 16 } },
  },
  unary("unary-64KiB", 16, 64 * 1024, "64 KiB payload each way, 16 calls outstanding on one connection"),
  {
    name: "server-stream",
    summary: "streams of 20,000 16-byte messages (--quick: 2,000) from server to client, one at a time",
    unit: "messages/s",
    measurement: {
      kind: "load",
      load: { kind: "server-stream", messagesPerStream: 20_000, bodyBytes: 16 },
      quickLoad: { kind: "server-stream", messagesPerStream: 2_000, bodyBytes: 16 },
    },
  },
  {
    name: "bidi-ping-pong",
    summary: "one bidirectional stream, one 16-byte message there and back at a time",
    unit: "round trips/s",
    measurement: { kind: "load", load: { kind: "ping-pong", bodyBytes: 16 } },
  },
  {
    name: "connections",
    summary: "resident memory of the server process per idle connection",
    unit: "KiB/connection (lower is better)",
    measurement: { kind: "connections" },
  },
  {
    name: "import",
    summary: "time to load the peer's packages in a fresh process",
    unit: "ms (lower is better)",
    measurement: { kind: "import" },
  },
];

function unary(name: string, outstanding: number, bodyBytes: number, summary: string): Scenario {
  return {
    name,
    summary,
    unit: "calls/s",
    measurement: { kind: "load", load: { kind: "unary", outstanding, bodyBytes } },
  };
}
