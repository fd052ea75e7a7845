import { RECEIVE_MESSAGE_BYTES_MAX, SEND_MESSAGE_BYTES_MAX } from "../grpc/message-limits.js";
import type { ConnectionOptions } from "../http2/connection.js";
import { parseTarget, serverNameOf } from "../names/target.js";
import { CallCounters } from "../rpc/call-counters.js";
import type { CallCredentials } from "../rpc/call-credentials.js";
import { type CallEnd, localEnd } from "../rpc/call-end.js";
import { checkMade, checkOptions, type OptionNames } from "../rpc/check-options.js";
import { type Compression, checkCompression } from "../rpc/compression.js";
import type { Credentials } from "../rpc/credentials.js";
import type { ClientInterceptor } from "../rpc/interceptor.js";
import { type CallObserver, tellTooManyPings } from "../rpc/observer.js";
import { Status } from "../rpc/status.js";
import { tellAll } from "../rpc/tell-all.js";
import { TimerWheel } from "../rpc/timer-wheel.js";
import { nodeRuntime } from "../runtime/node.js";
import type { Runtime } from "../runtime/runtime.js";
import type { CallTransport } from "../transport/call-transport.js";
import type { ConnectionWatcher } from "../transport/connection-watch.js";
import type { InProcessTarget } from "../transport/in-process.js";
import { checkTime, clientKeepalive, type KeepaliveOptions } from "../transport/keepalive.js";
import { VERSION } from "../version.js";
import { AbortHub } from "./abort-hub.js";
import type { BackoffOptions } from "./backoff.js";
import type { WaitingCall } from "./call-carrier.js";
import type {
  CallDelivery,
  CallingChannel,
  CallOutcome,
  ChannelDelivery,
  OutcomeOptions,
} from "./call-delivery.js";
import { type ConnectFailure, type Connectivity, Connector } from "./connector.js";
import { ProcessHold } from "./process-hold.js";
import { quietly } from "./quiet.js";

/** Settings of a channel. */
export interface ChannelOptions {
  /** How connections are secured. Needed for targets that lead over a network; Unix sockets and servers in this process do without. */
  readonly credentials?: Credentials;
  /** Asked for metadata for each call, to prove who makes it. Refused with UNAUTHENTICATED on a channel without TLS. */
  readonly callCredentials?: CallCredentials | readonly CallCredentials[];
  /** Send call credentials without TLS as well, where everybody on the way can read them. Default false. */
  readonly allowInsecureCallCredentials?: boolean;
  /** For calls that name no timeout of their own, in milliseconds. Default: none. */
  readonly timeoutMs?: number;
  /** Wrapped around every call, the first outermost. */
  readonly interceptors?: readonly ClientInterceptor[];
  /** Messages received may have at most this many bytes, compressed and decompressed; default 4 MiB. Beyond: RESOURCE_EXHAUSTED. */
  readonly maxReceiveMessageBytes?: number;
  /** Messages sent may have at most this many bytes; default 2^32-1, the most that gRPC can say. Beyond: RESOURCE_EXHAUSTED. */
  readonly maxSendMessageBytes?: number;
  /**
   * How requests are compressed, unless a call says otherwise; default `identity`. What the server sends compressed
   * is understood in any case.
   */
  readonly compression?: Compression;
  /** Calls that may wait for a connection, their credentials or a free stream; default 65,536. Beyond: RESOURCE_EXHAUSTED. */
  readonly maxWaitingCalls?: number;
  /** How long to wait between attempts to connect. */
  readonly backoff?: BackoffOptions;
  /** Sent in front of ours in the user-agent field. */
  readonly userAgent?: string;
  readonly observer?: CallObserver;
  /** Windows and limits of the HTTP/2 connection. */
  readonly http2?: ConnectionOptions;
  /** Finds out that a server is gone although nobody said so. Off by default. */
  readonly keepalive?: KeepaliveOptions;
  /** Without a call for so many milliseconds the connection is closed; the next call opens another. Default 30 minutes. */
  readonly idleTimeoutMs?: number;
  /**
   * Makes the calls of exactly-once methods; default: a client that lives as long as this channel and remembers nothing
   * beyond. With a `DurableClient` such calls outlive the process.
   */
  readonly delivery?: CallDelivery;
  /** The outside world; default: Node's. */
  readonly runtime?: Runtime;
}

const OPTIONS: OptionNames<ChannelOptions> = {
  allowInsecureCallCredentials: true,
  backoff: true,
  callCredentials: true,
  compression: true,
  credentials: true,
  delivery: true,
  http2: true,
  idleTimeoutMs: true,
  interceptors: true,
  keepalive: true,
  maxReceiveMessageBytes: true,
  maxSendMessageBytes: true,
  maxWaitingCalls: true,
  observer: true,
  runtime: true,
  timeoutMs: true,
  userAgent: true,
};

/** As gRPC's other implementations have it. */
const IDLE_TIMEOUT_MS = 30 * 60 * 1000;

/** At most 4 KiB each: a quarter of a gigabyte before calls are turned away. */
const WAITING_CALLS_MAX = 65_536;

/**
 * A way to a server. It connects at the first call, and again when a connection is lost; calls made meanwhile wait
 * for the attempt under way and fail with it.
 */
export class Channel implements CallingChannel {
  readonly runtime: Runtime;
  readonly wheel: TimerWheel;
  readonly aborts = new AbortHub();
  readonly observer: CallObserver | undefined;
  readonly interceptors: readonly ClientInterceptor[];
  readonly receiveBytesMax: number;
  readonly sendBytesMax: number;
  readonly defaultTimeoutMs: number | undefined;
  readonly compression: Compression;
  /** As it was given; `in-process` for a server in this process. */
  readonly target: string;
  /** Calls made so far, and how they ended. */
  readonly counters = new CallCounters();
  readonly callCredentials: readonly CallCredentials[];
  readonly isPrivate: boolean;
  readonly authority: string;
  readonly hold: ProcessHold;
  private readonly waitingCallsMax: number;
  private readonly delivery: ChannelDelivery | undefined;
  private readonly connector: Connector | undefined;
  private readonly inProcess: CallTransport | undefined;
  private readonly waiting = new Set<WaitingCall>();
  /** Those that have had a connection, and will want one again. */
  private readonly aside = new Set<WaitingCall>();
  private readonly closingListeners: (() => void)[] = [];
  private closing: Promise<void> | undefined;
  private closed: () => void = () => {};

  /**
   * `target`: `host:port`, `dns:///host:port`, `ipv4:address:port,address:port,…` (also `ipv6:`; tried in this
   * order), `unix:/path`, `unix-abstract:name`, or a server in this process.
   * @throws TypeError on a malformed target or option, where credentials are missing, or the compression is not
   * available; Error where another channel has the `delivery`
   */
  constructor(target: string | InProcessTarget, options: ChannelOptions = {}) {
    checkOptions("Channel", options, OPTIONS);
    checkMade("delivery", options.delivery, "attach", "await DurableClient.open(folder)");
    this.runtime = options.runtime ?? nodeRuntime();
    this.wheel = new TimerWheel(this.runtime);
    this.hold = new ProcessHold(this.runtime);
    this.observer = options.observer;
    this.interceptors = options.interceptors ?? [];
    this.receiveBytesMax = options.maxReceiveMessageBytes ?? RECEIVE_MESSAGE_BYTES_MAX;
    this.sendBytesMax = options.maxSendMessageBytes ?? SEND_MESSAGE_BYTES_MAX;
    this.defaultTimeoutMs = options.timeoutMs;
    this.compression = checkCompression(options.compression ?? "identity", this.runtime.compressor);
    this.waitingCallsMax = options.maxWaitingCalls ?? WAITING_CALLS_MAX;
    this.target = typeof target === "string" ? target : "in-process";
    this.callCredentials = [options.callCredentials ?? []].flat();
    if (typeof target === "string") this.connector = this.makeConnector(target, options);
    else this.inProcess = target.connectInProcess(this.runtime, () => this.closed());
    this.isPrivate = (options.allowInsecureCallCredentials ?? false) || (this.connector?.isPrivate ?? true);
    this.authority = this.connector?.authority ?? "localhost";
    this.delivery = options.delivery?.attach(this);
  }

  /**
   * Takes no more calls, lets the open ones end for `graceMs` (default 0), then cancels them. Resolves when all
   * connections are closed; may be called again.
   */
  close(options: { readonly graceMs?: number } = {}): Promise<void> {
    const graceMs = options.graceMs ?? 0;
    const farewell = this.delivery?.close(graceMs);
    if (this.closing === undefined) {
      this.closing = new Promise((resolve) => {
        this.closed = resolve;
      });
      tellAll(this.closingListeners);
      this.failWaiting(localEnd(Status.CANCELLED, CHANNEL_CLOSED, "not-executed"), true);
      if (farewell === undefined) this.shutdown();
      else void farewell.then(() => this.shutdown());
    }
    if (graceMs > 0) {
      const timer = this.runtime.setTimer(() => this.destroy(), graceMs);
      void this.closing.then(() => timer.cancel());
    } else if (farewell !== undefined) void farewell.then(() => this.destroy());
    else this.destroy();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Tells what became of an exactly-once call that has failed with a `callId`. If the server has not seen it, it first
   * records that it never will be carried out. Waits while the call is being carried out, or the server away, and keeps the
   * process alive meanwhile: give it a `timeoutMs`.
   * @throws RpcError where that cannot be told: its `outcome` is `unknown`
   */
  outcomeOf(callId: string, options: OutcomeOptions = {}): Promise<CallOutcome> {
    return quietly(async () => await this.exactlyOnce("outcomeOf").outcomeOf(callId, options));
  }

  /** Where it stands with its connection. */
  get connectivity(): Connectivity {
    if (this.closing !== undefined) return "shutdown";
    if (this.connector !== undefined) return this.connector.connectivity;
    return this.inProcess?.acceptsCalls ? "ready" : "transient-failure";
  }

  /** Calls `listener` once, when the channel begins to close; at once if it is closing already. */
  onClosing(listener: () => void): void {
    if (this.closing === undefined) this.closingListeners.push(listener);
    else listener();
  }

  /** Tells `watcher` of its connections, as long as it lives; calls in this process have none. */
  watchConnections(watcher: ConnectionWatcher): void {
    this.connector?.connections.watch(watcher);
  }

  // ── For stubs ─────────────────────────────────────────────────────────────────────────────────────────────

  exactlyOnce(what: string): ChannelDelivery {
    if (this.delivery === undefined) throw new TypeError(`${what}: this channel makes no exactly-once calls`);
    return this.delivery;
  }

  // ── For calls ─────────────────────────────────────────────────────────────────────────────────────────────

  get lookedUpMs(): number {
    return this.connector?.lookedUpMs ?? 0;
  }

  readyTransport(): CallTransport | undefined {
    return this.closing === undefined ? this.openTransport() : undefined;
  }

  openTransport(): CallTransport | undefined {
    const { connector, inProcess } = this;
    if (connector === undefined) return inProcess?.acceptsCalls ? inProcess : undefined;
    const transport = connector.ready;
    return transport !== undefined && transport.waitingCalls < this.waitingCallsMax ? transport : undefined;
  }

  wait(call: WaitingCall): void {
    const { connector } = this;
    if (this.closing !== undefined) {
      call.onNoTransport(localEnd(Status.CANCELLED, CHANNEL_CLOSED, "not-executed"));
    } else if (connector === undefined) {
      call.onNoTransport(
        localEnd(Status.UNAVAILABLE, "the server in this process is closed", "not-executed"),
      );
    } else if (connector.ready !== undefined || this.hasEnoughWaiting) {
      call.onNoTransport(this.tooManyWait());
    } else if (connector.failure !== undefined && !call.waitForReady) {
      call.onNoTransport(unavailable(connector.failure));
    } else {
      this.waiting.add(call);
      this.hold.change(1);
      connector.connect();
    }
  }

  setAside(call: WaitingCall): CallEnd | undefined {
    if (this.closing !== undefined) return localEnd(Status.CANCELLED, CHANNEL_CLOSED, "not-executed");
    if (this.hasEnoughWaiting) return this.tooManyWait();
    this.aside.add(call);
    this.hold.change(1);
    return undefined;
  }

  takeBack(call: WaitingCall): void {
    if (this.aside.delete(call)) this.hold.change(-1);
  }

  stopWaiting(call: WaitingCall): void {
    this.takeBack(call);
    if (!this.waiting.delete(call)) return;
    this.hold.change(-1);
    if (this.waiting.size === 0) this.connector?.relax();
  }

  describeWait(): string {
    return this.connector?.describe() ?? "waiting";
  }

  private get hasEnoughWaiting(): boolean {
    return this.waiting.size + this.aside.size >= this.waitingCallsMax;
  }

  private tooManyWait(): CallEnd {
    const detail = `${this.waitingCallsMax} calls wait for a connection or a free stream`;
    return localEnd(Status.RESOURCE_EXHAUSTED, detail, "not-executed");
  }

  private makeConnector(text: string, options: ChannelOptions): Connector {
    const target = parseTarget(text);
    const local = target.kind === "addresses" && target.addresses[0].kind !== "tcp";
    const { idleTimeoutMs = IDLE_TIMEOUT_MS } = options;
    checkTime("idleTimeoutMs", idleTimeoutMs);
    if (!local && options.credentials === undefined)
      throw new TypeError(
        `channel to ${text}: say how it is secured, for example { credentials: Credentials.insecure() }`,
      );
    const security = options.credentials?.forClient(serverNameOf(target));
    const ours = `redoubt/${VERSION}`;
    return new Connector({
      runtime: this.runtime,
      target,
      authority: security?.authority,
      security: security?.settings,
      userAgent: options.userAgent === undefined ? ours : `${options.userAgent} ${ours}`,
      http2: options.http2,
      life: {
        keepalive: clientKeepalive(options.keepalive),
        idleMs: idleTimeoutMs,
        ageMs: Number.POSITIVE_INFINITY,
        ageGraceMs: Number.POSITIVE_INFINITY,
      },
      backoff: options.backoff ?? {},
      events: {
        onReady: () => this.onReady(),
        onFailure: (failure) => this.onFailure(failure),
        onTooManyPings: (timeMs) => tellTooManyPings(this.observer, timeMs),
        onClosed: () => this.closed(),
        isAwaited: () => this.aside.size > 0,
      },
    });
  }

  private onReady(): void {
    const calls = [...this.waiting];
    this.waiting.clear();
    this.hold.change(-calls.length);
    for (const call of calls) {
      const transport = this.readyTransport();
      if (transport === undefined) this.wait(call);
      else call.onTransport(transport);
    }
  }

  private onFailure(failure: ConnectFailure): void {
    this.failWaiting(unavailable(failure), false);
    if (this.waiting.size > 0) this.connector?.connect();
  }

  private failWaiting(end: CallEnd, all: boolean): void {
    for (const call of [...this.waiting]) {
      if (!all && call.waitForReady) continue;
      this.waiting.delete(call);
      this.hold.change(-1);
      call.onNoTransport(end);
    }
    if (!all) return;
    for (const call of [...this.aside]) {
      this.takeBack(call);
      call.onNoTransport(end);
    }
  }

  private shutdown(): void {
    this.inProcess?.shutdown();
    this.connector?.close();
  }

  private destroy(): void {
    this.inProcess?.destroy(CHANNEL_CLOSED);
    this.connector?.destroy(CHANNEL_CLOSED);
  }
}

const CHANNEL_CLOSED = "the channel was closed";

function unavailable(failure: ConnectFailure): CallEnd {
  return localEnd(Status.UNAVAILABLE, failure.detail, "not-executed", failure.cause);
}
