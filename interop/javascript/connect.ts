import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import {
  type CallOptions,
  type Code,
  ConnectError,
  createClient,
  decodeBinaryHeader,
  encodeBinaryHeader,
  type HandlerContext,
} from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { Directories } from "../../examples/directories/gen/directories_pb.js";
import { Echo } from "../gen/echo_pb.js";
import {
  type CallSettings,
  type EchoClient,
  type EchoHandlers,
  type Entries,
  Failure,
  type Peer,
  type RunningServer,
  type Serving,
} from "./peer.js";

/** Buf's Connect, speaking gRPC over node:http2. */
export const connectNode: Peer = { name: "connect-node", serve, connect };

// ── Server ──────────────────────────────────────────────────────────────────────────────────────────────────

async function serve(handlers: EchoHandlers): Promise<RunningServer> {
  return listen(
    connectNodeAdapter({
      routes: (router) =>
        router.service(Echo, {
          unary: (request, context) => answered(handlers.unary(request, serving(context))),
          collect: (requests, context) => answered(handlers.collect(requests, serving(context))),
          expand: (request, context) => streamed(handlers.expand(request, serving(context))),
          chat: (requests, context) => streamed(handlers.chat(requests, serving(context))),
        }),
    }),
  );
}

/** A server of node:http2 around an adapter of Connect's. */
export async function listen(handler: ReturnType<typeof connectNodeAdapter>): Promise<RunningServer> {
  const server = http2.createServer(handler);
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const closed = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    drain() {
      for (const session of sessions) session.close();
      return closed();
    },
    kill() {
      for (const session of sessions) session.destroy();
      return closed();
    },
  };
}

function serving(context: HandlerContext): Serving {
  return {
    metadata: entriesFrom(context.requestHeader),
    signal: context.signal,
    timeRemainingMs: () => context.timeoutMs(),
    setHeaders: (entries) => append(context.responseHeader, entries),
    setTrailers: (entries) => append(context.responseTrailer, entries),
  };
}

async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw connectError(error);
  }
}

async function* streamed<T>(replies: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* replies;
  } catch (error) {
    throw connectError(error);
  }
}

function connectError(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const details = error.notes.map((value) => ({ desc: StringValueSchema, value: { value } }));
  return new ConnectError(error.message, error.code as Code, append(new Headers(), error.trailers), details);
}

// ── Client ──────────────────────────────────────────────────────────────────────────────────────────────────

function connect(address: string): EchoClient {
  const baseUrl = `http://${address}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  const transport = createGrpcTransport({ baseUrl, sessionManager });
  const echo = createClient(Echo, transport);
  return {
    unary: (request, settings) => failing(echo.unary(request, options(settings))),
    collect: (requests, settings) => failing(echo.collect(requests, options(settings))),
    expand: (request, settings) => failingStream((signal) => echo.expand(request, options(settings, signal))),
    chat: (requests, settings) => failingStream((signal) => echo.chat(requests, options(settings, signal))),
    unknown: () => failing(createClient(Directories, transport).listDirectory({})),
    async close() {
      sessionManager.abort();
    },
  };
}

function options(settings: CallSettings = {}, left?: AbortSignal): CallOptions {
  const { metadata, timeoutMs, signal, onHeaders, onTrailers } = settings;
  const signals = [signal, left].filter((one) => one !== undefined);
  return {
    headers: append(new Headers(), metadata ?? {}),
    timeoutMs,
    signal: signals.length > 0 ? AbortSignal.any(signals) : undefined,
    onHeader: onHeaders && ((headers) => onHeaders(entriesFrom(headers))),
    onTrailer: onTrailers && ((trailers) => onTrailers(entriesFrom(trailers))),
  };
}

async function failing<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw failure(error);
  }
}

/** Leaving the loop alone does not take a call of Connect's back: its signal does. */
async function* failingStream<T>(start: (signal: AbortSignal) => AsyncIterable<T>): AsyncGenerator<T> {
  const controller = new AbortController();
  try {
    yield* start(controller.signal);
  } catch (error) {
    throw failure(error);
  } finally {
    controller.abort();
  }
}

function failure(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  const notes = error.findDetails(StringValueSchema).map(({ value }) => value);
  return new Failure(error.code, error.rawMessage, { notes, trailers: entriesFrom(error.metadata) });
}

// ── Metadata ────────────────────────────────────────────────────────────────────────────────────────────────

function append(headers: Headers, entries: Entries): Headers {
  for (const [name, values] of Object.entries(entries))
    for (const value of values)
      headers.append(name, typeof value === "string" ? value : encodeBinaryHeader(value));
  return headers;
}

/** `Headers` joins repeated values with commas. */
function entriesFrom(headers: Headers): Entries {
  const entries: Record<string, string[] | Uint8Array[]> = {};
  for (const [name, value] of headers) {
    entries[name] = name.endsWith("-bin")
      ? value.split(",").map((part) => decodeBinaryHeader(part.trim()))
      : value.split(", ");
  }
  return entries;
}
