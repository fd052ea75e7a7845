import type { Channel } from "../client/channel.js";
import { formatAddress } from "../runtime/address.js";
import type { Address, Runtime } from "../runtime/runtime.js";
import type { Server } from "../server/server.js";
import type { ConnectionWatcher, WatchedConnection } from "../transport/connection-watch.js";

/** Who has connections: a server or a channel. */
export interface Owner<Kind extends Server | Channel = Server | Channel> {
  readonly id: number;
  readonly subject: Kind;
  /** Its open connections by id, going up. */
  readonly connections: ReadonlyMap<number, WatchedConnection>;
  /** When a call last went over one of them, open or not, in the runtime's time; undefined if none did. */
  readonly lastCallMs: number | undefined;
}

/** A socket with the runtime whose time its numbers are in. */
export type Socket =
  | { readonly kind: "connection"; readonly connection: WatchedConnection; readonly runtime: Runtime }
  | { readonly kind: "listening"; readonly address: Address };

/**
 * Servers, channels and sockets under ids that go up from 1, over all kinds. Nothing is kept of what is gone: of a
 * connection once it is closed, of a channel once it begins to close, of a server once it has closed its connections.
 */
export class ChannelzRegistry {
  private readonly servers = new Map<number, ServerOwner>();
  private readonly channels = new Map<number, ConnectionOwner<Channel>>();
  private readonly sockets = new Map<number, ConnectionOwner>();
  private readonly subjects = new WeakSet<Server | Channel>();
  private lastId = 0;

  /** Without effect where it was added before, or is closing. */
  addServer(server: Server): void {
    if (this.subjects.has(server)) return;
    this.subjects.add(server);
    const owner = new ServerOwner(server, this.nextId(), this.socketIds, () => this.servers.delete(owner.id));
    this.servers.set(owner.id, owner);
    server.watchConnections(owner);
    server.onClosing(() => owner.close());
  }

  /** Without effect where it was added before, or is closing. */
  addChannel(channel: Channel): void {
    if (this.subjects.has(channel)) return;
    this.subjects.add(channel);
    const owner = new ConnectionOwner(channel, this.nextId(), this.socketIds);
    this.channels.set(owner.id, owner);
    channel.watchConnections(owner);
    channel.onClosing(() => this.channels.delete(owner.id));
  }

  /** By id, going up. */
  get allServers(): ReadonlyMap<number, Owner<Server>> {
    return this.servers;
  }

  /** By id, going up. */
  get allChannels(): ReadonlyMap<number, Owner<Channel>> {
    return this.channels;
  }

  /** The addresses that a server listens on, with their ids. */
  listening(server: Owner<Server>): ReadonlyMap<number, Address> {
    return this.servers.get(server.id)?.listening() ?? NOWHERE;
  }

  socket(id: number): Socket | undefined {
    const owner = this.sockets.get(id);
    const connection = owner?.connections.get(id);
    if (owner !== undefined && connection !== undefined)
      return { kind: "connection", connection, runtime: owner.subject.runtime };
    for (const server of this.servers.values()) {
      const address = server.listening().get(id);
      if (address !== undefined) return { kind: "listening", address };
    }
    return undefined;
  }

  private readonly socketIds: SocketIds = {
    begin: (owner) => {
      const id = this.nextId();
      if (owner !== undefined) this.sockets.set(id, owner);
      return id;
    },
    end: (id) => {
      this.sockets.delete(id);
    },
  };

  private nextId(): number {
    return ++this.lastId;
  }
}

const NOWHERE: ReadonlyMap<number, Address> = new Map();

/** Gives out ids; with an owner they lead to it until they end. */
interface SocketIds {
  begin(owner?: ConnectionOwner): number;
  end(id: number): void;
}

class ConnectionOwner<Kind extends Server | Channel = Server | Channel>
  implements Owner<Kind>, ConnectionWatcher
{
  readonly id: number;
  readonly subject: Kind;
  readonly connections = new Map<number, WatchedConnection>();
  protected readonly socketIds: SocketIds;
  private readonly ids = new Map<WatchedConnection, number>();
  private lastClosedMs: number | undefined;

  constructor(subject: Kind, id: number, socketIds: SocketIds) {
    this.subject = subject;
    this.id = id;
    this.socketIds = socketIds;
  }

  get lastCallMs(): number | undefined {
    let last = this.lastClosedMs;
    for (const { counters } of this.connections.values()) last = later(last, counters.lastStreamMs);
    return last;
  }

  onOpen(connection: WatchedConnection): void {
    const id = this.socketIds.begin(this);
    this.connections.set(id, connection);
    this.ids.set(connection, id);
  }

  onClose(connection: WatchedConnection): void {
    const id = this.ids.get(connection);
    if (id === undefined) return;
    this.ids.delete(connection);
    this.connections.delete(id);
    this.socketIds.end(id);
    this.lastClosedMs = later(this.lastClosedMs, connection.counters.lastStreamMs);
  }
}

class ServerOwner extends ConnectionOwner<Server> {
  private readonly onGone: () => void;
  private readonly listeningIds = new Map<string, number>();
  private closing = false;

  constructor(server: Server, id: number, socketIds: SocketIds, onGone: () => void) {
    super(server, id, socketIds);
    this.onGone = onGone;
  }

  listening(): ReadonlyMap<number, Address> {
    const listening = new Map<number, Address>();
    for (const address of this.subject.addresses) {
      const name = formatAddress(address);
      const id = this.listeningIds.get(name) ?? this.socketIds.begin();
      this.listeningIds.set(name, id);
      listening.set(id, address);
    }
    return listening;
  }

  override onClose(connection: WatchedConnection): void {
    super.onClose(connection);
    this.leaveIfGone();
  }

  close(): void {
    this.closing = true;
    this.leaveIfGone();
  }

  private leaveIfGone(): void {
    if (this.closing && this.connections.size === 0) this.onGone();
  }
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
