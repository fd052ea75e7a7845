import { once } from "node:events";
import {
  create,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import {
  type CallCredentials,
  type CallOptions,
  type CallToProve,
  RpcError,
  type SendOptions,
  type Status,
  type Stub,
} from "@redoubt/rpc";
import { fromGrpcJs, toGrpcJs } from "./grpc-js-metadata.js";

/**
 * The methods of a service as calls through grpc-js, with the face of Redoubt's stubs: streams of requests are sent by
 * hand, of the options there are `timeoutMs`, `metadata`, `compression`, one of `credentials`, `onHeaders` and `onTrailers`.
 */
export function grpcJsStub<Service extends DescService>(service: Service, clients: Clients): Stub<Service> {
  const methods = service.methods.map((method) => [method.localName, call(method, clients)]);
  return Object.fromEntries(methods) as Stub<Service>;
}

/** One for each way to compress requests. */
export type Clients = Readonly<Record<"identity" | "gzip" | "deflate", grpc.Client>>;

type Init = MessageInitShape<DescMethod["input"]>;

function call(method: DescMethod, clients: Clients): unknown {
  const clientFor = ({ compression = "identity" }: CallOptions = {}) => {
    if (compression === "zstd") throw new TypeError("grpc-js has no zstd");
    return clients[compression];
  };
  const args = [
    `/${method.parent.typeName}/${method.name}`,
    (request: Init) => Buffer.from(toBinary(method.input, create(method.input, request))),
    (bytes: Buffer) => fromBinary(method.output, bytes),
  ] as const;
  switch (method.methodKind) {
    case "unary":
      return (request: Init, options?: CallOptions) =>
        answer(
          (callback) => clientFor(options).makeUnaryRequest(...args, request, ...settings(options), callback),
          options,
        ).reply;
    case "client_streaming":
      return (options?: CallOptions) => {
        const { reply, surface } = answer(
          (callback) => clientFor(options).makeClientStreamRequest(...args, ...settings(options), callback),
          options,
        );
        return { reply, ...sending(surface) };
      };
    case "server_streaming":
      return (request: Init, options?: CallOptions) =>
        answers(
          observed(
            clientFor(options).makeServerStreamRequest(...args, request, ...settings(options)),
            options,
          ),
        );
    case "bidi_streaming":
      return (options?: CallOptions) => {
        const surface = observed(
          clientFor(options).makeBidiStreamRequest(...args, ...settings(options)),
          options,
        );
        return Object.assign(answers(surface), sending(surface));
      };
  }
}

function settings({ metadata, timeoutMs, credentials }: CallOptions = {}): [grpc.Metadata, grpc.CallOptions] {
  const deadline = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
  const proof = typeof credentials === "function" ? { credentials: toGrpcJsCredentials(credentials) } : {};
  return [toGrpcJs(metadata), { ...deadline, ...proof, interceptors: [compressNot] }];
}

function toGrpcJsCredentials(credentials: CallCredentials): grpc.CallCredentials {
  return grpc.credentials.createFromMetadataGenerator(({ service_url: serviceUrl }, done) => {
    Promise.resolve(credentials({ serviceUrl } as CallToProve)).then(
      (init) => done(null, toGrpcJs(init)),
      done,
    );
  });
}

/** Of grpc-js's flags of messages, which it gives no names to its users. */
const NO_COMPRESS = 2;

/** What is to be sent uncompressed. */
const uncompressed = new WeakSet<object>();

/** Flags such messages, since `write` takes flags in place of a text's encoding, and Node refuses them there. */
const compressNot: grpc.Interceptor = (options, next) =>
  new (class extends grpc.InterceptingCall {
    override sendMessageWithContext(context: { flags?: number }, message: object): void {
      const flags = uncompressed.has(message) ? NO_COMPRESS : 0;
      super.sendMessageWithContext({ ...context, flags }, message);
    }
  })(next(options));

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
    async send(request: Init, { compress = true }: SendOptions = {}): Promise<void> {
      if (!compress) uncompressed.add(request);
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
