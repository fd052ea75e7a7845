import { once } from "node:events";
import * as net from "node:net";
import * as tls from "node:tls";
import { afterEach, expect, test, vi } from "vitest";
import { certificate, testAuthority, weakCertificate } from "./certificates.test.util.js";
import { TlsGate } from "./node-tls-gate.js";
import { checkedMaterial } from "./node-tls-material.js";
import { turns } from "./pipe-recorder.test.util.js";
import type { AcceptedPipe } from "./runtime.js";
import type { TlsMaterial } from "./tls.js";

const { cert, key } = certificate();
const material = checkedMaterial({ cert, key }, "TLSv1.2");

const refused = { ...material, ...weakCertificate() };

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A gate behind a listener, with `limits`. */
async function open(
  limits: { handshakeMsMax?: number; handshakesMax?: number } = {},
  current: () => TlsMaterial = () => material,
) {
  const failures: string[] = [];
  const pipes: AcceptedPipe[] = [];
  const settings = {
    source: { current },
    clientCertificate: "none",
    onFailure: (error: Error) => failures.push(error.message.replace(/(?<=from )\S+/, "PEER")),
  } as const;
  const address = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
  const gate = new TlsGate(settings, address, (pipe) => pipes.push(pipe), limits);
  let accepted = 0;
  const server = net.createServer((socket) => {
    accepted++;
    gate.accept(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const pipe of pipes) pipe.destroy();
    gate.close();
    server.close();
  });
  const { port } = server.address() as net.AddressInfo;
  return { gate, port, failures, pipes, accepted: () => accepted };
}

async function connectSilent(port: number): Promise<net.Socket> {
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => {});
  cleanups.push(() => socket.destroy());
  await once(socket, "connect");
  return socket.resume();
}

async function connectTls(port: number): Promise<tls.TLSSocket> {
  const socket = tls.connect({ port, host: "127.0.0.1", ca: testAuthority().cert, ALPNProtocols: ["h2"] });
  socket.on("error", () => {});
  cleanups.push(() => socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

const closed = (socket: net.Socket) => new Promise((resolve) => socket.once("close", resolve));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns(1);
}

test("a handshake that does not end is cut off, and told once", async () => {
  const { port, failures } = await open({ handshakeMsMax: 20 });
  const silent = await connectSilent(port);
  await closed(silent);
  await turns(5);
  expect(failures).toEqual([
    "connection from PEER refused: the TLS handshake took more than 0.02 s (ETIMEDOUT)",
  ]);
});

test("bytes that drip in do not win time", async () => {
  const { port, failures } = await open({ handshakeMsMax: 100 });
  const dripping = await connectSilent(port);
  // The beginning of a record of 16 KiB.
  dripping.write(Uint8Array.of(22, 3, 1, 0x40, 0));
  const drip = setInterval(() => dripping.write("a"), 5);
  cleanups.push(() => clearInterval(drip));
  await closed(dripping);
  expect(failures).toEqual([
    "connection from PEER refused: the TLS handshake took more than 0.1 s (ETIMEDOUT)",
  ]);
});

test("beyond so many handshakes at once connections are closed, and let in again afterwards", async () => {
  const { port, failures, pipes, accepted } = await open({ handshakesMax: 2 });
  const first = await connectSilent(port);
  await connectSilent(port);
  await until(() => accepted() === 2);
  await closed(await connectSilent(port));
  expect(failures).toEqual(["connection from PEER refused: 2 TLS handshakes are under way (EBUSY)"]);
  first.destroy();
  await until(() => failures.length === 2);
  expect(failures[1]).toBe(
    "connection from PEER failed: the client ended the connection during the TLS handshake (ECONNRESET)",
  );
  for (let count = 1; count <= 5; count++) {
    await connectTls(port);
    await until(() => pipes.length === count);
  }
});

test("closing cuts off handshakes, says nothing of them, and leaves pipes alone", async () => {
  const { gate, port, failures, pipes, accepted } = await open();
  const established = await connectTls(port);
  const silent = await connectSilent(port);
  await until(() => accepted() === 2 && pipes.length === 1);
  gate.close();
  await closed(silent);
  expect(failures).toEqual([]);
  const data = once(established, "data");
  pipes[0].start({ onData() {}, onWritten() {}, onEnd() {}, onClose() {} });
  pipes[0].write(Uint8Array.of(1, 2, 3));
  expect((await data)[0]).toEqual(Buffer.of(1, 2, 3));
});

test("what comes before start is told after it", async () => {
  const { port, pipes } = await open();
  const socket = await connectTls(port);
  socket.end("abc");
  await until(() => pipes.length === 1);
  await turns(20);
  const told: string[] = [];
  pipes[0].start({
    onData: (bytes) => told.push(Buffer.from(bytes).toString()),
    onWritten() {},
    onEnd: () => told.push("end"),
    onClose: () => told.push("close"),
  });
  pipes[0].end();
  await until(() => told.includes("close"));
  expect(told).toEqual(["abc", "end", "close"]);
});

test.each<[string, () => TlsMaterial, string, number]>([
  ["material that OpenSSL refuses", () => refused, "ee key too small", 1],
  [
    "a source that throws",
    () => {
      throw new Error("no disk");
    },
    "no disk",
    2,
  ],
])("%s costs a warning but no connection", async (_, later, reason, warnings) => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  cleanups.push(() => warn.mockRestore());
  let current = () => material;
  const { port, pipes, failures } = await open({}, () => current());
  current = later;
  for (let count = 1; count <= 2; count++) {
    const socket = await connectTls(port);
    expect(socket.getPeerX509Certificate()?.toString()).toBe(cert);
    await until(() => pipes.length === count);
  }
  expect(failures).toEqual([]);
  expect(warn).toHaveBeenCalledTimes(warnings);
  expect(String(warn.mock.calls[0][0])).toContain(reason);
});
