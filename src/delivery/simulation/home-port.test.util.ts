import type { StateView, Workshop } from "./handlers.test.util.js";
import type { Departure, Reply, Request } from "./network.test.util.js";
import type { Program } from "./program.test.util.js";

/** What a home remembers for its clients. */
export interface Remembered {
  readonly sessions: number;
  /** Calls with a recorded answer. */
  readonly answers: number;
  readonly openIntents: number;
}

/** The delivery half of a server, below its gate. Only `open` rejects. */
export interface HomePort {
  readonly identity: string;
  /** Of its journal, as of now. */
  readonly epoch: number;
  readonly position: number;
  readonly durablePosition: number;
  /** It can record nothing any more. */
  readonly failure: Error | undefined;
  readonly state: StateView;
  readonly remembered: Remembered;
  serve(request: Request, departure: Departure): Promise<Reply>;
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

export interface HomeSettings {
  readonly expiresAfterMs: number;
  readonly checkpointBytes: number;
}

export type OpenHome = (program: Program, shop: Workshop, settings: HomeSettings) => Promise<HomePort>;
