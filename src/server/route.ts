import type { DescService } from "@bufbuild/protobuf";
import { type Method, methodFrom } from "../rpc/method.js";
import type { ExecutionGate } from "./execution-gate.js";
import type { AnyHandler } from "./handlers.js";

/** A method with its handler. */
export interface Route {
  readonly method: Method;
  readonly handler: AnyHandler;
  /** Its calls pass the execution gate. */
  readonly guarded: boolean;
}

/**
 * The routes of a service.
 * @throws TypeError where a handler is missing (unless `partial`) or is no function, the gate guards a stream, or a
 * promise cannot be kept
 */
export function routesOf(
  service: DescService,
  handlers: object,
  partial: boolean,
  gate: ExecutionGate | undefined,
): Route[] {
  const routes: Route[] = [];
  const missing: string[] = [];
  for (const descriptor of service.methods) {
    const handler: unknown = (handlers as Record<string, unknown>)[descriptor.localName];
    if (handler === undefined) missing.push(descriptor.localName);
    else if (typeof handler !== "function")
      throw new TypeError(
        `${service.typeName}.${descriptor.localName} is a ${typeof handler}, not a function`,
      );
    else {
      const method = methodFrom(descriptor);
      if (method.promise === "exactly-once")
        throw new TypeError(
          `${method.path} promises EXACTLY_ONCE, and this version has no journal to keep that with: ` +
            "promise AT_MOST_ONCE or AT_LEAST_ONCE in its .proto file",
        );
      const guarded = gate?.guards(method) ?? false;
      if (guarded && method.kind !== "unary")
        throw new TypeError(
          `${method.path} is ${method.kind}: an execution gate can guard unary methods only`,
        );
      routes.push({ method, handler: handler.bind(handlers) as AnyHandler, guarded });
    }
  }
  if (missing.length > 0 && !partial)
    throw new TypeError(
      `${service.typeName}: no handler for ${missing.join(", ")}. Write ${missing.length === 1 ? "it" : "them"}, ` +
        "or say { partial: true } to answer UNIMPLEMENTED.",
    );
  return routes;
}
