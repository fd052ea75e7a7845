import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { AnySchema, anyPack, anyUnpack, StringValueSchema } from "@bufbuild/protobuf/wkt";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { type Message, MessageSchema } from "../gen/echo_pb.js";
import {
  type CallSettings,
  type EchoClient,
  type EchoHandlers,
  type Entries,
  Failure,
  type Peer,
  type RunningServer,
  type Sent,
  type Serving,
} from "./peer.js";

/** gRPC's own implementation for Node, with protobuf.js: nothing of it is shared with ours. */
export const grpcJs: Peer = grpcJsWith("grpc-js", {
  server: grpc.ServerCredentials.createInsecure(),
  client: grpc.credentials.createInsecure(),
});

/** The same, secured as the credentials say; it compresses its requests where told so: its server cannot compress answers. */
export function grpcJsWith(
  name: string,
  options: {
    readonly server?: grpc.ServerCredentials;
    readonly client?: grpc.ChannelCredentials;
    readonly compression?: "gzip" | "deflate";
  },
): Peer {
  const { server, client, compression } = options;
  const more =
    compression === undefined
      ? {}
      : { "grpc.default_compression_algorithm": grpc.compressionAlgorithms[compression] };
  return {
    name,
    serve: (handlers) => serve(handlers, server ?? grpc.ServerCredentials.createInsecure()),
    connect: (address) => connect(address, client ?? grpc.credentials.createInsecure(), more),
  };
}

/** A service of a `.proto` file of this repository, as grpc-js wants it. */
export function loadService(file: string, name: string): grpc.ServiceClientConstructor {
  const [path, proto] = [file, "proto"].map((place) =>
    fileURLToPath(new URL(`../../${place}`, import.meta.url)),
  );
  const options = { longs: String, defaults: true, includeDirs: [proto!] };
  const loaded = grpc.loadPackageDefinition(loadSync(path!, options));
  return name
    .split(".")
    .reduce<unknown>(
      (scope, part) => (scope as Record<string, unknown>)[part],
      loaded,
    ) as grpc.ServiceClientConstructor;
}

const EchoService = loadService("interop/proto/echo.proto", "redoubt.test.v1.Echo");

/** A message as protobuf.js has it. */
interface Loaded {
  text: string;
  body: Buffer;
  repeatCount: number;
  index: number;
  tags: string[];
  counters: Record<string, string>;
  nested: Loaded | null;
}

function toLoaded(sent: Sent): object {
  const { counters = {}, nested, ...rest } = sent;
  const texts = Object.entries(counters).map(([key, value]) => [key, String(value)]);
  return { ...rest, counters: Object.fromEntries(texts), nested: nested && toLoaded(nested) };
}

function fromLoaded({ text, body, repeatCount, index, tags, counters, nested }: Loaded): Message {
  const bigints = Object.entries(counters).map(([key, value]) => [key, BigInt(value)]);
  return create(MessageSchema, {
    ...{ text, repeatCount, index, tags },
    body: new Uint8Array(body),
    counters: Object.fromEntries(bigints),
    nested: nested ? fromLoaded(nested) : undefined,
  });
}

// ── Server ──────────────────────────────────────────────────────────────────────────────────────────────────

type AnyCall = grpc.ServerUnaryCall<Loaded, object> & grpc.ServerDuplexStream<Loaded, object>;

async function serve(handlers: EchoHandlers, credentials: grpc.ServerCredentials): Promise<RunningServer> {
  const server = new grpc.Server();
  const implementation = {
    unary: single((call, serving) => handlers.unary(fromLoaded(call.request), serving)),
    collect: single((call, serving) => handlers.collect(incoming(call), serving)),
    expand: streaming((call, serving) => handlers.expand(fromLoaded(call.request), serving)),
    chat: streaming((call, serving) => handlers.chat(incoming(call), serving)),
  };
  server.addService(EchoService.service, implementation as unknown as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, value: number) => (error ? reject(error) : resolve(value));
    server.bindAsync("127.0.0.1:0", credentials, bound);
  });
  return {
    address: `127.0.0.1:${port}`,
    drain: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
    async kill() {
      server.forceShutdown();
    },
  };
}

interface Answering {
  readonly serving: Serving;
  readonly trailers: grpc.Metadata;
  sendHeaders(): void;
}

function answering(call: AnyCall): Answering {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort());
  const headers = new grpc.Metadata();
  const trailers = new grpc.Metadata();
  let sent = false;
  const serving: Serving = {
    metadata: entriesFrom(call.metadata),
    signal: controller.signal,
    timeRemainingMs() {
      const deadlineMs = Number(call.getDeadline());
      return deadlineMs === Number.POSITIVE_INFINITY ? undefined : deadlineMs - Date.now();
    },
    setHeaders: (entries) => append(headers, entries),
    setTrailers: (entries) => append(trailers, entries),
  };
  const sendHeaders = () => {
    if (!sent) call.sendMetadata(headers);
    sent = true;
  };
  return { serving, trailers, sendHeaders };
}

function single(handle: (call: AnyCall, serving: Serving) => Promise<Sent>) {
  return async (call: AnyCall, callback: grpc.sendUnaryData<object>) => {
    const { serving, trailers, sendHeaders } = answering(call);
    try {
      const reply = await handle(call, serving);
      sendHeaders();
      callback(null, toLoaded(reply), trailers);
    } catch (error) {
      callback(serviceError(error));
    }
  };
}

function streaming(handle: (call: AnyCall, serving: Serving) => AsyncIterable<Sent>) {
  return async (call: AnyCall) => {
    const { serving, trailers, sendHeaders } = answering(call);
    try {
      for await (const reply of handle(call, serving)) {
        if (serving.signal.aborted) return;
        sendHeaders();
        if (!call.write(toLoaded(reply))) await once(call, "drain", { signal: serving.signal });
      }
      call.end(trailers);
    } catch (error) {
      if (!serving.signal.aborted) call.emit("error", serviceError(error));
    }
  };
}

async function* incoming(call: AnyCall): AsyncGenerator<Message> {
  // The plain iterator would destroy the whole duplex, with the answers that are still to be sent.
  for await (const message of call.iterator({ destroyOnReturn: false })) yield fromLoaded(message as Loaded);
}

function serviceError(error: unknown): Partial<grpc.ServiceError> {
  if (!(error instanceof Failure)) return { code: grpc.status.UNKNOWN, details: String(error) };
  const metadata = append(new grpc.Metadata(), error.trailers);
  if (error.notes.length > 0) metadata.set("grpc-status-details-bin", Buffer.from(statusWithNotes(error)));
  return { code: error.code, details: error.message, metadata };
}

// ── Client ──────────────────────────────────────────────────────────────────────────────────────────────────

type ReplyCallback = (error: grpc.ServiceError | null, reply?: Loaded) => void;

/** What a client of proto-loader has for methods. */
interface LoadedClient {
  unary(
    request: object,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: ReplyCallback,
  ): grpc.ClientUnaryCall;
  collect(
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
    callback: ReplyCallback,
  ): grpc.ClientWritableStream<object>;
  expand(
    request: object,
    metadata: grpc.Metadata,
    options: grpc.CallOptions,
  ): grpc.ClientReadableStream<Loaded>;
  chat(metadata: grpc.Metadata, options: grpc.CallOptions): grpc.ClientDuplexStream<object, Loaded>;
}

function connect(
  address: string,
  credentials: grpc.ChannelCredentials,
  more: grpc.ChannelOptions,
): EchoClient {
  const options = { "grpc.max_receive_message_length": 4 * 1024 * 1024, ...more };
  const client = new EchoService(address, credentials, options);
  const echo = client as unknown as LoadedClient;
  return {
    unary: (request, settings) =>
      replied(
        (metadata, options, callback) =>
          watched(echo.unary(toLoaded(request), metadata, options, callback), settings),
        settings,
      ),
    collect: (requests, settings) =>
      replied((metadata, options, callback) => {
        const call = watched(echo.collect(metadata, options, callback), settings);
        void sendAll(call, requests);
      }, settings),
    expand: (request, settings) =>
      replies(
        watched(echo.expand(toLoaded(request), metadataFrom(settings), optionsFrom(settings)), settings),
      ),
    chat(requests, settings) {
      const call = watched(echo.chat(metadataFrom(settings), optionsFrom(settings)), settings);
      void sendAll(call, requests);
      return replies(call);
    },
    unknown: () =>
      replied((metadata, options, callback) => {
        const raw = (bytes: Buffer) => bytes;
        client.makeUnaryRequest("/no.Such/Method", raw, raw, Buffer.alloc(0), metadata, options, (error) =>
          callback(error),
        );
      }),
    async close() {
      client.close();
    },
  };
}

function replied(
  start: (metadata: grpc.Metadata, options: grpc.CallOptions, callback: ReplyCallback) => void,
  settings?: CallSettings,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    start(metadataFrom(settings), optionsFrom(settings), (error, reply) => {
      if (error) reject(failure(error));
      else resolve(fromLoaded(reply as Loaded));
    });
  });
}

async function* replies(call: grpc.ClientReadableStream<Loaded>): AsyncGenerator<Message> {
  try {
    for await (const message of call) yield fromLoaded(message);
  } catch (error) {
    throw failure(error as grpc.ServiceError);
  } finally {
    call.on("error", () => {});
    call.cancel();
  }
}

interface SurfaceCall {
  cancel(): void;
  on(event: "metadata", listener: (metadata: grpc.Metadata) => void): unknown;
  on(event: "status", listener: (status: grpc.StatusObject) => void): unknown;
}

function watched<Call extends SurfaceCall>(call: Call, settings: CallSettings = {}): Call {
  const { signal, onHeaders, onTrailers } = settings;
  if (onHeaders) call.on("metadata", (metadata) => onHeaders(entriesFrom(metadata)));
  if (onTrailers) call.on("status", ({ metadata }) => onTrailers(entriesFrom(metadata)));
  signal?.addEventListener("abort", () => call.cancel());
  return call;
}

async function sendAll(
  call: grpc.ClientWritableStream<object>,
  requests: AsyncIterable<Sent>,
): Promise<void> {
  let over = false;
  const ended = new Promise<void>((resolve) => call.on("status", () => resolve()));
  void ended.then(() => {
    over = true;
  });
  for await (const request of requests) {
    if (over) return;
    if (!call.write(toLoaded(request))) await Promise.race([once(call, "drain"), ended]);
  }
  call.end();
}

function failure(error: grpc.ServiceError): unknown {
  if (typeof error.code !== "number") return error;
  const [details] = error.metadata.get("grpc-status-details-bin");
  return new Failure(error.code, error.details, {
    notes: details === undefined ? [] : notesIn(details as Buffer),
    trailers: entriesFrom(error.metadata),
  });
}

function optionsFrom(settings: CallSettings = {}): grpc.CallOptions {
  return settings.timeoutMs === undefined ? {} : { deadline: Date.now() + settings.timeoutMs };
}

function metadataFrom(settings: CallSettings = {}): grpc.Metadata {
  return append(new grpc.Metadata(), settings.metadata ?? {});
}

// ── Metadata and details ────────────────────────────────────────────────────────────────────────────────────

function append(metadata: grpc.Metadata, entries: Entries): grpc.Metadata {
  for (const [name, values] of Object.entries(entries))
    for (const value of values) metadata.add(name, typeof value === "string" ? value : Buffer.from(value));
  return metadata;
}

function entriesFrom(metadata: grpc.Metadata): Entries {
  const entries: Record<string, string[] | Uint8Array[]> = {};
  for (const name of Object.keys(metadata.getMap())) {
    const values = metadata.get(name);
    entries[name] = name.endsWith("-bin")
      ? values.map((value) => new Uint8Array(value as Buffer))
      : values.map(String);
  }
  return entries;
}

/** A google.rpc.Status with the notes as details. */
function statusWithNotes({ code, message, notes }: Failure): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.Varint).int32(code);
  writer.tag(2, WireType.LengthDelimited).string(message);
  for (const value of notes) {
    const detail = anyPack(StringValueSchema, create(StringValueSchema, { value }));
    writer.tag(3, WireType.LengthDelimited).bytes(toBinary(AnySchema, detail));
  }
  return writer.finish();
}

function notesIn(status: Uint8Array): string[] {
  const notes: string[] = [];
  const reader = new BinaryReader(status);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field !== 3) reader.skip(wireType);
    else notes.push(anyUnpack(fromBinary(AnySchema, reader.bytes()), StringValueSchema)?.value ?? "");
  }
  return notes;
}
