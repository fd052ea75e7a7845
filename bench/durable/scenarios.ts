/** What a scenario measures. */
export type Measurement =
  /** Records of 256 bytes made durable, so many outstanding. */
  | { readonly kind: "append"; readonly outstanding: number }
  /** Calls over TCP that change a small state, so many outstanding on one connection. */
  | { readonly kind: "exactly-once"; readonly outstanding: number }
  /** Opening a journal after a crash. */
  | { readonly kind: "recovery" }
  /** What a home's memory grows by for each session, or for each answer that it remembers. */
  | { readonly kind: "memory"; readonly of: "client" | "call" };

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly unit: string;
  /** Those it is measured for. */
  readonly peers: readonly string[];
  readonly measurement: Measurement;
}

export const REDOUBT = "redoubt";
export const BARE = "o-dsync";
export const SQLITE = "better-sqlite3";
export const SQLITE_BATCHED = "better-sqlite3-batched";

const OUTSTANDING = [1, 64, 256, 1_024] as const;

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  ...OUTSTANDING.map(
    (outstanding): Scenario => ({
      name: `append-${outstanding}`,
      summary: `records of 256 bytes made durable, ${outstanding} outstanding`,
      unit: "records/s",
      peers: [REDOUBT, BARE, SQLITE, SQLITE_BATCHED],
      measurement: { kind: "append", outstanding },
    }),
  ),
  ...OUTSTANDING.map(
    (outstanding): Scenario => ({
      name: `exactly-once-${outstanding}`,
      summary: `calls that store 16 bytes, each made once, ${outstanding} outstanding on one connection`,
      unit: "calls/s",
      peers: [REDOUBT, SQLITE, SQLITE_BATCHED],
      measurement: { kind: "exactly-once", outstanding },
    }),
  ),
  {
    name: "recovery",
    summary: "opening a journal of 1 GiB (--quick: 64 MiB) without a checkpoint, after a crash",
    unit: "s (lower is better)",
    peers: [REDOUBT],
    measurement: { kind: "recovery" },
  },
  {
    name: "memory-client",
    summary: "heap of the server for each session that it remembers",
    unit: "bytes (lower is better)",
    peers: [REDOUBT],
    measurement: { kind: "memory", of: "client" },
  },
  {
    name: "memory-call",
    summary: "heap of the server for each answer of 16 bytes that it remembers",
    unit: "bytes (lower is better)",
    peers: [REDOUBT],
    measurement: { kind: "memory", of: "call" },
  },
];
