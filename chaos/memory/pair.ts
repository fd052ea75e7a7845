import type { MemoryFigures, PeakFigures } from "../process/memory.js";
import { Program } from "../process/program.js";
import type { ClientProgram } from "../programs/client.js";
import type { ServerProgram } from "../programs/server.js";

export type Side = "client" | "server";

/** A client and a server, each in a process of its own, so that each one's memory can be told. */
export class Pair {
  readonly client: Program<ClientProgram>;
  readonly server: Program<ServerProgram>;

  private constructor(client: Program<ClientProgram>, server: Program<ServerProgram>) {
    this.client = client;
    this.server = server;
  }

  static async start(): Promise<Pair> {
    const [client, server] = await Promise.all([
      Program.start<ClientProgram>("client"),
      Program.start<ServerProgram>("server"),
    ]);
    return new Pair(client, server);
  }

  async memory(): Promise<{ readonly [side in Side]: MemoryFigures }> {
    const [client, server] = await Promise.all([this.client.tell("memory"), this.server.tell("memory")]);
    return { client, server };
  }

  /** What a side has open: pipes, timers, handles. */
  open(side: Side) {
    return side === "client" ? this.client.tell("open") : this.server.tell("open");
  }

  /** Closes all of a side's connections under its feet. */
  killPipes(side: Side): Promise<void> {
    return side === "client" ? this.client.tell("killPipes") : this.server.tell("killPipes");
  }

  async startPeaks(): Promise<void> {
    await Promise.all([this.client.tell("startPeak"), this.server.tell("startPeak")]);
  }

  async stopPeaks(): Promise<{ readonly [side in Side]: PeakFigures }> {
    const [client, server] = await Promise.all([this.client.tell("stopPeak"), this.server.tell("stopPeak")]);
    return { client, server };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.client[Symbol.asyncDispose](), this.server[Symbol.asyncDispose]()]);
  }
}

/** Heap and arrays together. */
export function total(figures: MemoryFigures): number {
  return figures.heap + figures.external;
}
