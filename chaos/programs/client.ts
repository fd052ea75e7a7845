import { Channel, type ChannelOptions, Credentials, RpcError, stub } from "@redoubt/rpc";
import { Echo } from "../../interop/gen/echo_pb.js";
import { callBeside, type EndlessCall } from "../fairness/endless.js";
import { serveCommands } from "../process/commands.js";
import { CountingRuntime } from "../process/counting-runtime.js";
import { MemoryPeak, nextTurn, type PeakFigures, settledMemory } from "../process/memory.js";
import { callAtRandom, type Endings, seeded } from "../soak/mixed-calls.js";

const runtime = new CountingRuntime();
let channels: Channel[] = [];
const calls: Promise<unknown>[] = [];
let peak: MemoryPeak | undefined;

type Options = Omit<ChannelOptions, "runtime" | "credentials">;

function connect(target: string, options: Options = {}): Channel {
  const channel = new Channel(target, { ...options, credentials: Credentials.insecure(), runtime });
  channels.push(channel);
  return channel;
}

/** What a call came to: a word for the figures. */
function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "OK",
    (error) => {
      if (RpcError.is(error)) return error.codeName;
      throw error;
    },
  );
}

const commands = {
  /** Opens channels, and makes a few calls on each, small and large. */
  async connect({
    target,
    options,
    count,
  }: {
    target: string;
    options?: Options;
    count: number;
  }): Promise<void> {
    for (let i = 0; i < count; i++) {
      const echo = stub(Echo, connect(target, options));
      await echo.unary({ text: "hello" });
      await echo.unary({ body: new Uint8Array(300_000) });
    }
  },
  async warmUp(count: number): Promise<void> {
    const echo = stub(Echo, channels[0]);
    for (let done = 0; done < count; done += 100)
      await Promise.all(Array.from({ length: 100 }, (_, i) => echo.unary({ text: `warm-up ${i}` })));
  },
  /** Starts calls on the first channel that the server holds. */
  async holdCalls({ kind, count }: { kind: "unary" | "chat"; count: number }): Promise<void> {
    const echo = stub(Echo, channels[0]);
    for (let i = 0; i < count; i++) {
      if (kind === "unary") {
        calls.push(echo.unary({ tags: ["hold"] }));
      } else {
        const chat = echo.chat();
        void chat.send({ text: "hello" });
        await chat.next();
        calls.push(chat.next().finally(() => chat.cancel()));
        chats.push(chat);
      }
      // Not all in one turn: that would measure a burst of output, too.
      if (i % 100 === 99) await nextTurn();
    }
  },
  /** Resolves once the held calls are over, with how they ended. */
  async heldCallsEnded(): Promise<Record<string, number>> {
    for (const chat of chats.splice(0)) chat.end();
    const endings = await Promise.all(calls.splice(0).map(outcomeOf));
    const counts: Record<string, number> = {};
    for (const ending of endings) counts[ending] = (counts[ending] ?? 0) + 1;
    return counts;
  },
  /** Reads a stream slowly; gives the bytes that came. */
  async download({ messages, messageBytes }: { messages: number; messageBytes: number }): Promise<number> {
    const echo = stub(Echo, channels[0]);
    let bytes = 0;
    const body = new Uint8Array(messageBytes);
    for await (const message of echo.expand({ body, repeatCount: messages })) {
      bytes += message.body.length;
      for (let turn = 0; turn < SLOW_TURNS; turn++) await nextTurn();
    }
    return bytes;
  },
  /** Sends a stream as fast as its reader lets it; gives the bytes that the reader has counted. */
  async upload({ messages, messageBytes }: { messages: number; messageBytes: number }): Promise<number> {
    const echo = stub(Echo, channels[0]);
    function* requests() {
      for (let i = 0; i < messages; i++) yield { body: new Uint8Array(messageBytes), tags: ["slow"] };
    }
    const { counters } = await echo.collect(requests());
    return Number(counters.bytes);
  },
  /** One connection with calls of every kind in flight. */
  async callsInFlight(target: string): Promise<void> {
    const echo = stub(Echo, connect(target));
    for (let i = 0; i < 5; i++) {
      calls.push(echo.unary({ tags: ["hold until cancelled"] }));
      calls.push(echo.unary({ tags: ["hold until cancelled"] }, { timeoutMs: 60_000 }));
      calls.push(drain(echo.expand({ tags: ["hold until cancelled"], repeatCount: 3 })));
      const upload = echo.collect();
      void upload.send({ text: "hello" });
      calls.push(upload.reply);
      const chat = echo.chat();
      void chat.send({ text: "hello" });
      calls.push(drain(chat));
    }
    for (const call of calls) call.catch(() => {});
  },
  callBeside: ({ call, others }: { call: EndlessCall; others: number }) =>
    callBeside(stub(Echo, channels[0]), call, others),
  async soak({
    callers,
    seconds,
    seed,
  }: {
    callers: number;
    seconds: number;
    seed: number;
  }): Promise<Endings> {
    const endings: Endings = {};
    const echo = stub(Echo, channels[0]);
    const endMs = performance.now() + seconds * 1000;
    const until = () => performance.now() >= endMs;
    await Promise.all(
      Array.from({ length: callers }, (_, i) => callAtRandom(echo, seeded(seed * 1000 + i), until, endings)),
    );
    return endings;
  },
  killPipes: () => runtime.killPipes(),
  async closeChannels(): Promise<void> {
    await Promise.all(channels.splice(0).map((channel) => channel.close()));
    channels = [];
  },
  open: () => ({
    pipes: runtime.openPipes,
    timers: runtime.timers,
    resources: process.getActiveResourcesInfo().sort(),
  }),
  memory: () => settledMemory(),
  startPeak(): void {
    peak = new MemoryPeak();
  },
  stopPeak(): PeakFigures {
    if (peak === undefined) throw new Error("stopPeak before startPeak");
    return peak.stop();
  },
};

const chats: { end(): void }[] = [];

const SLOW_TURNS = 10;

async function drain(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}

export type ClientProgram = typeof commands;
serveCommands(commands);
