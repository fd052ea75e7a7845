import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { WorldReply, WorldRequest } from "./world.js";

/** A server's way to the world. */
export class WorldLink {
  private readonly socket: Socket;
  private readonly generation: number;
  private readonly waiting = new Map<number, (reply: WorldReply) => void>();
  private lastId = 0;

  private constructor(socket: Socket, generation: number) {
    this.socket = socket;
    this.generation = generation;
    createInterface(socket).on("line", (line) => {
      const reply = JSON.parse(line) as WorldReply;
      this.waiting.get(reply.id)?.(reply);
      this.waiting.delete(reply.id);
    });
  }

  static async open(path: string, generation: number): Promise<WorldLink> {
    const socket = connect(path);
    await once(socket, "connect");
    return new WorldLink(socket, generation);
  }

  /** How long a list is, and where the name stands in it, if it does; `again`: the call's handler runs once more. */
  look(list: string, name: string, again = false): Promise<WorldReply> {
    return this.ask(again ? "look again" : "look", list, name);
  }

  /** The effect: done as often as it is asked for. */
  append(list: string, name: string): Promise<WorldReply> {
    return this.ask("append", list, name);
  }

  close(): void {
    this.socket.destroy();
  }

  private async ask(action: WorldRequest["action"], list: string, name: string): Promise<WorldReply> {
    const id = ++this.lastId;
    const answer = new Promise<WorldReply>((resolve) => this.waiting.set(id, resolve));
    const request: WorldRequest = { id, generation: this.generation, action, list, name };
    this.socket.write(`${JSON.stringify(request)}\n`);
    const reply = await answer;
    if (reply.refusal !== undefined) throw new Error(reply.refusal);
    return reply;
  }
}
