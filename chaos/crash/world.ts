import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** What a server asks of the world, one JSON object a line; `id` comes back with the answer. */
export interface WorldRequest {
  readonly id: number;
  /** Which of the servers that have been started asks. */
  readonly generation: number;
  readonly action: "look" | "look again" | "append";
  readonly list: string;
  readonly name: string;
}

export interface WorldReply {
  readonly id: number;
  /** How long the list is, before what was asked. */
  readonly length: number;
  /** Where the name stands in it, before what was asked. */
  readonly place?: number;
  /** Why nothing was done. */
  readonly refusal?: string;
}

/**
 * Lists of names that survive every server: what handlers change. It does whatever it is told, twice if told twice, and so
 * counts effects.
 *
 * A server that was killed is not obeyed any more, as a dead process makes no directories: what it had sent before and
 * nobody has read yet is refused, once its successor is known.
 */
export class World {
  readonly lists = new Map<string, string[]>();
  /** How often a handler has run once more for a call. */
  redone = 0;
  private generation = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.serve(socket));

  async listen(path: string): Promise<void> {
    this.server.listen(path);
    await once(this.server, "listening");
  }

  /** The number of the server that is obeyed from now on, alone. */
  nextGeneration(): number {
    return ++this.generation;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Does what is asked. */
  answer({ id, generation, action, list, name }: WorldRequest): WorldReply {
    if (generation !== this.generation) return { id, length: 0, refusal: "this server was replaced" };
    const names = this.lists.get(list) ?? [];
    const place = names.indexOf(name);
    const reply = { id, length: names.length, ...(place >= 0 ? { place } : {}) };
    if (action === "look again") this.redone++;
    if (action === "append") this.lists.set(list, [...names, name]);
    return reply;
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => this.sockets.delete(socket));
    // Who is killed with an answer under way leaves an error to whoever reads.
    const lines = createInterface(socket).on("error", () => {});
    lines.on("line", (line) => {
      socket.write(`${JSON.stringify(this.answer(JSON.parse(line) as WorldRequest))}\n`);
    });
  }
}
