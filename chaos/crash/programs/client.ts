import {
  type CallOptions,
  Channel,
  Credentials,
  DurableClient,
  fromBinary,
  RpcError,
  Status,
  type Stub,
  stub,
} from "@redoubt/rpc";
import { AppendReplySchema, Lists, RecordReplySchema } from "../../gen/crash_pb.js";
import { serveCommands } from "../../process/commands.js";
import type { Answer } from "../oracle.js";
import type { PlannedCall } from "../plan.js";
import { REFUSAL } from "../refusal.js";

export interface ClientStart {
  /** Of the client's journal; without one the client is volatile. */
  readonly folder: string | undefined;
  readonly address: string;
  /** Of its journal. */
  readonly segmentBytes: number;
}

/** How a call ended for its caller. */
export type Ending =
  | { readonly kind: "answer"; readonly answer: Answer }
  | {
      readonly kind: "failure";
      readonly text: string;
      /** It took too long, or the server was away: asking again may help. */
      readonly isPassing: boolean;
      readonly outcome: string;
      /** To ask later what became of it. */
      readonly callId: string | undefined;
    };

let client: DurableClient | undefined;
let channel: Channel;
let lists: Stub<typeof Lists>;

const commands = {
  /** Gives the keys of the calls that are under way from an earlier life. */
  async start({ folder, address, segmentBytes }: ClientStart): Promise<readonly string[]> {
    if (folder !== undefined)
      client = await DurableClient.open(folder, { segmentBytes, checkpointBytes: 2 * segmentBytes });
    channel = new Channel(address, {
      credentials: Credentials.insecure(),
      delivery: client,
      backoff: { initialMs: RECONNECT_MS, maxMs: RECONNECT_MS_MAX },
    });
    lists = stub(Lists, channel);
    return unfinished();
  },
  async call({ name, list, isRefused, timeoutMs }: PlannedCall): Promise<Ending> {
    const options: CallOptions = { timeoutMs, key: client === undefined ? undefined : name };
    return ending(async () => {
      const request = { list, name, refuse: isRefused };
      return list.startsWith("world") ? lists.append(request, options) : lists.record(request, options);
    });
  },
  /** What became of a call to that list that has failed. */
  outcome: ({ list, callId }: { list: string; callId: string }): Promise<Ending> =>
    ending(async () => {
      const { outcome, response, error } = await channel.outcomeOf(callId, { timeoutMs: OUTCOME_MS });
      if (error !== undefined) throw error;
      if (response === undefined) return outcome;
      return fromBinary(list.startsWith("world") ? AppendReplySchema : RecordReplySchema, response);
    }),
  async forget(name: string): Promise<void> {
    await client?.forget(name);
  },
  unfinished: () => unfinished(),
  /** A part of a list in the server's state, from a place on. */
  read: async ({ list, from }: { list: string; from: number }) => {
    const { length, names } = await lists.readRecorded({ list, from }, { waitForReady: true });
    return { length, names };
  },
  /** Removes a list from the server's state. */
  async clear(list: string): Promise<void> {
    const key = `clear ${list}`;
    for (let isEmpty = false; !isEmpty; ) {
      ({ isEmpty } = await lists.clearRecorded({ list }, { key }));
      await client?.forget(key);
    }
  },
  async close(): Promise<void> {
    await channel.close();
    await client?.close();
  },
};

/** Soon: it is the waiting for a server that would take most of a run. */
const RECONNECT_MS = 20;
const RECONNECT_MS_MAX = 200;

const OUTCOME_MS = 5_000;

function unfinished(): readonly string[] {
  return client?.unfinished().map(({ key }) => key ?? "a call without a key") ?? [];
}

async function ending(
  call: () => Promise<{ place: number; receipt: string } | "not-executed">,
): Promise<Ending> {
  try {
    const reply = await call();
    if (reply === "not-executed")
      return { kind: "failure", text: reply, isPassing: false, outcome: reply, callId: undefined };
    return { kind: "answer", answer: { place: reply.place, of: reply.receipt.replace("done: ", "") } };
  } catch (error) {
    if (!RpcError.is(error)) throw error;
    const { code, message, outcome, callId } = error;
    if (code === Status.FAILED_PRECONDITION && message === REFUSAL)
      return { kind: "answer", answer: "refused" };
    const isPassing = code === Status.DEADLINE_EXCEEDED || code === Status.UNAVAILABLE;
    return { kind: "failure", text: `${error.codeName}: ${message}`, isPassing, outcome, callId };
  }
}

export type CrashClient = typeof commands;
serveCommands(commands);
