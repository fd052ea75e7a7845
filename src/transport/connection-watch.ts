import type { Address } from "../runtime/runtime.js";
import type { ConnectionCounters } from "./connection-counters.js";

/** A connection, as those see it who watch; live numbers. */
export interface WatchedConnection {
  /** We have opened it, and open the streams. */
  readonly isClient: boolean;
  readonly localAddress: Address | undefined;
  readonly remoteAddress: Address | undefined;
  readonly counters: Readonly<ConnectionCounters>;
  /** Bytes that the connection's flow-control window lets us send now, and the peer. */
  readonly windows: { readonly sendBytes: number; readonly receiveBytes: number };
}

/** Gets to know the connections of a server or a channel: those there are at once, others as they come and go. */
export interface ConnectionWatcher {
  onOpen(connection: WatchedConnection): void;
  onClose(connection: WatchedConnection): void;
}

/** The open connections of a server or a channel, and who watches them. */
export class WatchedConnections {
  private readonly open = new Set<WatchedConnection>();
  private readonly watchers: ConnectionWatcher[] = [];

  watch(watcher: ConnectionWatcher): void {
    this.watchers.push(watcher);
    for (const connection of this.open) watcher.onOpen(connection);
  }

  add(connection: WatchedConnection): void {
    this.open.add(connection);
    for (const watcher of this.watchers) watcher.onOpen(connection);
  }

  /** Without effect where it was not added. */
  delete(connection: WatchedConnection): void {
    if (!this.open.delete(connection)) return;
    for (const watcher of this.watchers) watcher.onClose(connection);
  }
}
