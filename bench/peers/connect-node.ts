/** `@connectrpc/connect-node` speaking gRPC over HTTP/2: promises and async iterables. */
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, type ConnectRouter, createClient, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
import { Bench } from "../gen/bench_pb.js";
import { streamBody } from "../rpc/bodies.js";
import { iteratedPingPong } from "./iterated-ping-pong.js";
import { Outgoing } from "./outgoing.js";
import { type Peer, REQUEST_ID } from "./peer.js";

export const connectNode: Peer = {
  async serve({ realCalls }) {
    const adapter = connectNodeAdapter({
      routes,
      connect: false,
      grpcWeb: false,
      acceptCompression: [],
      interceptors: realCalls ? [requireRequestId] : [],
    });
    const server = createServer(adapter);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  },

  connect(address) {
    const client = connectClient(address, []);
    return {
      async echo(body) {
        return (await client.echo({ body })).body;
      },
      async produce(request, onBody) {
        for await (const { body } of client.produce(request)) onBody(body);
      },
      pingPong() {
        const outgoing = new Outgoing<{ body: Uint8Array }>();
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
    const countCalls: Interceptor = (next) => (request) => {
      interceptedCalls++;
      return next(request);
    };
    const client = connectClient(address, [countCalls]);
    return {
      async echo(body, { timeoutMs, signal, metadata }) {
        return (await client.echo({ body }, { timeoutMs, signal, headers: metadata })).body;
      },
      interceptedCalls: () => interceptedCalls,
    };
  },
};

function connectClient(address: string, interceptors: Interceptor[]) {
  const transport = createGrpcTransport({
    baseUrl: `http://${address}`,
    acceptCompression: [],
    interceptors,
  });
  return createClient(Bench, transport);
}

function routes(router: ConnectRouter): void {
  router.service(Bench, {
    echo({ body }) {
      return { body };
    },
    async *produce({ count, bodyBytes }) {
      for (let index = 0; index < count; index++) yield { body: streamBody(index, bodyBytes) };
    },
    async *pingPong(requests) {
      for await (const { body } of requests) yield { body };
    },
  });
}

const requireRequestId: Interceptor = (next) => (request) => {
  if (!request.header.has(REQUEST_ID)) throw new ConnectError(`no ${REQUEST_ID}`, Code.Unauthenticated);
  return next(request);
};
