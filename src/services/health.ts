import type { DescService } from "@bufbuild/protobuf";
import type { CallContext } from "../rpc/call-context.js";
import { RpcError } from "../rpc/error.js";
import { Status } from "../rpc/status.js";
import type { Handlers } from "../server/handlers.js";
import type { Server } from "../server/server.js";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "./gen/grpc/health/v1/health_pb.js";
import { NAME_LENGTH_MAX, quoted } from "./quoted.js";
import { type ServingStatus, ServingStatuses } from "./serving-statuses.js";

export type { ServingStatus } from "./serving-statuses.js";

/** Settings of the health service. */
export interface HealthOptions {
  /** Watch calls at the same time; default 16,384. Beyond: RESOURCE_EXHAUSTED. */
  readonly maxWatches?: number;
}

/** As many as one connection may have streams by default: at 4 KiB each, 64 MiB. */
const WATCHES_MAX = 16_384;

/** As gRPC's health.proto says: a client that needs more asks for each. */
const LISTED_SERVICES_MAX = 100;

/**
 * Adds `grpc.health.v1.Health`, with the server as a whole (service `""`) SERVING. When the server begins to close, all
 * that is told turns NOT_SERVING, and watches end with UNAVAILABLE.
 * @throws TypeError where the server has it already
 */
export function addHealth(server: Server, options: HealthOptions = {}): ServiceHealth {
  const statuses = new ServingStatuses();
  statuses.set("", "SERVING");
  server.add(Health, handlers(statuses, options.maxWatches ?? WATCHES_MAX));
  server.onClosing(() => statuses.close());
  return new ServiceHealth(statuses);
}

/** What the health service of a server tells. Services are named by their full name or their descriptor; `""` is the server as a whole. */
export class ServiceHealth {
  private readonly statuses: ServingStatuses;

  constructor(statuses: ServingStatuses) {
    this.statuses = statuses;
  }

  /**
   * Tells that a service is so from now on. Without effect once the server is closing.
   * @throws TypeError on another status
   */
  set(service: string | DescService, status: ServingStatus): void {
    if (!Object.hasOwn(STATUS_CODES, status))
      throw new TypeError(
        `the status of a service is ${JSON.stringify(status)}: it must be one of ${Object.keys(STATUS_CODES).join(", ")}`,
      );
    this.statuses.set(nameOf(service), status);
  }

  /** What is told of a service; undefined where nothing is. */
  get(service: string | DescService): ServingStatus | undefined {
    return this.statuses.get(nameOf(service));
  }

  /** Tells nothing of a service any more: Check answers NOT_FOUND, Watch SERVICE_UNKNOWN. */
  delete(service: string | DescService): void {
    this.statuses.set(nameOf(service), undefined);
  }
}

const STATUS_CODES: Readonly<Record<ServingStatus, Serving>> = {
  SERVING: Serving.SERVING,
  NOT_SERVING: Serving.NOT_SERVING,
  UNKNOWN: Serving.UNKNOWN,
};

function handlers(statuses: ServingStatuses, watchesMax: number): Handlers<typeof Health> {
  return {
    check({ service }) {
      const status = statuses.get(service);
      if (status === undefined)
        throw new RpcError(Status.NOT_FOUND, `nothing is known of the health of service ${quoted(service)}`);
      return { status: STATUS_CODES[status] };
    },

    list() {
      const { entries } = statuses;
      if (entries.size > LISTED_SERVICES_MAX)
        throw new RpcError(
          Status.RESOURCE_EXHAUSTED,
          `there are ${entries.size} services, and a list has at most ${LISTED_SERVICES_MAX}: check each`,
        );
      const listed = [...entries].map(([name, status]) => [name, { status: STATUS_CODES[status] }]);
      return { statuses: Object.fromEntries(listed) };
    },

    async *watch({ service }, call: CallContext) {
      if (service.length > NAME_LENGTH_MAX)
        throw new RpcError(
          Status.INVALID_ARGUMENT,
          `the name of the service has ${service.length} characters; at most ${NAME_LENGTH_MAX} are allowed`,
        );
      if (statuses.watching >= watchesMax)
        throw new RpcError(Status.RESOURCE_EXHAUSTED, `${watchesMax} Watch calls are open; use Check`);
      for await (const status of statuses.watch(service, call.signal))
        yield { status: status === undefined ? Serving.SERVICE_UNKNOWN : STATUS_CODES[status] };
      throw new RpcError(Status.UNAVAILABLE, "the server is closing");
    },
  };
}

function nameOf(service: string | DescService): string {
  return typeof service === "string" ? service : service.typeName;
}
