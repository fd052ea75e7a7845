import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import type { Comparison } from "./comparison.js";
import { type Misreading, NEW_CLIENT, OLD_CLIENT, type Peers } from "./finding.js";

/** In which direction data of a type travels between the versions. */
export interface Traffic {
  /** From clients to servers. */
  readonly requests: boolean;
  /** From servers to clients. */
  readonly responses: boolean;
}

/** Of what no method carries in both versions, nothing is known: it may be stored, or be in an `Any`. */
const EVERYWHERE: Traffic = { requests: true, responses: true };

export function trafficOf(
  older: DescMessage | DescEnum,
  newer: DescMessage | DescEnum | undefined,
  comparison: Pick<Comparison, "older" | "newer">,
): Traffic {
  if (newer === undefined) return EVERYWHERE;
  const requests = comparison.older.requests.has(older) && comparison.newer.requests.has(newer);
  const responses = comparison.older.responses.has(older) && comparison.newer.responses.has(newer);
  return requests || responses ? { requests, responses } : EVERYWHERE;
}

/** Who breaks, given which version misreads the other: in requests the server reads, in responses the client. */
export function whoBreaks(misreadings: readonly Misreading[], { requests, responses }: Traffic): Peers[] {
  const isReader = (version: Misreading["reader"]) => misreadings.some(({ reader }) => reader === version);
  const oldClient = (requests && isReader("newer")) || (responses && isReader("older"));
  const newClient = (requests && isReader("older")) || (responses && isReader("newer"));
  return [...(oldClient ? [OLD_CLIENT] : []), ...(newClient ? [NEW_CLIENT] : [])];
}
