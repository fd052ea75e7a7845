import { describe, expect, it } from "vitest";
import { ErrorCode } from "./error.js";
import { concat, frame, someBytes } from "./frame-text.test.util.js";
import { GET, Peer, REQUEST } from "./peer.test.util.js";

const OK = [":status", "200"];

describe("RFC 9113 §8.1, message framing", () => {
  it("headers, data and trailers, both ways", () => {
    const server = Peer.ofServer();
    server.says(
      `HEADERS 1 END_HEADERS ${GET}`,
      'DATA 1 "a"',
      'DATA 1 "b"',
      "HEADERS 1 END_STREAM END_HEADERS t=u",
    );
    expect(server.told()).toEqual([
      `1 request ${GET}`,
      '1 data "a"',
      '1 data "b"',
      "1 headers END_STREAM t=u",
    ]);
    server.answers(1, OK);
    server.connection.sendData(server.stream(1), someBytes(3), false);
    server.answers(1, ["t", "u"], true);
    expect(server.hears()).toEqual([
      "HEADERS 1 END_HEADERS :status=200",
      "DATA 1 (3 bytes)",
      "HEADERS 1 END_STREAM END_HEADERS t=u",
    ]);
  });

  it("informational responses are left out, any number of them", () => {
    const peer = Peer.ofClient();
    peer.opens();
    peer.says(
      "HEADERS 1 END_HEADERS :status=100",
      "HEADERS 1 END_HEADERS :status=103 link=x",
      "HEADERS 1 END_STREAM END_HEADERS :status=200",
    );
    expect(peer.told()).toEqual(["1 headers END_STREAM :status=200"]);
  });

  it.each([
    ["an informational response that ends the stream", "HEADERS 1 END_STREAM END_HEADERS :status=100"],
    ["101, §8.6", "HEADERS 1 END_HEADERS :status=101"],
    ["DATA before the response", 'DATA 1 "x"'],
    ["the end before the response", 'DATA 1 END_STREAM ""'],
    ["a response without :status", "HEADERS 1 END_HEADERS x=y"],
    ["a request as response", `HEADERS 1 END_HEADERS ${GET}`],
    ["a status of two digits", "HEADERS 1 END_HEADERS :status=20"],
    ["a status of four digits", "HEADERS 1 END_HEADERS :status=2000"],
    ["a status that is no number", 'HEADERS 1 END_HEADERS :status="abc"'],
    ["a status below 100", "HEADERS 1 END_HEADERS :status=099"],
  ])("a client takes %s for malformed", (_, line) => {
    const peer = Peer.ofClient();
    peer.opens();
    peer.says(line);
    expect(peer.told()).toEqual(["1 aborted local PROTOCOL_ERROR"]);
    expect(peer.hears().at(-1)).toBe("RST_STREAM 1 PROTOCOL_ERROR");
  });

  it.each([
    "HEADERS 1 END_HEADERS t=u",
    "HEADERS 1 END_STREAM END_HEADERS :status=200",
    "HEADERS 1 END_STREAM END_HEADERS Upper=x",
  ])("trailers that are wrong: %s", (line) => {
    const peer = Peer.ofClient();
    peer.opens();
    peer.says("HEADERS 1 END_HEADERS :status=200", line);
    expect(peer.told()).toEqual(["1 headers :status=200", "1 aborted local PROTOCOL_ERROR"]);
  });

  it("a server that has answered tells the client to stop sending, without error", () => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 1 END_HEADERS ${GET}`, "DATA 1 (100 bytes)");
    peer.answers(1, OK, true);
    expect(peer.hears()).toEqual(["HEADERS 1 END_STREAM END_HEADERS :status=200", "RST_STREAM 1 NO_ERROR"]);
    peer.told();
    peer.says("DATA 1 (100 bytes)", 'DATA 1 END_STREAM ""');
    expect(peer.told()).toEqual([]);
    expect(peer.hears()).toEqual([]);
  });

  it("a client keeps a response that was complete before RST_STREAM(NO_ERROR)", () => {
    const peer = Peer.ofClient();
    const stream = peer.opens("", { endStream: false });
    peer.connection.sendData(stream, someBytes(100_000), true);
    peer.says("HEADERS 1 END_HEADERS :status=200", 'DATA 1 END_STREAM "early"', "RST_STREAM 1 NO_ERROR");
    expect(peer.told()).toEqual([
      "1 headers :status=200",
      '1 data "early"',
      "1 end",
      "1 aborted remote NO_ERROR",
    ]);
    expect(peer.connection.openStreams).toBe(0);
  });
});

describe("RFC 9113 §8.1.1, malformed messages", () => {
  const bad: [string, string][] = [
    ["uppercase, §8.2", "Name=x"],
    ["connection, §8.2.2", "connection=close"],
    ["proxy-connection", "proxy-connection=x"],
    ["keep-alive", "keep-alive=x"],
    ["transfer-encoding", "transfer-encoding=chunked"],
    ["upgrade", "upgrade=h2c"],
    ["te, but for trailers", "te=gzip"],
    ["a line feed in a value, §8.2.1", 'x="a\\nb"'],
    ["a carriage return in a value", 'x="a\\rb"'],
    ["a NUL in a value", 'x="a\\u0000b"'],
    ["a pseudo-header field behind a regular one, §8.3", "x=y :authority=a"],
    ["a response's pseudo-header field", ":status=200"],
    ["an unknown pseudo-header field", ":unknown=x"],
    [":protocol, which we do not offer, RFC 8441 §3", ":protocol=websocket"],
    ["a pseudo-header field twice", ":path=/"],
    ["a malformed content-length", "content-length=x"],
    ["a negative content-length", "content-length=-1"],
    ["two content-lengths that differ", "content-length=1 content-length=2"],
  ];
  it.each(bad)("a request with %s is reset before anybody hears of it", (_, fields) => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 1 END_HEADERS ${GET} ${fields}`, `HEADERS 3 END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toEqual([`3 request END_STREAM ${GET}`]);
    expect(peer.hears()).toEqual(["RST_STREAM 1 PROTOCOL_ERROR"]);
    expect(peer.connection.openStreams).toBe(1);
  });

  const incomplete: [string, string][] = [
    [":method", ":scheme=http :path=/"],
    [":scheme", ":method=GET :path=/"],
    [":path", ":method=GET :scheme=http"],
    ["anything in :path", ':method=GET :scheme=http :path=""'],
    [":authority in a CONNECT, §8.5", ":method=CONNECT"],
    ["the good sense to leave :path out of a CONNECT", ":method=CONNECT :authority=a :path=/"],
    ["the good sense to leave :scheme out of a CONNECT", ":method=CONNECT :authority=a :scheme=http"],
  ];
  it.each(incomplete)("a request without %s is reset", (_, fields) => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 1 END_HEADERS ${fields}`);
    expect(peer.told()).toEqual([]);
    expect(peer.hears()).toEqual(["RST_STREAM 1 PROTOCOL_ERROR"]);
  });

  it.each([
    `${GET} te=trailers`,
    `${GET} x=`,
    `${GET} x=" y "`,
    `${GET} cookie=a cookie=b`,
    `:path=/ :authority=:path :scheme=http :method=GET`,
    ":method=CONNECT :authority=host:1",
    ":method=OPTIONS :scheme=http :path=*",
    `${GET} content-length=0`,
    `${GET} content-length=3 content-length=3`,
  ])("a request with %s is well-formed", (fields) => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 1 END_HEADERS ${fields}`);
    expect(peer.told()).toHaveLength(1);
    expect(peer.hears()).toEqual([]);
  });

  it("a block that repeats is checked anew in another place", () => {
    const peer = Peer.ofClient();
    for (const id of [1, 3]) {
      peer.opens();
      peer.says(`HEADERS ${id} END_HEADERS :status=200`, `HEADERS ${id} END_STREAM END_HEADERS :status=200`);
      expect(peer.told()).toEqual([`${id} headers :status=200`, `${id} aborted local PROTOCOL_ERROR`]);
    }
  });

  it("content-length is what comes, no more", () => {
    const peer = Peer.ofServer({ connectionWindowBytes: 65_535 });
    peer.says(`HEADERS 1 END_HEADERS ${GET} content-length=5`, 'DATA 1 "123"', 'DATA 1 END_STREAM "45"');
    expect(peer.told().slice(1)).toEqual(['1 data "123"', '1 data "45"', "1 end"]);
    peer.says(`HEADERS 3 END_HEADERS ${GET} content-length=5`, 'DATA 3 "123456"');
    expect(peer.told().slice(1)).toEqual(["3 aborted local PROTOCOL_ERROR"]);
    expect(peer.hears()).toEqual(["RST_STREAM 3 PROTOCOL_ERROR"]);
  });

  it.each([
    ["DATA", 'DATA 1 END_STREAM "45"'],
    ["an empty frame", 'DATA 1 END_STREAM ""'],
    ["trailers", "HEADERS 1 END_STREAM END_HEADERS t=u"],
  ])("content-length is what comes, no less: ended by %s", (_, last) => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 1 END_HEADERS ${GET} content-length=6`, 'DATA 1 "123"', last);
    expect(peer.told().at(-1)).toBe("1 aborted local PROTOCOL_ERROR");
  });

  it("a request that ends with its headers has no content, a response may announce some (HEAD, 304)", () => {
    const server = Peer.ofServer();
    server.says(`HEADERS 1 END_STREAM END_HEADERS ${GET} content-length=5`);
    expect(server.told()).toEqual([]);
    expect(server.hears()).toEqual(["RST_STREAM 1 PROTOCOL_ERROR"]);
    const client = Peer.ofClient();
    client.opens();
    client.says("HEADERS 1 END_STREAM END_HEADERS :status=304 content-length=5");
    expect(client.told()).toEqual(["1 headers END_STREAM :status=304 content-length=5"]);
  });

  it("padding is no content", () => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 1 END_HEADERS ${GET} content-length=2`);
    peer.writes(frame(0x0, 0x9, 1, concat([Uint8Array.of(4), someBytes(2), new Uint8Array(4)])));
    expect(peer.told().at(-1)).toBe("1 end");
  });
});

describe("RFC 9113 §8.7, request reliability", () => {
  it("REFUSED_STREAM means not processed, unless part of the response has come", () => {
    const peer = Peer.ofClient();
    peer.opens("a");
    peer.opens("b");
    peer.says(
      "RST_STREAM 1 REFUSED_STREAM",
      "HEADERS 3 END_HEADERS :status=200",
      "RST_STREAM 3 REFUSED_STREAM",
    );
    expect(peer.told()).toEqual([
      "a aborted remote REFUSED_STREAM unprocessed",
      "b headers :status=200",
      "b aborted remote REFUSED_STREAM",
    ]);
  });

  it("a fault that we find ourselves says nothing about the server", () => {
    const peer = Peer.ofClient();
    peer.opens();
    peer.says("HEADERS 1 END_HEADERS x=y");
    expect(peer.told()).toEqual(["1 aborted local PROTOCOL_ERROR"]);
  });

  it("a stream whose HEADERS wait in an output that never leaves was not processed", () => {
    const peer = Peer.ofClient();
    peer.opens("sent");
    peer.hears();
    peer.opens("kept");
    peer.connection.fail(ErrorCode.NO_ERROR, "x");
    expect(peer.told().slice(0, 2)).toEqual([
      "sent aborted connection NO_ERROR",
      "kept aborted connection NO_ERROR unprocessed",
    ]);
    expect(peer.hears()).toEqual(['GOAWAY 0 NO_ERROR "x"']);
  });
});

describe("RFC 9113 §10.5.1, limits on field block size", () => {
  it("a request with more fields than allowed is reset, the connection lives", () => {
    const peer = Peer.ofServer({ maxHeaderListBytes: 1000 });
    const block = (bytes: number) => peer.writer.block([...REQUEST, "x", "a".repeat(bytes)]);
    // :method GET 42, :scheme http 43, :path / 38, x 33 and its value.
    peer.writes(frame(0x1, 0x5, 1, block(1000 - 156)));
    peer.writes(frame(0x1, 0x5, 3, block(1000 - 155)));
    expect(peer.told()).toHaveLength(1);
    expect(peer.hears()).toEqual(["RST_STREAM 3 ENHANCE_YOUR_CALM"]);
  });

  it("so is a response", () => {
    const peer = Peer.ofClient({ maxHeaderListBytes: 1000 });
    peer.opens();
    peer.says(`HEADERS 1 END_HEADERS :status=200 x=${"a".repeat(1000)}`);
    expect(peer.told()).toEqual(["1 aborted local ENHANCE_YOUR_CALM"]);
  });

  it("a block over CONTINUATION frames is not collected beyond twice that", () => {
    const peer = Peer.ofServer({ maxHeaderListBytes: 1000 });
    peer.writes(concat([frame(0x1, 0, 1, new Uint8Array(1500)), frame(0x9, 0, 1, new Uint8Array(500))]));
    expect(peer.told()).toEqual([]);
    peer.writes(frame(0x9, 0, 1, new Uint8Array(1)));
    expect(peer.told()).toEqual(["closed local ENHANCE_YOUR_CALM: header block too large"]);
  });
});
