import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { formatAddress } from "./address.js";
import { nodeRuntime } from "./node.js";
import { connectPipe } from "./node-pipe.js";
import { bytesOf, PipeRecorder, turns } from "./pipe-recorder.test.util.js";
import type { AcceptedPipe, Address, Pipe, PipeEvents } from "./runtime.js";

const runtime = nodeRuntime();
const LOOPBACK: Address = { kind: "tcp", host: "127.0.0.1", port: 0 };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "redoubt-"));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  return directory;
}

type Connect = (address: Address, events: PipeEvents) => Pipe;

const sharedBuffer = new Uint8Array(65_536);
const connectShared: Connect = (address, events) => connectPipe(address, events, sharedBuffer);
const connectOwn: Connect = (address, events) => connectPipe(address, events);

interface Side {
  readonly pipe: Pipe;
  readonly events: PipeRecorder;
}

/** Connects and waits for the other end, which is not started. */
async function connectUnstarted({ address = LOOPBACK, connect = connectShared } = {}) {
  let accept!: (pipe: AcceptedPipe) => void;
  const accepting = new Promise<AcceptedPipe>((resolve) => {
    accept = resolve;
  });
  const listener = await runtime.listen(address, accept);
  cleanups.push(() => listener.close());
  const events = new PipeRecorder();
  const pipe = connect(listener.address, events);
  const accepted = await accepting;
  cleanups.push(() => {
    accepted.destroy();
    pipe.destroy();
    return events.untilClosed();
  });
  await events.until(() => events.has("open"));
  return { near: { pipe, events } as Side, accepted, listener };
}

async function connectEnds(
  options?: Parameters<typeof connectUnstarted>[0],
): Promise<{ near: Side; far: Side }> {
  const { near, accepted } = await connectUnstarted(options);
  const events = new PipeRecorder();
  accepted.start(events);
  return { near, far: { pipe: accepted, events } };
}

/** Sends `text` and waits until the other side has it. */
async function send(text: string, from: Side, to: Side): Promise<void> {
  const before = to.events.text;
  from.pipe.write(bytesOf(text));
  await to.events.until(({ received }) => received.length >= before.length + text.length);
  expect(to.events.text).toBe(before + text);
}

/** Writes pieces until one is not taken at once, and tells how many bytes that were. */
function fill(pipe: Pipe, piece = new Uint8Array(65_536)): number {
  let count = 1;
  while (pipe.write(piece)) count++;
  return count * piece.length;
}

/** Bytes whose every position can be told from the others. */
function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + seed, 2_654_435_761) >>> 24);
}

describe("echo", () => {
  const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some((i) => i.address === "::1"));
  const addresses: [name: string, isPossible: boolean, address: () => Address][] = [
    ["TCP over IPv4", true, () => LOOPBACK],
    ["TCP over IPv6", hasIPv6, () => ({ kind: "tcp", host: "::1", port: 0 })],
    [
      "a Unix socket",
      process.platform !== "win32",
      () => ({ kind: "unix", path: join(temporaryDirectory(), "s") }),
    ],
    [
      "an abstract Unix socket",
      process.platform === "linux",
      () => ({ kind: "unix-abstract", name: `redoubt-test-${process.pid}` }),
    ],
  ];
  for (const [name, isPossible, address] of addresses) {
    for (const connect of [connectShared, connectOwn]) {
      test.skipIf(!isPossible)(`over ${name}, ${connect.name}`, async () => {
        const { near, far } = await connectEnds({ address: address(), connect });
        await send("one", near, far);
        await send("two", far, near);
        near.pipe.end();
        await far.events.until(() => far.events.has("end"));
        await send("after the end", far, near);
        far.pipe.end();
        await Promise.all([near.events.untilClosed(), far.events.untilClosed()]);
        expect(near.events.calls).toEqual(["open", "data", "end", "close"]);
        expect(far.events.calls).toEqual(["data", "end", "close"]);
        expect([near.events.error, far.events.error]).toEqual([undefined, undefined]);
      });
    }
  }
});

describe("addresses", () => {
  test("of TCP are the sockets' own, crosswise the same", async () => {
    const { near, accepted, listener } = await connectUnstarted();
    expect(near.pipe.remoteAddress).toEqual(listener.address);
    expect(accepted.localAddress).toEqual(listener.address);
    expect(near.pipe.localAddress).toEqual(accepted.remoteAddress);
  });

  test("of IPv4 peers of an IPv6 listener are shown as IPv4", async () => {
    const seen: AcceptedPipe[] = [];
    const listener = await runtime.listen({ kind: "tcp", host: "::", port: 0 }, (pipe) => seen.push(pipe));
    cleanups.push(() => listener.close());
    const { port } = listener.address as Address & { kind: "tcp" };
    const events = new PipeRecorder();
    const pipe = runtime.connect({ kind: "tcp", host: "127.0.0.1", port }, events);
    await events.until(() => events.has("open"));
    while (seen.length === 0) await turns(1);
    expect(seen[0].localAddress).toEqual({ kind: "tcp", host: "127.0.0.1", port });
    expect(seen[0].remoteAddress).toEqual(pipe.localAddress);
    seen[0].destroy();
    pipe.destroy();
    await events.untilClosed();
  });

  test("of Unix sockets are the path on all sides", async () => {
    const address: Address = { kind: "unix", path: join(temporaryDirectory(), "s") };
    const { near, accepted } = await connectUnstarted({ address });
    for (const pipe of [near.pipe, accepted]) {
      expect(pipe.localAddress).toEqual(address);
      expect(pipe.remoteAddress).toEqual(address);
    }
  });
});

describe("received bytes", () => {
  test("are lent out in the shared buffer", async () => {
    const { near, far } = await connectEnds({ connect: connectShared });
    await send("first", far, near);
    await send("other", far, near);
    const { chunks } = near.events;
    expect(chunks.map(({ bytes }) => bytes.buffer === sharedBuffer.buffer)).toEqual([true, true]);
    expect(chunks.map(({ isRetainable }) => isRetainable)).toEqual([false, false]);
    expect(new TextDecoder().decode(chunks[0].bytes)).toBe("other");
  });

  test.each(["connected", "accepted"])("are the receiver's own in plain arrays, %s", async (end) => {
    const { near, far } = await connectEnds({ connect: connectOwn });
    const [from, to] = end === "connected" ? [far, near] : [near, far];
    await send("first", from, to);
    await send("other", from, to);
    const { chunks } = to.events;
    expect(chunks.map(({ bytes }) => bytes.constructor)).toEqual([Uint8Array, Uint8Array]);
    expect(chunks.map(({ isRetainable }) => isRetainable)).toEqual([true, true]);
    expect(new TextDecoder().decode(chunks[0].bytes)).toBe("first");
  });

  test.each([connectShared, connectOwn])(
    "of interleaved pipes are never mixed up, $name",
    async (connect) => {
      const ends = await Promise.all([1, 2, 3].map(() => connectEnds({ connect })));
      const sent = ends.map((_, i) => pattern(1_000_000 + i, i * 1_000_003));
      for (const [i, { far }] of ends.entries()) sendInPieces(far, sent[i], 7_001 + i * 50_000);
      await Promise.all(
        ends.map(({ near }, i) => near.events.until((e) => e.received.length === sent[i].length)),
      );
      for (const [i, { near }] of ends.entries())
        expect(Buffer.compare(near.events.received, sent[i])).toBe(0);
    },
  );

  test("of a read that fills the buffer are followed by the next ones", async () => {
    const { near, far } = await connectEnds({ connect: connectShared });
    const sent = pattern(sharedBuffer.length * 3 + 1, 5);
    far.pipe.write(sent);
    await near.events.until(({ received }) => received.length === sent.length);
    expect(Buffer.compare(near.events.received, sent)).toBe(0);
  });
});

/** Writes piece after piece, each as soon as it may be. */
async function sendInPieces({ pipe, events }: Side, bytes: Uint8Array, pieceLength: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += pieceLength) {
    const { writtenCount } = events;
    if (pipe.write(bytes.subarray(at, at + pieceLength))) await turns(1);
    else await events.until((e) => e.writtenCount > writtenCount);
  }
}

describe("write", () => {
  test.each([
    ["connected", connectShared],
    ["connected", connectOwn],
    ["accepted", connectShared],
  ] as const)(
    "a slow reader makes it return false once, and onWritten follows once, %s",
    async (end, connect) => {
      const { near, far } = await connectEnds({ connect });
      const [writer, reader] = end === "connected" ? [near, far] : [far, near];
      reader.pipe.pauseReading();
      const total = fill(writer.pipe);
      await turns(5);
      expect(writer.events.writtenCount).toBe(0);

      reader.pipe.resumeReading();
      await writer.events.until((e) => e.writtenCount === 1);
      await reader.events.until(({ received }) => received.length === total);
      await turns(5);
      expect(writer.events.writtenCount).toBe(1);
    },
  );

  test("that was taken at once never reports onWritten, also right before one that was not", async () => {
    const { near, far } = await connectEnds();
    await send("a", near, far);
    expect(near.pipe.write(bytesOf("b"))).toBe(true);
    expect(near.pipe.write(bytesOf("c"))).toBe(true);
    await turns(3);
    expect(near.events.has("written")).toBe(false);

    far.pipe.pauseReading();
    for (let round = 1; round <= 3; round++) {
      fill(near.pipe);
      expect(near.events.writtenCount).toBe(round - 1);
      far.pipe.resumeReading();
      await near.events.until((e) => e.writtenCount === round);
      far.pipe.pauseReading();
    }
  });

  test("leaves the array to the caller once it has returned true", async () => {
    const { near, far } = await connectEnds();
    const array = bytesOf("mine");
    expect(near.pipe.write(array)).toBe(true);
    array.fill(0);
    await far.events.until(({ received }) => received.length === 4);
    expect(far.events.text).toBe("mine");
  });

  test("before the connection stands waits for it", async () => {
    const listener = await runtime.listen(LOOPBACK, (pipe) => pipe.start(far));
    const far = new PipeRecorder();
    const near = new PipeRecorder();
    const pipe = runtime.connect(listener.address, near);
    expect(pipe.write(bytesOf("early"))).toBe(false);
    await far.until(({ text }) => text === "early");
    await near.until((e) => e.writtenCount === 1);
    expect(near.calls).toEqual(["open", "written"]);
    pipe.end();
    pipe.destroy();
    await listener.close();
  });

  test("sends before start, and reports onWritten after it", async () => {
    const { near, accepted } = await connectUnstarted();
    near.pipe.pauseReading();
    const total = fill(accepted);
    near.pipe.resumeReading();
    await near.events.until(({ received }) => received.length === total);
    await turns(3);
    const events = new PipeRecorder();
    accepted.start(events);
    expect(events.calls).toEqual([]);
    await events.until((e) => e.writtenCount === 1);
  });

  test("is refused as our own mistake while another is outstanding, and after end", async () => {
    const { near, far } = await connectEnds();
    far.pipe.pauseReading();
    fill(near.pipe);
    expect(() => near.pipe.write(bytesOf("x"))).toThrow("write before onWritten");
    far.pipe.end();
    expect(() => far.pipe.write(bytesOf("x"))).toThrow("write after end");
  });

  test("after destroy goes nowhere", async () => {
    const { near } = await connectEnds();
    near.pipe.destroy();
    expect(near.pipe.write(bytesOf("x"))).toBe(true);
    near.pipe.end();
    await near.events.untilClosed();
    expect(near.events.calls).toEqual(["open", "close"]);
  });
});

describe.each([connectShared, connectOwn])("pause and resume, $name", (connect) => {
  /** More than fits into any buffer on the way before reading has stopped. */
  const plenty = pattern(8_000_000, 1);

  test("outside of onData", async () => {
    const { near, far } = await connectEnds({ connect });
    near.pipe.pauseReading();
    far.pipe.write(plenty);
    await turns(20);
    expect(near.events.received.length).toBe(0);
    near.pipe.resumeReading();
    await near.events.until(({ received }) => received.length === plenty.length);
    expect(Buffer.compare(near.events.received, plenty)).toBe(0);
  });

  test("inside onData, again and again", async () => {
    const { near, far } = await connectEnds({ connect });
    let pauseCount = 0;
    near.events.onDataHook = () => {
      near.pipe.pauseReading();
      pauseCount++;
      setImmediate(() => near.pipe.resumeReading());
    };
    const sent = plenty.subarray(0, 2_000_000);
    far.pipe.write(sent);
    await near.events.until(({ received }) => received.length === sent.length);
    expect(Buffer.compare(near.events.received, sent)).toBe(0);
    expect(pauseCount).toBeGreaterThan(sent.length / 65_536 - 1);
  });

  test("inside onData, with nothing more coming until it is resumed", async () => {
    const { near, far } = await connectEnds({ connect });
    near.events.onDataHook = () => near.pipe.pauseReading();
    far.pipe.write(plenty);
    await near.events.until((e) => e.has("data"));
    const chunkCount = near.events.chunks.length;
    await turns(20);
    expect(near.events.chunks.length).toBe(chunkCount);
    near.events.onDataHook = undefined;
    near.pipe.resumeReading();
    await near.events.until(({ received }) => received.length === plenty.length);
  });

  test("both inside onData change nothing", async () => {
    const { near, far } = await connectEnds({ connect });
    near.events.onDataHook = () => {
      near.pipe.pauseReading();
      near.pipe.resumeReading();
    };
    far.pipe.write(plenty);
    await near.events.until(({ received }) => received.length === plenty.length);
  });

  test("paused before the connection stands", async () => {
    const { near, accepted } = await connectUnstarted({
      connect: (address, events) => {
        const pipe = connect(address, events);
        pipe.resumeReading();
        pipe.pauseReading();
        return pipe;
      },
    });
    accepted.write(bytesOf("x"));
    await turns(20);
    expect(near.events.calls).toEqual(["open"]);
    near.pipe.resumeReading();
    await near.events.until(({ text }) => text === "x");
  });

  test("resumed and paused in one go stays paused, but for one chunk", async () => {
    const { near, far } = await connectEnds({ connect });
    near.pipe.pauseReading();
    far.pipe.write(plenty);
    near.pipe.resumeReading();
    near.pipe.pauseReading();
    await turns(20);
    expect(near.events.received.length).toBeLessThanOrEqual(65_536);
    near.pipe.resumeReading();
    await near.events.until(({ received }) => received.length === plenty.length);
  });

  test("a paused pipe reports the end once it is resumed", async () => {
    const { near, far } = await connectEnds({ connect });
    near.pipe.pauseReading();
    far.pipe.write(bytesOf("last"));
    far.pipe.end();
    await turns(5);
    expect(near.events.calls).toEqual(["open"]);
    near.pipe.resumeReading();
    await near.events.until((e) => e.has("end"));
    expect(near.events.text).toBe("last");
  });
});

describe("end and destroy", () => {
  test("end lets everything leave first", async () => {
    const { near, far } = await connectEnds();
    const total = fill(near.pipe);
    near.pipe.end();
    await far.events.until((e) => e.has("end"));
    expect(far.events.received.length).toBe(total);
    expect(near.events.has("close")).toBe(false);
  });

  test("destroy closes at once, and the peer sees an end or a reset", async () => {
    const { near, far } = await connectEnds();
    near.pipe.destroy();
    near.pipe.destroy();
    expect(near.events.has("close")).toBe(false);
    await near.events.untilClosed();
    expect(near.events.error).toBeUndefined();
    await far.events.until((e) => e.has("end") || e.has("close"));
  });

  test("destroy before the connection stands gives onClose alone", async () => {
    const listener = await runtime.listen(LOOPBACK, () => {});
    cleanups.push(() => listener.close());
    const events = new PipeRecorder();
    runtime.connect(listener.address, events).destroy();
    expect(events.calls).toEqual([]);
    await events.untilClosed();
    await turns(5);
    expect(events.calls).toEqual(["close"]);
  });

  test("destroy with a write outstanding gives onClose and no onWritten", async () => {
    const { near, far } = await connectEnds();
    far.pipe.pauseReading();
    fill(near.pipe);
    near.pipe.destroy();
    await near.events.untilClosed();
    await turns(5);
    expect(near.events.calls).toEqual(["open", "close"]);
  });

  test.each([connectShared, connectOwn])("destroy inside onData ends the data, $name", async (connect) => {
    const { near, far } = await connectEnds({ connect });
    near.events.onDataHook = () => near.pipe.destroy();
    far.pipe.write(new Uint8Array(2_000_000));
    await near.events.untilClosed();
    expect(near.events.chunks.length).toBe(1);
    expect(near.events.calls).toEqual(["open", "data", "close"]);
  });

  test("a reset by the peer is reported on both a reading and a writing pipe", async () => {
    const { near, far } = await connectEnds();
    near.pipe.write(bytesOf("unread"));
    await far.events.until((e) => e.has("data"));
    far.pipe.pauseReading();
    near.pipe.write(bytesOf("unread"));
    far.pipe.destroy();
    await near.events.until((e) => e.has("end") || e.has("close"));
    while (!near.events.has("close")) {
      near.pipe.write(bytesOf("into the void"));
      await turns(1);
    }
    expect(near.events.error?.code).toMatch(/^(ECONNRESET|EPIPE)$/);
    const address = formatAddress(near.pipe.remoteAddress!);
    expect(near.events.error?.message).toMatch(
      new RegExp(
        `^connection to ${address} (reset by the peer \\(ECONNRESET|closed by the peer while sending \\(EPIPE)\\)$`,
      ),
    );
  });
});

describe("an accepted pipe before start", () => {
  test("reads nothing", async () => {
    const { near, accepted } = await connectUnstarted();
    near.pipe.write(bytesOf("early"));
    near.pipe.end();
    await turns(10);
    const events = new PipeRecorder();
    accepted.start(events);
    expect(events.calls).toEqual([]);
    await events.until((e) => e.has("end"));
    expect(events.calls).toEqual(["data", "end"]);
    expect(events.text).toBe("early");
  });

  test("can be destroyed", async () => {
    const { near, accepted } = await connectUnstarted();
    accepted.destroy();
    await near.events.until((e) => e.has("end") || e.has("close"));
    const events = new PipeRecorder();
    accepted.start(events);
    expect(events.calls).toEqual([]);
    await events.untilClosed();
    await turns(5);
    expect(events.calls).toEqual(["close"]);
  });

  test("keeps its error for start", async () => {
    const { near, accepted } = await connectUnstarted();
    near.pipe.destroy();
    await near.events.untilClosed();
    // The first write makes the peer's system answer with a reset, a later one meets it.
    while (accepted.write(bytesOf("x")) && !isDestroyed(accepted)) await turns(1);
    await turns(5);
    const events = new PipeRecorder();
    accepted.start(events);
    await events.untilClosed();
    expect(events.calls).toEqual(["close"]);
    expect(events.error?.code).toMatch(/^(ECONNRESET|EPIPE)$/);
    expect(events.error?.message).toContain(`connection from ${formatAddress(near.pipe.localAddress!)} `);
  });

  test("may be paused, and stays so", async () => {
    const { near, accepted } = await connectUnstarted();
    const events = new PipeRecorder();
    accepted.pauseReading();
    accepted.start(events);
    near.pipe.write(bytesOf("x"));
    await turns(10);
    expect(events.calls).toEqual([]);
    accepted.resumeReading();
    await events.until(({ text }) => text === "x");
  });
});

/** Looks behind the interface: there is no other sign of an end before `start`. */
function isDestroyed(pipe: AcceptedPipe): boolean {
  return (pipe as unknown as { socket: { destroyed: boolean } }).socket.destroyed;
}

describe("a failed connection", () => {
  async function failure(address: Address): Promise<{ message: string; code: string; calls: string[] }> {
    const events = new PipeRecorder();
    const pipe = runtime.connect(address, events);
    expect(events.calls).toEqual([]);
    await events.untilClosed();
    await turns(3);
    pipe.destroy();
    expect(pipe.write(bytesOf("x"))).toBe(true);
    const { message, code } = events.error!;
    return { message, code, calls: events.calls };
  }

  test("is refused where nobody listens", async () => {
    const listener = await runtime.listen(LOOPBACK, () => {});
    await listener.close();
    const address = formatAddress(listener.address);
    expect(await failure(listener.address)).toEqual({
      code: "ECONNREFUSED",
      message: `connection to ${address} refused (ECONNREFUSED)`,
      calls: ["close"],
    });
  });

  test("names the missing socket file", async () => {
    const path = join(temporaryDirectory(), "missing");
    expect(await failure({ kind: "unix", path })).toEqual({
      code: "ENOENT",
      message: `connection to unix:${path} failed: no such file or directory (ENOENT)`,
      calls: ["close"],
    });
  });

  test("says how long a Unix path may be", async () => {
    const { code, message } = await failure({ kind: "unix", path: `/tmp/${"x".repeat(103)}` });
    expect(code).toBe("ENAMETOOLONG");
    expect(message).toMatch(/^unix:\/tmp\/x+ has 108 bytes; a Unix socket's address may have at most 10\d/);
  });

  test("covers what Node refuses outright", async () => {
    const { code, message } = await failure({ kind: "tcp", host: "127.0.0.1", port: 70_000 });
    expect(code).toBe("ERR_SOCKET_BAD_PORT");
    expect(message).toContain("connection to 127.0.0.1:70000 failed: ");
  });

  test("keeps the system's error as its cause", async () => {
    const events = new PipeRecorder();
    runtime.connect({ kind: "unix", path: "/nowhere/at/all" }, events);
    await events.untilClosed();
    expect(events.error?.cause).toMatchObject({ syscall: "connect" });
  });
});
