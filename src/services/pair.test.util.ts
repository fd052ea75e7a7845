import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { Channel, type ChannelOptions, Credentials, RpcError, Server, type ServerOptions } from "../index.js";

const cleanups: (() => unknown)[] = [];

/** Closes what a test has opened; to be called after each. */
export async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export interface Pair {
  readonly server: Server;
  readonly address: string;
  readonly channel: Channel;
}

/** A server with what `add` adds, and a channel to it over TCP. */
export async function pair(add: (server: Server) => void, options: ServerOptions = {}): Promise<Pair> {
  const server = new Server(options);
  cleanups.push(() => server.close());
  add(server);
  const address = await server.listen("127.0.0.1:0", Credentials.insecure());
  return { server, address, channel: openChannel(address) };
}

export function openChannel(target: string | Server, options: ChannelOptions = {}): Channel {
  const channel = new Channel(target, { credentials: Credentials.insecure(), ...options });
  cleanups.push(() => channel.close());
  return channel;
}

/** A client of grpc-js for a service of `proto/`. */
export function grpcJsClient(address: string, file: string, service: string): LooseClient {
  const folder = fileURLToPath(new URL("../../proto/", import.meta.url));
  const options = { includeDirs: [folder], longs: Number, enums: String, defaults: true, oneofs: true };
  let found: unknown = grpc.loadPackageDefinition(loadSync(file, options));
  for (const part of service.split(".")) found = (found as Record<string, unknown>)[part];
  const client = new (found as grpc.ServiceClientConstructor)(address, grpc.credentials.createInsecure());
  cleanups.push(() => client.close());
  return client as unknown as LooseClient;
}

/** What is known at run time only. */
// biome-ignore lint/suspicious/noExplicitAny: messages that were loaded have no types
export type Loose = any;
export type LooseClient = Readonly<Record<string, (...args: Loose[]) => Loose>>;

/** A unary call of a grpc-js client. */
export function ask(client: LooseClient, method: string, request: object): Promise<Loose> {
  return new Promise((resolve, reject) => {
    client[method](request, (error: Error | null, answer: unknown) =>
      error === null ? resolve(answer) : reject(error),
    );
  });
}

export async function failureOf(call: PromiseLike<unknown>): Promise<RpcError> {
  try {
    await call;
  } catch (error) {
    if (RpcError.is(error)) return error;
    throw error;
  }
  throw new Error("the call has succeeded");
}

/** Resolves once `condition` holds; the test's own timeout bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
