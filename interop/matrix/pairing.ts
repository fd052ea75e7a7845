import { CASES, type CaseName, TLS_CASES } from "../cases/cases.js";
import type { Peer, Security } from "./peer.js";

/** A client, a server, and how the connection between them is secured: a column of the table. */
export interface Pairing {
  readonly client: Peer;
  readonly server: Peer;
  readonly security: Security;
}

/** What became of a case: `lacking` is one that a peer does not implement, with the reason and how it shows. */
export type Outcome =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "lacking"; readonly why: string; readonly fault: string };

export const CASE_NAMES = Object.keys(CASES) as CaseName[];

/**
 * Runs all cases of a pairing and tells of each as it is done. Those that a peer does not implement are run too: one
 * that passes all the same has failed, so that what is said of peers stays true.
 */
export async function runPairing(
  { client, server, security }: Pairing,
  port: number,
  onOutcome: (name: CaseName, outcome: Outcome) => void,
): Promise<void> {
  await client.run(CASE_NAMES, port, security, (name, fault) => {
    onOutcome(name, judged(fault, lackOf({ client, server, security }, name)));
  });
}

/** Why a case cannot pass, and who is to blame. */
export function lackOf({ client, server, security }: Pairing, name: CaseName): string | undefined {
  if (security === "plaintext" && TLS_CASES.has(name) && !client.sendsCredentialsInPlaintext)
    return "without TLS, credentials are not sent";
  const lacking = (peer: Peer, side: "client" | "server") => {
    const lack = peer[`${side}Lacks`][name];
    return lack && `${peer.name}'s ${side} ${lack}`;
  };
  return lacking(client, "client") ?? lacking(server, "server");
}

/** What is to be thought of a run with that fault, if any, of a case that a peer lacks, if it does. */
export function judged(fault: string | undefined, lack: string | undefined): Outcome {
  if (lack === undefined) return fault === undefined ? { kind: "passed" } : { kind: "failed", why: fault };
  if (fault !== undefined) return { kind: "lacking", why: lack, fault };
  return { kind: "failed", why: `it has passed, though ${lack}` };
}

export function pairingName({ client, server, security }: Pairing): string {
  return `${client.name} → ${server.name}, ${security}`;
}
