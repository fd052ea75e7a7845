import { describe, expect, it } from "vitest";
import { ErrorCode } from "./error.js";
import { ascii, concat, frame, someBytes, uint32 } from "./frame-text.test.util.js";
import { GET, Peer, REQUEST } from "./peer.test.util.js";

const { NO_ERROR, CANCEL } = ErrorCode;
const OK = [":status", "200"];

const PADDED = 0x8;
const END_HEADERS = 0x4;
const END_STREAM = 0x1;

/** A server with stream 1 open, its request not ended. */
function withOpenStream(settings = ""): Peer {
  const peer = Peer.ofServer({}, settings);
  peer.says(`HEADERS 1 END_HEADERS ${GET}`);
  peer.forget();
  return peer;
}

function padded(payload: Uint8Array, padding: number): Uint8Array {
  return concat([Uint8Array.of(padding), payload, new Uint8Array(padding)]);
}

describe("RFC 9113 §6.1, DATA", () => {
  it("loses its padding", () => {
    const peer = withOpenStream();
    peer.writes(frame(0x0, PADDED | END_STREAM, 1, padded(ascii("text"), 5)));
    expect(peer.told()).toEqual(['1 data "text"', "1 end"]);
  });

  it("may be nothing but padding", () => {
    const peer = withOpenStream();
    peer.writes(
      concat([
        frame(0x0, PADDED, 1, padded(ascii(""), 0)),
        frame(0x0, PADDED | END_STREAM, 1, padded(ascii(""), 255)),
      ]),
    );
    expect(peer.told()).toEqual(["1 end"]);
  });

  it.each([0, 1])("with %i bytes more padding than fits ends the connection", (more) => {
    const peer = withOpenStream();
    peer.writes(frame(0x0, PADDED, 1, concat([Uint8Array.of(4 + more), new Uint8Array(3)])));
    expect(peer.told().at(-1)).toContain("closed local PROTOCOL_ERROR");
  });

  it("padding counts in the windows and is given back at once", () => {
    const peer = Peer.ofServer({ streamWindowBytes: 300, connectionWindowBytes: 65_535 });
    peer.says("SETTINGS ACK", `HEADERS 1 END_HEADERS ${GET}`);
    peer.forget();
    peer.writes(frame(0x0, PADDED, 1, padded(ascii("12345"), 200)));
    expect(peer.hears()).toContain("WINDOW_UPDATE 1 201");
    // 5 bytes are held: 295 is all that may come.
    peer.says("DATA 1 (295 bytes)");
    expect(peer.told()).toEqual(['1 data "12345"', "1 data (295 bytes)"]);
    peer.says("DATA 1 (1 bytes)");
    expect(peer.told()).toEqual(["1 aborted local FLOW_CONTROL_ERROR"]);
  });
});

describe("RFC 9113 §6.2, HEADERS", () => {
  it("lose padding and priority", () => {
    const peer = Peer.ofServer();
    const block = peer.writer.block(REQUEST);
    const payload = concat([Uint8Array.of(7), new Uint8Array(5), block, new Uint8Array(7)]);
    peer.writes(frame(0x1, PADDED | 0x20 | END_HEADERS | END_STREAM, 1, payload));
    expect(peer.told()).toEqual([`1 request END_STREAM ${GET}`]);
  });

  it("with more padding than fits end the connection", () => {
    const peer = Peer.ofServer();
    peer.writes(frame(0x1, PADDED | END_HEADERS, 1, concat([Uint8Array.of(3), new Uint8Array(2)])));
    expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });
});

describe("RFC 9113 §6.3, PRIORITY", () => {
  it("is ignored in every state", () => {
    const peer = withOpenStream();
    for (const id of [1, 3, 2]) peer.writes(frame(0x2, 0, id, new Uint8Array(5)));
    expect(peer.told()).toEqual([]);
    expect(peer.hears()).toEqual([]);
  });
});

describe("RFC 9113 §6.4, RST_STREAM", () => {
  it("is told with its code", () => {
    const peer = withOpenStream();
    peer.says("RST_STREAM 1 INTERNAL_ERROR");
    expect(peer.told()).toEqual(["1 aborted remote INTERNAL_ERROR"]);
    expect(peer.connection.openStreams).toBe(0);
  });

  it("with an unknown code is told too", () => {
    const peer = withOpenStream();
    peer.says("RST_STREAM 1 4294967295");
    expect(peer.told()).toEqual(["1 aborted remote 0xffffffff"]);
  });

  it("gives back to the connection what the stream held", () => {
    const peer = Peer.ofServer({ connectionWindowBytes: 65_535 });
    peer.says(`HEADERS 1 END_HEADERS ${GET}`, "DATA 1 (50000 bytes)");
    expect(peer.hears()).toEqual(["WINDOW_UPDATE 0 50000"]);
    peer.says("RST_STREAM 1 CANCEL");
    peer.connection.consume(peer.stream(1), 50_000);
    expect(peer.hears()).toEqual([]);
  });
});

describe("RFC 9113 §6.5, SETTINGS", () => {
  it.each([
    ["ENABLE_PUSH=2", "PROTOCOL_ERROR"],
    ["INITIAL_WINDOW_SIZE=2147483648", "FLOW_CONTROL_ERROR"],
    ["MAX_FRAME_SIZE=16383", "PROTOCOL_ERROR"],
    ["MAX_FRAME_SIZE=16777216", "PROTOCOL_ERROR"],
  ])("%s is a connection error", (setting, code) => {
    for (const peer of [Peer.ofServer(), Peer.ofClient()]) {
      peer.says(`SETTINGS ${setting}`);
      expect(peer.told()).toEqual([expect.stringContaining(`closed local ${code}`)]);
    }
  });

  it("ENABLE_PUSH=1 may come from a client only", () => {
    const server = Peer.ofServer();
    server.says("SETTINGS ENABLE_PUSH=1");
    expect(server.told()).toEqual([]);
    const client = Peer.ofClient();
    client.says("SETTINGS ENABLE_PUSH=0");
    expect(client.told()).toEqual([]);
    client.says("SETTINGS ENABLE_PUSH=1");
    expect(client.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });

  it("values at their limits and unknown settings are taken", () => {
    const peer = Peer.ofServer();
    peer.says(
      "SETTINGS MAX_FRAME_SIZE=16384 MAX_FRAME_SIZE=16777215 INITIAL_WINDOW_SIZE=2147483647 INITIAL_WINDOW_SIZE=0 " +
        "HEADER_TABLE_SIZE=4294967295 MAX_CONCURRENT_STREAMS=0 MAX_HEADER_LIST_SIZE=77 ENABLE_PUSH=0 43690=1",
    );
    expect(peer.hears()).toEqual(["SETTINGS ACK"]);
    expect(peer.connection.peerMaxHeaderListBytes).toBe(77);
  });

  it("on a stream are a connection error", () => {
    const peer = Peer.ofServer();
    peer.writes(frame(0x4, 0, 1, new Uint8Array(0)));
    expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });

  it("§6.5.3: are acknowledged one by one, before anything that they allow", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=0");
    peer.answers(1, OK);
    peer.connection.sendData(peer.stream(1), someBytes(10), true);
    peer.forget();
    peer.says("SETTINGS INITIAL_WINDOW_SIZE=4", "SETTINGS INITIAL_WINDOW_SIZE=6");
    expect(peer.hears()).toEqual(["SETTINGS ACK", "SETTINGS ACK", "DATA 1 (6 bytes)"]);
  });

  it("MAX_FRAME_SIZE is what DATA and header blocks are cut to", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=100000");
    peer.answers(1, [...OK, "x", "~".repeat(20_000)]);
    peer.connection.sendData(peer.stream(1), someBytes(20_000), false);
    expect(peer.hears().map((line) => line.replace(/:status.*/, ""))).toEqual([
      "HEADERS 1 (16384 bytes)",
      expect.stringMatching(/^CONTINUATION 1 END_HEADERS/),
      "DATA 1 (16384 bytes)",
      "DATA 1 (3616 bytes)",
    ]);
    peer.says("SETTINGS MAX_FRAME_SIZE=20000");
    peer.connection.sendData(peer.stream(1), someBytes(20_000), false);
    expect(peer.hears()).toEqual(["SETTINGS ACK", "DATA 1 (20000 bytes)"]);
  });
});

describe("RFC 9113 §6.6, PUSH_PROMISE", () => {
  it("is a connection error in both roles", () => {
    for (const peer of [Peer.ofServer(), Peer.ofClient()]) {
      if (peer.role === "client") peer.opens();
      else peer.says(`HEADERS 1 END_HEADERS ${GET}`);
      peer.writes(frame(0x5, END_HEADERS, 1, concat([uint32(2), peer.writer.block(REQUEST)])));
      expect(peer.told().at(-1)).toContain("closed local PROTOCOL_ERROR");
    }
  });
});

describe("RFC 9113 §6.7, PING", () => {
  it("is answered with its payload, before data that waits", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=10000000");
    peer.says("WINDOW_UPDATE 0 10000000");
    peer.answers(1, OK);
    peer.connection.sendData(peer.stream(1), someBytes(1_000_000), true);
    peer.hearsOnce();
    peer.says("PING 0102030405060708");
    expect(peer.hearsOnce()).toEqual(["PING ACK 0102030405060708"]);
  });

  it("of ours is told when it is acknowledged; an acknowledgement is never answered", () => {
    const peer = Peer.ofClient();
    peer.connection.ping(16);
    expect(peer.hears()).toEqual(["PING 1000000000000000"]);
    peer.says("PING ACK 1000000000000000");
    expect(peer.told()).toEqual(["ping acknowledged 16"]);
    expect(peer.hears()).toEqual([]);
  });

  it("is told with whether HEADERS or DATA were sent since the last one (gRFC A8)", () => {
    const peer = withOpenStream();
    const pings: boolean[] = [];
    peer.hooks.onPing = (busy) => pings.push(busy);
    const ping = "PING 0000000000000001";
    peer.says(ping, ping);
    peer.answers(1, OK);
    peer.says(ping, ping);
    peer.connection.sendData(peer.stream(1), new Uint8Array(1), true);
    peer.says(ping, ping);
    expect(pings).toEqual([false, false, true, false, true, false]);
  });

  it("on a stream is a connection error", () => {
    const peer = Peer.ofServer();
    peer.writes(frame(0x6, 0, 1, new Uint8Array(8)));
    expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });
});

describe("RFC 9113 §6.8, GOAWAY", () => {
  it("of a server comes twice: first for all, a round trip later with the last id", () => {
    const peer = withOpenStream();
    peer.connection.shutdown();
    expect(peer.hears()).toEqual(["GOAWAY 2147483647 NO_ERROR", "PING 0200000000000000"]);
    peer.says(`HEADERS 3 END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toEqual([`3 request END_STREAM ${GET}`]);
    peer.says("PING ACK 0200000000000000", `HEADERS 5 END_STREAM END_HEADERS ${GET}`);
    expect(peer.hears()).toEqual(["GOAWAY 3 NO_ERROR", "RST_STREAM 5 REFUSED_STREAM"]);
    peer.answers(3, OK, true);
    expect(peer.told()).toEqual([]);
    peer.says("RST_STREAM 1 CANCEL");
    expect(peer.told()).toEqual(["drained", "1 aborted remote CANCEL"]);
  });

  it("of a server without streams drains after the round trip", () => {
    const peer = Peer.ofServer();
    peer.connection.shutdown();
    peer.connection.shutdown();
    peer.forget();
    peer.says("PING ACK 0200000000000000", "PING ACK 0200000000000000");
    expect(peer.hears()).toEqual(["GOAWAY 0 NO_ERROR"]);
    expect(peer.told().slice(0, 1)).toEqual(["drained"]);
  });

  it("of a server tells why, and does not wait for a peer that does not answer its PING", () => {
    const peer = withOpenStream();
    peer.connection.shutdown("max_age");
    expect(peer.hears()).toEqual(['GOAWAY 2147483647 NO_ERROR "max_age"', "PING 0200000000000000"]);
    peer.connection.finishShutdown();
    peer.connection.finishShutdown();
    peer.says("PING ACK 0200000000000000", `HEADERS 5 END_STREAM END_HEADERS ${GET}`);
    expect(peer.hears()).toEqual(['GOAWAY 1 NO_ERROR "max_age"', "RST_STREAM 5 REFUSED_STREAM"]);
    peer.says("RST_STREAM 1 CANCEL");
    expect(peer.told()).toContain("drained");
  });

  it("never names a higher last id than before", () => {
    const peer = withOpenStream();
    peer.connection.shutdown();
    peer.says("PING ACK 0200000000000000", `HEADERS 5 END_STREAM END_HEADERS ${GET}`);
    peer.forget();
    peer.connection.fail(ErrorCode.INTERNAL_ERROR, "x");
    expect(peer.hears()).toEqual(['GOAWAY 1 INTERNAL_ERROR "x"']);
  });

  it("of a client comes when its last stream, waiting ones included, has ended", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=1");
    for (const name of ["a", "b", "c"]) peer.opens(name);
    const cancelled = peer.opens("d");
    peer.forget();
    peer.connection.shutdown();
    expect(peer.connection.acceptsStreams).toBe(false);
    expect(peer.opens("late").closed).toBe(true);
    for (const id of [1, 3]) peer.says(`HEADERS ${id} END_STREAM END_HEADERS :status=200`);
    expect(peer.hears()).toEqual([3, 5].map((id) => `HEADERS ${id} END_STREAM END_HEADERS ${GET}`));
    peer.connection.resetStream(cancelled, CANCEL);
    peer.told();
    peer.says("HEADERS 5 END_STREAM END_HEADERS :status=200");
    expect(peer.told()).toEqual(["drained", "c headers END_STREAM :status=200"]);
    expect(peer.hears()).toEqual(["GOAWAY 0 NO_ERROR"]);
  });

  it("of a client whose last stream waits and is cancelled comes at once", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=0");
    const waiting = peer.opens("a");
    peer.connection.shutdown();
    expect(peer.hears()).toEqual([]);
    peer.connection.resetStream(waiting, CANCEL);
    expect(peer.told()).toEqual(["drained"]);
    expect(peer.hears()).toEqual(["GOAWAY 0 NO_ERROR"]);
  });

  it("received: streams above the last id and waiting ones were not processed, others go on", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=3");
    for (const name of ["a", "b", "c", "d"]) peer.opens(name);
    peer.says("HEADERS 5 END_HEADERS :status=200");
    peer.forget();
    peer.says('GOAWAY 1 NO_ERROR "maintenance"');
    expect(peer.told()).toEqual([
      "b aborted connection NO_ERROR unprocessed",
      // Part of its response has come: somebody did process it, whatever the GOAWAY says.
      "c aborted connection NO_ERROR",
      "d aborted connection NO_ERROR unprocessed",
      'goaway NO_ERROR "maintenance"',
    ]);
    expect(peer.connection.acceptsStreams).toBe(false);
    peer.says("HEADERS 1 END_STREAM END_HEADERS :status=200");
    expect(peer.told()).toEqual(["drained", "a headers END_STREAM :status=200"]);
    expect(peer.hears()).toEqual(["GOAWAY 0 NO_ERROR"]);
  });

  it("received twice: the second may lower the last id and is told too, as it may say why", () => {
    const peer = Peer.ofClient();
    for (const name of ["a", "b"]) peer.opens(name);
    peer.forget();
    peer.says("GOAWAY 2147483647 NO_ERROR", "GOAWAY 1 NO_ERROR");
    expect(peer.told()).toEqual([
      'goaway NO_ERROR ""',
      "b aborted connection NO_ERROR unprocessed",
      'goaway NO_ERROR ""',
    ]);
    peer.says("GOAWAY 3 NO_ERROR");
    expect(peer.told()).toEqual([
      "a aborted connection PROTOCOL_ERROR",
      expect.stringContaining("closed local PROTOCOL_ERROR"),
    ]);
  });

  it("received, then the end of the pipe: the last id still tells what was not processed", () => {
    const peer = Peer.ofClient();
    peer.opens("a");
    peer.forget();
    peer.says('GOAWAY 1 ENHANCE_YOUR_CALM "too_many_pings"');
    peer.connection.pipeClosed("gone");
    expect(peer.told()).toEqual([
      'goaway ENHANCE_YOUR_CALM "too_many_pings"',
      "a aborted connection NO_ERROR",
      "closed pipe NO_ERROR: gone",
    ]);
  });

  it("received by a stream's handler that resets another: that one hears nothing more", () => {
    const peer = Peer.ofClient();
    const streams: ReturnType<Peer["opens"]>[] = [];
    const onAbort = () => {
      for (const stream of streams) peer.connection.resetStream(stream, CANCEL);
    };
    for (const name of ["a", "b"]) streams.push(peer.opens(name, { hooks: { onAbort } }));
    peer.says("GOAWAY 0 NO_ERROR");
    expect(peer.told().filter((note) => note.includes("aborted"))).toHaveLength(1);
  });

  it("received from a client: open streams go on, then the server drains", () => {
    const peer = withOpenStream();
    peer.says('DATA 1 END_STREAM ""', "GOAWAY 0 NO_ERROR");
    expect(peer.told()).toEqual(["1 end", 'goaway NO_ERROR ""']);
    peer.answers(1, OK, true);
    expect(peer.told()).toEqual(["drained"]);
    expect(peer.hears()).toEqual(["HEADERS 1 END_STREAM END_HEADERS :status=200", "GOAWAY 1 NO_ERROR"]);
  });

  it("on a stream is a connection error", () => {
    const peer = Peer.ofServer();
    peer.writes(frame(0x7, 0, 1, new Uint8Array(8)));
    expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });

  it("debug text of ours and of the peer is bounded", () => {
    const peer = Peer.ofClient();
    peer.says(`GOAWAY 0 NO_ERROR "${"a".repeat(1000)}"`);
    expect(peer.told()).toEqual([`goaway NO_ERROR "${"a".repeat(512)}"`, "drained"]);
    const other = Peer.ofServer();
    other.connection.fail(NO_ERROR, "b".repeat(1000));
    expect(other.hears()).toEqual([`GOAWAY 0 NO_ERROR "${"b".repeat(512)}"`]);
  });

  it("a stream that was made before, and whose HEADERS come after, was not processed", () => {
    const peer = Peer.ofClient();
    const notes: unknown[] = [];
    const stream = peer.connection.openStream({
      onHeaders() {},
      onData() {},
      onEnd() {},
      onOpened() {},
      onWritable() {},
      onAbort: (abort) => notes.push(abort.unprocessed),
    });
    peer.says("GOAWAY 0 NO_ERROR");
    peer.connection.sendHeaders(stream, undefined, REQUEST, true);
    expect(notes).toEqual([true]);
    expect(peer.hears()).toEqual(["GOAWAY 0 NO_ERROR"]);
  });
});

describe("RFC 9113 §6.9, WINDOW_UPDATE", () => {
  it("of 0 is an error of the stream or of the connection", () => {
    const peer = withOpenStream();
    peer.says("WINDOW_UPDATE 1 0");
    expect(peer.told()).toEqual(["1 aborted local PROTOCOL_ERROR"]);
    expect(peer.hears()).toEqual(["RST_STREAM 1 PROTOCOL_ERROR"]);
    peer.says("WINDOW_UPDATE 0 0");
    expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });

  it("§6.9.1: may take a window to 2^31-1 and no further", () => {
    const peer = withOpenStream();
    peer.says(`WINDOW_UPDATE 1 ${0x7fff_ffff - 65_535}`, `WINDOW_UPDATE 0 ${0x7fff_ffff - 65_535}`);
    expect(peer.told()).toEqual([]);
    peer.says("WINDOW_UPDATE 1 1");
    expect(peer.told()).toEqual(["1 aborted local FLOW_CONTROL_ERROR"]);
    expect(peer.hears()).toEqual(["RST_STREAM 1 FLOW_CONTROL_ERROR"]);
    peer.says("WINDOW_UPDATE 0 1");
    expect(peer.told()).toEqual([expect.stringContaining("closed local FLOW_CONTROL_ERROR")]);
  });

  it("lets exactly as much leave as both windows allow; the end needs none", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=5");
    peer.answers(1, OK);
    expect(peer.connection.sendData(peer.stream(1), someBytes(12), true)).toBe(false);
    expect(peer.hears()).toEqual(["HEADERS 1 END_HEADERS :status=200", "DATA 1 (5 bytes)"]);
    peer.says("WINDOW_UPDATE 0 1000");
    expect(peer.hears()).toEqual([]);
    peer.says("WINDOW_UPDATE 1 7");
    expect(peer.hears()).toEqual(["DATA 1 END_STREAM (7 bytes)", "RST_STREAM 1 NO_ERROR"]);
  });

  it("an empty DATA frame with END_STREAM, and trailers, need no window", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=0");
    peer.says(`HEADERS 3 END_STREAM END_HEADERS ${GET}`, 'DATA 1 END_STREAM ""');
    peer.answers(1, OK);
    peer.answers(3, OK);
    expect(peer.connection.sendData(peer.stream(1), someBytes(0), true)).toBe(true);
    peer.answers(3, ["t", "u"], true);
    expect(peer.hears().slice(2)).toEqual(['DATA 1 END_STREAM ""', "HEADERS 3 END_STREAM END_HEADERS t=u"]);
  });

  it("onWritable comes once all that waited has left", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=5");
    peer.answers(1, OK);
    peer.connection.sendData(peer.stream(1), someBytes(6), false);
    peer.connection.sendData(peer.stream(1), someBytes(6), false);
    peer.says("WINDOW_UPDATE 1 5");
    expect(peer.told()).toEqual([]);
    peer.says("WINDOW_UPDATE 1 5");
    expect(peer.told()).toEqual(["1 writable"]);
    expect(peer.hears().slice(1).join()).toBe(
      "DATA 1 (5 bytes),DATA 1 (1 bytes),DATA 1 (4 bytes),DATA 1 (2 bytes)",
    );
  });

  it("streams that wait for the connection's window share it", () => {
    const peer = Peer.ofServer({}, "INITIAL_WINDOW_SIZE=1000000");
    for (const id of [1, 3]) {
      peer.says(`HEADERS ${id} END_STREAM END_HEADERS ${GET}`);
      peer.answers(id, OK);
      peer.connection.sendData(peer.stream(id), someBytes(60_000), true);
    }
    expect(peer.hears().at(-1)).toBe("DATA 3 (5535 bytes)");
    peer.says("WINDOW_UPDATE 0 30000");
    expect(peer.hears()).toEqual(["DATA 3 (16384 bytes)", "DATA 3 (13616 bytes)"]);
    peer.says("WINDOW_UPDATE 0 100000");
    expect(peer.told().at(-1)).toBe("3 request END_STREAM :method=GET :scheme=http :path=/");
    expect(peer.hears().at(-1)).toContain("DATA 3 END_STREAM");
  });

  it("§6.9.2: SETTINGS move the windows of open streams, below 0 too", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=10");
    peer.answers(1, OK);
    peer.connection.sendData(peer.stream(1), someBytes(20), false);
    peer.forget();
    peer.says("SETTINGS INITIAL_WINDOW_SIZE=3");
    expect(peer.stream(1).sendWindow).toBe(-7);
    peer.says("WINDOW_UPDATE 1 7");
    expect(peer.hears()).toEqual(["SETTINGS ACK"]);
    peer.says("WINDOW_UPDATE 1 1");
    expect(peer.hears()).toEqual(["DATA 1 (1 bytes)"]);
    peer.says("SETTINGS INITIAL_WINDOW_SIZE=8");
    expect(peer.hears()).toEqual(["SETTINGS ACK", "DATA 1 (5 bytes)"]);
  });

  it("§6.9.2: an empty DATA frame is whole where its window is below 0, and takes nothing of it", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=10");
    peer.answers(1, OK);
    peer.connection.sendData(peer.stream(1), someBytes(10), false);
    peer.says('DATA 1 END_STREAM ""', "SETTINGS INITIAL_WINDOW_SIZE=3");
    peer.forget();
    expect(peer.connection.sendData(peer.stream(1), someBytes(0), true)).toBe(true);
    expect(peer.stream(1).sendWindow).toBe(-7);
    expect(peer.hears()).toEqual(['DATA 1 END_STREAM ""']);
  });

  it("§6.9.2: an empty DATA frame waits for the data before it, and for no window", () => {
    const peer = withOpenStream("INITIAL_WINDOW_SIZE=3");
    peer.says('DATA 1 END_STREAM ""');
    peer.answers(1, OK);
    peer.connection.sendData(peer.stream(1), someBytes(5), false);
    peer.connection.sendData(peer.stream(1), someBytes(0), true);
    peer.says("SETTINGS INITIAL_WINDOW_SIZE=0");
    peer.forget();
    peer.says("WINDOW_UPDATE 1 5");
    expect(peer.hears()).toEqual(["DATA 1 (2 bytes)", 'DATA 1 END_STREAM ""']);
  });

  it("§6.9.2: SETTINGS that take a window above 2^31-1 are a connection error", () => {
    const peer = withOpenStream();
    peer.says(`WINDOW_UPDATE 1 ${0x7fff_ffff - 65_535}`, "SETTINGS INITIAL_WINDOW_SIZE=65536");
    expect(peer.told().at(-1)).toContain("closed local FLOW_CONTROL_ERROR");
  });

  it("§6.9.3: until our smaller window is acknowledged, a request may fill the initial one", () => {
    const peer = Peer.ofNewServer({ streamWindowBytes: 1000 });
    peer.says("PREFACE", "SETTINGS", `HEADERS 1 END_HEADERS ${GET}`, "DATA 1 (65535 bytes)");
    peer.forget();
    expect(peer.stream(1).closed).toBe(false);
    // All of it consumed, the peer's window is the one we have announced.
    peer.connection.consume(peer.stream(1), 65_535);
    expect(peer.hears()).toContain("WINDOW_UPDATE 1 65535");
    peer.says("SETTINGS ACK", `HEADERS 3 END_HEADERS ${GET}`, "DATA 3 (1001 bytes)");
    expect(peer.hears()).toContain("RST_STREAM 3 FLOW_CONTROL_ERROR");
  });
});

describe("RFC 9113 §6.10, CONTINUATION", () => {
  const fields = [...REQUEST, "a", "b", "c", "d"];

  it("carries the rest of a block, cut anywhere, in empty pieces too", () => {
    for (let cut = 0; cut <= 12; cut++) {
      const peer = Peer.ofServer();
      const block = peer.writer.block(fields);
      peer.writes(
        concat([
          frame(0x1, END_STREAM, 1, block.subarray(0, cut)),
          frame(0x9, 0, 1, block.subarray(cut, cut)),
          frame(0x9, END_HEADERS, 1, block.subarray(cut)),
        ]),
      );
      expect(peer.told()).toEqual([`1 request END_STREAM ${GET} a=b c=d`]);
    }
  });

  it("of a padded HEADERS frame with priority", () => {
    const peer = Peer.ofServer();
    const block = peer.writer.block(fields);
    const payload = concat([Uint8Array.of(3), new Uint8Array(5), block.subarray(0, 4), new Uint8Array(3)]);
    peer.writes(
      concat([frame(0x1, PADDED | 0x20, 1, payload), frame(0x9, END_HEADERS, 1, block.subarray(4))]),
    );
    expect(peer.told()).toEqual([`1 request ${GET} a=b c=d`]);
  });

  const block = concat([uint32(0)]);
  it.each([
    ["on another stream", frame(0x9, END_HEADERS, 3, block)],
    ["followed by DATA", frame(0x0, 0, 1, block)],
    ["followed by HEADERS", frame(0x1, END_HEADERS, 1, block)],
    ["followed by PING", frame(0x6, 0, 0, new Uint8Array(8))],
    ["followed by SETTINGS", frame(0x4, 0, 0, new Uint8Array(0))],
    ["followed by WINDOW_UPDATE", frame(0x8, 0, 0, uint32(1))],
    ["followed by RST_STREAM", frame(0x3, 0, 1, uint32(0))],
    ["followed by PRIORITY", frame(0x2, 0, 1, new Uint8Array(5))],
    ["followed by GOAWAY", frame(0x7, 0, 0, new Uint8Array(8))],
  ])("missing, %s: a connection error", (_, next) => {
    const peer = Peer.ofServer();
    peer.writes(concat([frame(0x1, 0, 1, peer.writer.block(fields)), next]));
    expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });

  it("without HEADERS before it is a connection error", () => {
    const peer = withOpenStream();
    peer.writes(frame(0x9, END_HEADERS, 1, block));
    expect(peer.told().at(-1)).toContain("closed local PROTOCOL_ERROR");
  });

  it("of our own blocks that are larger than a frame", () => {
    const peer = Peer.ofClient();
    const stream = peer.connection.openStream({ onAbort() {} } as never);
    peer.connection.sendHeaders(stream, undefined, [...REQUEST, "x", "~".repeat(40_000)], true);
    const heard = peer.hears();
    expect(heard.slice(0, 2)).toEqual(["HEADERS 1 END_STREAM (16384 bytes)", "CONTINUATION 1 (16384 bytes)"]);
    expect(heard[2]).toBe(`CONTINUATION 1 END_HEADERS ${GET} x=(40000 characters)`);
  });
});
