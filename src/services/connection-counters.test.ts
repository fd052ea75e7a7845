import { once } from "node:events";
import * as http2 from "node:http2";
import { afterEach, expect, test } from "vitest";
import type { WatchedConnection } from "../transport/connection-watch.js";
import { addHealth } from "./health.js";
import { closeAll, pair } from "./pair.test.util.js";

afterEach(closeAll);

test.each([
  ["in an encoding that is not known", { "grpc-encoding": "snappy" }],
  ["of another content type", { "content-type": "text/plain" }],
])("a request %s is counted as a stream that was begun and ended", async (_, changes) => {
  const { server, address } = await pair(addHealth);
  const connections: WatchedConnection[] = [];
  server.watchConnections({ onOpen: (connection) => connections.push(connection), onClose: () => {} });
  const session = http2.connect(`http://${address}`);
  const headers = {
    ":method": "POST",
    ":path": "/a.B/C",
    "content-type": "application/grpc",
    te: "trailers",
  };
  const stream = session.request({ ...headers, ...changes });
  stream.resume().end();
  await once(stream, "close");
  const [{ counters }] = connections;
  expect({ started: counters.streamsStarted, ended: counters.streamsEnded }).toEqual({
    started: 1,
    ended: 1,
  });
  session.destroy();
});
