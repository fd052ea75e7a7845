import { create } from "@bufbuild/protobuf";
import { anyPack, StringValueSchema } from "@bufbuild/protobuf/wkt";
import {
  type CallContext,
  type CallOptions,
  Channel,
  type Compression,
  Credentials,
  Metadata,
  RpcError,
  Server,
  type Status,
  stub,
} from "@redoubt/rpc";
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

export const redoubt: Peer = redoubtWith("Redoubt", {});

/** Ours, secured as the credentials say, and compressing what it sends where told so. */
export function redoubtWith(
  name: string,
  options: {
    readonly server?: Credentials;
    readonly client?: Credentials;
    readonly compression?: Compression;
  },
): Peer {
  const { server = Credentials.insecure(), client = Credentials.insecure(), compression } = options;
  return {
    name,
    serve: (handlers) => serve(handlers, server, compression),
    connect: (address) => connect(address, client, compression),
  };
}

// ── Server ──────────────────────────────────────────────────────────────────────────────────────────────────

async function serve(
  handlers: EchoHandlers,
  credentials: Credentials,
  compression: Compression | undefined,
): Promise<RunningServer> {
  const server = new Server({ compression });
  server.add(Echo, {
    unary: (request, call) => answered(handlers.unary(request, serving(call))),
    collect: (requests, call) => answered(handlers.collect(requests, serving(call))),
    expand: (request, call) => streamed(handlers.expand(request, serving(call))),
    chat: (requests, call) => streamed(handlers.chat(requests, serving(call))),
  });
  const address = await server.listen("127.0.0.1:0", credentials);
  return { address, drain: () => server.close({ graceMs: 60_000 }), kill: () => server.close() };
}

function serving(call: CallContext): Serving {
  return {
    metadata: entriesFrom(call.metadata),
    signal: call.signal,
    timeRemainingMs: () => call.timeRemainingMs(),
    setHeaders: (entries) => append(call.responseHeaders, entries),
    setTrailers: (entries) => append(call.responseTrailers, entries),
  };
}

async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw rpcError(error);
  }
}

async function* streamed<T>(replies: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* replies;
  } catch (error) {
    throw rpcError(error);
  }
}

function rpcError(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const details = error.notes.map((value) =>
    anyPack(StringValueSchema, create(StringValueSchema, { value })),
  );
  const metadata = append(new Metadata(), error.trailers);
  return new RpcError(error.code as Status, error.message, { details, metadata });
}

// ── Client ──────────────────────────────────────────────────────────────────────────────────────────────────

function connect(
  address: string,
  credentials: Credentials,
  compression: Compression | undefined,
): EchoClient {
  const channel = new Channel(address, { credentials, compression });
  const echo = stub(Echo, channel);
  return {
    unary: (request, settings) => failing(echo.unary(request, options(settings))),
    collect: (requests, settings) => failing(echo.collect(requests, options(settings))),
    expand: (request, settings) => failingStream(echo.expand(request, options(settings))),
    chat: (requests, settings) => failingStream(echo.chat(requests, options(settings))),
    unknown: () => failing(stub(Directories, channel).listDirectory({})),
    close: () => channel.close(),
  };
}

function options({ metadata, onHeaders, onTrailers, ...rest }: CallSettings = {}): CallOptions {
  return {
    ...rest,
    metadata: metadata && append(new Metadata(), metadata),
    onHeaders: onHeaders && ((headers) => onHeaders(entriesFrom(headers))),
    onTrailers: onTrailers && ((trailers) => onTrailers(entriesFrom(trailers))),
  };
}

async function failing<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw failure(error);
  }
}

async function* failingStream<T>(replies: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* replies;
  } catch (error) {
    throw failure(error);
  }
}

function failure(error: unknown): unknown {
  if (!RpcError.is(error)) return error;
  const notes = error.findDetails(StringValueSchema).map(({ value }) => value);
  return new Failure(error.code, error.message, { notes, trailers: entriesFrom(error.metadata) });
}

// ── Metadata ────────────────────────────────────────────────────────────────────────────────────────────────

function append(metadata: Metadata, entries: Entries): Metadata {
  for (const [name, values] of Object.entries(entries))
    for (const value of values) metadata.append(name, value);
  return metadata;
}

function entriesFrom(metadata: Metadata): Entries {
  return metadata.toJSON() as Entries;
}
