import { stub } from "../../client/stub.js";
import { Status } from "../../rpc/status.js";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
  HealthCheckResponse_ServingStatusSchema as ServingStatusSchema,
} from "../../services/gen/grpc/health/v1/health_pb.js";
import { toner } from "../report.js";
import { ExitCode, type World } from "../world.js";
import { jsonText } from "./json-output.js";
import { type Hints, type TargetOptions, withServer } from "./session.js";

/** What the command line says; see `redoubt help health`. */
export interface HealthOptions extends TargetOptions {
  /** The empty string is the server as a whole. */
  readonly service: string;
  readonly watch?: boolean;
}

/** `redoubt health` */
export function health(options: HealthOptions, world: World): Promise<ExitCode> {
  const { service, watch, json } = options;
  return withServer(
    options,
    world,
    async ({ channel, quickly, patiently }) => {
      const client = stub(Health, channel);
      if (!watch) {
        const { status } = await client.check({ service }, quickly);
        print(status, service, json, world);
        return exitCodeOf(status);
      }
      let last: ServingStatus = ServingStatus.UNKNOWN;
      for await (const { status } of client.watch({ service }, patiently)) {
        print(status, service, json, world);
        last = status;
      }
      return exitCodeOf(last);
    },
    HINTS,
  );
}

const HINTS: Hints = {
  [Status.UNIMPLEMENTED]: "the server does not offer grpc.health.v1; in ours it is addHealth(server)",
  [Status.NOT_FOUND]: "services are told by their full names; none is the server as a whole",
};

function exitCodeOf(status: ServingStatus): ExitCode {
  return status === ServingStatus.SERVING ? ExitCode.OK : ExitCode.FAILED;
}

function print(status: ServingStatus, service: string, json: boolean | undefined, { stdout }: World): void {
  const name = ServingStatusSchema.value[status]?.name ?? String(status);
  const tone = status === ServingStatus.SERVING ? "good" : "bad";
  if (json)
    stdout.write(
      `${jsonText({ ok: status === ServingStatus.SERVING, service, status: name }, stdout, true)}\n`,
    );
  else stdout.write(`${toner(stdout)(tone, name)}\n`);
}
