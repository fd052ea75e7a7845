import * as http2 from "node:http2";
import type * as net from "node:net";
import { cleanUp } from "./harness.js";

export interface ForeignServer {
  readonly address: string;
  /** Sessions so far, in the order of their coming. */
  readonly sessions: http2.ServerHttp2Session[];
  /** Calls so far. */
  readonly calls: number;
  /** Resets all connections. */
  cut(): void;
}

export type ForeignHandler = (
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  call: number,
) => void;

/** Somebody else's gRPC server (nghttp2), which knows nothing of ours. `handle` is told how many calls came before. */
export async function foreignServer(
  handle: ForeignHandler,
  settings: http2.Settings = {},
): Promise<ForeignServer> {
  const server = http2.createServer({ settings });
  const sessions: http2.ServerHttp2Session[] = [];
  let calls = 0;
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    handle(stream, headers, calls++);
  });
  server.on("sessionError", () => {});
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUp(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return {
    address: `127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    sessions,
    get calls() {
      return calls;
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

/** Answers with an empty message and OK. */
export function answerOk(stream: http2.ServerHttp2Stream): void {
  stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(Buffer.alloc(5));
}

/** Answers with a status alone. */
export function answerStatus(stream: http2.ServerHttp2Stream, fields: http2.OutgoingHttpHeaders): void {
  stream.respond({ "content-type": "application/grpc", ...fields }, { endStream: true });
}
