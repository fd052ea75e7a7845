import {
  type AcceptedPipe,
  type Address,
  type Listener,
  nodeRuntime,
  type Pipe,
  PipeError,
  type PipeEvents,
  type Runtime,
  type Timer,
} from "@redoubt/rpc";
import type { VirtualNetwork } from "./network.js";
import type { World, WorldTimer } from "./world.js";

/** A runtime in a simulated world: one for each program in it, since it knows what that program has left open. */
export class VirtualRuntime implements Runtime {
  /** Node's own: work off the event loop is not simulated. */
  readonly compressor = nodeRuntime().compressor;
  readonly storage = nodeRuntime().storage;
  readonly randomBytes = nodeRuntime().randomBytes;
  readonly sha256 = nodeRuntime().sha256;
  readonly sha256Text = nodeRuntime().sha256Text;
  readonly crc32 = nodeRuntime().crc32;
  private readonly world: World;
  private readonly network: VirtualNetwork;
  private readonly timers = new Set<WorldTimer>();
  private turnEnds = 0;

  constructor(world: World, network: VirtualNetwork) {
    this.world = world;
    this.network = network;
  }

  /** Timers and callbacks that are still to come. */
  get pending(): { readonly timers: number; readonly turnEnds: number } {
    return { timers: this.timers.size, turnEnds: this.turnEnds };
  }

  now(): number {
    return this.world.nowMs;
  }

  epochMs(): number {
    return this.world.nowMs;
  }

  keepAlive(): { cancel(): void } {
    return { cancel() {} };
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    if (!(delayMs >= 0 && delayMs < 2 ** 31)) throw new RangeError(`timer of ${delayMs} ms`);
    const timer = this.world.setTimer(() => {
      this.timers.delete(timer);
      callback();
    }, delayMs);
    this.timers.add(timer);
    return {
      cancel: () => {
        this.timers.delete(timer);
        timer.cancel();
      },
    };
  }

  afterTurn(callback: () => void): void {
    this.turnEnds++;
    this.world.afterTurn(() => {
      this.turnEnds--;
      callback();
    });
  }

  random(): number {
    return 0.5;
  }

  connect(address: Address, events: PipeEvents): Pipe {
    return this.network.connect(address, events);
  }

  listen(address: Address, onPipe: (pipe: AcceptedPipe) => void): Promise<Listener> {
    return this.network.listen(address, onPipe);
  }

  lookup(host: string): Promise<string[]> {
    const hosts = this.network.names.get(host);
    return hosts === undefined
      ? Promise.reject(new PipeError("ENOTFOUND", `no address for ${host}`))
      : Promise.resolve([...hosts]);
  }
}
