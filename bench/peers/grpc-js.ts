/** `@grpc/grpc-js` with proto-loader: callbacks and Node streams. */
import {
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  credentials,
  InterceptingCall,
  type Interceptor,
  Metadata,
  makeGenericClientConstructor,
  ResponderBuilder,
  type requestCallback,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { streamBody } from "../rpc/bodies.js";
import { loadBenchDefinition, type Payload, type ProduceRequest } from "./loaded-proto.js";
import { type Peer, type PingPong, REQUEST_ID } from "./peer.js";

const definition = loadBenchDefinition();

export const grpcJs: Peer = {
  async serve({ realCalls }) {
    const server = new Server(realCalls ? { interceptors: [requireRequestId] } : {});
    server.addService(definition, handlers);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return `127.0.0.1:${port}`;
  },

  connect(address) {
    const client = connectClient(address, []);
    return {
      echo: (body) =>
        new Promise((resolve, reject) => {
          client.echo({ body }, (error, answer) => (error === null ? resolve(answer!.body) : reject(error)));
        }),
      produce: (request, onBody) =>
        new Promise((resolve, reject) => {
          client
            .produce(request)
            .on("data", (message: Payload) => onBody(message.body))
            .on("end", resolve)
            .on("error", reject);
        }),
      pingPong: () => pingPongOver(client.pingPong()),
    };
  },

  connectReal(address) {
    let interceptedCalls = 0;
    const countCalls: Interceptor = (options, nextCall) => {
      interceptedCalls++;
      return new InterceptingCall(nextCall(options));
    };
    const client = connectClient(address, [countCalls]);
    return {
      echo: (body, { timeoutMs, signal, metadata }) =>
        new Promise((resolve, reject) => {
          const options = { deadline: Date.now() + timeoutMs };
          const call = client.echo({ body }, metadataOf(metadata), options, (error, answer) => {
            signal.removeEventListener("abort", cancel);
            if (error === null) resolve(answer!.body);
            else reject(error);
          });
          const cancel = () => call.cancel();
          signal.addEventListener("abort", cancel, { once: true });
        }),
      interceptedCalls: () => interceptedCalls,
    };
  },
};

interface BenchClient extends Client {
  echo(request: Payload, callback: requestCallback<Payload>): ClientUnaryCall;
  echo(
    request: Payload,
    metadata: Metadata,
    options: { deadline: number },
    callback: requestCallback<Payload>,
  ): ClientUnaryCall;
  produce(request: ProduceRequest): ClientReadableStream<Payload>;
  pingPong(): ClientDuplexStream<Payload, Payload>;
}

const ClientClass = makeGenericClientConstructor(definition, "Bench");

function connectClient(address: string, interceptors: Interceptor[]): BenchClient {
  const client = new ClientClass(address, credentials.createInsecure(), {
    interceptors,
    // A connection of its own, as clients otherwise share one.
    "grpc.use_local_subchannel_pool": 1,
  });
  return client as unknown as BenchClient;
}

function metadataOf(entries: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const key in entries) metadata.set(key, entries[key]!);
  return metadata;
}

function pingPongOver(stream: ClientDuplexStream<Payload, Payload>): PingPong {
  let waiting: { resolve(body: Uint8Array): void; reject(error: Error): void } | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    stream.on("end", resolve).on("error", (error) => {
      waiting?.reject(error);
      reject(error);
    });
  });
  ended.catch(() => {}); // Told by the exchange that waits, or by `close`.
  stream.on("data", (message: Payload) => waiting!.resolve(message.body));
  return {
    exchange: (body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        stream.write({ body });
      }),
    close() {
      stream.end();
      return ended;
    },
  };
}

const handlers = {
  Echo(call: ServerUnaryCall<Payload, Payload>, callback: sendUnaryData<Payload>) {
    callback(null, { body: call.request.body });
  },

  Produce(call: ServerWritableStream<ProduceRequest, Payload>) {
    const { count, bodyBytes } = call.request;
    let index = 0;
    const writeUntilFull = () => {
      while (index < count) {
        if (!call.write({ body: streamBody(index++, bodyBytes) })) {
          call.once("drain", writeUntilFull);
          return;
        }
      }
      call.end();
    };
    writeUntilFull();
  },

  PingPong(call: ServerDuplexStream<Payload, Payload>) {
    call.on("data", (message: Payload) => call.write({ body: message.body })).on("end", () => call.end());
  },
};

const requireRequestId: ServerInterceptor = (_method, call) => {
  const listener = new ServerListenerBuilder()
    .withOnReceiveMetadata((metadata, next) => {
      if (metadata.get(REQUEST_ID).length === 0) {
        call.sendStatus({ code: status.UNAUTHENTICATED, details: `no ${REQUEST_ID}` });
      } else {
        next(metadata);
      }
    })
    .build();
  return new ServerInterceptingCall(call, new ResponderBuilder().withStart((next) => next(listener)).build());
};
