import type { RpcError } from "../../rpc/error.js";
import type { AnswerKind } from "../../server/execution-gate.js";
import type { Reply } from "./reply.js";

/** One attempt of a call, waiting for its reply. */
export interface Attempt {
  /** What has the reply in the end, and is told when the attempt no longer waits. */
  execution: { leave(attempt: Attempt): void } | undefined;
  /** Ends it; once. */
  settle(kind: AnswerKind, reply: Reply): void;
  /** What a handler has thrown, as the error to answer with; what was not meant for the client is reported. */
  publicError(error: unknown): RpcError;
  /** Takes over the attempt's place among the running calls, if it has one. */
  takePlace(): boolean;
}
