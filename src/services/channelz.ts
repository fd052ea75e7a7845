import type { Channel } from "../client/channel.js";
import { RpcError } from "../rpc/error.js";
import { Status } from "../rpc/status.js";
import type { Handlers } from "../server/handlers.js";
import type { Server } from "../server/server.js";
import { channelMessage, serverMessage, socketMessage, socketRef } from "./channelz-messages.js";
import { ChannelzRegistry } from "./channelz-registry.js";
import { Channelz } from "./gen/grpc/channelz/v1/channelz_pb.js";

/** Settings of the channelz service. */
export interface ChannelzOptions {
  /** Channels to tell of. */
  readonly channels?: readonly Channel[];
  /** Servers to tell of besides the one that the service is added to. */
  readonly servers?: readonly Server[];
}

/** A page where the client does not say how much it takes: what fits a screen or two. */
const PAGE_RESULTS = 100;

/** The longest page, whatever the client says: at some 200 bytes each a fifth of a megabyte. */
const PAGE_RESULTS_MAX = 1000;

/**
 * Adds `grpc.channelz.v1.Channelz`: the server itself with its listening sockets and connections, and the channels and
 * servers that it is told of. It says who is connected and what they do: think of who may ask.
 * @throws TypeError where the server has it already
 */
export function addChannelz(server: Server, options: ChannelzOptions = {}): ConnectionTable {
  const registry = new ChannelzRegistry();
  server.add(Channelz, handlers(registry));
  for (const other of [server, ...(options.servers ?? [])]) registry.addServer(other);
  for (const channel of options.channels ?? []) registry.addChannel(channel);
  return new ConnectionTable(registry);
}

/** What the channelz service of a server tells of. */
export class ConnectionTable {
  private readonly registry: ChannelzRegistry;

  constructor(registry: ChannelzRegistry) {
    this.registry = registry;
  }

  /** Tells of a channel, too, until it closes. */
  addChannel(channel: Channel): void {
    this.registry.addChannel(channel);
  }

  /** Tells of another server, too, until it is closed. */
  addServer(server: Server): void {
    this.registry.addServer(server);
  }
}

function handlers(registry: ChannelzRegistry): Handlers<typeof Channelz> {
  return {
    getTopChannels({ startChannelId, maxResults }) {
      const { items, end } = page(registry.allChannels, startChannelId, maxResults);
      return { channel: items.map(([, owner]) => channelMessage(owner)), end };
    },

    getServers({ startServerId, maxResults }) {
      const { items, end } = page(registry.allServers, startServerId, maxResults);
      return { server: items.map(([, owner]) => serverMessage(owner, registry.listening(owner))), end };
    },

    getServerSockets({ serverId, startSocketId, maxResults }) {
      const owner = registry.allServers.get(Number(serverId)) ?? notFound("server", serverId);
      const { items, end } = page(owner.connections, startSocketId, maxResults);
      return { socketRef: items.map(socketRef), end };
    },

    getChannel({ channelId }) {
      const owner = registry.allChannels.get(Number(channelId)) ?? notFound("channel", channelId);
      return { channel: channelMessage(owner) };
    },

    getSubchannel({ subchannelId }) {
      return notFound("subchannel", subchannelId);
    },

    getSocket({ socketId }) {
      const id = Number(socketId);
      return { socket: socketMessage(id, registry.socket(id) ?? notFound("socket", socketId)) };
    },
  };
}

/** Those from an id on, as many as were asked for; `end`: there are no more. */
function page<Item>(
  all: ReadonlyMap<number, Item>,
  start: bigint,
  maxResults: bigint,
): { readonly items: readonly (readonly [number, Item])[]; readonly end: boolean } {
  if (maxResults < 0n) throw new RpcError(Status.INVALID_ARGUMENT, `max_results is ${maxResults}`);
  const most = Math.min(maxResults === 0n ? PAGE_RESULTS : Number(maxResults), PAGE_RESULTS_MAX);
  const items: (readonly [number, Item])[] = [];
  for (const entry of all) {
    if (entry[0] < start) continue;
    if (items.length === most) return { items, end: false };
    items.push(entry);
  }
  return { items, end: true };
}

function notFound(what: string, id: bigint): never {
  throw new RpcError(Status.NOT_FOUND, `there is no ${what} ${id}`);
}
