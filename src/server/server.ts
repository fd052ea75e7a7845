import type { DescService } from "@bufbuild/protobuf";
import { BufferPool } from "../bytes/buffer-pool.js";
import { RECEIVE_MESSAGE_BYTES_MAX, SEND_MESSAGE_BYTES_MAX } from "../grpc/message-limits.js";
import type { ConnectionOptions } from "../http2/connection.js";
import type { CallContext } from "../rpc/call-context.js";
import { CallCounters } from "../rpc/call-counters.js";
import { type CallEnd, localEnd } from "../rpc/call-end.js";
import { checkMade, checkOptions, type OptionNames } from "../rpc/check-options.js";
import { type Compression, checkCompression } from "../rpc/compression.js";
import type { Credentials } from "../rpc/credentials.js";
import type { Method } from "../rpc/method.js";
import { type CallObserver, observe } from "../rpc/observer.js";
import type { ServerInterceptor } from "../rpc/server-interceptor.js";
import { Status } from "../rpc/status.js";
import { tellAll } from "../rpc/tell-all.js";
import { throwLater } from "../rpc/throw-later.js";
import { TimerWheel } from "../rpc/timer-wheel.js";
import { formatAddress, parseListenAddress } from "../runtime/address.js";
import { nodeRuntime } from "../runtime/node.js";
import type { AcceptedPipe, Address, Listener, PipeError, Runtime } from "../runtime/runtime.js";
import type {
  CallAcceptor,
  CallTransport,
  IncomingCall,
  MessageLimits,
} from "../transport/call-transport.js";
import { type ConnectionWatcher, WatchedConnections } from "../transport/connection-watch.js";
import { Http2ServerTransport } from "../transport/http2-server.js";
import { type InProcessTarget, InProcessTransport } from "../transport/in-process.js";
import { type CallLimiter, ConcurrencyLimiter } from "./call-limiter.js";
import { type ConnectionLifeOptions, type ConnectionRules, connectionRules } from "./connection-rules.js";
import type { ExecutionGate, GateHost } from "./execution-gate.js";
import type { Handlers } from "./handlers.js";
import { notGuardedEnd } from "./not-guarded.js";
import { type Route, routesOf } from "./route.js";
import { ServerCall, type ServerCallHost } from "./server-call.js";

/** Settings of a server. */
export interface ServerOptions extends ConnectionLifeOptions {
  /** Calls whose handlers run at the same time, over all connections. Default: no limit. */
  readonly maxConcurrentCalls?: number;
  /** Calls that wait for a place among those; default 1,000. Beyond: RESOURCE_EXHAUSTED. */
  readonly maxQueuedCalls?: number;
  /** Messages received may have at most this many bytes, compressed and decompressed; default 4 MiB. Beyond: RESOURCE_EXHAUSTED. */
  readonly maxReceiveMessageBytes?: number;
  /** Messages sent may have at most this many bytes; default 2^32-1. Beyond: RESOURCE_EXHAUSTED. */
  readonly maxSendMessageBytes?: number;
  /**
   * How answers are compressed for clients that take it, unless a handler sets `call.compression`; default `identity`.
   * What clients send compressed is understood in any case.
   */
  readonly compression?: Compression;
  /** Wrapped around every call, the first outermost. */
  readonly interceptors?: readonly ServerInterceptor[];
  /** Send clients the text of errors that handlers throw by accident. Default false: they get UNKNOWN without it. */
  readonly showErrors?: boolean;
  /** Gets what handlers throw, other than RpcErrors: for a log. Default: nothing is done with it. */
  readonly onHandlerError?: (error: unknown, call: CallContext) => void;
  /** Gets why a connection never came to be, such as a TLS handshake that failed: for a log. Default: nothing is done with it. */
  readonly onConnectionError?: (error: PipeError) => void;
  readonly observer?: CallObserver;
  /** Keeps the promise of methods that are called exactly once: `await Home.open(folder)`. A home serves one server. */
  readonly home?: ExecutionGate;
  /** Decides when calls start, in place of the two limits above. */
  readonly limiter?: CallLimiter;
  /** Windows and limits of the HTTP/2 connections. */
  readonly http2?: ConnectionOptions;
  /** The outside world; default: Node's. */
  readonly runtime?: Runtime;
}

const OPTIONS: OptionNames<ServerOptions> = {
  compression: true,
  home: true,
  http2: true,
  interceptors: true,
  keepalive: true,
  limiter: true,
  maxConcurrentCalls: true,
  maxConnectionAgeGraceMs: true,
  maxConnectionAgeMs: true,
  maxConnectionIdleMs: true,
  maxQueuedCalls: true,
  maxReceiveMessageBytes: true,
  maxSendMessageBytes: true,
  observer: true,
  onConnectionError: true,
  onHandlerError: true,
  runtime: true,
  showErrors: true,
};

/** At a millisecond a call and one at a time, the last one waits a second. */
const QUEUED_CALLS_MAX = 1000;

/** Serves calls: over any number of listeners, over pipes handed in, and to channels in this process. */
export class Server implements CallAcceptor, ServerCallHost, InProcessTarget, GateHost {
  readonly runtime: Runtime;
  readonly wheel: TimerWheel;
  readonly limits: MessageLimits;
  readonly limiter: CallLimiter | undefined;
  readonly interceptors: readonly ServerInterceptor[];
  readonly observer: CallObserver | undefined;
  readonly showErrors: boolean;
  readonly compression: Compression;
  /** Calls that have come so far, and how they ended. */
  readonly counters = new CallCounters();
  private readonly options: ServerOptions;
  private readonly connectionRules: ConnectionRules;
  private readonly routes = new Map<string, Route>();
  private readonly descriptors = new Map<string, DescService>();
  private readonly closingListeners: (() => void)[] = [];
  private readonly pool = new BufferPool();
  private readonly listeners = new Set<Listener>();
  private readonly transports = new Set<Http2ServerTransport | InProcessTransport>();
  private readonly connections = new WatchedConnections();
  /** It has listened, or was handed a connection. */
  private hasServed = false;
  private closing: Promise<void> | undefined;
  private onDrained: () => void = () => {};

  /** @throws TypeError on options that are none, or a compression that is not available */
  constructor(options: ServerOptions = {}) {
    checkOptions("Server", options, OPTIONS);
    checkMade("home", options.home, "guard", "await Home.open(folder)");
    this.options = options;
    this.connectionRules = connectionRules(options);
    this.runtime = options.runtime ?? nodeRuntime();
    this.wheel = new TimerWheel(this.runtime);
    this.limits = {
      receiveBytesMax: options.maxReceiveMessageBytes ?? RECEIVE_MESSAGE_BYTES_MAX,
      sendBytesMax: options.maxSendMessageBytes ?? SEND_MESSAGE_BYTES_MAX,
    };
    this.limiter = options.limiter ?? limiterFrom(options);
    this.interceptors = options.interceptors ?? [];
    this.observer = options.observer;
    this.showErrors = options.showErrors ?? false;
    this.compression = checkCompression(options.compression ?? "identity", this.runtime.compressor);
    for (const { descriptor, handlers } of options.home?.services ?? [])
      for (const route of routesOf(descriptor, handlers, false, undefined))
        this.routes.set(route.method.path, { ...route, isLimited: false });
  }

  /**
   * Adds a service. `handlers` has a function for each method; a class instance keeps its `this`.
   * @throws TypeError where a handler is missing (unless `partial`) or the service was added before
   */
  add<Service extends DescService>(
    service: Service,
    handlers: Handlers<Service>,
    options?: { readonly partial?: false },
  ): this;
  add<Service extends DescService>(
    service: Service,
    handlers: Partial<Handlers<Service>>,
    options: { readonly partial: true },
  ): this;
  add<Service extends DescService>(
    service: Service,
    handlers: object,
    options: { readonly partial?: boolean } = {},
  ): this {
    if (this.descriptors.has(service.typeName))
      throw new TypeError(`service ${service.typeName} was added before`);
    const { home } = this.options;
    if (home?.services.some(({ descriptor }) => descriptor.typeName === service.typeName))
      throw new TypeError(`service ${service.typeName} comes with the home: there is nothing to add`);
    const routes = routesOf(service, handlers, options.partial ?? false, home);
    this.descriptors.set(service.typeName, service);
    for (const route of routes) this.routes.set(route.method.path, route);
    return this;
  }

  /**
   * Listens on `host:port`, `[::]:port`, `unix:/path` or `unix-abstract:name`; port 0 picks a free one. May be
   * called several times. Resolves with the address as bound, which is also a target for channels. A home is made ready
   * first: all services have been added by then.
   * @throws TypeError on a malformed address or without a certificate for TLS; PipeError (`code`: EADDRINUSE, EACCES, …) where it cannot be had
   */
  async listen(address: string, credentials: Credentials): Promise<string> {
    const parsed = parseListenAddress(address);
    if (parsed === undefined)
      throw new TypeError(
        `cannot listen on ${JSON.stringify(address)}: write it as host:port, [ipv6]:port, unix:/path or unix-abstract:name`,
      );
    if (credentials === undefined)
      throw new TypeError(
        "listen(address, credentials): say how connections are secured, for example Credentials.insecure()",
      );
    if (this.closing !== undefined) throw new Error("the server is closed");
    const security = credentials.forServer((error) => this.onConnectionError(error));
    await this.options.home?.start(this);
    const listener = await this.runtime.listen(parsed, (pipe) => this.accept(pipe), security);
    if (this.closing !== undefined) {
      await listener.close();
      throw new Error("the server is closed");
    }
    this.listeners.add(listener);
    this.hasServed = true;
    return formatAddress(listener.address);
  }

  /** The services that were added, in that order. */
  get services(): Iterable<DescService> {
    return this.descriptors.values();
  }

  /**
   * Calls `listener` once, when the server begins to close: before it stops listening and tells its clients. Calls that
   * are open then still get answers, for as long as the grace lasts. At once if it is closing already.
   */
  onClosing(listener: () => void): void {
    if (this.closing === undefined) this.closingListeners.push(listener);
    else listener();
  }

  /** The addresses that it listens on, as bound. */
  get addresses(): Address[] {
    return this.closing === undefined ? Array.from(this.listeners, ({ address }) => address) : [];
  }

  /** Tells `watcher` of its connections, as long as it lives; calls in this process have none. */
  watchConnections(watcher: ConnectionWatcher): void {
    this.connections.watch(watcher);
  }

  /** Serves a connection that was accepted elsewhere. */
  accept(pipe: AcceptedPipe): void {
    if (this.closing !== undefined) return pipe.destroy();
    this.startHome();
    const transport = new Http2ServerTransport({
      runtime: this.runtime,
      pipe,
      pool: this.pool,
      http2: this.options.http2,
      ...this.connectionRules,
      acceptor: this,
      onClose: (closed) => this.forget(closed),
    });
    this.transports.add(transport);
    this.connections.add(transport);
  }

  /**
   * Stops listening, lets open calls end for up to `graceMs` (default 0), then ends them. Always resolves, when
   * all connections are closed; may be called again to cut the grace short.
   */
  close(options: { readonly graceMs?: number } = {}): Promise<void> {
    if (this.closing === undefined) tellAll(this.closingListeners);
    this.closing ??= this.drain();
    const graceMs = options.graceMs ?? 0;
    if (graceMs > 0) {
      const timer = this.runtime.setTimer(() => this.destroyAll(), graceMs);
      void this.closing.then(() => timer.cancel());
    } else this.destroyAll();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // ── For transports and calls ──────────────────────────────────────────────────────────────────────────────

  /** Answers may have at most this many bytes. */
  get sendBytesMax(): number {
    return this.limits.sendBytesMax;
  }

  get isServing(): boolean {
    return this.hasServed && this.closing === undefined;
  }

  connectInProcess(runtime: Runtime, onClose: () => void): CallTransport {
    this.startHome();
    const transport = new InProcessTransport(runtime, this, (closed) => {
      this.forget(closed);
      onClose();
    });
    if (this.closing === undefined) this.transports.add(transport);
    else transport.shutdown();
    return transport;
  }

  onCall(call: IncomingCall): void {
    this.counters.started++;
    const route = this.routes.get(call.path);
    if (route === undefined) {
      const detail = this.describeUnknown(call.path);
      this.refuse(call, undefined, localEnd(Status.UNIMPLEMENTED, detail, "not-executed"));
    } else if (call.callField !== undefined && route.guarded === undefined) {
      this.refuse(call, route.method, notGuardedEnd(call.path));
    } else new ServerCall(this, route, call);
  }

  private refuse(call: IncomingCall, method: Method | undefined, end: CallEnd): void {
    observe(this.observer, call.path, method)?.onEnd?.(end);
    this.counters.end(end.code);
    call.finish(end);
  }

  onHandlerError(error: unknown, call: CallContext): void {
    this.options.onHandlerError?.(error, call);
  }

  /** For connections that need no `listen`. Where it fails, calls are told; `listen` would say so, too. */
  private startHome(): void {
    this.hasServed = true;
    this.options.home?.start(this).catch(() => {});
  }

  private onConnectionError(error: PipeError): void {
    try {
      this.options.onConnectionError?.(error);
    } catch (thrown) {
      throwLater(thrown);
    }
  }

  private describeUnknown(path: string): string {
    const [, service, method] = /^\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (service === undefined) return `malformed path ${JSON.stringify(path)}`;
    return this.descriptors.has(service)
      ? `service ${service} has no method ${method}`
      : `unknown service ${service}`;
  }

  private async drain(): Promise<void> {
    const drained = new Promise<void>((resolve) => {
      this.onDrained = resolve;
    });
    const listenersClosed = Promise.all([...this.listeners].map((listener) => listener.close()));
    for (const transport of [...this.transports]) transport.shutdown();
    if (this.transports.size === 0) this.onDrained();
    await drained;
    await listenersClosed;
  }

  private destroyAll(): void {
    for (const transport of [...this.transports]) transport.destroy("the server was closed");
  }

  private forget(transport: Http2ServerTransport | InProcessTransport): void {
    this.transports.delete(transport);
    if (transport instanceof Http2ServerTransport) this.connections.delete(transport);
    if (this.closing !== undefined && this.transports.size === 0) this.onDrained();
  }
}

function limiterFrom(options: ServerOptions): CallLimiter | undefined {
  const { maxConcurrentCalls, maxQueuedCalls = QUEUED_CALLS_MAX } = options;
  if (maxConcurrentCalls === undefined || maxConcurrentCalls === Number.POSITIVE_INFINITY) return undefined;
  if (!Number.isInteger(maxConcurrentCalls) || maxConcurrentCalls < 1)
    throw new TypeError(`maxConcurrentCalls is ${maxConcurrentCalls}: it must be a whole number from 1 on`);
  if (
    !(maxQueuedCalls === Number.POSITIVE_INFINITY || Number.isInteger(maxQueuedCalls)) ||
    maxQueuedCalls < 0
  )
    throw new TypeError(`maxQueuedCalls is ${maxQueuedCalls}: it must be a whole number from 0 on`);
  return new ConcurrencyLimiter(maxConcurrentCalls, maxQueuedCalls);
}
