import { once } from "node:events";
import {
  create,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import type * as grpc from "@grpc/grpc-js";
import { type CallOptions, RpcError, type Status, type Stub } from "@redoubt/rpc";
import { fromGrpcJs, toGrpcJs } from "./grpc-js-metadata.js";

/**
 * The methods of a service as calls through grpc-js, with the face of Redoubt's stubs: streams of requests are sent by
 * hand, of the options there are `timeoutMs`, `metadata`, `onHeaders` and `onTrailers`.
 */
export function grpcJsStub<Service extends DescService>(
  service: Service,
  client: grpc.Client,
): Stub<Service> {
  const methods = service.methods.map((method) => [method.localName, call(method, client)]);
  return Object.fromEntries(methods) as Stub<Service>;
}

type Init = MessageInitShape<DescMethod["input"]>;

function call(method: DescMethod, client: grpc.Client): unknown {
  const args = [
    `/${method.parent.typeName}/${method.name}`,
    (request: Init) => Buffer.from(toBinary(method.input, create(method.input, request))),
    (bytes: Buffer) => fromBinary(method.output, bytes),
  ] as const;
  switch (method.methodKind) {
    case "unary":
      return (request: Init, options?: CallOptions) =>
        answer(
          (callback) => client.makeUnaryRequest(...args, request, ...settings(options), callback),
          options,
        ).reply;
    case "client_streaming":
      return (options?: CallOptions) => {
        const { reply, surface } = answer(
          (callback) => client.makeClientStreamRequest(...args, ...settings(options), callback),
          options,
        );
        return { reply, ...sending(surface) };
      };
    case "server_streaming":
      return (request: Init, options?: CallOptions) =>
        answers(observed(client.makeServerStreamRequest(...args, request, ...settings(options)), options));
    case "bidi_streaming":
      return (options?: CallOptions) => {
        const surface = observed(client.makeBidiStreamRequest(...args, ...settings(options)), options);
        return Object.assign(answers(surface), sending(surface));
      };
  }
}

function settings({ metadata, timeoutMs }: CallOptions = {}): [grpc.Metadata, grpc.CallOptions] {
  return [toGrpcJs(metadata), timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs }];
}

type ReplyCallback = (error: grpc.ServiceError | null, reply?: unknown) => void;

function answer<Surface extends Observable>(
  start: (callback: ReplyCallback) => Surface,
  options?: CallOptions,
): { readonly reply: Promise<unknown>; readonly surface: Surface } {
  let settle: ReplyCallback = () => {};
  const reply = new Promise((resolve, reject) => {
    settle = (error, value) => (error ? reject(rpcError(error)) : resolve(value));
  });
  reply.catch(() => {});
  return {
    reply,
    surface: observed(
      start((error, value) => settle(error, value)),
      options,
    ),
  };
}

async function* answers(surface: grpc.ClientReadableStream<unknown>): AsyncGenerator<unknown> {
  try {
    yield* surface;
  } catch (error) {
    throw rpcError(error as grpc.ServiceError);
  }
}

function sending(surface: grpc.ClientWritableStream<Init>) {
  const over = new Promise<void>((resolve) => surface.on("status", () => resolve()));
  return {
    async send(request: Init): Promise<void> {
      if (!surface.write(request)) await Promise.race([once(surface, "drain"), over]);
    },
    end: () => void surface.end(),
    cancel: () => surface.cancel(),
  };
}

interface Observable {
  on(event: "metadata", listener: (metadata: grpc.Metadata) => void): unknown;
  on(event: "status", listener: (status: grpc.StatusObject) => void): unknown;
}

function observed<Surface extends Observable>(surface: Surface, options: CallOptions = {}): Surface {
  const { onHeaders, onTrailers } = options;
  if (onHeaders) surface.on("metadata", (metadata) => onHeaders(fromGrpcJs(metadata)));
  if (onTrailers) surface.on("status", ({ metadata }) => onTrailers(fromGrpcJs(metadata)));
  return surface;
}

function rpcError(error: grpc.ServiceError): unknown {
  return typeof error.code === "number" ? new RpcError(error.code as Status, error.details) : error;
}
