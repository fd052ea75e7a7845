import type { Execution } from "./execution.js";
import type { Answer, ExecutionGate } from "./execution-gate.js";

/** Runs a unary call's handler as its gate admits it; gives the message to answer with. @throws the error to answer with */
export async function executeGated(gate: ExecutionGate, call: Execution, request: unknown): Promise<unknown> {
  // The gate may have admitted, and recorded, what its answer has not told us yet.
  call.setOutcome("unknown");
  const admission = await gate.admit({ method: call.method, context: call, request });
  switch (admission.kind) {
    case "execute":
      return messageOf(await admission.settle(await answerOf(call, request)));
    case "join": {
      call.leavePlace();
      const answer = await admission.answer;
      call.setOutcome("executed");
      return messageOf(answer);
    }
    case "replay":
      call.setOutcome("executed");
      return messageOf(admission.answer);
    case "refuse":
      call.setOutcome(admission.error.outcome);
      throw admission.error;
  }
}

async function answerOf(call: Execution, request: unknown): Promise<Answer> {
  try {
    return { message: await call.enterHandler(request) };
  } catch (error) {
    return { error: call.publicError(error) };
  }
}

function messageOf(answer: Answer): unknown {
  if ("error" in answer) throw answer.error;
  return answer.message;
}
