import { fileURLToPath } from "node:url";
import { create } from "@bufbuild/protobuf";
import { AnySchema, anyPack, EmptySchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import * as grpc from "@grpc/grpc-js";
import protobufjs from "protobufjs";
import { afterEach, describe, expect, test } from "vitest";
import { Channel, Credentials, Server, Status, stub } from "../index.js";
import { Health } from "../services/gen/grpc/health/v1/health_pb.js";
import { RpcError } from "./error.js";
import {
  BadRequestSchema,
  DebugInfoSchema,
  detail,
  ErrorInfoSchema,
  errorFromStatus,
  HelpSchema,
  LocalizedMessageSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  RequestInfoSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
  StatusSchema,
  statusFromError,
} from "./errors.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const DETAILS = [
  detail(BadRequestSchema, { fieldViolations: [{ field: "path", description: "begins with no /" }] }),
  detail(ErrorInfoSchema, { reason: "NO_SLASH", domain: "example.org", metadata: { path: "a" } }),
  detail(RetryInfoSchema, { retryDelay: { seconds: 3n } }),
  detail(BadRequestSchema, { fieldViolations: [{ field: "mode", reason: "ODD" }] }),
  anyPack(StringValueSchema, create(StringValueSchema, { value: "own" })),
  create(AnySchema, { typeUrl: "type.googleapis.com/of.Nobody", value: new Uint8Array([1, 2]) }),
];

test("details are typed at both ends of a call", async () => {
  const failure = await failureFrom(await ourServer());
  expect(failure.code).toBe(Status.INVALID_ARGUMENT);
  expectDetails(failure);
});

test("a client of grpc-js reads what our handlers throw", async () => {
  const client = new grpc.Client(await ourServer(), grpc.credentials.createInsecure());
  cleanups.push(() => client.close());
  const failure = await new Promise<grpc.ServiceError | null>((resolve) =>
    client.makeUnaryRequest(CHECK_PATH, same, same, Buffer.alloc(0), (error) => resolve(error)),
  );
  const [bytes] = failure?.metadata.get("grpc-status-details-bin") ?? [];
  const root = loadGoogleRpc();
  const status = root.lookupType("google.rpc.Status").decode(bytes as Buffer) as unknown as LooseStatus;
  expect([status.code, status.message]).toEqual([3, "no"]);
  expect(status.details.map(({ type_url }) => type_url.replace("type.googleapis.com/", ""))).toEqual([
    "google.rpc.BadRequest",
    "google.rpc.ErrorInfo",
    "google.rpc.RetryInfo",
    "google.rpc.BadRequest",
    "google.protobuf.StringValue",
    "of.Nobody",
  ]);
  const decoded = (name: string, at: number) =>
    root.lookupType(`google.rpc.${name}`).decode(status.details[at].value).toJSON();
  expect(decoded("BadRequest", 0)).toEqual({
    fieldViolations: [{ field: "path", description: "begins with no /" }],
  });
  expect(decoded("ErrorInfo", 1)).toEqual({
    reason: "NO_SLASH",
    domain: "example.org",
    metadata: { path: "a" },
  });
});

test("our client reads what a server of grpc-js says", async () => {
  const root = loadGoogleRpc();
  const encoded = (name: string, value: object) => {
    const type = root.lookupType(`google.rpc.${name}`);
    return { type_url: `type.googleapis.com/google.rpc.${name}`, value: type.encode(value).finish() };
  };
  const status = root.lookupType("google.rpc.Status");
  const details = [
    encoded("BadRequest", { fieldViolations: [{ field: "path", description: "begins with no /" }] }),
    encoded("ErrorInfo", { reason: "NO_SLASH", domain: "example.org", metadata: { path: "a" } }),
    encoded("RetryInfo", { retryDelay: { seconds: 3 } }),
    encoded("BadRequest", { fieldViolations: [{ field: "mode", reason: "ODD" }] }),
    { type_url: "type.googleapis.com/google.protobuf.StringValue", value: Buffer.from("\n\x03own") },
    { type_url: "type.googleapis.com/of.Nobody", value: Buffer.from([1, 2]) },
  ];
  const metadata = new grpc.Metadata();
  const bytes = status.encode({ code: 3, message: "no", details }).finish();
  metadata.set("grpc-status-details-bin", Buffer.from(bytes));
  const server = new grpc.Server();
  const definition = {
    path: CHECK_PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  server.addService(
    { check: definition },
    {
      check: (_: unknown, answer: grpc.sendUnaryData<Buffer>) => answer({ code: 3, details: "no", metadata }),
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    ),
  );
  cleanups.push(() => server.forceShutdown());
  expectDetails(await failureFrom(`127.0.0.1:${port}`));
});

test.each([
  [BadRequestSchema, { fieldViolations: [{ field: "a", localizedMessage: { locale: "de", message: "b" } }] }],
  [DebugInfoSchema, { stackEntries: ["a", "b"], detail: "c" }],
  [ErrorInfoSchema, { reason: "A", domain: "b", metadata: { c: "d" } }],
  [HelpSchema, { links: [{ description: "a", url: "b" }] }],
  [LocalizedMessageSchema, { locale: "de-CH", message: "a" }],
  [PreconditionFailureSchema, { violations: [{ type: "A", subject: "b", description: "c" }] }],
  [QuotaFailureSchema, { violations: [{ subject: "a", quotaValue: 1n, futureQuotaValue: 2n }] }],
  [RequestInfoSchema, { requestId: "a", servingData: "b" }],
  [ResourceInfoSchema, { resourceType: "a", resourceName: "b", owner: "c", description: "d" }],
  [RetryInfoSchema, { retryDelay: { seconds: 1n, nanos: 2 } }],
])("$typeName is a detail", (schema, message) => {
  const error = new RpcError(Status.ABORTED, "", { details: [detail(schema, message as object)] });
  expect(error.findDetails(schema)).toEqual([create(schema, message as object)]);
});

describe("google.rpc.Status", () => {
  test("has code, message and details of an error, and gives them back", () => {
    const status = statusFromError(new RpcError(Status.NOT_FOUND, "none", { details: DETAILS }));
    expect(status).toEqual(create(StatusSchema, { code: 5, message: "none", details: DETAILS }));
    expect(errorFromStatus(status)).toMatchObject({ code: 5, message: "none", details: DETAILS });
  });

  test.each([
    [0, undefined],
    [16, 16],
    [17, Status.UNKNOWN],
    [-1, Status.UNKNOWN],
  ])("with code %i is an error of code %s", (code, expected) => {
    expect(errorFromStatus(create(StatusSchema, { code }))?.code).toBe(expected);
  });
});

interface LooseStatus {
  readonly code: number;
  readonly message: string;
  readonly details: readonly { readonly type_url: string; readonly value: Uint8Array }[];
}

const CHECK_PATH = "/grpc.health.v1.Health/Check";

const same = (bytes: Buffer): Buffer => bytes;

/** As another implementation of Protocol Buffers reads the `.proto` files. */
function loadGoogleRpc(): protobufjs.Root {
  const folder = fileURLToPath(new URL("../../proto/", import.meta.url));
  const root = new protobufjs.Root();
  const resolve = root.resolvePath.bind(root);
  root.resolvePath = (origin, target) =>
    target.startsWith("google/rpc/") ? folder + target : resolve(origin, target);
  return root.loadSync(["google/rpc/error_details.proto", "google/rpc/status.proto"]);
}

async function ourServer(): Promise<string> {
  const server = new Server();
  cleanups.push(() => server.close());
  const handlers = {
    check(): never {
      throw new RpcError(Status.INVALID_ARGUMENT, "no", { details: DETAILS });
    },
  };
  server.add(Health, handlers, { partial: true });
  return server.listen("127.0.0.1:0", Credentials.insecure());
}

async function failureFrom(address: string): Promise<RpcError> {
  const channel = new Channel(address, { credentials: Credentials.insecure() });
  cleanups.push(() => channel.close());
  const failure = await stub(Health, channel)
    .check({})
    .catch((error: unknown) => error);
  if (!RpcError.is(failure)) throw new Error("the call has succeeded");
  return failure;
}

function expectDetails(failure: RpcError): void {
  const violations = failure.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  expect(violations.map(({ field }) => field)).toEqual(["path", "mode"]);
  expect(failure.findDetails(ErrorInfoSchema)[0]?.reason).toBe("NO_SLASH");
  expect(failure.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds).toBe(3n);
  expect(failure.findDetails(StringValueSchema)[0]?.value).toBe("own");
  expect(failure.findDetails(EmptySchema)).toEqual([]);
  expect(failure.details.at(-1)).toMatchObject({ value: new Uint8Array([1, 2]) });
}
