import { Credentials, Home, journaled, RpcError, redo, Server, Status } from "@redoubt/rpc";
import { Lists } from "../../gen/crash_pb.js";
import { serveCommands } from "../../process/commands.js";
import { seeded } from "../../soak/mixed-calls.js";
import { pause } from "../patience.js";
import { REFUSAL } from "../refusal.js";
import { WorldLink } from "../world-link.js";

export interface ServerStart {
  /** The journal's. */
  readonly folder: string;
  readonly address: string;
  /** The socket of the world. */
  readonly world: string;
  readonly generation: number;
  readonly seed: number;
  /** Of the journal; a checkpoint is made for every two. So small that they come and go all the time. */
  readonly segmentBytes: number;
  /** Of sessions. */
  readonly expiresAfterMs: number;
}

/** So much room is held for each intent, in segments that are small. */
const ANSWER_BYTES_MAX = 8192;

/** So many names of a list are read or removed at once: fewer than fill an answer or a record. */
const NAMES_MAX = 100;

/** Soon enough for a run to see it. */
const RETRY_MS_MAX = 1000;

/** How many effects are done without an answer, by a handler that fails right behind it. */
const FAILURES = 0.02;

/** How many handlers take their time: so long at most that a client that is killed meanwhile is back before, and joins them. */
const SLOW = 0.03;
const SLOW_MS_MAX = 1000;

let home: Home | undefined;
let server: Server | undefined;

const commands = {
  /** Gives how many milliseconds the home has taken to open. */
  async start(settings: ServerStart): Promise<number> {
    const { folder, address, segmentBytes, expiresAfterMs } = settings;
    const world = await WorldLink.open(settings.world, settings.generation);
    const random = seeded(settings.seed);
    const startedMs = performance.now();
    home = await Home.open(folder, {
      segmentBytes,
      checkpointBytes: 2 * segmentBytes,
      expiresAfterMs,
      maxAnswerBytes: ANSWER_BYTES_MAX,
      retry: { maxMs: RETRY_MS_MAX },
    });
    const openMs = performance.now() - startedMs;
    const takeTime = async () => {
      if (random() < SLOW) await pause(random() * SLOW_MS_MAX);
    };
    server = new Server({ home });
    server.add(Lists, {
      append: redo({ conflictKey: ({ list }) => list }, async ({ list, name, refuse }, call) => {
        if (refuse) call.refuse(Status.FAILED_PRECONDITION, REFUSAL);
        const { length, place } = await world.look(list, name, call.redo);
        let before = length;
        if (call.noted === undefined) await call.note(bytesOf(`${length} before ${name}`));
        else before = numberIn(call.noted);
        await takeTime();
        // Only a handler that runs once more may find its effect there: for any other it would be a second one.
        if (!call.redo || place === undefined) await world.append(list, name);
        if (random() < FAILURES) throw new Error("a handler that fails when all is done");
        return { place: before, receipt: `done: ${name}` };
      }),
      record: journaled(async ({ list, name, refuse }, { state }) => {
        const key = `length/${list}`;
        const found = state.get(key);
        const place = found === undefined ? 0 : numberIn(found);
        await takeTime();
        // Others get in between, so that some are rerun.
        if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
        state.put(key, bytesOf(String(place + 1)));
        state.put(nameKey(list, place), bytesOf(name));
        if (refuse) throw new RpcError(Status.FAILED_PRECONDITION, REFUSAL);
        return { place, receipt: `done: ${name}` };
      }),
      readRecorded: journaled(({ list, from }, { state }) => {
        const length = state.get(`length/${list}`);
        const range = { prefix: `name/${list}/`, from: nameKey(list, from), limit: NAMES_MAX };
        const names = [...state.scan(range)].map(([, name]) => new TextDecoder().decode(name));
        return { length: length === undefined ? 0 : numberIn(length), names };
      }),
      clearRecorded: journaled(({ list }, { state }) => {
        state.delete(`length/${list}`);
        const found = [...state.scan({ prefix: `name/${list}/`, limit: NAMES_MAX })];
        for (const [key] of found) state.delete(key);
        return { isEmpty: found.length < NAMES_MAX };
      }),
    });
    await server.listen(address, Credentials.insecure());
    return openMs;
  },
  pid: () => process.pid,
  openIntents: () => home?.openIntents.length,
  async close(): Promise<void> {
    await server?.close();
    await home?.close();
  },
};

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The one that the text begins with. */
function numberIn(bytes: Uint8Array): number {
  return Number.parseInt(new TextDecoder().decode(bytes), 10);
}

function nameKey(list: string, place: number): string {
  return `name/${list}/${String(place).padStart(8, "0")}`;
}

export type CrashServer = typeof commands;
serveCommands(commands);
