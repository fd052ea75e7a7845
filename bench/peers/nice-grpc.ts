/** `nice-grpc`: promises and async iterables over grpc-js. */
import type { MethodDefinition as GrpcJsMethodDefinition } from "@grpc/grpc-js";
import {
  type CallOptions,
  type ClientMiddleware,
  type ClientMiddlewareCall,
  createChannel,
  createClientFactory,
  createServer,
  Metadata,
  type MethodDefinition,
  ServerError,
  type ServerMiddleware,
  type ServiceImplementation,
  Status,
} from "nice-grpc";
import { streamBody } from "../rpc/bodies.js";
import { iteratedPingPong } from "./iterated-ping-pong.js";
import { loadBenchDefinition, type Payload, type ProduceRequest } from "./loaded-proto.js";
import { Outgoing } from "./outgoing.js";
import { type Peer, REQUEST_ID } from "./peer.js";

export const niceGrpc: Peer = {
  async serve({ realCalls }) {
    const server = realCalls ? createServer().use(requireRequestId) : createServer();
    server.add(definition, handlers);
    const port = await server.listen("127.0.0.1:0");
    return `127.0.0.1:${port}`;
  },

  connect(address) {
    const client = createClientFactory().create(definition, channelTo(address));
    return {
      async echo(body) {
        return (await client.echo({ body })).body;
      },
      async produce(request, onBody) {
        for await (const { body } of client.produce(request)) onBody(body);
      },
      pingPong() {
        const outgoing = new Outgoing<Payload>();
        return iteratedPingPong({
          answers: client.pingPong(outgoing),
          send: (message) => outgoing.send(message),
          end: () => outgoing.end(),
        });
      },
    };
  },

  connectReal(address) {
    let interceptedCalls = 0;
    async function* countCalls<Request, Response>(
      call: ClientMiddlewareCall<Request, Response>,
      options: CallOptions,
    ) {
      interceptedCalls++;
      return yield* call.next(call.request, options);
    }
    const client = createClientFactory()
      .use(countCalls)
      .use(deadlineMiddleware)
      .create(definition, channelTo(address));
    return {
      async echo(body, { timeoutMs, signal, metadata }) {
        return (await client.echo({ body }, { deadline: timeoutMs, signal, metadata: Metadata(metadata) }))
          .body;
      },
      interceptedCalls: () => interceptedCalls,
    };
  },
};

type BenchDefinition = {
  echo: MethodDefinition<Payload, Payload, Payload, Payload, false, false>;
  produce: MethodDefinition<ProduceRequest, ProduceRequest, Payload, Payload, false, true>;
  pingPong: MethodDefinition<Payload, Payload, Payload, Payload, true, true>;
};

const loaded = loadBenchDefinition();

/** Marshalling by protobufjs, through proto-loader: as in the grpc-js peer. */
const definition: BenchDefinition = {
  echo: { ...methodOf<Payload, Payload>("Echo"), requestStream: false, responseStream: false },
  produce: { ...methodOf<ProduceRequest, Payload>("Produce"), requestStream: false, responseStream: true },
  pingPong: { ...methodOf<Payload, Payload>("PingPong"), requestStream: true, responseStream: true },
};

function methodOf<Request, Response>(name: string) {
  const method = loaded[name] as GrpcJsMethodDefinition<Request, Response>;
  return {
    path: method.path,
    requestSerialize: method.requestSerialize,
    requestDeserialize: (bytes: Uint8Array) => method.requestDeserialize(bytes as Buffer),
    responseSerialize: method.responseSerialize,
    responseDeserialize: (bytes: Uint8Array) => method.responseDeserialize(bytes as Buffer),
    options: {},
  };
}

function channelTo(address: string) {
  // A connection of its own, as clients otherwise share one.
  return createChannel(address, undefined, { "grpc.use_local_subchannel_pool": 1 });
}

const handlers: ServiceImplementation<BenchDefinition> = {
  async echo({ body }) {
    return { body };
  },
  async *produce({ count, bodyBytes }) {
    for (let index = 0; index < count; index++) yield { body: streamBody(index, bodyBytes) };
  },
  async *pingPong(requests) {
    for await (const { body } of requests) yield { body };
  },
};

const requireRequestId: ServerMiddleware = async function* (call, context) {
  if (!context.metadata.has(REQUEST_ID)) throw new ServerError(Status.UNAUTHENTICATED, `no ${REQUEST_ID}`);
  return yield* call.next(call.request, context);
};

/**
 * nice-grpc has its timeout in a package of its own, nice-grpc-client-middleware-deadline; this does what that does: it
 * aborts the call by a timer.
 */
const deadlineMiddleware: ClientMiddleware<{ deadline?: number }> = async function* (call, options) {
  const { deadline, signal, ...rest } = options;
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal?.addEventListener("abort", abort);
  const timer = setTimeout(abort, deadline);
  try {
    return yield* call.next(call.request, { ...rest, signal: controller.signal });
  } finally {
    signal?.removeEventListener("abort", abort);
    clearTimeout(timer);
  }
};
