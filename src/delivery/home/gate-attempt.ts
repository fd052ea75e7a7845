import type { RpcError } from "../../rpc/error.js";
import type { Admission, AnswerKind, GuardedCall } from "../../server/execution-gate.js";
import type { Attempt } from "./attempt.js";
import { guardedAnswer, type Reply } from "./reply.js";

/** An attempt that has come to a server. */
export class GateAttempt implements Attempt, Admission {
  execution: Attempt["execution"] = undefined;
  private readonly call: GuardedCall;

  constructor(call: GuardedCall) {
    this.call = call;
  }

  settle(kind: AnswerKind, reply: Reply): void {
    this.call.answer(guardedAnswer(kind, reply));
  }

  publicError(error: unknown): RpcError {
    return this.call.publicError(error);
  }

  takePlace(): boolean {
    return this.call.takePlace();
  }

  leave(): void {
    this.execution?.leave(this);
    this.execution = undefined;
  }
}
