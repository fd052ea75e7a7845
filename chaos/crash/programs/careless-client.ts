import { Channel, Credentials, RpcError, Status, type Stub, stub } from "@redoubt/rpc";
import { CarelessLists } from "../../gen/crash_pb.js";
import { serveCommands } from "../../process/commands.js";
import type { PlannedCall } from "../plan.js";
import { REFUSAL } from "../refusal.js";
import type { ClientStart, CrashClient, Ending } from "./client.js";

let channel: Channel;
let lists: Stub<typeof CarelessLists>;

const RETRY_MS = 5;

/** A client as one writes it who wants an answer: it calls again until there is one. */
const commands: CrashClient = {
  async start({ address }: ClientStart): Promise<readonly string[]> {
    channel = new Channel(address, { credentials: Credentials.insecure() });
    lists = stub(CarelessLists, channel);
    return [];
  },
  async call({ name, list, isRefused }: PlannedCall): Promise<Ending> {
    const request = { list, name, refuse: isRefused };
    for (;;) {
      try {
        const { place } = await (list.startsWith("world") ? lists.append(request) : lists.record(request));
        return { kind: "answer", answer: { place } };
      } catch (error) {
        if (!RpcError.is(error)) throw error;
        const { code, message } = error;
        if (code === Status.FAILED_PRECONDITION && message === REFUSAL)
          return { kind: "answer", answer: "refused" };
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  },
  async outcome(): Promise<Ending> {
    throw new Error("no call is given up");
  },
  async forget(): Promise<void> {},
  unfinished: () => [],
  async read({ list, from }: { list: string; from: number }) {
    const { length, names } = await lists.readRecorded({ list, from });
    return { length, names };
  },
  async clear(list: string): Promise<void> {
    await lists.clearRecorded({ list });
  },
  async close(): Promise<void> {
    await channel.close();
  },
};

serveCommands(commands);
