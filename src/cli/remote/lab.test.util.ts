import { create, type FileRegistry } from "@bufbuild/protobuf";
import { type AnySchema, anyPack, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { onTestFinished } from "vitest";
import { loadInterface } from "../../idl/load.js";
import type { CallContext } from "../../rpc/call-context.js";
import { Credentials } from "../../rpc/credentials.js";
import { RpcError } from "../../rpc/error.js";
import { ErrorInfoSchema } from "../../rpc/gen/google/rpc/error_details_pb.js";
import type { ServerInterceptor } from "../../rpc/server-interceptor.js";
import { Status } from "../../rpc/status.js";
import { Server } from "../../server/server.js";
import { addChannelz } from "../../services/channelz.js";
import { addHealth, type ServiceHealth } from "../../services/health.js";
import { addReflection } from "../../services/reflection.js";
import {
  type RunResult,
  redoubt,
  type TestWorld,
  temporaryFolder,
  testWorld,
  type WorldOptions,
} from "../world.test.util.js";

/** The interface of the server that tests of the command speak with. */
export const LAB = `syntax = "proto3";

package lab.v1;

import "google/protobuf/any.proto";
import "google/protobuf/timestamp.proto";
import "redoubt/options.proto";

// What is tried out.
service Lab {
  // Says the same again.
  rpc Echo(Sample) returns (Sample) { option (redoubt.delivery) = AT_LEAST_ONCE; }
  rpc Count(CountRequest) returns (stream CountReply);
  rpc Sum(stream CountReply) returns (CountReply);
  rpc Chat(stream Sample) returns (stream Sample);
  // Always fails.
  rpc Fail(Failure) returns (Sample) {
    option deprecated = true;
    option idempotency_level = NO_SIDE_EFFECTS;
  }
  rpc Metadata(CountRequest) returns (Sample);
}

message Sample {
  // What it is called.
  string name = 1;
  int64 big = 2;
  bytes raw = 3;
  Mood mood = 4 [deprecated = true];
  repeated Part parts = 5;
  map<string, Part> by_name = 6;
  oneof choice {
    string text = 7;
    int32 number = 8;
  }
  optional bool is_set = 9;
  google.protobuf.Any any = 10;
  google.protobuf.Timestamp made = 11;
  string renamed = 12 [json_name = "other"];

  message Part {
    double weight = 1;
  }

  reserved 20, 30 to 32, 100 to max;
  reserved "old";
}

enum Mood {
  MOOD_UNSPECIFIED = 0;
  MOOD_FINE = 1; // All is well.
  MOOD_GLUM = 2;
}

message CountRequest { int32 to = 1; }
message CountReply { int32 number = 1; }
message Failure { int32 code = 1; string message = 2; }
message Empty {}
`;

const FILES: Readonly<Record<string, string>> = { "lab.proto": LAB };

export function labRegistry(): FileRegistry {
  return loadInterface(["lab.proto"], { read: (name) => FILES[name] });
}

export interface Lab {
  readonly address: string;
  readonly server: Server;
  readonly health: ServiceHealth;
  /** The calls of `Chat` and `Count` under way. */
  readonly contexts: CallContext[];
}

/** Starts the server with reflection, health and channelz; it is closed after the test. */
export async function startLab(
  options: {
    readonly reflection?: boolean;
    readonly listen?: string;
    readonly credentials?: Credentials;
    readonly interceptors?: readonly ServerInterceptor[];
  } = {},
): Promise<Lab> {
  const server = new Server({ interceptors: options.interceptors });
  const contexts: CallContext[] = [];
  server.add(labRegistry().getService("lab.v1.Lab")!, {
    echo: (sample) => sample,
    async *count({ to }, call) {
      contexts.push(call);
      for (let number = 1; number <= (to as number); number++) yield { number };
    },
    async sum(numbers) {
      let sum = 0;
      for await (const { number } of numbers) sum += number as number;
      return { number: sum };
    },
    async *chat(samples, call) {
      contexts.push(call);
      for await (const { name } of samples) yield { name: `${name}?` };
    },
    fail: ({ code, message }) => {
      const info = { reason: "LAB", domain: "lab.example", metadata: { tried: "once" } };
      throw new RpcError((code as Status) || Status.NOT_FOUND, message as string, {
        details: [
          anyPack(ErrorInfoSchema, create(ErrorInfoSchema, info)),
          anyPack(StringValueSchema, create(StringValueSchema, { value: "sorry" })),
          {
            $typeName: "google.protobuf.Any",
            typeUrl: "type.example/lab.Unheard",
            value: Uint8Array.of(8, 1),
          } satisfies Any,
        ],
      });
    },
    metadata: (_, call) => {
      call.responseHeaders.append("said", "first");
      call.responseTrailers.append("said-bin", Uint8Array.of(1, 2, 3));
      return { name: JSON.stringify(call.metadata.toJSON()) };
    },
  });
  const health = addHealth(server);
  addChannelz(server);
  if (options.reflection ?? true) addReflection(server);
  const address = await server.listen(
    options.listen ?? "127.0.0.1:0",
    options.credentials ?? Credentials.insecure(),
  );
  onTestFinished(() => server.close());
  return { address, server, health, contexts };
}

type Any = ReturnType<typeof create<typeof AnySchema>>;

/** Runs the command with these arguments, in a folder of its own that has `lab.proto`. */
export function tried(
  args: readonly string[],
  options: WorldOptions & { readonly stdin?: string } = {},
): Promise<RunResult> {
  const { world, result } = started(args, options);
  if (options.stdin !== undefined) world.stdin.type(options.stdin).end();
  return result;
}

/** The same, for tests that go on while it runs. */
export function started(
  args: readonly string[],
  options: WorldOptions = {},
): { world: TestWorld; result: Promise<RunResult> } {
  const folder = temporaryFolder(FILES);
  const world = testWorld(folder, options);
  return { world, result: redoubt(folder, args, world) };
}
