import { expect, test } from "vitest";
import { ConnectionCounters } from "./connection-counters.js";
import { type WatchedConnection, WatchedConnections } from "./connection-watch.js";

function connection(port: number): WatchedConnection {
  return {
    isClient: false,
    localAddress: { kind: "tcp", host: "127.0.0.1", port },
    remoteAddress: undefined,
    counters: new ConnectionCounters(),
    windows: { sendBytes: 0, receiveBytes: 0 },
  };
}

test("a watcher hears of connections that are open and of those that come, and once of each that goes", () => {
  const [early, late, other] = [connection(1), connection(2), connection(3)];
  const told: unknown[] = [];
  const connections = new WatchedConnections();
  connections.add(early);
  connections.watch({
    onOpen: (opened) => told.push(["open", opened]),
    onClose: (closed) => told.push(["close", closed]),
  });
  connections.add(late);
  connections.delete(early);
  connections.delete(early);
  connections.delete(other);
  expect(told).toEqual([
    ["open", early],
    ["open", late],
    ["close", early],
  ]);
});
