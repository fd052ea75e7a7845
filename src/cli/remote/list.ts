import type { DescMethod } from "@bufbuild/protobuf";
import { printable } from "../../idl/text/diagnostic-text.js";
import { methodFrom } from "../../rpc/method.js";
import { printJson, toner } from "../report.js";
import { ExitCode, type World } from "../world.js";
import { findService } from "./interface.js";
import { type TargetOptions, withServer } from "./session.js";
import { tableLines } from "./table.js";

/** What the command line says; see `redoubt help ls`. */
export interface ListOptions extends TargetOptions {
  readonly service?: string;
}

/** `redoubt ls` */
export function list(options: ListOptions, world: World): Promise<ExitCode> {
  const { service: name, json } = options;
  return withServer(options, world, async ({ interface: known }) => {
    if (name === undefined) {
      const services = await known.serviceNames();
      if (json) printJson({ ok: true, services }, world);
      else world.stdout.write(services.map((service) => `${printable(service)}\n`).join(""));
      return ExitCode.OK;
    }
    const service = await findService(known, name);
    const methods = service.methods.map(rowOf);
    if (json) printJson({ ok: true, service: service.typeName, methods }, world);
    else printMethods(methods, world);
    return ExitCode.OK;
  });
}

interface MethodRow {
  readonly name: string;
  readonly kind: string;
  readonly request: string;
  readonly response: string;
  readonly promise: string;
  readonly isDeprecated: boolean;
}

function rowOf(method: DescMethod): MethodRow {
  const { kind, promise } = methodFrom(method);
  return {
    name: method.name,
    kind,
    request: method.input.typeName,
    response: method.output.typeName,
    promise,
    isDeprecated: method.deprecated,
  };
}

function printMethods(methods: readonly MethodRow[], { stdout }: World): void {
  const tone = toner(stdout);
  const [heading, ...lines] = tableLines([
    ["METHOD", "KIND", "REQUEST", "RESPONSE", "PROMISE"],
    ...methods.map(({ name, kind, request, response, promise, isDeprecated }) => [
      name,
      kind,
      request,
      response,
      isDeprecated ? `${promise}, deprecated` : promise,
    ]),
  ]);
  stdout.write(`${[tone("heading", heading), ...lines].join("\n")}\n`);
}
