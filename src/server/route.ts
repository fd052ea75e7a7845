import type { DescService } from "@bufbuild/protobuf";
import { type Method, methodFrom } from "../rpc/method.js";
import type { AnyHandler } from "./handlers.js";

/** A method with its handler. */
export interface Route {
  readonly method: Method;
  readonly handler: AnyHandler;
}

/**
 * The routes of a service.
 * @throws TypeError where a handler is missing (unless `partial`) or is no function
 */
export function routesOf(service: DescService, handlers: object, partial: boolean): Route[] {
  const routes: Route[] = [];
  const missing: string[] = [];
  for (const descriptor of service.methods) {
    const handler: unknown = (handlers as Record<string, unknown>)[descriptor.localName];
    if (handler === undefined) missing.push(descriptor.localName);
    else if (typeof handler !== "function")
      throw new TypeError(
        `${service.typeName}.${descriptor.localName} is a ${typeof handler}, not a function`,
      );
    else routes.push({ method: methodFrom(descriptor), handler: handler.bind(handlers) as AnyHandler });
  }
  if (missing.length > 0 && !partial)
    throw new TypeError(
      `${service.typeName}: no handler for ${missing.join(", ")}. Write ${missing.length === 1 ? "it" : "them"}, ` +
        "or say { partial: true } to answer UNIMPLEMENTED.",
    );
  return routes;
}
