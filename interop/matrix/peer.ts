import type { CaseName } from "../cases/cases.js";

export const SECURITIES = ["plaintext", "tls"] as const;
export type Security = (typeof SECURITIES)[number];

/** Tells how a case went: with what was wrong, if something was. */
export type Report = (name: CaseName, fault?: string) => void;

/** What it does not implement, by the names of the cases, with the reasons. */
export type Lacks = Readonly<Partial<Record<CaseName, string>>>;

export interface RunningServer {
  readonly port: number;
  kill(): Promise<void>;
}

/** A gRPC implementation, as the two programs of the interoperability tests. */
export interface Peer {
  readonly name: string;
  readonly clientLacks: Lacks;
  readonly serverLacks: Lacks;
  /** Its client sends credentials of calls without TLS too; others refuse. */
  readonly sendsCredentialsInPlaintext?: boolean;
  /** Its client cannot see whether an answer came compressed: its cases for that see the sizes alone. */
  readonly seesSizesAlone?: boolean;
  /** Starts its server on a free port of 127.0.0.1. */
  serve(security: Security): Promise<RunningServer>;
  /** Runs its client against a server of 127.0.0.1, and reports every one of the cases. */
  run(cases: readonly CaseName[], port: number, security: Security, report: Report): Promise<void>;
}
