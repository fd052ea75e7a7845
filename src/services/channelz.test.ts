import { mkdtempSync, rmSync } from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MessageShape } from "@bufbuild/protobuf";
import { afterEach, describe, expect, test } from "vitest";
import { Channel, Credentials, Server, Status, stub } from "../index.js";
import { addChannelz, type ConnectionTable } from "./channelz.js";
import {
  type AddressSchema,
  Channelz,
  ChannelConnectivityState_State as ConnectivityState,
} from "./gen/grpc/channelz/v1/channelz_pb.js";
import { Health } from "./gen/grpc/health/v1/health_pb.js";
import { addHealth } from "./health.js";
import { ask, closeAll, failureOf, grpcJsClient, openChannel, pair, until } from "./pair.test.util.js";

afterEach(closeAll);

/** A server that tells of itself, the channel that asks it, and the answers. */
async function serve() {
  let table: ConnectionTable | undefined;
  const made = await pair((server) => {
    addHealth(server);
    table = addChannelz(server);
  });
  const client = stub(Channelz, made.channel);
  const ours = async () => (await client.getServers({})).server[0]!;
  const sockets = async () => {
    const { ref } = await ours();
    return (await client.getServerSockets({ serverId: ref!.serverId })).socketRef;
  };
  const socket = async (socketId: bigint) => (await client.getSocket({ socketId })).socket!;
  return { ...made, table: table!, client, health: stub(Health, made.channel), ours, sockets, socket };
}

function portOf(address: MessageShape<typeof AddressSchema> | undefined): number | undefined {
  return address?.address.case === "tcpipAddress" ? address.address.value.port : undefined;
}

const nowSeconds = () => BigInt(Math.round(Date.now() / 1000));

describe("the connection table", () => {
  test("has both ends of each connection, with addresses and ports", async () => {
    const { address, sockets, socket } = await serve();
    const [only, ...others] = await sockets();
    expect(others).toEqual([]);
    const { local, remote, ref } = await socket(only!.socketId);
    expect(local?.address).toMatchObject({ value: { ipAddress: new Uint8Array([127, 0, 0, 1]) } });
    expect(`127.0.0.1:${portOf(local)}`).toBe(address);
    expect(portOf(remote)).toBeGreaterThan(0);
    expect(ref?.name).toBe(`${address} - 127.0.0.1:${portOf(remote)}`);
  });

  test("counts streams and messages, and says when the last were", async () => {
    const { health, sockets, socket } = await serve();
    const [only] = await sockets();
    const before = (await socket(only!.socketId)).data!;
    for (let i = 0; i < 10; i++) await health.check({});
    await failureOf(health.check({ service: "none" }));
    const watch = health.watch({});
    await watch.next();
    const { data } = await socket(only!.socketId);
    // The question itself has come when it is answered; its answer has not left.
    expect(data).toMatchObject({
      streamsStarted: before.streamsStarted + 13n,
      streamsSucceeded: before.streamsSucceeded + 12n,
      streamsFailed: 0n,
      messagesReceived: before.messagesReceived + 13n,
      messagesSent: before.messagesSent + 12n,
    });
    for (const at of [
      data?.lastRemoteStreamCreatedTimestamp,
      data?.lastMessageSentTimestamp,
      data?.lastMessageReceivedTimestamp,
    ])
      expect(Math.abs(Number((at?.seconds ?? 0n) - nowSeconds()))).toBeLessThan(60);
    expect(data?.lastLocalStreamCreatedTimestamp).toBeUndefined();
    expect(data?.localFlowControlWindow).toBeGreaterThan(65_535n);
    expect(data?.remoteFlowControlWindow).toBeGreaterThan(65_535n);
    await watch.return?.();
    const failed = async () => (await socket(only!.socketId)).data?.streamsFailed;
    while ((await failed()) !== 1n);
  });

  test("keeps nothing of connections that are gone", async () => {
    const { address, client, sockets, ours } = await serve();
    const seen = new Set<bigint>();
    for (let i = 0; i < 20; i++) {
      const channel = new Channel(address, { credentials: Credentials.insecure() });
      await stub(Health, channel).check({});
      for (const { socketId } of await sockets()) seen.add(socketId);
      await channel.close();
    }
    while ((await sockets()).length > 1);
    const [still] = await sockets();
    expect(seen.size).toBe(21);
    for (const socketId of seen) {
      if (socketId === still!.socketId) continue;
      expect((await failureOf(client.getSocket({ socketId }))).code).toBe(Status.NOT_FOUND);
    }
    expect((await ours()).data?.callsSucceeded).toBeGreaterThan(20n);
  });

  test("comes in pages, by ids that go up", async () => {
    const { address, client, ours, sockets } = await serve();
    const raw = Array.from({ length: 150 }, () =>
      net.connect(Number(address.split(":").at(-1)), "127.0.0.1"),
    );
    try {
      const serverId = (await ours()).ref!.serverId;
      const all: bigint[] = [];
      const pages: number[] = [];
      while ((await client.getServerSockets({ serverId, maxResults: 1000n })).socketRef.length < 151);
      for (let start = 0n, end = false; !end; start = all.at(-1)! + 1n) {
        const page = await client.getServerSockets({ serverId, startSocketId: start, maxResults: 60n });
        pages.push(page.socketRef.length);
        all.push(...page.socketRef.map(({ socketId }) => socketId));
        end = page.end;
      }
      expect(pages).toEqual([60, 60, 31]);
      expect(all).toEqual([...new Set(all)].sort((a, b) => Number(a - b)));
      expect((await sockets()).length).toBe(100);
      const wrong = await failureOf(client.getServerSockets({ serverId, maxResults: -1n }));
      expect(wrong).toMatchObject({ code: Status.INVALID_ARGUMENT, message: "max_results is -1" });
    } finally {
      for (const socket of raw) socket.destroy();
    }
  });

  test("has Unix sockets", async () => {
    const folder = mkdtempSync(join(tmpdir(), "redoubt-"));
    try {
      const server = new Server();
      addChannelz(server);
      const path = join(folder, "channelz.sock");
      await server.listen(`unix:${path}`, Credentials.insecure());
      const channel = openChannel(`unix:${path}`);
      const client = stub(Channelz, channel);
      const { ref, listenSocket } = (await client.getServers({})).server[0]!;
      const { socketRef } = await client.getServerSockets({ serverId: ref!.serverId });
      for (const { socketId } of [...listenSocket, ...socketRef]) {
        const { socket } = await client.getSocket({ socketId });
        expect(socket?.local?.address).toMatchObject({ case: "udsAddress", value: { filename: path } });
      }
      await server.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("servers", () => {
  test("have calls, and the addresses that they listen on", async () => {
    const { server, address, health, ours, socket } = await serve();
    const second = await server.listen("127.0.0.1:0", Credentials.insecure());
    const before = (await ours()).data!;
    await health.check({});
    await failureOf(health.check({ service: "none" }));
    const { ref, data, listenSocket } = await ours();
    expect(ref?.name).toBe(`${address}, ${second}`);
    expect(data).toMatchObject({
      callsStarted: before.callsStarted + 3n,
      callsSucceeded: before.callsSucceeded + 2n,
      callsFailed: 1n,
    });
    expect(Math.abs(Number((data?.lastCallStartedTimestamp?.seconds ?? 0n) - nowSeconds()))).toBeLessThan(60);
    const listening = await Promise.all(listenSocket.map(({ socketId }) => socket(socketId)));
    expect(listening.map(({ local }) => `127.0.0.1:${portOf(local)}`)).toEqual([address, second]);
    expect(listening.map(({ remote }) => remote)).toEqual([undefined, undefined]);
    expect((await ours()).listenSocket).toEqual(listenSocket);
  });

  test("may tell of others, as long as these have connections", async () => {
    const { table, client } = await serve();
    const other = new Server();
    addHealth(other);
    const address = await other.listen("127.0.0.1:0", Credentials.insecure());
    table.addServer(other);
    table.addServer(other);
    const channel = openChannel(address);
    const watch = stub(Health, channel).watch({});
    await watch.next();
    const names = async () => (await client.getServers({})).server.map(({ ref }) => ref?.name);
    expect((await names())[1]).toBe(address);
    const closed = other.close({ graceMs: 60_000 });
    expect((await client.getServers({})).server.length).toBe(2);
    expect((await names())[1]).toBe("");
    while (!(await watch.next().catch(() => ({ done: true }))).done);
    await closed;
    expect((await names()).length).toBe(1);
  });

  test("count calls in one process, which need no connection", async () => {
    const server = new Server();
    addHealth(server);
    addChannelz(server);
    const channel = openChannel(server);
    await stub(Health, channel).check({});
    const client = stub(Channelz, channel);
    const [{ ref, data } = { ref: undefined, data: undefined }] = (await client.getServers({})).server;
    expect(data).toMatchObject({ callsStarted: 2n, callsSucceeded: 1n, callsFailed: 0n });
    expect(await client.getServerSockets({ serverId: ref!.serverId })).toMatchObject({
      socketRef: [],
      end: true,
    });
    await server.close();
  });
});

describe("channels", () => {
  test("have state, target, calls and connections, and are gone once they close", async () => {
    const { table, client, address, channel, health, socket } = await serve();
    table.addChannel(channel);
    table.addChannel(channel);
    const idle = new Channel("127.0.0.1:1", { credentials: Credentials.insecure() });
    table.addChannel(idle);
    await failureOf(health.check({ service: "none" }));
    const channels = async () => (await client.getTopChannels({})).channel;
    const [own, other] = await channels();
    expect(own).toMatchObject({
      ref: { name: address },
      data: { target: address, state: { state: ConnectivityState.READY }, callsFailed: 1n },
    });
    expect(own!.data!.callsStarted).toBe(own!.data!.callsSucceeded + 2n);
    expect(other).toMatchObject({
      data: { state: { state: ConnectivityState.IDLE }, callsStarted: 0n },
      socketRef: [],
    });
    expect(other!.data?.lastCallStartedTimestamp).toBeUndefined();
    const { data, local, remote } = await socket(own!.socketRef[0]!.socketId);
    expect(`127.0.0.1:${portOf(remote)}`).toBe(address);
    expect(portOf(local)).not.toBe(portOf(remote));
    expect(data?.streamsStarted).toBe(data!.streamsSucceeded + 1n);
    expect(data?.lastLocalStreamCreatedTimestamp).toBeDefined();
    expect(data?.lastRemoteStreamCreatedTimestamp).toBeUndefined();
    const channelId = other!.ref!.channelId;
    await failureOf(stub(Health, idle).check({}));
    expect((await client.getChannel({ channelId })).channel).toMatchObject({
      data: { state: { state: ConnectivityState.TRANSIENT_FAILURE }, callsFailed: 1n },
    });
    await idle.close();
    expect((await channels()).length).toBe(1);
    expect((await failureOf(client.getChannel({ channelId }))).code).toBe(Status.NOT_FOUND);
    table.addChannel(idle);
    expect((await channels()).length).toBe(1);
  });

  test("forget connections that they have lost", async () => {
    const { table, client } = await serve();
    const other = new Server();
    addHealth(other);
    const address = await other.listen("127.0.0.1:0", Credentials.insecure());
    const channel = openChannel(address);
    table.addChannel(channel);
    await stub(Health, channel).check({});
    const connections = async () => (await client.getTopChannels({})).channel[0]!.socketRef.length;
    expect(await connections()).toBe(1);
    await other.close();
    while ((await connections()) > 0);
    expect(channel.connectivity).toBe("idle");
  });
});

test.each(["getServerSockets", "getChannel", "getSubchannel", "getSocket"] as const)(
  "%s of something unknown is NOT_FOUND",
  async (method) => {
    const { client } = await serve();
    for (const id of [0n, -1n, 99n, 2n ** 60n]) {
      const request = { serverId: id, channelId: id, subchannelId: id, socketId: id };
      expect((await failureOf(client[method](request))).code).toBe(Status.NOT_FOUND);
    }
  },
);

test("is answered to grpc-js", async () => {
  const { address } = await serve();
  const client = grpcJsClient(address, "grpc/channelz/v1/channelz.proto", "grpc.channelz.v1.Channelz");
  const { server, end } = await ask(client, "getServers", {});
  expect([server.length, end]).toEqual([1, true]);
  const { socketRef } = await ask(client, "getServerSockets", { serverId: server[0].ref.serverId });
  const { socket } = await ask(client, "getSocket", { socketId: socketRef[0].socketId });
  expect(socket.local.tcpipAddress).toEqual({
    ipAddress: Buffer.from([127, 0, 0, 1]),
    port: Number(address.split(":").at(-1)),
  });
  expect(socket.data).toMatchObject({
    streamsStarted: 3,
    streamsSucceeded: 2,
    messagesReceived: 3,
    messagesSent: 2,
  });
});

test("the registry keeps nothing of what has gone", async () => {
  const { server, address, channel, health, table } = await serve();
  table.addChannel(channel);
  await health.check({});
  const { registry } = table as unknown as { registry: Record<string, { size: number }> };
  expect(registry.sockets?.size).toBe(2);
  await until(() => registry.servers?.size === 1 && registry.channels?.size === 1);
  await channel.close();
  await server.close();
  expect(address).toMatch(/^127/);
  expect([registry.sockets?.size, registry.servers?.size, registry.channels?.size]).toEqual([0, 0, 0]);
});
