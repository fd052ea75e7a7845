import type { ReplyMessages, RequestMessages } from "../rpc/interceptor.js";
import type { ServerInterceptor, ServerRequest } from "../rpc/server-interceptor.js";
import type { Execution } from "./execution.js";
import type { MethodGuard } from "./execution-gate.js";
import { executeGated } from "./gated-execution.js";

/** Sends a call through the server's interceptors, outermost first, and on to its handler. */
export function runIntercepted(
  interceptors: readonly ServerInterceptor[],
  guard: MethodGuard | undefined,
  call: Execution,
  messages: RequestMessages,
): Promise<ReplyMessages> {
  let entered = false;
  const step = async (index: number, request: ServerRequest): Promise<ReplyMessages> => {
    if (index < interceptors.length) return interceptors[index](request, (next) => step(index + 1, next));
    if (entered) throw new Error("an interceptor called next() again: a handler runs once a call");
    entered = true;
    return runHandler(guard, call, request);
  };
  return step(0, requestOf(call, messages));
}

/** Spelled out by kind: an object spread costs as much as the rest of an interceptor. */
function requestOf(call: Execution, messages: RequestMessages): ServerRequest {
  return "message" in messages
    ? { kind: messages.kind, message: messages.message, method: call.method, context: call }
    : { kind: messages.kind, messages: messages.messages, method: call.method, context: call };
}

async function runHandler(
  guard: MethodGuard | undefined,
  call: Execution,
  request: ServerRequest,
): Promise<ReplyMessages> {
  call.throwIfOver();
  switch (call.method.kind) {
    case "unary": {
      const { message } = request as { message: unknown };
      if (guard === undefined) return { kind: "unary", message: await call.enterHandler(message) };
      const reply = await executeGated(call, guard, message);
      call.setSuccess(reply.end);
      return { kind: "unary", message: reply.message };
    }
    case "client-streaming":
      return {
        kind: "client-streaming",
        message: await call.enterHandler((request as { messages: AsyncIterable<unknown> }).messages),
      };
    case "server-streaming": {
      const replies = call.enterHandler((request as { message: unknown }).message);
      return { kind: "server-streaming", messages: replies as AsyncIterable<unknown> };
    }
    case "bidirectional": {
      const replies = call.enterHandler((request as { messages: AsyncIterable<unknown> }).messages);
      return { kind: "bidirectional", messages: replies as AsyncIterable<unknown> };
    }
  }
}
