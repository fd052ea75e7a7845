import { setTimeout as sleep } from "node:timers/promises";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { CallOptions } from "../../client/call-options.js";
import type { Channel } from "../../client/channel.js";
import { stub } from "../../client/stub.js";
import { printable } from "../../idl/text/diagnostic-text.js";
import { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { formatAddress } from "../../runtime/address.js";
import { type Address, Channelz, type Socket } from "../../services/gen/grpc/channelz/v1/channelz_pb.js";
import { toner } from "../report.js";
import { ExitCode, type World } from "../world.js";
import { durationMs } from "./duration.js";
import { jsonText } from "./json-output.js";
import { type Hints, type TargetOptions, withServer } from "./session.js";
import { tableLines } from "./table.js";

/** What the command line says; see `redoubt help connections`. */
export interface ConnectionsOptions extends TargetOptions {
  readonly watch?: boolean;
  /** Between two looks of `watch`; such as `1s`. */
  readonly interval: string;
}

/** More than a person looks at, and each costs the server a call. */
const CONNECTIONS_MAX = 10_000;

/** Questions under way at once: enough to hide the way there and back, few enough to be no burden. */
const QUESTIONS_MAX = 32;

/** `redoubt connections` */
export async function connections(options: ConnectionsOptions, world: World): Promise<ExitCode> {
  const { watch, json } = options;
  const intervalMs = durationMs(options.interval);
  return await withServer(
    options,
    world,
    async ({ channel, quickly }) => {
      const look = () => connectionsOf(channel, quickly);
      const show = watch ? watcher(json, world) : printer(json, world);
      show(await look());
      while (watch && !world.stop.aborted) {
        await sleep(intervalMs, undefined, { signal: world.stop }).catch(() => {});
        if (!world.stop.aborted) show(await look());
      }
      return ExitCode.OK;
    },
    HINTS,
  );
}

const HINTS: Hints = {
  [Status.UNIMPLEMENTED]: "the server does not offer grpc.channelz.v1; in ours it is addChannelz(server)",
};

/** One connection of a server, as its row says it. */
interface Connection {
  readonly id: string;
  readonly protocol: string;
  readonly local: string;
  readonly remote: string;
  readonly openStreams: string;
  readonly startedStreams: string;
  readonly messagesReceived: string;
  readonly messagesSent: string;
  /** Undefined where nothing has happened yet. */
  readonly lastActivity: string | undefined;
}

async function connectionsOf(channel: Channel, options: CallOptions): Promise<Connection[]> {
  const client = stub(Channelz, channel);
  const servers = await pages(
    async (startServerId) => {
      const { server, end } = await client.getServers({ startServerId }, options);
      return { items: server, end };
    },
    ({ ref }) => ref?.serverId,
  );
  const found: Connection[] = [];
  for (const { ref } of servers) {
    const sockets = await pages(
      async (startSocketId) => {
        const request = { serverId: ref?.serverId, startSocketId };
        const { socketRef, end } = await client.getServerSockets(request, options);
        return { items: socketRef, end };
      },
      ({ socketId }) => socketId,
    );
    for (let first = 0; first < sockets.length && found.length < CONNECTIONS_MAX; first += QUESTIONS_MAX) {
      const some = sockets.slice(first, first + QUESTIONS_MAX);
      const answers = await Promise.all(
        some.map(({ socketId }) => client.getSocket({ socketId }, options).catch(undefinedIfGone)),
      );
      for (const answer of answers)
        if (answer?.socket !== undefined) found.push(connectionFrom(answer.socket));
    }
  }
  return found;
}

/** All of a list that comes in pages, in the order of their ids, up to a bound. */
async function pages<Item>(
  ask: (startId: bigint) => Promise<{ readonly items: readonly Item[]; readonly end: boolean }>,
  idOf: (item: Item) => bigint | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  let startId = 0n;
  while (all.length < CONNECTIONS_MAX) {
    const { items, end } = await ask(startId);
    all.push(...items);
    const lastId = items.length === 0 ? undefined : idOf(items[items.length - 1]);
    // A server that does not get on would be asked for ever.
    if (end || lastId === undefined || lastId < startId) break;
    startId = lastId + 1n;
  }
  return all;
}

/** Connections end while we ask. */
function undefinedIfGone(error: unknown): undefined {
  if (!RpcError.is(error) || error.code !== Status.NOT_FOUND) throw error;
}

function connectionFrom({ ref, data, local, remote, security }: Socket): Connection {
  const secured = security?.model.case === "tls" ? " TLS" : "";
  const times = [
    data?.lastLocalStreamCreatedTimestamp,
    data?.lastRemoteStreamCreatedTimestamp,
    data?.lastMessageSentTimestamp,
    data?.lastMessageReceivedTimestamp,
  ].flatMap((time) => (time === undefined || time.seconds === 0n ? [] : [timestampDate(time)]));
  const last = times.sort((a, b) => b.getTime() - a.getTime()).at(0);
  const { streamsStarted = 0n, streamsSucceeded = 0n, streamsFailed = 0n } = data ?? {};
  return {
    id: String(ref?.socketId ?? 0),
    protocol: `${protocolOf(local ?? remote)}${secured}`,
    local: addressText(local),
    remote: addressText(remote),
    openStreams: String(streamsStarted - streamsSucceeded - streamsFailed),
    startedStreams: String(streamsStarted),
    messagesReceived: String(data?.messagesReceived ?? 0),
    messagesSent: String(data?.messagesSent ?? 0),
    lastActivity: last !== undefined && !Number.isNaN(last.getTime()) ? last.toISOString() : undefined,
  };
}

function protocolOf(address: Address | undefined): string {
  const kind = address?.address.case;
  if (kind === "tcpipAddress") return "tcp";
  return kind === "udsAddress" ? "unix" : "other";
}

function addressText(address: Address | undefined): string {
  switch (address?.address.case) {
    case "tcpipAddress": {
      const { ipAddress, port } = address.address.value;
      return formatAddress({ kind: "tcp", host: ipText(ipAddress), port });
    }
    case "udsAddress":
      return address.address.value.filename || "-";
    case "otherAddress":
      return address.address.value.name || "-";
    default:
      return "-";
  }
}

/** IPv6 as RFC 5952 writes it; an IPv4 address in IPv6's clothes as what it is. */
function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return "?";
  const isMapped =
    bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.subarray(12).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] << 8) | bytes[2 * i + 1]).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

// ── Output ──────────────────────────────────────────────────────────────────────────────────────────────────

type Show = (connections: readonly Connection[]) => void;

function printer(json: boolean | undefined, { stdout }: World): Show {
  return (found) => {
    if (json) stdout.write(`${jsonText({ ok: true, connections: found }, stdout, true)}\n`);
    else stdout.write(tableText(found, stdout));
  };
}

/** Draws the table anew where a person looks on; else prints a line for each connection that comes or goes. */
function watcher(json: boolean | undefined, world: World): Show {
  const { stdout } = world;
  if (json) return printer(json, world);
  if (stdout.isTerminal) return (found) => stdout.write(`${CLEAR_SCREEN}${tableText(found, stdout)}`);
  let present: ReadonlyMap<string, Connection> = new Map();
  return (found) => {
    const now = new Map(found.map((connection) => [connection.id, connection]));
    const closed = [...present.values()].filter(({ id }) => !now.has(id));
    const opened = found.filter(({ id }) => !present.has(id));
    const lines = [
      ...closed.map((each) => changeLine("closed", each)),
      ...opened.map((each) => changeLine("opened", each)),
    ];
    present = now;
    if (lines.length > 0) stdout.write(`${lines.join("\n")}\n`);
  };
}

/** ECMA-48: cursor to the upper left corner, erase below. */
const CLEAR_SCREEN = "\x1b[H\x1b[J";

function changeLine(change: string, { protocol, local, remote }: Connection): string {
  return printable(`${change} ${protocol} ${local} ${remote}`);
}

function tableText(found: readonly Connection[], { hasColors }: World["stdout"]): string {
  const rows = found.map((each) => [
    each.protocol,
    each.local,
    each.remote,
    each.openStreams,
    each.startedStreams,
    each.messagesReceived,
    each.messagesSent,
    agoText(each.lastActivity),
  ]);
  const [heading, ...lines] = tableLines(
    [["PROTOCOL", "LOCAL", "REMOTE", "OPEN", "CALLS", "RECEIVED", "SENT", "LAST ACTIVITY"], ...rows],
    NUMBER_COLUMNS,
  );
  const tone = toner({ hasColors });
  return `${[tone("heading", heading), ...lines].join("\n")}\n`;
}

const NUMBER_COLUMNS: ReadonlySet<number> = new Set([3, 4, 5, 6]);

function agoText(time: string | undefined): string {
  if (time === undefined) return "never";
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1_000));
  if (seconds < 1) return "now";
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3_600)} h ago`;
}
