import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Channel,
  type ChannelOptions,
  Credentials,
  type Handlers,
  RpcError,
  Server,
  type ServerOptions,
  type Stub,
  stub,
} from "@redoubt/rpc";
import { afterEach, beforeEach, expect } from "vitest";
import { Echo } from "../gen/echo_pb.js";

/** The ways on which a client reaches a server. */
export const WAYS = ["tcp", "unix", "in-process"] as const;
export type Way = (typeof WAYS)[number];

/** The service as its interface describes it. */
export const ECHO: Handlers<typeof Echo> = {
  unary: (request) => request,
  async collect(requests) {
    let text = "";
    let repeatCount = 0;
    for await (const request of requests) {
      text += request.text;
      repeatCount += request.repeatCount;
    }
    return { text, repeatCount };
  },
  async *expand(request) {
    for (let index = 0; index < request.repeatCount; index++) yield { text: request.text, index };
  },
  async *chat(requests) {
    yield* requests;
  },
};

export interface Pair {
  readonly server: Server;
  /** As the server has bound it; empty in this process. */
  readonly address: string;
  readonly channel: Channel;
  readonly echo: Stub<typeof Echo>;
}

export interface PairOptions {
  readonly server?: ServerOptions;
  readonly channel?: ChannelOptions;
}

/** A server with `handlers`, over those of {@link ECHO}, and a channel to it. Both are closed after the test. */
export async function pair(
  way: Way,
  handlers: Partial<Handlers<typeof Echo>> = {},
  options: PairOptions = {},
): Promise<Pair> {
  const server = new Server(options.server);
  cleanups.push(() => server.close());
  server.add(Echo, { ...ECHO, ...handlers });
  const address = way === "in-process" ? "" : await server.listen(listenAddress(way), Credentials.insecure());
  const channel = openChannel(way === "in-process" ? server : address, options.channel);
  return { server, address, channel, echo: stub(Echo, channel) };
}

export function openChannel(target: string | Server, options: ChannelOptions = {}): Channel {
  const channel = new Channel(target, { credentials: Credentials.insecure(), ...options });
  cleanups.push(() => channel.close());
  return channel;
}

export function listenAddress(way: Exclude<Way, "in-process">): string {
  return way === "tcp" ? "127.0.0.1:0" : `unix:${join(temporaryDirectory(), "echo.sock")}`;
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "redoubt-"));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const cleanups: (() => unknown)[] = [];

/** Runs after the test, the last given first. */
export function cleanUp(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);

/** In every test file: closes what the test has opened, and fails it if a rejection was left unhandled. */
export function installChecks(): void {
  beforeEach(() => {
    unhandled.length = 0;
    process.on("unhandledRejection", onUnhandled);
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    await turns(3);
    process.off("unhandledRejection", onUnhandled);
    expect(unhandled).toEqual([]);
  });
}

/** A promise with its resolver in reach. */
export interface Signal<T = void> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function signal<T = void>(): Signal<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets the event loop go around `count` times. */
export async function turns(count = 1): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once `condition` holds; the test's own timeout bounds it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await turns();
}

/** The RpcError that a promise or an iteration ends with. */
export async function failureOf(call: PromiseLike<unknown> | AsyncIterable<unknown>): Promise<RpcError> {
  try {
    if (Symbol.asyncIterator in call) for await (const _ of call);
    else await call;
  } catch (error) {
    if (RpcError.is(error)) return error;
    throw error;
  }
  throw new Error("the call has succeeded");
}

export async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const message of messages) list.push(message);
  return list;
}
