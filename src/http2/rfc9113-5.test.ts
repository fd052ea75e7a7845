// biome-ignore-all lint/complexity/useLiteralKeys: TypeScript lets only this form reach private members
import { describe, expect, it } from "vitest";
import { ErrorCode } from "./error.js";
import { concat, frame, someBytes, uint32 } from "./frame-text.test.util.js";
import { GET, Peer } from "./peer.test.util.js";

const { CANCEL } = ErrorCode;
const OK = [":status", "200"];

/** A server with stream 1 open, its request not ended. */
function withOpenStream(): Peer {
  const peer = Peer.ofServer();
  peer.says(`HEADERS 1 END_HEADERS ${GET}`);
  peer.forget();
  return peer;
}

describe("RFC 9113 §5.1, stream states", () => {
  it("a request and its response close the stream", () => {
    const peer = withOpenStream();
    peer.says('DATA 1 END_STREAM "request"');
    peer.answers(1, OK);
    peer.connection.sendData(peer.stream(1), someBytes(3), true);
    expect(peer.told()).toEqual(['1 data "request"', "1 end"]);
    expect(peer.hears()).toEqual(["HEADERS 1 END_HEADERS :status=200", "DATA 1 END_STREAM (3 bytes)"]);
    expect(peer.connection.openStreams).toBe(0);
  });

  it.each([
    "DATA 1 (3 bytes)",
    "RST_STREAM 1 CANCEL",
    "WINDOW_UPDATE 1 1",
    "DATA 2 (3 bytes)",
    "RST_STREAM 2 CANCEL",
    "WINDOW_UPDATE 2 1",
    "HEADERS 2 END_HEADERS :status=200",
  ])("idle: %s ends the connection", (line) => {
    for (const peer of [Peer.ofServer(), Peer.ofClient()]) {
      peer.says(line);
      expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
    }
  });

  it("idle: PRIORITY is allowed", () => {
    const peer = Peer.ofServer();
    peer.writes(frame(0x2, 0, 9, new Uint8Array(5)));
    expect(peer.told()).toEqual([]);
    peer.says(`HEADERS 1 END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toEqual([`1 request END_STREAM ${GET}`]);
  });

  it.each(["DATA 1 (3 bytes)", "DATA 1 END_STREAM (0 bytes)", `HEADERS 1 END_STREAM END_HEADERS x=y`])(
    "half-closed (remote): %s is a stream error",
    (line) => {
      const peer = withOpenStream();
      peer.says('DATA 1 END_STREAM ""');
      peer.forget();
      peer.says(line);
      expect(peer.told()).toEqual(["1 aborted local STREAM_CLOSED"]);
      expect(peer.hears()).toEqual(["RST_STREAM 1 STREAM_CLOSED"]);
    },
  );

  it("half-closed (remote): WINDOW_UPDATE, PRIORITY and RST_STREAM are allowed", () => {
    const peer = withOpenStream();
    peer.says('DATA 1 END_STREAM ""', "WINDOW_UPDATE 1 10");
    peer.writes(frame(0x2, 0, 1, new Uint8Array(5)));
    peer.says("RST_STREAM 1 CANCEL");
    expect(peer.told()).toEqual(["1 end", "1 aborted remote CANCEL"]);
    expect(peer.hears()).toEqual([]);
  });

  it("half-closed (local): the response is still received", () => {
    const peer = Peer.ofClient();
    peer.opens();
    peer.says(
      "WINDOW_UPDATE 1 10",
      "HEADERS 1 END_HEADERS :status=200",
      'DATA 1 "x"',
      "HEADERS 1 END_STREAM END_HEADERS t=u",
    );
    expect(peer.told()).toEqual(["1 headers :status=200", '1 data "x"', "1 headers END_STREAM t=u"]);
    expect(peer.connection.openStreams).toBe(0);
  });

  it("closed by END_STREAM: frames are answered with STREAM_CLOSED once, WINDOW_UPDATE and RST_STREAM with nothing", () => {
    const peer = withOpenStream();
    peer.says('DATA 1 END_STREAM ""');
    peer.answers(1, OK, true);
    peer.forget();
    peer.says("WINDOW_UPDATE 1 10", "RST_STREAM 1 NO_ERROR");
    expect(peer.hears()).toEqual([]);
    peer.says('DATA 1 "x"', 'DATA 1 "x"');
    expect(peer.hears()).toEqual(["RST_STREAM 1 STREAM_CLOSED"]);
    expect(peer.told()).toEqual([]);
  });

  it("closed by our RST_STREAM: what was under way is ignored, and its bytes go back to the connection", () => {
    const peer = Peer.ofServer({ connectionWindowBytes: 65_535 });
    peer.says(`HEADERS 1 END_HEADERS ${GET}`);
    peer.connection.resetStream(peer.stream(1), CANCEL);
    peer.forget();
    peer.says(
      "DATA 1 (40000 bytes)",
      "HEADERS 1 END_STREAM END_HEADERS x=y",
      "WINDOW_UPDATE 1 1",
      "RST_STREAM 1 CANCEL",
    );
    expect(peer.hears()).toEqual(["WINDOW_UPDATE 0 40000"]);
    expect(peer.told()).toEqual([]);
  });

  it("closed by the peer's RST_STREAM: nothing more is sent, not even what waited", () => {
    const peer = Peer.ofServer({}, "INITIAL_WINDOW_SIZE=3");
    peer.says(`HEADERS 1 END_STREAM END_HEADERS ${GET}`);
    peer.answers(1, OK);
    expect(peer.connection.sendData(peer.stream(1), someBytes(10), true)).toBe(false);
    expect(peer.hears()).toEqual(["HEADERS 1 END_HEADERS :status=200", "DATA 1 (3 bytes)"]);
    peer.says("RST_STREAM 1 CANCEL", "SETTINGS INITIAL_WINDOW_SIZE=100");
    expect(peer.told().slice(1)).toEqual(["1 aborted remote CANCEL"]);
    expect(peer.hears()).toEqual(["SETTINGS ACK"]);
    expect(peer.connection.sendData(peer.stream(1), someBytes(10), true)).toBe(true);
    peer.answers(1, ["t", "u"], true);
    peer.connection.resetStream(peer.stream(1), CANCEL);
    expect(peer.connection.beginData(peer.stream(1))).toBe(-1);
    expect(peer.hears()).toEqual([]);
  });
});

describe("RFC 9113 §5.1.1, stream identifiers", () => {
  it("a client's are odd", () => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 2 END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });

  it("stream 0 takes no HEADERS, DATA, PRIORITY, RST_STREAM or CONTINUATION", () => {
    for (const [type, length] of [
      [0x0, 1],
      [0x1, 1],
      [0x2, 5],
      [0x3, 4],
      [0x9, 1],
    ]) {
      const peer = Peer.ofServer();
      peer.writes(frame(type, 0x4, 0, new Uint8Array(length)));
      expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
    }
  });

  it("may be skipped, which closes those in between", () => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 5 END_STREAM END_HEADERS ${GET}`, "WINDOW_UPDATE 3 10");
    expect(peer.told()).toEqual([`5 request END_STREAM ${GET}`]);
    expect(peer.hears()).toEqual([]);
  });

  it.each([
    ["was skipped", 3],
    ["was answered", 5],
    ["the client has reset", 7],
  ])("of a stream that %s do not come back: a connection error", (_, id) => {
    const peer = Peer.ofServer();
    for (const opened of [5, 7]) peer.says(`HEADERS ${opened} END_STREAM END_HEADERS ${GET}`);
    peer.answers(5, OK, true);
    peer.says("RST_STREAM 7 CANCEL");
    peer.forget();
    peer.says(`HEADERS ${id} END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toEqual([`closed local PROTOCOL_ERROR: HEADERS on stream ${id}, which is closed`]);
  });

  it("come to an end: open streams go on, waiting ones were not processed", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=1");
    peer.connection["streams"]["nextStreamId"] = 0x7fff_ffff;
    const last = peer.opens("last");
    expect(last.id).toBe(0x7fff_ffff);
    expect(peer.connection.acceptsStreams).toBe(false);
    expect(peer.opens("late").closed).toBe(true);
    expect(peer.told()).toEqual(['goaway NO_ERROR "all stream ids are used up"']);
    peer.says("HEADERS 2147483647 END_STREAM END_HEADERS :status=200");
    expect(peer.told()).toEqual(["last headers END_STREAM :status=200"]);
  });

  it("come to an end for those that wait", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=1");
    peer.connection["streams"]["nextStreamId"] = 0x7fff_fffd;
    for (const name of ["a", "b", "c"]) peer.opens(name);
    peer.says("HEADERS 2147483645 END_STREAM END_HEADERS :status=200");
    expect(peer.told()).toEqual([
      "a headers END_STREAM :status=200",
      "c aborted connection NO_ERROR unprocessed",
      'goaway NO_ERROR "all stream ids are used up"',
      "b opened",
      "b writable",
    ]);
    expect(peer.hears().at(-1)).toBe(`HEADERS 2147483647 END_STREAM END_HEADERS ${GET}`);
  });
});

describe("RFC 9113 §5.1.2, stream concurrency", () => {
  it("a stream too many is refused, unprocessed; one that ends makes room", () => {
    const peer = Peer.ofServer({ maxConcurrentStreams: 2 });
    for (const id of [1, 3, 5]) peer.says(`HEADERS ${id} END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toHaveLength(2);
    expect(peer.hears()).toEqual(["RST_STREAM 5 REFUSED_STREAM"]);
    peer.answers(1, OK, true);
    peer.says(`HEADERS 7 END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toEqual([`7 request END_STREAM ${GET}`]);
  });

  it("streams of ours wait for a slot, in order", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=2");
    for (const name of ["a", "b", "c", "d"]) peer.opens(name);
    expect(peer.connection.waitingStreams).toBe(2);
    expect(peer.connection.openStreams).toBe(2);
    expect(peer.hears()).toEqual([1, 3].map((id) => `HEADERS ${id} END_STREAM END_HEADERS ${GET}`));
    peer.says("HEADERS 3 END_STREAM END_HEADERS :status=200");
    expect(peer.told()).toEqual(["b headers END_STREAM :status=200", "c opened", "c writable"]);
    peer.says("RST_STREAM 1 CANCEL");
    expect(peer.hears()).toEqual([5, 7].map((id) => `HEADERS ${id} END_STREAM END_HEADERS ${GET}`));
    expect(peer.connection.waitingStreams).toBe(0);
  });

  it("a stream that waits can be cancelled, and nothing of it is sent", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=1");
    peer.opens("a");
    const waiting = peer.opens("b");
    peer.opens("c");
    peer.connection.resetStream(waiting, CANCEL);
    expect(peer.connection.waitingStreams).toBe(1);
    peer.says("HEADERS 1 END_STREAM END_HEADERS :status=200");
    expect(peer.hears()).toEqual([1, 3].map((id) => `HEADERS ${id} END_STREAM END_HEADERS ${GET}`));
    expect(peer.told().slice(1)).toEqual(["c opened", "c writable"]);
  });

  it("cancelling an open stream lets the next one go, in the driver's turn", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=1");
    const first = peer.opens("a");
    peer.opens("b");
    peer.hears();
    peer.connection.resetStream(first, CANCEL);
    expect(peer.hears()).toEqual(["RST_STREAM 1 CANCEL", `HEADERS 3 END_STREAM END_HEADERS ${GET}`]);
  });

  it("a higher limit lets waiting streams go, a limit of 0 none", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=0");
    for (const name of ["a", "b", "c"]) peer.opens(name);
    expect(peer.hears()).toEqual([]);
    peer.says("SETTINGS MAX_CONCURRENT_STREAMS=2");
    expect(peer.connection.openStreams).toBe(2);
    peer.says("SETTINGS MAX_CONCURRENT_STREAMS=1", "HEADERS 1 END_STREAM END_HEADERS :status=200");
    expect(peer.connection.waitingStreams).toBe(1);
    peer.says("HEADERS 3 END_STREAM END_HEADERS :status=200");
    expect(peer.connection.waitingStreams).toBe(0);
  });

  it("what a waiting stream was given follows its HEADERS in order", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=0");
    const stream = peer.opens("a", { endStream: false });
    expect(peer.connection.sendData(stream, someBytes(5), false)).toBe(false);
    expect(peer.connection.sendData(stream, someBytes(6), false)).toBe(false);
    peer.connection.sendHeaders(stream, undefined, ["t", "u"], true);
    peer.says("SETTINGS MAX_CONCURRENT_STREAMS=1");
    expect(peer.hears()).toEqual([
      "SETTINGS ACK",
      `HEADERS 1 END_HEADERS ${GET}`,
      "DATA 1 (5 bytes)",
      "DATA 1 (6 bytes)",
      "HEADERS 1 END_STREAM END_HEADERS t=u",
    ]);
  });

  it("trailers of a stream that waits do not put it in line a second time", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=0");
    const stream = peer.opens("a", { endStream: false });
    peer.opens("b");
    peer.connection.shutdown();
    peer.connection.sendHeaders(stream, undefined, ["t", "u"], true);
    expect(peer.connection.waitingStreams).toBe(2);
    peer.says("SETTINGS MAX_CONCURRENT_STREAMS=9");
    expect(peer.told()).toEqual(["a opened", "a writable", "b opened", "b writable"]);
    expect(peer.hears()).toEqual([
      "SETTINGS ACK",
      `HEADERS 1 END_HEADERS ${GET}`,
      "HEADERS 1 END_STREAM END_HEADERS t=u",
      `HEADERS 3 END_STREAM END_HEADERS ${GET}`,
    ]);
  });

  it("ids leave in order and cancelled streams say nothing unheard of, whatever is ready to send", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=3 INITIAL_WINDOW_SIZE=1000000");
    const bulk = peer.opens("bulk", { endStream: false });
    peer.connection.sendData(bulk, someBytes(70_000), true);
    let cancelled: ReturnType<Peer["opens"]> | undefined;
    const next = { onAbort: () => peer.opens("d") };
    const first = {
      onAbort: () => {
        cancelled = peer.opens("b");
        peer.opens("c");
      },
    };
    peer.opens("x", { hooks: first });
    peer.opens("y", { hooks: next });
    peer.forget();
    // The connection's window opens while streams end: the bulk is ready, but new streams come first.
    peer.says("WINDOW_UPDATE 0 100000", "RST_STREAM 3 CANCEL", "RST_STREAM 5 CANCEL");
    expect(peer.told().filter((note) => note.includes("aborted"))).toHaveLength(2);
    peer.connection.resetStream(cancelled as NonNullable<typeof cancelled>, CANCEL);
    const ids = peer
      .hears()
      .filter((line) => !line.startsWith("DATA"))
      .map((line) => line.split(" ").slice(0, 2).join(" "));
    expect(ids).toEqual(["HEADERS 7", "HEADERS 9", "RST_STREAM 7", "HEADERS 11"]);
  });
});

describe("RFC 9113 §5.4, errors", () => {
  it("a connection error tells every stream, then sends GOAWAY with the last id and the reason, and nothing after it", () => {
    const peer = Peer.ofServer();
    for (const id of [1, 3]) peer.says(`HEADERS ${id} END_HEADERS ${GET}`, `DATA ${id} (1000 bytes)`);
    peer.forget();
    peer.says('DATA 9 "x"', "PING 0000000000000000", `HEADERS 11 END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toEqual([
      "1 aborted connection PROTOCOL_ERROR",
      "3 aborted connection PROTOCOL_ERROR",
      "closed local PROTOCOL_ERROR: DATA on idle stream 9",
    ]);
    expect(peer.hears()).toEqual(['GOAWAY 3 PROTOCOL_ERROR "DATA on idle stream 9"']);
  });

  it("a connection that is over takes commands and ignores them", () => {
    const peer = Peer.ofServer({ connectionWindowBytes: 65_535, streamWindowBytes: 65_535 });
    peer.says(
      `HEADERS 1 END_HEADERS ${GET}`,
      "DATA 1 END_STREAM (60000 bytes)",
      `HEADERS 3 END_HEADERS ${GET}`,
    );
    peer.answers(1, OK, true);
    peer.forget();
    const { connection } = peer;
    connection.pipeClosed("gone");
    expect(peer.told()).toEqual(["3 aborted connection NO_ERROR", "closed pipe NO_ERROR: gone"]);
    connection.consume(peer.stream(1), 60_000);
    peer.answers(3, OK, true);
    connection.sendData(peer.stream(3), someBytes(10), true);
    connection.resetStream(peer.stream(3), CANCEL);
    connection.ping(20);
    connection.shutdown();
    connection.fail(0, "again");
    connection.pipeClosed("again");
    peer.says("PING 0000000000000000");
    expect(peer.hears()).toEqual([]);
    expect(peer.told()).toEqual([]);
  });

  it("nothing that a stream does when it is told of the end leaves behind the GOAWAY", () => {
    const peer = Peer.ofClient();
    const { connection } = peer;
    const others: ReturnType<Peer["opens"]>[] = [];
    const meddle = {
      onAbort: () => {
        for (const other of others) {
          connection.sendData(other, someBytes(10), false);
          connection.resetStream(other, CANCEL);
        }
        peer.opens("late");
        connection.ping(20);
      },
    };
    for (const name of ["a", "b"]) others.push(peer.opens(name, { endStream: false, hooks: meddle }));
    peer.forget();
    connection.fail(ErrorCode.NO_ERROR, "done");
    expect(peer.hears()).toEqual(['GOAWAY 0 NO_ERROR "done"']);
    // The first to be told resets the other: nothing more is heard of that one.
    expect(peer.told().filter((note) => note.includes("aborted"))).toHaveLength(1);
  });

  it("RST_STREAM is never answered with RST_STREAM", () => {
    const peer = withOpenStream();
    peer.says("RST_STREAM 1 CANCEL", "RST_STREAM 1 CANCEL");
    expect(peer.hears()).toEqual([]);
  });

  it("the pipe's end tells every stream; only what never left was surely not processed", () => {
    const peer = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=2");
    peer.opens("left");
    peer.hears();
    peer.opens("encoded");
    peer.opens("waiting");
    peer.connection.pipeClosed("gone");
    expect(peer.told()).toEqual([
      "left aborted connection NO_ERROR",
      "encoded aborted connection NO_ERROR unprocessed",
      "waiting aborted connection NO_ERROR unprocessed",
      "closed pipe NO_ERROR: gone",
    ]);
    expect(peer.hears()).toEqual([]);
  });
});

describe("RFC 9113 §5.5, extensions", () => {
  it("are not allowed in the middle of a field block", () => {
    const peer = Peer.ofServer();
    const block = peer.writer.block([":method", "GET"]);
    peer.writes(concat([frame(0x1, 0, 1, block), frame(0xbe, 0, 1, uint32(0))]));
    expect(peer.told()).toEqual([expect.stringContaining("closed local PROTOCOL_ERROR")]);
  });
});
