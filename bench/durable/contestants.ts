import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../rpc/child.js";
import type { RoundTimes } from "../rpc/load.js";
import type { Contestant } from "../rpc/measure-rounds.js";
import { ROUND_GRACE_MS } from "../rpc/questions.js";
import type { MeasureOptions } from "./measure-options.js";
import type { ClientQuestions, LogQuestions, ServerQuestions } from "./questions.js";

/** Opening a journal makes its first segments, on a disk that others use too. */
const START_TIMEOUT_MS = 30_000;

/** A process that keeps so many appends going. */
export function appendContestant(outstanding: number, { cores, data }: MeasureOptions) {
  return (peer: string): Contestant => {
    const folder = mkdtempSync(join(data, "log-"));
    const log = new Child<LogQuestions>(`${peer}'s log`, "../durable/worker-log.js", cores.server);
    return {
      async start() {
        await log.ask("open", { peer, folder, outstanding }, START_TIMEOUT_MS);
      },
      round: (times) => log.ask("round", onlyTimes(times), roundTimeoutMs(times)),
      async kill() {
        await log.kill();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };
}

/** A server, and a client that keeps so many calls going. */
export function callContestant(outstanding: number, { cores, data }: MeasureOptions) {
  return (peer: string): Contestant => {
    const folder = mkdtempSync(join(data, "server-"));
    const server = new Child<ServerQuestions>(
      `${peer}'s server`,
      "../durable/worker-server.js",
      cores.server,
    );
    const client = new Child<ClientQuestions>(
      `${peer}'s client`,
      "../durable/worker-client.js",
      cores.client,
    );
    return {
      async start() {
        const { address } = await server.ask("serve", { peer, folder }, START_TIMEOUT_MS);
        await client.ask("connect", { peer, address, outstanding }, START_TIMEOUT_MS);
      },
      round: (times) => client.ask("round", onlyTimes(times), roundTimeoutMs(times)),
      async kill() {
        await Promise.all([server.kill(), client.kill()]);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };
}

function onlyTimes({ leadInMs, windowMs }: RoundTimes): RoundTimes {
  return { leadInMs, windowMs };
}

function roundTimeoutMs({ leadInMs, windowMs }: RoundTimes): number {
  return leadInMs + windowMs + ROUND_GRACE_MS;
}
