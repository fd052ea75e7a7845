import { Credentials, RpcError, Server, type ServerOptions, Status } from "@redoubt/rpc";
import { Echo } from "../../interop/gen/echo_pb.js";
import { serveCommands } from "../process/commands.js";
import { CountingRuntime } from "../process/counting-runtime.js";
import { MemoryPeak, nextTurn, type PeakFigures, settledMemory } from "../process/memory.js";

const runtime = new CountingRuntime();
let server: Server | undefined;
/** Handlers that wait to be let go. */
let held: (() => void)[] = [];
let peak: MemoryPeak | undefined;
const figures = { entries: 0, running: 0 };

function untilCancelled(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Without a look at the signal, which would cost memory of its own. */
function untilReleased(): Promise<void> {
  return new Promise((resolve) => held.push(resolve));
}

const commands = {
  async listen(options: Omit<ServerOptions, "runtime">): Promise<string> {
    server = new Server({ ...options, runtime });
    server.add(Echo, {
      async unary(request, call) {
        figures.entries++;
        switch (request.tags[0]) {
          case "hold":
            await untilReleased();
            return {};
          case "hold until cancelled":
            figures.running++;
            await untilCancelled(call.signal);
            figures.running--;
            return {};
          case "fail":
            throw new RpcError(Status.NOT_FOUND, "not here");
          case "crash":
            throw new Error("a bug of the handler's");
        }
        return request;
      },
      async collect(requests) {
        figures.entries++;
        let taken = 0;
        figures.running++;
        try {
          for await (const { body, tags } of requests) {
            taken += body.length;
            if (tags[0] === "slow") await pace();
            if (tags[0] === "fail") throw new RpcError(Status.NOT_FOUND, "not here");
          }
        } finally {
          figures.running--;
        }
        return { counters: { bytes: BigInt(taken) } };
      },
      async *expand(request, call) {
        figures.entries++;
        figures.running++;
        try {
          if (request.tags[0] === "forever") while (true) yield { text: request.text };
          for (let index = 0; index < request.repeatCount; index++) {
            yield { body: request.body, index };
          }
          if (request.tags[0] === "hold until cancelled") await untilCancelled(call.signal);
        } finally {
          figures.running--;
        }
      },
      async *chat(requests) {
        figures.entries++;
        figures.running++;
        try {
          for await (const request of requests) yield request;
        } finally {
          figures.running--;
        }
      },
    });
    return await server.listen("127.0.0.1:0", Credentials.insecure());
  },
  async close(): Promise<void> {
    await server?.close();
  },
  /** Resolves once handlers have been entered `count` times since the start or the last `resetEntries`. */
  async entered(count: number): Promise<void> {
    while (figures.entries < count) await nextTurn();
  },
  resetEntries(): void {
    figures.entries = 0;
  },
  /** Resolves once all handlers of streams and all that wait for cancellation have returned. */
  async handlersReturned(): Promise<void> {
    while (figures.running > 0) await nextTurn();
  },
  release(): number {
    const all = held;
    held = [];
    for (const resolve of all) resolve();
    return all.length;
  },
  killPipes: () => runtime.killPipes(),
  /** Resolves once there are no more connections than that. */
  async pipesClosed(count: number): Promise<void> {
    while (runtime.openPipes > count) await nextTurn();
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

/** A reader slower than its sender: some turns of the event loop for each message. */
async function pace(): Promise<void> {
  for (let turn = 0; turn < SLOW_TURNS; turn++) await nextTurn();
}

const SLOW_TURNS = 10;

export type ServerProgram = typeof commands;
serveCommands(commands);
