import { BufferPool } from "../bytes/buffer-pool.js";
import type { ConnectionOptions } from "../http2/connection.js";
import type { Target } from "../names/target.js";
import { formatAddress } from "../runtime/address.js";
import type { Address, Runtime, Timer } from "../runtime/runtime.js";
import type { TlsClientSettings } from "../runtime/tls.js";
import type { CallTransport } from "../transport/call-transport.js";
import type { LifeLimits } from "../transport/connection-life.js";
import { WatchedConnections } from "../transport/connection-watch.js";
import { Http2ClientTransport } from "../transport/http2-client.js";
import { slowerKeepalive } from "../transport/keepalive.js";
import { Backoff, type BackoffOptions } from "./backoff.js";

/** Why there is no connection. */
export interface ConnectFailure {
  readonly detail: string;
  readonly cause: unknown;
}

/** What a connector tells its channel. */
export interface ConnectorEvents {
  /** A transport is ready for calls. */
  onReady(transport: CallTransport): void;
  /** An attempt has failed at every address: calls that do not wait for better times fail with it. */
  onFailure(failure: ConnectFailure): void;
  /** A server has counted too many keepalive pings: the next connections ask every `timeMs`. */
  onTooManyPings(timeMs: number): void;
  /** The last of the connections is closed, after {@link Connector.close}. */
  onClosed(): void;
  /** Calls that are with no transport will need a connection soon. */
  isAwaited(): boolean;
}

/**
 * Where the connector stands. Names follow gRPC's connectivity states:
 *
 *     idle ──connect()──► connecting ──SETTINGS seen──► ready ──lost, GOAWAY──► idle
 *                             │ all addresses failed
 *                             ▼
 *                     transient-failure ──backoff over──► idle, or connecting if a call waits
 */
type State =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting"; readonly doing: string }
  | { readonly kind: "ready"; readonly transport: Http2ClientTransport }
  | { readonly kind: "transient-failure"; readonly failure: ConnectFailure; readonly timer: Timer }
  | { readonly kind: "closed" };

/**
 * Connections that one after the other go away before they have answered a call, while calls wait for one: beyond it
 * the next attempt waits as after a failure, or a server that accepts and leaves at once would keep both ends busy.
 */
const VAIN_CONNECTIONS_MAX = 5;
/** Where a channel stands: https://github.com/grpc/grpc/blob/master/doc/connectivity-semantics-and-api.md */
export type Connectivity = "idle" | "connecting" | "ready" | "transient-failure" | "shutdown";

/** Keeps one connection to a target: looks the name up, tries the addresses in order, and again after a while. */
export class Connector {
  private readonly runtime: Runtime;
  private readonly target: Target;
  /** The `:authority` of calls. */
  readonly authority: string;
  private readonly security: TlsClientSettings | undefined;
  private readonly userAgent: string;
  private readonly http2: ConnectionOptions | undefined;
  private readonly events: ConnectorEvents;
  private readonly backoff: Backoff;
  private readonly pool = new BufferPool();
  /** All whose pipes are open: in use, draining, being set up, or saying their last words. */
  private readonly transports = new Set<Http2ClientTransport>();
  /** Those of them that were ready. */
  readonly connections = new WatchedConnections();
  private state: State = { kind: "idle" };
  /** When the name look-up of the present attempt was over, in the runtime's time. */
  lookedUpMs = 0;
  private wanted = false;
  private life: LifeLimits;
  private vainConnections = 0;
  /** What the last look-up that did not fail has found. */
  private hosts: readonly string[] = [];

  constructor(options: {
    readonly runtime: Runtime;
    readonly target: Target;
    /** The `:authority` of calls, where it is not the target's. */
    readonly authority: string | undefined;
    readonly security: TlsClientSettings | undefined;
    readonly userAgent: string;
    readonly http2: ConnectionOptions | undefined;
    readonly life: LifeLimits;
    readonly backoff: BackoffOptions;
    readonly events: ConnectorEvents;
  }) {
    this.runtime = options.runtime;
    this.target = options.target;
    this.authority = options.authority ?? options.target.authority;
    this.security = options.security;
    this.userAgent = options.userAgent;
    this.http2 = options.http2;
    this.life = options.life;
    this.events = options.events;
    this.backoff = new Backoff(options.backoff, () => options.runtime.random());
  }

  /** Nobody else can read what is sent: it is encrypted, or never leaves the machine. */
  get isPrivate(): boolean {
    const { target, security } = this;
    return (
      security !== undefined ||
      (target.kind === "addresses" && target.addresses.every(({ kind }) => kind !== "tcp"))
    );
  }

  /** The transport for new calls, or undefined. */
  get ready(): CallTransport | undefined {
    return this.state.kind === "ready" && this.state.transport.acceptsCalls
      ? this.state.transport
      : undefined;
  }

  /** Why calls fail at the moment, while the connector waits before it tries again. */
  get failure(): ConnectFailure | undefined {
    return this.state.kind === "transient-failure" ? this.state.failure : undefined;
  }

  get connectivity(): Connectivity {
    return this.state.kind === "closed" ? "shutdown" : this.state.kind;
  }

  /** What it is doing, for error messages: `connecting to 127.0.0.1:80`. */
  describe(): string {
    if (this.state.kind === "connecting") return this.state.doing;
    if (this.state.kind === "transient-failure")
      return `waiting to connect again (last: ${this.state.failure.detail})`;
    return `connecting to ${this.target.authority}`;
  }

  /** Asks for a connection; what comes of it is told by the events. */
  connect(): void {
    this.wanted = true;
    if (this.state.kind === "idle") void this.attempt();
  }

  /** No call waits any more: no further attempts for now. */
  relax(): void {
    this.wanted = false;
  }

  /** Lets open calls end, then closes; `onClosed` follows. */
  close(): void {
    if (this.state.kind === "transient-failure") this.state.timer.cancel();
    this.state = { kind: "closed" };
    for (const transport of this.transports) transport.shutdown();
    if (this.transports.size === 0) this.events.onClosed();
  }

  /** Ends everything now. */
  destroy(detail: string): void {
    for (const transport of this.transports) transport.destroy(detail);
  }

  private async attempt(): Promise<void> {
    this.state = { kind: "connecting", doing: `looking up ${this.target.authority}` };
    let failure: ConnectFailure = { detail: `no address for ${this.target.authority}`, cause: undefined };
    try {
      for (const address of await this.addresses()) {
        if (this.state.kind !== "connecting") return;
        this.state = { kind: "connecting", doing: `connecting to ${formatAddress(address)}` };
        const outcome = await this.open(address);
        if (outcome === undefined) return;
        failure = outcome;
      }
    } catch (error) {
      failure = { detail: error instanceof Error ? error.message : String(error), cause: error };
    }
    if (this.state.kind === "connecting") this.fail(failure);
  }

  private async addresses(): Promise<Address[]> {
    const { target } = this;
    if (target.kind === "addresses") return [...target.addresses];
    const hosts = await this.lookup(target.host);
    this.lookedUpMs = this.runtime.now();
    return hosts.map((host) => ({ kind: "tcp", host, port: target.port }));
  }

  /** A look-up that fails after one that did not is no reason to forget what that one has found. */
  private async lookup(host: string): Promise<readonly string[]> {
    try {
      this.hosts = await this.runtime.lookup(host);
    } catch (error) {
      if (this.hosts.length === 0) throw error;
    }
    return this.hosts;
  }

  /** Opens a transport to one address; resolves once it is ready (undefined) or with the failure. */
  private open(address: Address): Promise<ConnectFailure | undefined> {
    return new Promise((resolve) => {
      const transport: Http2ClientTransport = new Http2ClientTransport({
        runtime: this.runtime,
        address,
        authority: this.authority,
        security: this.security,
        userAgent: this.userAgent,
        pool: this.pool,
        http2: this.http2,
        life: this.life,
        events: {
          onReady: () => {
            this.connections.add(transport);
            this.use(transport);
            resolve(undefined);
          },
          onGoAway: () => this.retire(transport),
          onTooManyPings: () => this.slowDown(),
          onClose: (detail, cause) => {
            this.leave(transport, detail);
            resolve({ detail, cause });
          },
          onPipeClosed: () => this.forget(transport),
        },
      });
      this.transports.add(transport);
    });
  }

  private use(transport: Http2ClientTransport): void {
    if (this.state.kind === "closed") return transport.shutdown();
    this.state = { kind: "ready", transport };
    this.wanted = false;
    this.events.onReady(transport);
  }

  /** A transport that takes no new calls: its open ones end there, new ones go to another. */
  private retire(transport: Http2ClientTransport): void {
    this.leave(transport, "the server went away");
    transport.shutdown();
  }

  private slowDown(): number | undefined {
    const { keepalive } = this.life;
    if (keepalive === undefined) return undefined;
    const slower = slowerKeepalive(keepalive);
    this.life = { ...this.life, keepalive: slower };
    this.events.onTooManyPings(slower.timeMs);
    return slower.timeMs;
  }

  private forget(transport: Http2ClientTransport): void {
    this.transports.delete(transport);
    this.connections.delete(transport);
    if (this.state.kind === "closed" && this.transports.size === 0) this.events.onClosed();
  }

  /** Calls that it has given back unprocessed wait already: for them there is another attempt. */
  private leave(transport: Http2ClientTransport, detail: string): void {
    if (this.state.kind !== "ready" || this.state.transport !== transport) return;
    const { isOfUse } = transport;
    if (isOfUse) this.backoff.reset();
    const inVain = !isOfUse && (this.wanted || this.events.isAwaited());
    this.vainConnections = inVain ? this.vainConnections + 1 : 0;
    if (this.vainConnections < VAIN_CONNECTIONS_MAX) {
      this.state = { kind: "idle" };
      if (this.wanted) this.connect();
      return;
    }
    this.vainConnections = 0;
    const times = `${VAIN_CONNECTIONS_MAX} connections in a row took no call`;
    this.fail({ detail: `${times}; the last: ${detail}`, cause: undefined });
  }

  private fail(failure: ConnectFailure): void {
    const timer = this.runtime.setTimer(() => this.onBackoffOver(), this.backoff.nextMs());
    this.state = { kind: "transient-failure", failure, timer };
    this.wanted = false;
    this.events.onFailure(failure);
  }

  private onBackoffOver(): void {
    this.state = { kind: "idle" };
    if (this.wanted) this.connect();
  }
}
