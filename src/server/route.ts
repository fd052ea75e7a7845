import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { type Method, methodFrom } from "../rpc/method.js";
import { answeringEncoded } from "./encoded-message.js";
import type { ExecutionGate, MethodGuard } from "./execution-gate.js";
import { guardedStyle } from "./guarded-handler.js";
import type { AnyHandler } from "./handlers.js";

/** A method with its handler. */
export interface Route {
  readonly method: Method;
  readonly handler: AnyHandler;
  /** What stands before the handler, if anything does. */
  readonly guarded: GuardedRoute | undefined;
  /** Whether its calls need a place among the running calls. */
  readonly isLimited: boolean;
}

/** How calls of a method pass its guard. */
export interface GuardedRoute {
  readonly guard: MethodGuard;
  /** The method as transports see it: answers may be encoded already. */
  readonly method: Method;
}

/**
 * The routes of a service.
 * @throws TypeError where a handler is missing (unless `partial`) or is no function, or a promise cannot be kept
 */
export function routesOf(
  service: DescService,
  handlers: object,
  partial: boolean,
  gate: ExecutionGate | undefined,
): Route[] {
  const found: { readonly descriptor: DescMethod; readonly handler: AnyHandler }[] = [];
  const missing: string[] = [];
  for (const descriptor of service.methods) {
    const handler: unknown = (handlers as Record<string, unknown>)[descriptor.localName];
    if (handler === undefined) missing.push(descriptor.localName);
    else if (typeof handler !== "function")
      throw new TypeError(
        `${service.typeName}.${descriptor.localName} is a ${typeof handler}, not a function`,
      );
    else found.push({ descriptor, handler: handler as AnyHandler });
  }
  if (missing.length > 0 && !partial)
    throw new TypeError(
      `${service.typeName}: no handler for ${missing.join(", ")}. Write ${missing.length === 1 ? "it" : "them"}, ` +
        "or say { partial: true } to answer UNIMPLEMENTED.",
    );
  const routes: Route[] = [];
  try {
    for (const { descriptor, handler } of found) routes.push(routeOf(descriptor, handler, handlers, gate));
  } catch (error) {
    for (const { method, guarded } of routes) if (guarded !== undefined) gate?.release(method);
    throw error;
  }
  return routes;
}

function routeOf(
  descriptor: DescMethod,
  handler: AnyHandler,
  owner: object,
  gate: ExecutionGate | undefined,
): Route {
  const method = methodFrom(descriptor);
  if (gate === undefined) checkNeedsNoGate(method, handler);
  const guard = gate?.guard(method, handler, owner);
  if (guard !== undefined && method.kind !== "unary")
    throw new TypeError(`${method.path} is ${method.kind}: an execution gate can guard unary methods only`);
  const guarded = guard === undefined ? undefined : { guard, method: answeringEncoded(method) };
  return { method, handler: handler.bind(owner) as AnyHandler, guarded, isLimited: true };
}

/** @throws TypeError with the way out */
function checkNeedsNoGate({ path, promise }: Method, handler: AnyHandler): void {
  const style = guardedStyle(handler);
  if (promise === "exactly-once")
    throw new TypeError(
      `${path} promises EXACTLY_ONCE, and the server has no home to keep that with: ` +
        "new Server({ home: await Home.open(folder) })",
    );
  if (style !== undefined)
    throw new TypeError(
      `${path} is handled by a ${style.name}(…) handler, which runs only on a server with a home: ` +
        "new Server({ home: await Home.open(folder) })",
    );
}
