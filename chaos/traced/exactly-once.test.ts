import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListName } from "../crash/oracle.js";
import type { CrashClient } from "../crash/programs/client.js";
import type { CrashServer } from "../crash/programs/server.js";
import { World } from "../crash/world.js";
import { bundle } from "../process/bundle.js";
import { Program } from "../process/program.js";
import { Durability } from "./durability.js";
import { parseTrace, straceArguments } from "./trace.js";

/** It may be there and not be allowed to trace, as in some containers. */
const canTrace = spawnSync("strace", ["-qq", "-e", "trace=none", "true"]).status === 0;

if (!canTrace) console.log("skipped: what a server and a durable client do under strace (needs strace)");

const CALLS = 160;
const AT_ONCE = 8;

/** Small enough for the calls to need many, and checkpoints. */
const SEGMENT_BYTES = 16 * 1024;

const TRACED_MS_MAX = 120_000;

it.runIf(process.env.CI === "true" && process.platform === "linux")("strace is there and may trace", () => {
  expect(canTrace).toBe(true);
});

describe.runIf(canTrace)("a server and a durable client under strace", () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "redoubt-traced-")));
  const folders = { server: join(root, "server", "journal"), client: join(root, "client", "journal") };
  const address = `unix:${join(root, "server.sock")}`;
  const world = new World();
  let files: { readonly server: string; readonly client: string };
  const made: { readonly name: string; readonly list: ListName; readonly life: number }[] = [];

  beforeAll(async () => {
    const [server, client] = await Promise.all(
      ["crash/programs/server", "crash/programs/client"].map(bundle),
    );
    files = { server, client };
    await world.listen(join(root, "world.sock"));
  });

  afterAll(async () => {
    await world.close();
    for (const file of Object.values(files)) rmSync(file);
    rmSync(root, { recursive: true, force: true });
  });

  /** Starts a program under strace, which writes to `trace`. */
  function traced<Served extends CrashServer | CrashClient>(file: string, trace: string): Program<Served> {
    // What went through io_uring would be seen by nobody.
    const under = ["env", "UV_USE_IO_URING=0", "strace", ...straceArguments(join(root, trace))];
    return Program.fork<Served>(file, { under, answerMsMax: TRACED_MS_MAX });
  }

  async function startServer(trace: string): Promise<Program<CrashServer>> {
    const server = traced<CrashServer>(files.server, trace);
    await server.ready;
    const generation = world.nextGeneration();
    const worldPath = join(root, "world.sock");
    const start = { folder: folders.server, address, world: worldPath, generation, seed: generation };
    await server.tell("start", { ...start, segmentBytes: SEGMENT_BYTES, expiresAfterMs: 60_000 });
    return server;
  }

  async function startClient(trace: string): Promise<Program<CrashClient>> {
    const client = traced<CrashClient>(files.client, trace);
    await client.ready;
    await client.tell("start", { folder: folders.client, address, segmentBytes: SEGMENT_BYTES });
    return client;
  }

  /** Half of them in each style, several at once, each to its end. */
  async function call(client: Program<CrashClient>, life: number): Promise<void> {
    let count = 0;
    const caller = async () => {
      while (count < CALLS) {
        const number = count++;
        const name = `call ${life}.${number};`;
        const list: ListName = number % 2 === 0 ? `world ${number % 3}` : "state 1";
        made.push({ name, list, life });
        const options = { timeoutMs: undefined, isRefused: false, asksAgain: false, asksOutcome: false };
        const { kind } = await client.tell("call", { name, list, ...options });
        expect(kind).toBe("answer");
        if (number % 10 === 9) await client.tell("read", { list, from: Math.max(0, (number >> 1) - 20) });
        await client.tell("forget", name);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, caller));
  }

  /** What a server has let out too early. */
  function earlyAt(server: Durability, name: string, list: ListName): readonly string[] {
    // The answer's record, then the answer.
    const found = [...server.early(`done: ${name}`, `done: ${name}`)];
    if (list.startsWith("world")) {
      // Intent and note, then the effect, as JSON in strace's quotes.
      const effect = JSON.stringify({ action: "append", list, name }).slice(1, -1).replaceAll('"', '\\"');
      found.push(...server.early(name, effect), ...server.early(`before ${name}`, effect));
    }
    // Whatever else is told of it: answers of those who have read the state.
    return [...found, ...server.early(name, name)];
  }

  function durabilityOf(trace: string, folder: string): Durability {
    return new Durability(parseTrace(readFileSync(join(root, trace), "utf8")), folder);
  }

  it(
    "send nothing before it is durable, and never let the main thread wait for the disk",
    async () => {
      const server = await startServer("server-1");
      const client = await startClient("client-1");
      await call(client, 1);
      process.kill(await server.tell("pid"), "SIGKILL");
      await server.exited;
      const next = await startServer("server-2");
      await call(client, 2);
      await client.tell("close");
      await client.end();
      await next.tell("close");
      await next.end();

      const servers = [durabilityOf("server-1", folders.server), durabilityOf("server-2", folders.server)];
      const sending = durabilityOf("client-1", folders.client);
      const found: string[] = [];
      for (const { name, list, life } of made) {
        // The client's own record, then the request.
        found.push(...sending.early(name, name));
        found.push(...earlyAt(servers[life - 1], name, list));
      }
      for (const durability of [...servers, sending]) {
        const wasKilled = durability === servers[0];
        found.push(...durability.volatileNames({ wasKilled }), ...durability.onMainThread());
      }
      expect(found).toEqual([]);
      for (const durability of [...servers, sending]) {
        expect(durability.durableWrites).toBeGreaterThan(20);
        expect(durability.folderSyncs).toBeGreaterThan(1);
      }
    },
    TRACED_MS_MAX,
  );
});
