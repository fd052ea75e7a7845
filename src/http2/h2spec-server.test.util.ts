import net, { type AddressInfo } from "node:net";
import type { HeaderList } from "./hpack/header-list.js";
import { type PumpEvents, SocketPump } from "./socket-pump.test.util.js";
import type { Stream, StreamHandler } from "./stream.js";

// The server that interop/h2spec.ts lets h2spec loose on: answers every request with 200 and a few bytes once the
// request has ended. Prints its port; ends when its standard input does.

const HEADERS = [":status", "200", "content-type", "text/plain"];
const BODY = new TextEncoder().encode("hello");

/** The size that h2spec makes its largest header block for. */
const OPTIONS = { maxFrameBytes: 16_384 };

const server = net.createServer((socket) => {
  const events: PumpEvents = {
    onStream(stream: Stream, _headers: HeaderList, endStream: boolean): StreamHandler {
      const answer = () => {
        pump.connection.sendHeaders(stream, undefined, HEADERS, false);
        pump.connection.sendData(stream, BODY, true);
      };
      if (endStream) answer();
      return {
        onHeaders: answer,
        onData: (_bytes, start, end) => pump.connection.consume(stream, end - start),
        onEnd: answer,
        onOpened() {},
        onWritable() {},
        onAbort() {},
      };
    },
  };
  const pump: SocketPump = new SocketPump("server", socket, events, OPTIONS);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on("end", () => process.exit(0));
