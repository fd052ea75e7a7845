import { type AcceptedPipe, type Address, type Listener, PipeError, type PipeEvents } from "@redoubt/rpc";
import type { Cut } from "./cut.js";
import { Link, type LinkManner, type LinkWatch, type VirtualPipe } from "./link.js";
import type { World } from "./world.js";

/** What happens to the connections of a network, in the order in which they are opened. */
export interface NetworkPlan {
  /** Cuts the first connection. */
  readonly cut?: Cut;
  /** Connections after the first one are refused. */
  readonly refusesLater?: boolean;
  /** Connection attempts get no answer. */
  readonly ignoresConnects?: boolean;
  readonly manner?: LinkManner;
  /** A watch for each connection. */
  readonly watch?: () => LinkWatch;
}

/** Connects the programs of a simulated world. */
export class VirtualNetwork {
  readonly names = new Map<string, readonly string[]>();
  readonly links: Link[] = [];
  private readonly world: World;
  private readonly plan: NetworkPlan;
  private readonly acceptors = new Map<string, (pipe: AcceptedPipe) => void>();
  private attempts = 0;

  constructor(world: World, plan: NetworkPlan = {}) {
    this.world = world;
    this.plan = plan;
  }

  /** Pipes in the hands of that side whose `onClose` has not come yet. */
  openPipes(side: "client" | "server"): number {
    return this.links.filter((link) => !link[side].isClosed).length;
  }

  connect(address: Address, events: PipeEvents): VirtualPipe {
    const isFirst = this.attempts++ === 0;
    const link = new Link(this.world, {
      address,
      cut: isFirst ? this.plan.cut : undefined,
      manner: this.plan.manner ?? {},
      watch: this.plan.watch?.(),
    });
    this.links.push(link);
    const { client, server } = link;
    client.isClosed = false;
    client.start(events);
    if (this.plan.ignoresConnects) return client;
    this.world.post(() => {
      if (client.isDestroyed) return;
      if (!this.acceptors.has(keyOf(address)) || (!isFirst && this.plan.refusesLater)) return client.refuse();
      link.opened();
      this.world.post(() => this.accept(address, server));
      events.onOpen?.();
    });
    return client;
  }

  /** A connection has waited to be accepted; the listener may be gone by now. */
  private accept(address: Address, pipe: VirtualPipe): void {
    const acceptor = this.acceptors.get(keyOf(address));
    if (acceptor === undefined) return pipe.destroy();
    pipe.isClosed = false;
    acceptor(pipe);
  }

  listen(address: Address, onPipe: (pipe: AcceptedPipe) => void): Promise<Listener> {
    const key = keyOf(address);
    if (this.acceptors.has(key)) return Promise.reject(new PipeError("EADDRINUSE", "the address is in use"));
    this.acceptors.set(key, onPipe);
    return Promise.resolve({
      address,
      close: async () => {
        if (this.acceptors.get(key) === onPipe) this.acceptors.delete(key);
      },
    });
  }
}

function keyOf(address: Address): string {
  return address.kind === "tcp" ? `${address.host}:${address.port}` : JSON.stringify(address);
}
