/** Redoubt itself, through its public face. */
import {
  Channel,
  type ClientInterceptor,
  Credentials,
  RpcError,
  Server,
  type ServerInterceptor,
  Status,
  stub,
} from "@redoubt/rpc";
import { Bench } from "../gen/bench_pb.js";
import { streamBody } from "../rpc/bodies.js";
import { iteratedPingPong } from "./iterated-ping-pong.js";
import { type Peer, REQUEST_ID } from "./peer.js";

export const redoubt: Peer = {
  async serve({ realCalls }) {
    const server = new Server({ interceptors: realCalls ? [requireRequestId] : [] });
    server.add(Bench, {
      async echo({ body }) {
        return { body };
      },
      async *produce({ count, bodyBytes }) {
        for (let index = 0; index < count; index++) yield { body: streamBody(index, bodyBytes) };
      },
      async *pingPong(requests) {
        for await (const { body } of requests) yield { body };
      },
    });
    return await server.listen("127.0.0.1:0", Credentials.insecure());
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
        const chat = client.pingPong();
        return iteratedPingPong({
          answers: chat,
          send: (message) => chat.send(message),
          end: () => chat.end(),
        });
      },
    };
  },

  connectReal(address) {
    let interceptedCalls = 0;
    const countCalls: ClientInterceptor = (call, next) => {
      interceptedCalls++;
      return next(call);
    };
    const client = connectClient(address, [countCalls]);
    return {
      async echo(body, { timeoutMs, signal, metadata }) {
        return (await client.echo({ body }, { timeoutMs, signal, metadata })).body;
      },
      interceptedCalls: () => interceptedCalls,
    };
  },
};

function connectClient(address: string, interceptors: ClientInterceptor[]) {
  const channel = new Channel(`dns:///${address}`, { credentials: Credentials.insecure(), interceptors });
  return stub(Bench, channel);
}

const requireRequestId: ServerInterceptor = async (call, next) => {
  if (!call.context.metadata.has(REQUEST_ID)) throw new RpcError(Status.UNAUTHENTICATED, `no ${REQUEST_ID}`);
  return next(call);
};
