import { describe, expect, it } from "vitest";
import { ascii, concat, frame, uint32 } from "./frame-text.test.util.js";
import { GET, Peer } from "./peer.test.util.js";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

describe("RFC 9113 §3.4, the connection preface", () => {
  it("of a client is the magic text, then SETTINGS with push switched off", () => {
    const peer = Peer.ofNewClient();
    expect(peer.hears()).toEqual([
      "SETTINGS ENABLE_PUSH=0 INITIAL_WINDOW_SIZE=1048576 MAX_FRAME_SIZE=65536 MAX_HEADER_LIST_SIZE=65536",
      "WINDOW_UPDATE 0 4128769",
    ]);
    expect(peer.notedPreface).toBe(PREFACE);
  });

  it("of a server is SETTINGS", () => {
    const peer = Peer.ofNewServer({
      streamWindowBytes: 70_000,
      connectionWindowBytes: 65_535,
      maxConcurrentStreams: 3,
    });
    expect(peer.hears()).toEqual([
      "SETTINGS MAX_CONCURRENT_STREAMS=3 INITIAL_WINDOW_SIZE=70000 MAX_FRAME_SIZE=65536 MAX_HEADER_LIST_SIZE=65536",
    ]);
  });

  it("is answered with an acknowledgement, and streams may be opened", () => {
    const server = Peer.ofNewServer();
    server.says("PREFACE", "SETTINGS");
    expect(server.told()).toEqual(["ready"]);
    expect(server.hears().at(-1)).toBe("SETTINGS ACK");
    const client = Peer.ofNewClient();
    client.opens();
    expect(client.told()).toEqual([]);
    client.says("SETTINGS");
    expect(client.told()).toEqual(["ready", "1 opened", "1 writable"]);
    expect(client.hears().slice(2)).toEqual(["SETTINGS ACK", `HEADERS 1 END_STREAM END_HEADERS ${GET}`]);
  });

  it("is taken byte by byte", () => {
    const peer = Peer.ofNewServer();
    for (const byte of concat([ascii(PREFACE), peer.writer.bytesOf("SETTINGS")]))
      peer.writes(Uint8Array.of(byte));
    expect(peer.told()).toEqual(["ready"]);
  });

  it("that is wrong ends the connection", () => {
    const peer = Peer.ofNewServer();
    peer.writes(ascii("GET / HTTP/1.1\r\n\r\n"));
    expect(peer.told()).toEqual([
      "closed local PROTOCOL_ERROR: the client did not start with the HTTP/2 preface",
    ]);
  });

  it("that is wrong at its last byte ends the connection", () => {
    const peer = Peer.ofNewServer();
    peer.writes(ascii(`${PREFACE.slice(0, -1)}x`));
    expect(peer.told()).toHaveLength(1);
  });

  it.each(["PING 0000000000000000", "SETTINGS ACK", "WINDOW_UPDATE 0 1", `HEADERS 1 END_HEADERS ${GET}`])(
    "needs SETTINGS first, not %s",
    (line) => {
      for (const peer of [Peer.ofNewServer(), Peer.ofNewClient()]) {
        if (peer.role === "server") peer.says("PREFACE");
        peer.says(line);
        expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
        expect(peer.hears().at(-1)).toContain("GOAWAY 0 PROTOCOL_ERROR");
      }
    },
  );

  it("comes first even if the connection fails before anything has left", () => {
    const client = Peer.ofNewClient();
    client.connection.fail(0, "not needed any more");
    expect(client.hears()).toEqual([
      expect.stringContaining("SETTINGS "),
      expect.stringContaining("WINDOW_UPDATE 0 "),
      'GOAWAY 0 NO_ERROR "not needed any more"',
    ]);
    const server = Peer.ofNewServer();
    server.writes(ascii("GET / HTTP/1.1\r\n\r\n"));
    expect(server.hears()[0]).toContain("SETTINGS ");
  });
});

describe("RFC 9113 §4.1, frame format", () => {
  it("ignores frames of unknown types, unknown flags and the reserved bit", () => {
    const peer = Peer.ofServer();
    peer.writes(
      concat([
        frame(0xfa, 0xff, 0, ascii("whatever")),
        frame(0x6, 0xfe, 0x8000_0000, ascii("12345678")),
        frame(0x4, 0xf2, 0, new Uint8Array(0)),
      ]),
    );
    expect(peer.hears()).toEqual(["PING ACK 3132333435363738", "SETTINGS ACK"]);
    expect(peer.told()).toEqual([]);
  });

  it("ignores the reserved bit of an increment", () => {
    const peer = Peer.ofServer();
    peer.writes(frame(0x8, 0, 0, uint32(0x8000_0001)));
    expect(peer.told()).toEqual([]);
  });
});

describe("RFC 9113 §4.2, frame size", () => {
  it("takes a frame of the announced size and no larger one", () => {
    const peer = Peer.ofServer({ maxFrameBytes: 20_000 });
    peer.says(`HEADERS 1 END_HEADERS ${GET}`, "DATA 1 (20000 bytes)");
    expect(peer.told().slice(1)).toEqual(["1 data (20000 bytes)"]);
    peer.writes(frame(0x0, 0, 1, new Uint8Array(0), 20_001));
    expect(peer.told()).toEqual([
      "1 aborted connection FRAME_SIZE_ERROR",
      expect.stringContaining("closed local FRAME_SIZE_ERROR"),
    ]);
    expect(peer.hears().at(-1)).toContain("GOAWAY 1 FRAME_SIZE_ERROR");
  });

  const wrong: [string, Uint8Array][] = [
    ["RST_STREAM of 3 bytes", frame(0x3, 0, 1, new Uint8Array(3))],
    ["RST_STREAM of 5 bytes", frame(0x3, 0, 1, new Uint8Array(5))],
    ["SETTINGS of 5 bytes", frame(0x4, 0, 0, new Uint8Array(5))],
    ["SETTINGS acknowledgement with a payload", frame(0x4, 1, 0, new Uint8Array(6))],
    ["PING of 7 bytes", frame(0x6, 0, 0, new Uint8Array(7))],
    ["PING of 9 bytes", frame(0x6, 0, 0, new Uint8Array(9))],
    ["GOAWAY of 7 bytes", frame(0x7, 0, 0, new Uint8Array(7))],
    ["WINDOW_UPDATE of 3 bytes", frame(0x8, 0, 0, new Uint8Array(3))],
    ["WINDOW_UPDATE of 5 bytes on a stream", frame(0x8, 0, 1, new Uint8Array(5))],
    ["padded HEADERS without a pad length", frame(0x1, 0x8 | 0x4, 3, new Uint8Array(0))],
    ["HEADERS too short for its priority", frame(0x1, 0x20 | 0x4, 3, new Uint8Array(4))],
    ["padded DATA without a pad length", frame(0x0, 0x8, 1, new Uint8Array(0))],
  ];
  it.each(wrong)("takes a %s for a connection error", (_, bytes) => {
    for (const peer of [Peer.ofServer(), Peer.ofClient()]) {
      if (peer.role === "client") peer.opens();
      peer.says(`HEADERS 1 END_HEADERS ${peer.role === "server" ? GET : ":status=200"}`);
      peer.forget();
      peer.writes(bytes);
      expect(peer.told().at(-1)).toContain("closed local FRAME_SIZE_ERROR");
      expect(peer.hears()).toEqual([expect.stringContaining("FRAME_SIZE_ERROR")]);
    }
  });

  it("takes a PRIORITY of another size than 5 bytes for a stream error", () => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 1 END_HEADERS ${GET}`);
    peer.writes(frame(0x2, 0, 1, new Uint8Array(4)));
    expect(peer.told().slice(1)).toEqual(["1 aborted local FRAME_SIZE_ERROR"]);
    expect(peer.hears()).toEqual(["RST_STREAM 1 FRAME_SIZE_ERROR"]);
  });
});

describe("RFC 9113 §4.3, field blocks", () => {
  it("ends the connection where a block cannot be decoded", () => {
    const peer = Peer.ofServer();
    peer.writes(frame(0x1, 0x5, 1, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)));
    expect(peer.told()).toEqual([expect.stringContaining("closed local COMPRESSION_ERROR")]);
  });

  it("keeps the compression state in step with blocks that it has no use for", () => {
    const peer = Peer.ofServer({ maxConcurrentStreams: 0 });
    const headers = `END_STREAM END_HEADERS ${GET} x-repeated=value`;
    peer.says(`HEADERS 1 ${headers}`, `HEADERS 3 ${headers}`, `HEADERS 5 ${headers}`, `HEADERS 3 ${headers}`);
    expect(peer.hears()).toEqual([1, 3, 5].map((id) => `RST_STREAM ${id} REFUSED_STREAM`));
    expect(peer.told()).toEqual([]);
  });

  it("follows a smaller table of the peer's", () => {
    const peer = Peer.ofServer({}, "HEADER_TABLE_SIZE=0");
    peer.says(`HEADERS 1 END_STREAM END_HEADERS ${GET}`, `HEADERS 3 END_STREAM END_HEADERS ${GET}`);
    peer.answers(1, [":status", "200", "x", "y"], true);
    peer.says("SETTINGS HEADER_TABLE_SIZE=4096");
    peer.answers(3, [":status", "200", "x", "y"], true);
    expect(peer.hears()).toEqual([
      "HEADERS 1 END_STREAM END_HEADERS :status=200 x=y",
      "SETTINGS ACK",
      "HEADERS 3 END_STREAM END_HEADERS :status=200 x=y",
    ]);
  });
});
