import type { CallContext } from "../rpc/call-context.js";
import type { CallEnd } from "../rpc/call-end.js";
import { RpcError } from "../rpc/error.js";
import { Status } from "../rpc/status.js";
import type { Execution } from "./execution.js";
import type { Admission, GuardedAnswer, GuardedCall, MethodGuard } from "./execution-gate.js";

/** A call on its way through its guard. */
export class GatedExecution implements GuardedCall {
  readonly request: unknown;
  private readonly call: Execution;
  private readonly onAnswer: (answer: GuardedAnswer) => void;
  private admission: Admission | undefined = undefined;
  private answered = false;

  /** `onAnswer` is called once, perhaps from inside {@link enter}. */
  constructor(call: Execution, request: unknown, onAnswer: (answer: GuardedAnswer) => void) {
    this.call = call;
    this.request = request;
    this.onAnswer = onAnswer;
  }

  get context(): CallContext {
    return this.call;
  }

  get callField(): string | undefined {
    return this.call.callField;
  }

  get fingerprint(): string {
    return this.call.fingerprint;
  }

  get requestBytes(): number {
    return this.call.requestBytes;
  }

  enter(guard: MethodGuard): void {
    // The gate may have admitted, and recorded, what its answer has not told us yet.
    this.call.setOutcome("unknown");
    try {
      const admission = guard.admit(this);
      if (!this.answered) this.admission = admission;
    } catch (error) {
      this.answer({ kind: "refuse", error: this.publicError(error) });
    }
  }

  /** The call is over: whoever waits for the answer here is told so. */
  leave(): void {
    if (this.answered) return;
    this.answered = true;
    this.admission?.leave(this);
    this.onAnswer({
      kind: "refuse",
      error: new RpcError(Status.CANCELLED, "nobody waits for the answer any more"),
    });
  }

  publicError(error: unknown): RpcError {
    return this.call.publicError(error);
  }

  takePlace(): boolean {
    return this.call.takePlace();
  }

  answer(answer: GuardedAnswer): void {
    if (this.answered) return;
    this.answered = true;
    this.call.setOutcome("error" in answer ? answer.error.outcome : "executed");
    this.onAnswer(answer);
  }
}

/** The same for interceptors: gives the message and how the call is to end. @throws the error to answer with */
export function executeGated(
  call: Execution,
  guard: MethodGuard,
  request: unknown,
): Promise<{ readonly message: unknown; readonly end: CallEnd }> {
  return new Promise((resolve, reject) => {
    call.enterGuard(guard, request, (answer) => {
      if ("error" in answer) return reject(answer.error);
      const { response, end } = answer;
      try {
        resolve({ message: call.method.response.decode(response, 0, response.length), end });
      } catch (error) {
        reject(undecodable(error, end));
      }
    });
  });
}

/** What encoders take and decoders do not, such as messages nested too deep. The trailers say what has become of the call. */
function undecodable(cause: unknown, end: CallEnd): RpcError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const options = { cause, outcome: "executed", metadata: end.trailers() } as const;
  return new RpcError(Status.INTERNAL, `the answer cannot be decoded for interceptors: ${reason}`, options);
}
