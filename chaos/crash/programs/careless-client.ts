import { Channel, Credentials, RpcError, Status, type Stub, stub } from "@redoubt/rpc";
import { CarelessLists } from "../../gen/crash_pb.js";
import { serveCommands } from "../../process/commands.js";
import type { PlannedCall } from "../plan.js";
import { REFUSAL } from "../refusal.js";
import type { ClientStart, CrashClient, Ending } from "./client.js";

let channel: Channel;
let lists: Stub<typeof CarelessLists>;

const RETRY_MS = 5;

/** In memory. */
const answers = new Map<string, Ending>();

/**
 * A client as one writes it who wants an answer: it calls again until there is one, and thinks that what has none was not
 * executed.
 */
const commands: CrashClient = {
  async start({ address }: ClientStart): Promise<readonly string[]> {
    channel = new Channel(address, { credentials: Credentials.insecure() });
    lists = stub(CarelessLists, channel);
    return [];
  },
  async call({ name, list, isRefused, timeoutMs }: PlannedCall): Promise<Ending> {
    const request = { list, name, refuse: isRefused };
    const endMs = performance.now() + (timeoutMs ?? Infinity);
    for (;;) {
      const known = answers.get(name);
      if (known !== undefined) return known;
      const options = timeoutMs === undefined ? {} : { timeoutMs: Math.max(1, endMs - performance.now()) };
      try {
        const reply = await (list.startsWith("world")
          ? lists.append(request, options)
          : lists.record(request, options));
        answers.set(name, { kind: "answer", answer: { place: reply.place, of: name } });
      } catch (error) {
        if (!RpcError.is(error)) throw error;
        const { code, codeName, message } = error;
        if (code === Status.FAILED_PRECONDITION && message === REFUSAL)
          answers.set(name, { kind: "answer", answer: "refused" });
        else if (performance.now() >= endMs)
          return { kind: "failure", text: codeName, isPassing: true, outcome: "unknown", callId: name };
        else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  },
  async outcome({ callId }: { callId: string }): Promise<Ending> {
    const denial = { kind: "failure", text: "", isPassing: false, outcome: "not-executed" } as const;
    return answers.get(callId) ?? { ...denial, callId: undefined };
  },
  async forget(name: string): Promise<void> {
    answers.delete(name);
  },
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
