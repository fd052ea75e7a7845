import type { RpcError } from "@redoubt/rpc";
import { printable } from "./terminal.js";

const OUTCOMES = {
  executed: "the call was executed",
  "not-executed": "the call was not executed",
  unknown: "it is unknown whether the call was executed",
} as const satisfies Record<RpcError["outcome"], string>;

/** E.g. `ALREADY_EXISTS: cannot make "/a": that name is taken (the call was executed)`. */
export function errorLine(error: RpcError): string {
  const message = error.message && `: ${printable(error.message)}`;
  return `${error.codeName}${message} (${OUTCOMES[error.outcome]})`;
}
