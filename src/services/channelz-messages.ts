import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Channel } from "../client/channel.js";
import type { Connectivity } from "../client/connector.js";
import type { CallCounters } from "../rpc/call-counters.js";
import { formatAddress } from "../runtime/address.js";
import type { Address, Runtime } from "../runtime/runtime.js";
import type { Server } from "../server/server.js";
import type { WatchedConnection } from "../transport/connection-watch.js";
import type { Owner, Socket } from "./channelz-registry.js";
import {
  type AddressSchema,
  type ChannelSchema,
  ChannelConnectivityState_State as ConnectivityState,
  type ServerSchema,
  type SocketDataSchema,
  type SocketRefSchema,
  type SocketSchema,
} from "./gen/grpc/channelz/v1/channelz_pb.js";
import { ipBytes } from "./ip-bytes.js";

/** A server as channelz describes it. */
export function serverMessage(
  owner: Owner<Server>,
  listening: ReadonlyMap<number, Address>,
): MessageInitShape<typeof ServerSchema> {
  const { subject } = owner;
  return {
    ref: { serverId: BigInt(owner.id), name: Array.from(listening.values(), formatAddress).join(", ") },
    data: { ...callData(subject.counters), lastCallStartedTimestamp: lastCall(owner) },
    listenSocket: Array.from(listening, ([id, address]) => ({
      socketId: BigInt(id),
      name: formatAddress(address),
    })),
  };
}

/** A channel as channelz describes it. Its connections are its own: there is nothing between that balances. */
export function channelMessage(owner: Owner<Channel>): MessageInitShape<typeof ChannelSchema> {
  const { subject } = owner;
  return {
    ref: { channelId: BigInt(owner.id), name: subject.target },
    data: {
      ...callData(subject.counters),
      state: { state: STATES[subject.connectivity] },
      target: subject.target,
      lastCallStartedTimestamp: lastCall(owner),
    },
    socketRef: Array.from(owner.connections, socketRef),
  };
}

export function socketRef([id, connection]: readonly [number, WatchedConnection]): MessageInitShape<
  typeof SocketRefSchema
> {
  return { socketId: BigInt(id), name: connectionName(connection) };
}

/** A connection, or a socket that is listened on, as channelz describes it. */
export function socketMessage(id: number, socket: Socket): MessageInitShape<typeof SocketSchema> {
  if (socket.kind === "listening")
    return {
      ref: { socketId: BigInt(id), name: formatAddress(socket.address) },
      data: {},
      local: addressMessage(socket.address),
    };
  const { connection, runtime } = socket;
  const { localAddress, remoteAddress } = connection;
  return {
    ref: socketRef([id, connection]),
    data: socketData(connection, runtime),
    local: localAddress === undefined ? undefined : addressMessage(localAddress),
    remote: remoteAddress === undefined ? undefined : addressMessage(remoteAddress),
  };
}

const STATES: Readonly<Record<Connectivity, ConnectivityState>> = {
  idle: ConnectivityState.IDLE,
  connecting: ConnectivityState.CONNECTING,
  ready: ConnectivityState.READY,
  "transient-failure": ConnectivityState.TRANSIENT_FAILURE,
  shutdown: ConnectivityState.SHUTDOWN,
};

function callData({ started, succeeded, failed }: CallCounters) {
  return { callsStarted: BigInt(started), callsSucceeded: BigInt(succeeded), callsFailed: BigInt(failed) };
}

function lastCall(owner: Owner): Timestamp | undefined {
  return timestamp(owner.lastCallMs, owner.subject.runtime);
}

function socketData(
  { counters, windows, isClient }: WatchedConnection,
  runtime: Runtime,
): MessageInitShape<typeof SocketDataSchema> {
  const lastStream = timestamp(counters.lastStreamMs, runtime);
  return {
    streamsStarted: BigInt(counters.streamsStarted),
    streamsSucceeded: BigInt(counters.streamsEnded),
    streamsFailed: BigInt(counters.streamsAborted),
    messagesSent: BigInt(counters.messagesSent),
    messagesReceived: BigInt(counters.messagesReceived),
    keepAlivesSent: BigInt(counters.keepAlivesSent),
    lastLocalStreamCreatedTimestamp: isClient ? lastStream : undefined,
    lastRemoteStreamCreatedTimestamp: isClient ? undefined : lastStream,
    lastMessageSentTimestamp: timestamp(counters.lastMessageSentMs, runtime),
    lastMessageReceivedTimestamp: timestamp(counters.lastMessageReceivedMs, runtime),
    localFlowControlWindow: BigInt(windows.sendBytes),
    remoteFlowControlWindow: BigInt(windows.receiveBytes),
  };
}

/** A moment of the runtime's time by the clock on the wall. */
function timestamp(atMs: number | undefined, runtime: Runtime): Timestamp | undefined {
  if (atMs === undefined) return undefined;
  return timestampFromMs(Math.round(runtime.epochMs() - (runtime.now() - atMs)));
}

function connectionName({ localAddress, remoteAddress }: WatchedConnection): string {
  const ends = [localAddress, remoteAddress].map((address) =>
    address === undefined ? "?" : formatAddress(address),
  );
  return ends.join(" - ");
}

function addressMessage(address: Address): MessageInitShape<typeof AddressSchema> {
  if (address.kind === "unix") return { address: { case: "udsAddress", value: { filename: address.path } } };
  const ipAddress = address.kind === "tcp" ? ipBytes(address.host) : undefined;
  if (address.kind === "tcp" && ipAddress !== undefined)
    return { address: { case: "tcpipAddress", value: { ipAddress, port: address.port } } };
  return { address: { case: "otherAddress", value: { name: formatAddress(address) } } };
}
