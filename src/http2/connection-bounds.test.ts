// biome-ignore-all lint/complexity/useLiteralKeys: TypeScript lets only this form reach private members
import { describe, expect, it } from "vitest";
import { ErrorCode } from "./error.js";
import { TOKENS_MAX } from "./flood-budget.js";
import { concat, frame, someBytes, uint32 } from "./frame-text.test.util.js";
import { GET, Peer } from "./peer.test.util.js";
import { RECENT_RESETS_MAX } from "./stream-table.js";

const { CANCEL } = ErrorCode;
const OK = [":status", "200"];
const KIB = 1024;

function repeated(bytes: Uint8Array, count: number): Uint8Array {
  return concat(Array.from({ length: count }, () => bytes));
}

describe("receive windows", () => {
  it("give back what was consumed in steps of half a window", () => {
    const peer = Peer.ofServer({ streamWindowBytes: 1000, connectionWindowBytes: 70_000 });
    peer.says("SETTINGS ACK", `HEADERS 1 END_HEADERS ${GET}`, "DATA 1 (900 bytes)");
    peer.forget();
    const stream = peer.stream(1);
    peer.connection.consume(stream, 99);
    expect(peer.hears()).toEqual([]);
    peer.connection.consume(stream, 401);
    expect(peer.hears()).toEqual(["WINDOW_UPDATE 1 500", expect.stringContaining("PING")]);
    // 400 are held: there is room for 600, no more.
    peer.says("DATA 1 (600 bytes)");
    expect(peer.told()).toEqual(["1 data (600 bytes)"]);
    peer.says("DATA 1 (1 bytes)");
    expect(peer.told()).toEqual(["1 aborted local FLOW_CONTROL_ERROR"]);
  });

  it("of the connection may not be overstepped by all streams together", () => {
    const peer = Peer.ofServer({ connectionWindowBytes: 65_535 });
    for (const id of [1, 3]) peer.says(`HEADERS ${id} END_HEADERS ${GET}`);
    peer.says("DATA 1 (30000 bytes)", "DATA 3 (35536 bytes)");
    expect(peer.told().at(-1)).toContain("closed local FLOW_CONTROL_ERROR");
  });

  it("of the connection open again when bytes arrive, so that unread streams stop no other", () => {
    const peer = Peer.ofServer({ connectionWindowBytes: 65_535 });
    peer.says(`HEADERS 1 END_HEADERS ${GET}`, "DATA 1 END_STREAM (40000 bytes)");
    expect(peer.hears()).toEqual(["WINDOW_UPDATE 0 40000"]);
    peer.answers(1, OK, true);
    peer.forget();
    peer.connection.consume(peer.stream(1), 1_000_000);
    expect(peer.hears()).toEqual([]);
  });

  it("give back the bytes of frames that are in error", () => {
    const peer = Peer.ofServer({ connectionWindowBytes: 65_535 });
    peer.says(`HEADERS 1 END_STREAM END_HEADERS ${GET}`, "DATA 1 (40000 bytes)");
    expect(peer.hears()).toEqual(["WINDOW_UPDATE 0 40000", "RST_STREAM 1 STREAM_CLOSED"]);
    peer.says("DATA 1 (40000 bytes)");
    expect(peer.hears()).toEqual(["WINDOW_UPDATE 0 40000"]);
  });

  it("are not enlarged for a stream whose peer has finished", () => {
    const peer = Peer.ofServer({ streamWindowBytes: 1000 });
    peer.says("SETTINGS ACK", `HEADERS 1 END_HEADERS ${GET}`, "DATA 1 END_STREAM (900 bytes)");
    peer.forget();
    peer.connection.consume(peer.stream(1), 900);
    expect(peer.hears()).toEqual([]);
  });
});

describe("measured bandwidth", () => {
  const windows = {
    streamWindowBytes: 65_535,
    streamWindowBytesMax: 300_000,
    connectionWindowBytes: 65_535,
    connectionWindowBytesMax: 400_000,
  };

  /** Lets one window of data through while a PING is measured; `roundTripMs` is what its answer takes. */
  function oneRoundTrip(peer: Peer, windowBytes: number, roundTripMs: number): string[] {
    const stream = peer.stream(1);
    let heard: string[] = [];
    for (let sent = 0; sent < windowBytes; sent += 10_000) {
      peer.says(`DATA 1 (${Math.min(10_000, windowBytes - sent)} bytes)`);
      peer.connection.consume(stream, 10_000);
      heard.push(...peer.hears());
    }
    peer.nowMs += roundTripMs;
    if (heard.some((line) => line.startsWith("PING 01"))) {
      peer.says("PING ACK 0100000000000000");
      heard = heard.concat(peer.hears());
    }
    return heard.filter((line) => line.startsWith("SETTINGS") || line.startsWith("WINDOW_UPDATE 0 "));
  }

  it("doubles the windows that limit it, up to their bounds", () => {
    const peer = Peer.ofServer(windows);
    peer.says("SETTINGS ACK", `HEADERS 1 END_HEADERS ${GET}`);
    peer.forget();
    const sizes: number[] = [];
    let windowBytes = 65_535;
    for (let round = 0; round < 8; round++) {
      const settings = oneRoundTrip(peer, 2 * windowBytes, 10).find((line) => line.startsWith("SETTINGS"));
      if (settings === undefined) continue;
      windowBytes = Number(settings.split("=")[1]);
      sizes.push(windowBytes);
    }
    expect(sizes.length).toBeGreaterThanOrEqual(2);
    expect(sizes).toEqual(sizes.slice().sort((a, b) => a - b));
    expect(sizes.at(-1)).toBe(300_000);
    expect(peer.connection["credit"]["connection"].target).toBe(400_000);
    // At the bound nothing is measured any more.
    expect(oneRoundTrip(peer, 600_000, 10).filter((line) => line.startsWith("SETTINGS"))).toEqual([]);
  });

  it("leaves windows alone that do not limit it", () => {
    const peer = Peer.ofServer({ ...windows, streamWindowBytes: 200_000 });
    peer.says("SETTINGS ACK", `HEADERS 1 END_HEADERS ${GET}`);
    peer.forget();
    expect(oneRoundTrip(peer, 110_000, 10)).not.toContain(expect.stringContaining("SETTINGS"));
  });

  it("enlarges the windows of streams that are open, and of those that wait to be opened", () => {
    const peer = Peer.ofClient(windows, "MAX_CONCURRENT_STREAMS=1");
    const first = peer.opens("first");
    peer.opens("waiting");
    peer.says("HEADERS 1 END_HEADERS :status=200");
    peer.forget();
    // The first half of the window starts a measurement, the second is its sample.
    for (const _ of [1, 2]) {
      peer.says("DATA 1 (60000 bytes)");
      peer.connection.consume(first, 60_000);
    }
    peer.says("PING ACK 0100000000000000");
    expect(peer.hears()).toContain("SETTINGS INITIAL_WINDOW_SIZE=120000");
    peer.says("DATA 1 (50000 bytes)", "DATA 1 END_STREAM (50000 bytes)");
    expect(peer.told().at(-2)).toBe("waiting opened");
    peer.connection.consume(first, 100_000);
    peer.forget();
    peer.says("HEADERS 3 END_HEADERS :status=200", "DATA 3 (60000 bytes)", "DATA 3 (60000 bytes)");
    expect(peer.told().slice(1)).toEqual(["waiting data (60000 bytes)", "waiting data (60000 bytes)"]);
  });
});

describe("slots, CVE-2023-44487", () => {
  it("a handler that runs on after a reset keeps its slot: opening and resetting gets nowhere", () => {
    const peer = Peer.ofServer({ maxConcurrentStreams: 3 });
    peer.hooks.onStream = (stream) => peer.connection.holdSlot(stream);
    for (let id = 1; id <= 199; id += 2)
      peer.says(`HEADERS ${id} END_HEADERS ${GET}`, `RST_STREAM ${id} CANCEL`);
    expect(peer.told().filter((note) => note.includes("request"))).toHaveLength(3);
    expect(peer.hears().filter((line) => line.includes("REFUSED_STREAM"))).toHaveLength(97);
    expect(peer.connection.openStreams).toBe(0);
    peer.connection.releaseSlot(peer.stream(3));
    peer.connection.releaseSlot(peer.stream(3));
    peer.says(`HEADERS 201 END_STREAM END_HEADERS ${GET}`, `HEADERS 203 END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toEqual([`201 request END_STREAM ${GET}`]);
  });

  it("are not bypassed by making us reset (CVE-2025-8671)", () => {
    const peer = Peer.ofServer({ maxConcurrentStreams: 3 });
    peer.hooks.onStream = (stream) => peer.connection.holdSlot(stream);
    for (let id = 1; id <= 19; id += 2)
      peer.says(`HEADERS ${id} END_HEADERS ${GET}`, `WINDOW_UPDATE ${id} 0`);
    expect(peer.told().filter((note) => note.includes("request"))).toHaveLength(3);
  });

  it("are free at once where the handler has let go before, or answered", () => {
    const peer = Peer.ofServer({ maxConcurrentStreams: 1 });
    peer.hooks.onStream = (stream) => peer.connection.holdSlot(stream);
    peer.says(`HEADERS 1 END_STREAM END_HEADERS ${GET}`);
    peer.connection.releaseSlot(peer.stream(1));
    peer.answers(1, OK, true);
    peer.says(`HEADERS 3 END_STREAM END_HEADERS ${GET}`);
    peer.answers(3, OK, true);
    peer.connection.releaseSlot(peer.stream(3));
    peer.says(`HEADERS 5 END_STREAM END_HEADERS ${GET}`);
    expect(peer.told()).toHaveLength(3);
    expect(peer.connection["streams"].peerSlots).toBe(1);
  });

  it("a busy honest client that cancels every call is served for ever", () => {
    const peer = Peer.ofServer({ maxConcurrentStreams: 100 });
    peer.hooks.onStream = (stream) => peer.connection.holdSlot(stream);
    for (let id = 1; id < 60_000; id += 2) {
      peer.says(`HEADERS ${id} END_HEADERS ${GET}`, `RST_STREAM ${id} CANCEL`);
      peer.connection.releaseSlot(peer.stream(id));
    }
    const told = peer.told();
    expect(told.filter((note) => note.includes("request"))).toHaveLength(30_000);
    expect(told.at(-1)).toBe("59999 aborted remote CANCEL");
  });
});

describe("the flood budget", () => {
  const cheap: [string, (peer: Peer) => Uint8Array][] = [
    ["PING frames", (peer) => peer.writer.bytesOf("PING 0000000000000000")],
    ["SETTINGS frames", (peer) => peer.writer.bytesOf("SETTINGS")],
    ["WINDOW_UPDATE frames", () => frame(0x8, 0, 0, uint32(1))],
    ["PRIORITY frames", () => frame(0x2, 0, 7, new Uint8Array(5))],
    ["RST_STREAM frames", (peer) => peer.writer.bytesOf("RST_STREAM 1 CANCEL")],
    ["GOAWAY frames", (peer) => peer.writer.bytesOf("GOAWAY 0 NO_ERROR")],
    ["frames of unknown type", () => frame(0x77, 0, 0, new Uint8Array(0))],
    ["empty DATA frames", (peer) => peer.writer.bytesOf("DATA 3 (0 bytes)")],
    ["empty DATA frames", () => frame(0x0, 0x8, 3, new Uint8Array(1))],
    ["empty DATA frames", () => frame(0x0, 0x8, 3, Uint8Array.of(2, 0, 0))],
  ];
  it.each(cheap)("ends a flood of %s", (what, bytesOf) => {
    const peer = Peer.ofServer();
    peer.says(`HEADERS 1 END_HEADERS ${GET}`, `HEADERS 3 END_HEADERS ${GET}`, "RST_STREAM 1 CANCEL");
    peer.forget();
    const bytes = bytesOf(peer);
    peer.writes(repeated(bytes, TOKENS_MAX - 100));
    expect(peer.told().filter((note) => note.includes("closed"))).toEqual([]);
    peer.writes(repeated(bytes, 200));
    expect(peer.told().at(-1)).toBe(`closed local ENHANCE_YOUR_CALM: too many ${what}`);
    expect(peer.hears().at(-1)).toBe(`GOAWAY 3 ENHANCE_YOUR_CALM "too many ${what}"`);
  });

  it("ends a flood of CONTINUATION frames, CVE-2024-27316", () => {
    const peer = Peer.ofServer();
    peer.writes(frame(0x1, 0, 1, new Uint8Array(0)));
    peer.writes(repeated(frame(0x9, 0, 1, new Uint8Array(0)), TOKENS_MAX + 10));
    expect(peer.told()).toEqual(["closed local ENHANCE_YOUR_CALM: too many CONTINUATION frames"]);
  });

  it("fills up again with time", () => {
    const peer = Peer.ofServer();
    const ping = peer.writer.bytesOf("PING 0000000000000000");
    for (let second = 0; second < 60; second++) {
      peer.nowMs += 1000;
      peer.writes(repeated(ping, 900));
    }
    expect(peer.told()).toEqual([]);
    peer.writes(repeated(ping, 2 * TOKENS_MAX));
    expect(peer.told()).toHaveLength(1);
  });

  it("is not touched by a peer that updates both windows for every frame it downloads", () => {
    const peer = Peer.ofServer({}, "INITIAL_WINDOW_SIZE=100000");
    peer.says(`HEADERS 1 END_STREAM END_HEADERS ${GET}`);
    peer.answers(1, OK);
    peer.forget();
    const updates = concat(
      ["WINDOW_UPDATE 1 2000", "WINDOW_UPDATE 0 2000"].map((line) => peer.writer.bytesOf(line)),
    );
    for (let message = 0; message < 20_000; message++) {
      const { connection } = peer;
      if (message % 2 === 0) connection.sendData(peer.stream(1), someBytes(2000), false);
      else {
        const at = connection.beginData(peer.stream(1));
        connection.draft.append(someBytes(2000));
        connection.finishData(peer.stream(1), at, false);
      }
      peer.hearsOnce();
      peer.takes();
      peer.writes(updates);
    }
    expect(peer.told()).toEqual([]);
  });
});

describe("recent resets", () => {
  it("are remembered up to a bound; of those forgotten, frames are answered once more", () => {
    const peer = Peer.ofServer({ maxConcurrentStreams: 1_000_000 });
    const ids = Array.from({ length: RECENT_RESETS_MAX + 1 }, (_, i) => 2 * i + 1);
    for (const id of ids) {
      peer.says(`HEADERS ${id} END_HEADERS ${GET}`);
      peer.connection.resetStream(peer.stream(id), CANCEL);
    }
    peer.forget();
    for (const id of ids) peer.says(`DATA ${id} (1 bytes)`);
    expect(peer.hears()).toContain("RST_STREAM 1 STREAM_CLOSED");
    expect(peer.connection["streams"]["recentResets"].size).toBe(RECENT_RESETS_MAX);
    // Nor are late trailers taken for an id that comes back.
    peer.says("HEADERS 3 END_STREAM END_HEADERS t=u");
    expect(peer.told()).toEqual([]);
  });
});

describe("a frame that is not complete", () => {
  it("is kept up to the size of a frame; DATA is passed on piece by piece", () => {
    const peer = Peer.ofServer({ maxFrameBytes: 64 * KIB });
    peer.says(`HEADERS 1 END_HEADERS ${GET}`);
    peer.forget();
    const data = peer.writer.bytesOf("DATA 1 END_STREAM (60000 bytes)");
    for (let at = 0; at < data.length; at += 20_000) peer.writes(data.slice(at, at + 20_000));
    expect(peer.told()).toEqual([
      "1 data (19991 bytes)",
      "1 data (20000 bytes)",
      "1 data (20000 bytes)",
      "1 data (9 bytes)",
      "1 end",
    ]);
  });
});
