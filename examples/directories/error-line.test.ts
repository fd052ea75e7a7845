import { RpcError, Status } from "@redoubt/rpc";
import { expect, it } from "vitest";
import { errorLine } from "./error-line.js";

it.each([
  [
    new RpcError(Status.ALREADY_EXISTS, 'cannot make "/größe"', { outcome: "executed" }),
    'ALREADY_EXISTS: cannot make "/größe" (the call was executed)',
  ],
  [
    new RpcError(Status.UNAVAILABLE, "no connection", { outcome: "not-executed" }),
    "UNAVAILABLE: no connection (the call was not executed)",
  ],
  [
    new RpcError(Status.DEADLINE_EXCEEDED, "", { outcome: "unknown" }),
    "DEADLINE_EXCEEDED (it is unknown whether the call was executed)",
  ],
  [
    new RpcError(Status.UNKNOWN, "a\n\u001b[31mb", { outcome: "executed" }),
    "UNKNOWN: a\\u000a\\u001b[31mb (the call was executed)",
  ],
])("%s", (error, line) => {
  expect(errorLine(error)).toBe(line);
});
