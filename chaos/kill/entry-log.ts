import { type CallContext, type Handlers, RpcError, Status } from "@redoubt/rpc";
import type { Echo, Message } from "../../interop/gen/echo_pb.js";
import type { World } from "../virtual/world.js";

/** In the metadata of every call: its name, for the log. */
export const NAME_KEY = "call-name";

/**
 * Handlers that write down each entry, and do what the request's first tag says:
 * `refuse`, `crash`, `sleep` (deaf to cancellation), `wait` (until cancelled); without one they echo.
 */
export class EntryLog {
  /** Names of calls, one for each time a handler was entered. */
  readonly entries: string[] = [];
  /** Handlers that have not returned. */
  running = 0;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  count(name: string): number {
    return this.entries.filter((entry) => entry === name).length;
  }

  handlers(): Handlers<typeof Echo> {
    return {
      unary: (request, call) => this.entered(call, () => this.act(request, call)),
      collect: (requests, call) =>
        this.entered(call, async () => {
          let text = "";
          for await (const request of requests) text += (await this.act(request, call)).text;
          return { text };
        }),
      expand: (request, call) => this.expand(request, call),
      chat: (requests, call) => this.chat(requests, call),
    };
  }

  private async entered<T>(call: CallContext, handle: () => Promise<T>): Promise<T> {
    this.entries.push(String(call.metadata.get(NAME_KEY)));
    this.running++;
    try {
      return await handle();
    } finally {
      this.running--;
    }
  }

  private async *expand(
    request: Message,
    call: CallContext,
  ): AsyncGenerator<{ text: string; index: number }> {
    this.entries.push(String(call.metadata.get(NAME_KEY)));
    this.running++;
    try {
      for (let index = 0; index < request.repeatCount; index++) {
        const { text } = await this.act(request, call);
        yield { text, index };
      }
    } finally {
      this.running--;
    }
  }

  private async *chat(
    requests: AsyncIterable<Message>,
    call: CallContext,
  ): AsyncGenerator<{ text: string; index: number }> {
    this.entries.push(String(call.metadata.get(NAME_KEY)));
    this.running++;
    try {
      let index = 0;
      for await (const request of requests) {
        const { text } = await this.act(request, call);
        yield { text, index: index++ };
      }
    } finally {
      this.running--;
    }
  }

  private async act({ text, tags }: Message, call: CallContext): Promise<{ text: string }> {
    switch (tags[0]) {
      case "refuse":
        throw new RpcError(Status.NOT_FOUND, "not here");
      case "crash":
        throw new Error("a bug of the handler's");
      case "sleep":
        await this.world.sleep(SLEEP_MS);
        break;
      case "wait":
        await new Promise<void>((resolve) => {
          if (call.signal.aborted) resolve();
          else call.signal.addEventListener("abort", () => resolve(), { once: true });
        });
    }
    return { text };
  }
}

/** How long a handler sleeps, in the world's time. */
export const SLEEP_MS = 100;
