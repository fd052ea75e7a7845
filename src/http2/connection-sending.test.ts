import { describe, expect, it } from "vitest";
import { ErrorCode } from "./error.js";
import { FRAME_HEADER_BYTES } from "./frame.js";
import { concat, someBytes } from "./frame-text.test.util.js";
import { GET, Peer } from "./peer.test.util.js";
import { OUTPUT_BYTES_MAX } from "./send-queue.js";

const OK = [":status", "200"];
const KIB = 1024;

/** A server whose peer leaves it room to send, with streams 1 … 2n-1 answered but for their content. */
function withRoom(streams: number, settings = ""): Peer {
  const peer = Peer.ofServer({}, `INITIAL_WINDOW_SIZE=100000000 ${settings}`);
  peer.says("WINDOW_UPDATE 0 100000000");
  for (let id = 1; id < 2 * streams; id += 2) {
    peer.says(`HEADERS ${id} END_STREAM END_HEADERS ${GET}`);
    peer.answers(id, OK);
  }
  peer.forget();
  return peer;
}

/** DATA put straight into the output. */
function streamsInto(peer: Peer, id: number, payload: Uint8Array, endStream = false): boolean | -1 {
  const { connection } = peer;
  const at = connection.beginData(peer.stream(id));
  if (at < 0) return -1;
  connection.draft.append(payload);
  return connection.finishData(peer.stream(id), at, endStream);
}

describe("data put straight into the output", () => {
  it("becomes a frame", () => {
    const peer = withRoom(1);
    expect(streamsInto(peer, 1, someBytes(100))).toBe(true);
    expect(streamsInto(peer, 1, someBytes(0), true)).toBe(true);
    expect(peer.hears()).toEqual(["DATA 1 (100 bytes)", 'DATA 1 END_STREAM ""']);
    expect(peer.connection.openStreams).toBe(0);
  });

  it("can be taken back", () => {
    const peer = withRoom(1);
    const at = peer.connection.beginData(peer.stream(1));
    peer.connection.draft.append(someBytes(100));
    peer.connection.abandonData(at);
    expect(peer.hears()).toEqual([]);
  });

  it("lets what is sent meanwhile leave behind it, on any stream", () => {
    const peer = withRoom(1);
    peer.says(`HEADERS 3 END_STREAM END_HEADERS ${GET}`);
    const { connection } = peer;
    const at = connection.beginData(peer.stream(1));
    connection.draft.append(someBytes(10));
    expect(connection.beginData(peer.stream(3))).toBe(-1);
    peer.answers(3, OK);
    connection.sendData(peer.stream(3), someBytes(20), true);
    connection.draft.append(someBytes(20));
    expect(connection.finishData(peer.stream(1), at, true)).toBe(true);
    expect(peer.hears().map((frame) => frame.split(" ").slice(0, 2).join(" "))).toEqual([
      "DATA 1",
      "HEADERS 3",
      "DATA 3",
    ]);
  });

  it("is dropped where its stream is reset meanwhile", () => {
    const peer = withRoom(1);
    const { connection } = peer;
    const stream = peer.stream(1);
    const at = connection.beginData(stream);
    connection.draft.append(someBytes(10));
    connection.resetStream(stream, 8);
    expect(connection.finishData(stream, at, true)).toBe(true);
    expect(peer.hears().map((frame) => frame.split(" ").slice(0, 2).join(" "))).toEqual(["RST_STREAM 1"]);
  });

  it.each([
    ["the stream's window", "INITIAL_WINDOW_SIZE=60", ["DATA 1 (60 bytes)"]],
    ["the connection's window", "", ["DATA 1 (65535 bytes)"]],
  ])("that does not fit %s is queued", (_, settings, heard) => {
    const peer = Peer.ofServer({}, `INITIAL_WINDOW_SIZE=1000000 MAX_FRAME_SIZE=100000 ${settings}`);
    peer.says(`HEADERS 1 END_STREAM END_HEADERS ${GET}`);
    peer.answers(1, OK);
    peer.forget();
    expect(streamsInto(peer, 1, someBytes(66_000), true)).toBe(false);
    expect(peer.hears()).toEqual(heard);
    expect(streamsInto(peer, 1, someBytes(1))).toBe(-1);
    peer.says("WINDOW_UPDATE 0 66000", "WINDOW_UPDATE 1 66000");
    expect(peer.hears().at(-1)).toContain("DATA 1 END_STREAM");
  });

  it("that is larger than a frame is cut", () => {
    const peer = withRoom(1);
    expect(streamsInto(peer, 1, someBytes(20_000), true)).toBe(true);
    expect(peer.hears()).toEqual(["DATA 1 (16384 bytes)", "DATA 1 END_STREAM (3616 bytes)"]);
  });

  it("has no place on a stream without window, id or life", () => {
    const peer = Peer.ofServer({}, "INITIAL_WINDOW_SIZE=0");
    peer.says(`HEADERS 1 END_STREAM END_HEADERS ${GET}`);
    peer.answers(1, OK);
    expect(peer.connection.beginData(peer.stream(1))).toBe(-1);
    peer.connection.resetStream(peer.stream(1), 0);
    expect(peer.connection.beginData(peer.stream(1))).toBe(-1);
    const client = Peer.ofClient({}, "MAX_CONCURRENT_STREAMS=0");
    expect(client.connection.beginData(client.opens())).toBe(-1);
  });
});

describe("the output", () => {
  it("holds at most OUTPUT_BYTES_MAX of data, header and all, until the pipe has taken it", () => {
    const peer = withRoom(1);
    expect(peer.connection.sendData(peer.stream(1), someBytes(300 * KIB), true)).toBe(false);
    expect(peer.connection.output.length).toBe(OUTPUT_BYTES_MAX);
    peer.hearsOnce();
    // In the pipe's hands it still counts.
    peer.connection.resume();
    expect(peer.connection.output.length).toBe(0);
    expect(peer.takes()).toBe(true);
    peer.connection.resume();
    expect(peer.connection.output.length).toBe(OUTPUT_BYTES_MAX);
    expect(peer.told()).toEqual([]);
  });

  it("comes a byte at a time near its end, and never goes beyond by more than a frame header", () => {
    for (let left = 0; left < 2 * FRAME_HEADER_BYTES; left++) {
      const peer = withRoom(2, "MAX_FRAME_SIZE=200000");
      const payload = OUTPUT_BYTES_MAX - left - FRAME_HEADER_BYTES;
      peer.connection.sendData(peer.stream(1), someBytes(payload), false);
      peer.connection.sendData(peer.stream(3), someBytes(100), true);
      expect(peer.connection.output.length).toBeLessThanOrEqual(OUTPUT_BYTES_MAX + FRAME_HEADER_BYTES);
      expect(peer.hears().at(-1)).toContain("DATA 3 END_STREAM");
    }
  });

  it("takes control frames when it is full, and they leave before the data that waits", () => {
    const peer = withRoom(2);
    peer.connection.sendData(peer.stream(1), someBytes(300 * KIB), true);
    peer.hearsOnce();
    peer.says("PING 0000000000000001", "SETTINGS", `HEADERS 5 END_HEADERS ${GET} x-wrong=y Upper=z`);
    peer.connection.resetStream(peer.stream(3), ErrorCode.CANCEL);
    expect(peer.hearsOnce()).toEqual([
      "PING ACK 0000000000000001",
      "SETTINGS ACK",
      "RST_STREAM 5 PROTOCOL_ERROR",
      "RST_STREAM 3 CANCEL",
    ]);
  });

  it("that is full makes headers, trailers and new streams wait too", () => {
    const server = withRoom(1);
    server.says(`HEADERS 3 END_STREAM END_HEADERS ${GET}`, `HEADERS 5 END_STREAM END_HEADERS ${GET}`);
    server.connection.sendData(server.stream(1), someBytes(200 * KIB), true);
    server.answers(3, OK);
    server.answers(3, ["t", "u"], true);
    expect(server.connection.sendData(server.stream(5), someBytes(10), true)).toBe(false);
    expect(server.hearsOnce().filter((line) => !line.startsWith("DATA 1"))).toEqual([]);
    expect(server.takes()).toBe(true);
    server.connection.resume();
    // Stream 1 was the first to wait and has had its turn.
    expect(server.hears().filter((line) => !line.startsWith("DATA"))).toEqual([
      "HEADERS 3 END_HEADERS :status=200",
      "HEADERS 3 END_STREAM END_HEADERS t=u",
    ]);

    const client = Peer.ofClient({}, "INITIAL_WINDOW_SIZE=1000000");
    client.says("WINDOW_UPDATE 0 1000000");
    client.connection.sendData(client.opens("bulk", { endStream: false }), someBytes(200 * KIB), false);
    client.opens("late");
    expect(client.connection.waitingStreams).toBe(1);
    client.hearsOnce();
    expect(client.takes()).toBe(true);
    client.connection.resume();
    expect(client.hearsOnce()[0]).toBe(`HEADERS 3 END_STREAM END_HEADERS ${GET}`);
    expect(client.told()).toContain("late opened");
  });

  it("congested: answers that the peer does not fetch beyond what data makes", () => {
    const peer = withRoom(1);
    peer.connection.sendData(peer.stream(1), someBytes(300 * KIB), true);
    expect(peer.connection.congested).toBe(false);
    const ping = concat(Array.from({ length: 100 }, () => peer.writer.bytesOf("PING 0000000000000001")));
    let pings = 0;
    for (; !peer.connection.congested; pings += 100) peer.writes(ping);
    expect(pings * 17).toBeGreaterThanOrEqual(64 * KIB);
    expect(pings * 17).toBeLessThan(64 * KIB + 1700);
    peer.hearsOnce();
    expect(peer.connection.congested).toBe(true);
    peer.takes();
    expect(peer.connection.congested).toBe(false);
    expect(peer.told()).toEqual([]);
  });

  it("congested by nothing that we ourselves have taken back", () => {
    const peer = withRoom(1);
    peer.connection.sendData(peer.stream(1), someBytes(300 * KIB), true);
    for (let id = 3; id < 20_003; id += 2) {
      peer.says(`HEADERS ${id} END_STREAM END_HEADERS ${GET}`);
      peer.connection.resetStream(peer.stream(id), 0);
    }
    expect(peer.connection.output.length).toBeGreaterThan(192 * KIB);
    expect(peer.connection.congested).toBe(false);
  });
});

describe("fairness", () => {
  it("streams with data that waits take turns, a frame each", () => {
    const peer = withRoom(3);
    for (const id of [1, 3, 5]) peer.connection.sendData(peer.stream(id), someBytes(400 * KIB), true);
    const turns = peer.hears().map((line) => line.split(" ")[1]);
    // The first had the output for itself; once it is full, all are served alike.
    expect(turns.slice(0, 8).join("")).toBe("11111111");
    const shared = turns.slice(8, 50).join("");
    expect(shared).toBe("135".repeat(14));
  });

  it("a small answer does not wait for a large one that came before", () => {
    const peer = withRoom(2);
    peer.connection.sendData(peer.stream(1), someBytes(1000 * KIB), true);
    peer.connection.sendData(peer.stream(3), someBytes(10), true);
    peer.hearsOnce();
    peer.takes();
    peer.connection.resume();
    expect(peer.hearsOnce().slice(0, 2)).toEqual(["DATA 1 (16384 bytes)", "DATA 3 END_STREAM (10 bytes)"]);
  });

  it("who waits for its own window holds up nobody", () => {
    const peer = Peer.ofServer({}, "INITIAL_WINDOW_SIZE=5");
    for (const id of [1, 3]) {
      peer.says(`HEADERS ${id} END_STREAM END_HEADERS ${GET}`);
      peer.answers(id, OK);
    }
    peer.says("WINDOW_UPDATE 3 100");
    peer.connection.sendData(peer.stream(1), someBytes(100), true);
    peer.connection.sendData(peer.stream(3), someBytes(100), true);
    expect(peer.hears().at(-1)).toBe("DATA 3 END_STREAM (100 bytes)");
  });

  it("who is told that it may send gets no second word for it, and may end the others", () => {
    const peer = withRoom(2);
    for (const id of [1, 3]) peer.connection.sendData(peer.stream(id), someBytes(100 * KIB), false);
    peer.hears();
    expect(peer.told()).toEqual(["3 writable"]);
  });
});

describe("our own mistakes", () => {
  it("HEADERS, DATA and END_STREAM behind our END_STREAM are assertions", () => {
    const peer = Peer.ofClient();
    const stream = peer.opens();
    expect(() => peer.connection.sendHeaders(stream, undefined, ["t", "u"], true)).toThrow(
      "closed for sending",
    );
    expect(() => peer.connection.sendData(stream, someBytes(1), false)).toThrow("closed for sending");
    expect(() => peer.connection.sendData(stream, someBytes(0), true)).toThrow("closed for sending");
    expect(peer.connection.beginData(stream)).toBe(-1);
  });
});
