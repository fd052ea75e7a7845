import type { AcceptedPipe, Address } from "@redoubt/rpc";
import { PipeError, type PipeEvents } from "@redoubt/rpc";
import { type Cut, type Direction, isSilent } from "./cut.js";
import type { World } from "./world.js";

/** How a link carries bytes, beside its cut. */
export interface LinkManner {
  /** `write` returns false and `onWritten` comes later, as from a system whose buffers are full now and then. */
  readonly takesLater?: boolean;
  /** The most bytes that `onData` gets at once; default: as they were written. */
  readonly chunkBytes?: number;
}

/** Sees the bytes at the client's end of a link. */
export interface LinkWatch {
  /** The client has given these to its pipe. */
  onHandedOver(bytes: Uint8Array): void;
  /** The client's pipe is about to deliver these. */
  onDelivered(bytes: Uint8Array): void;
}

/** A connection between two pipes in one world, which can be cut after a given byte. */
export class Link {
  readonly client: VirtualPipe;
  readonly server: VirtualPipe;
  readonly manner: LinkManner;
  readonly bytesSent: Record<Direction, number> = { "to-server": 0, "to-client": 0 };
  private readonly cut: Cut | undefined;
  private readonly watch: LinkWatch | undefined;
  private isCut = false;

  constructor(
    world: World,
    options: { address: Address; cut: Cut | undefined; manner: LinkManner; watch: LinkWatch | undefined },
  ) {
    this.cut = options.cut;
    this.manner = options.manner;
    this.watch = options.watch;
    this.client = new VirtualPipe(world, this, "to-server", options.address);
    this.server = new VirtualPipe(world, this, "to-client", options.address);
  }

  /** Cuts a link that is to carry nothing. */
  opened(): void {
    if (this.cut?.bytes === 0) this.sever(this.cut);
  }

  /** Bytes on their way; false: the pipe never takes them. */
  carry(direction: Direction, bytes: Uint8Array): boolean {
    if (direction === "to-server") this.watch?.onHandedOver(bytes);
    if (this.isCut) return this.cut?.kind !== "stall";
    const cut = this.cut?.direction === direction ? this.cut : undefined;
    const passing =
      cut === undefined ? bytes.length : Math.min(bytes.length, cut.bytes - this.bytesSent[direction]);
    this.bytesSent[direction] += passing;
    if (passing > 0) this.receiver(direction).arrive({ bytes: bytes.slice(0, passing) });
    if (cut !== undefined && this.bytesSent[direction] === cut.bytes) this.sever(cut);
    return true;
  }

  /** The sender says that no more comes, or is gone. */
  carryEnd(direction: Direction): void {
    if (!this.isCut) this.receiver(direction).arrive("end");
  }

  /** A pipe has been destroyed: its peer finds out when it writes. */
  get isPeerless(): boolean {
    return this.client.isDestroyed || this.server.isDestroyed;
  }

  onDelivered(pipe: VirtualPipe, bytes: Uint8Array): void {
    if (pipe === this.client) this.watch?.onDelivered(bytes);
  }

  private receiver(direction: Direction): VirtualPipe {
    return direction === "to-server" ? this.server : this.client;
  }

  private sever(cut: Cut): void {
    this.isCut = true;
    const other: Direction = cut.direction === "to-server" ? "to-client" : "to-server";
    if (cut.kind !== "end") this.receiver(other).lose();
    if (isSilent(cut.kind)) return;
    for (const direction of [cut.direction, other] as const)
      this.receiver(direction).arrive(cut.kind === "end" ? "end" : "reset");
  }
}

type Arrival = { readonly bytes: Uint8Array } | "end" | "reset";

/** One end of a {@link Link}, with the manners that {@link AcceptedPipe} asks for. */
export class VirtualPipe implements AcceptedPipe {
  readonly localAddress: Address;
  readonly remoteAddress: Address;
  /** `onClose` was called, or nobody has the pipe yet. */
  isClosed = true;
  isDestroyed = false;
  private readonly world: World;
  private readonly link: Link;
  private readonly direction: Direction;
  private events: PipeEvents | undefined;
  private readonly arrivals: Arrival[] = [];
  private isPumping = false;
  private isPaused = false;
  private hasEnded = false;
  private hasReceivedEnd = false;
  private isWriting = false;

  constructor(world: World, link: Link, direction: Direction, address: Address) {
    this.world = world;
    this.link = link;
    this.direction = direction;
    this.localAddress = address;
    this.remoteAddress = address;
  }

  start(events: PipeEvents): void {
    if (this.events !== undefined) throw new Error("start was called twice");
    this.events = events;
    if (this.isDestroyed) this.world.post(() => this.close(undefined));
    this.pump();
  }

  write(bytes: Uint8Array): boolean {
    if (this.hasEnded) throw new Error("write after end");
    if (this.isWriting) throw new Error("write before onWritten");
    if (bytes.length === 0) throw new Error("write of nothing");
    if (this.isClosed || this.isDestroyed) return true;
    if (this.link.isPeerless) {
      this.arrive("reset");
      return true;
    }
    const isTaken = this.link.carry(this.direction, bytes);
    if (isTaken && this.link.manner.takesLater !== true) return true;
    this.isWriting = true;
    if (isTaken) this.world.post(() => this.written(bytes));
    return false;
  }

  pauseReading(): void {
    this.isPaused = true;
  }

  resumeReading(): void {
    this.isPaused = false;
    this.pump();
  }

  end(): void {
    if (this.hasEnded || this.isClosed || this.isDestroyed) return;
    this.hasEnded = true;
    this.link.carryEnd(this.direction);
    this.closeIfEnded();
  }

  destroy(): void {
    if (this.isDestroyed || (this.isClosed && this.events !== undefined)) return;
    this.isDestroyed = true;
    this.arrivals.length = 0;
    if (!this.hasEnded) this.link.carryEnd(this.direction);
    if (this.events === undefined) this.isClosed = true;
    else this.world.post(() => this.close(undefined));
  }

  arrive(arrival: Arrival): void {
    if (this.isDestroyed || (this.isClosed && this.events !== undefined)) return;
    this.arrivals.push(arrival);
    this.pump();
  }

  /** Nobody listens there. */
  refuse(): void {
    this.close(new PipeError("ECONNREFUSED", "connection refused"));
  }

  /** What is under way to this end is lost. */
  lose(): void {
    this.arrivals.length = 0;
  }

  private pump(): void {
    if (this.isPumping || this.arrivals.length === 0 || this.events === undefined) return;
    this.isPumping = true;
    this.world.post(() => {
      this.isPumping = false;
      if (this.isClosed || this.isDestroyed || (this.isPaused && this.arrivals[0] !== "reset")) return;
      const arrival = this.arrivals.shift();
      if (arrival !== undefined) this.report(arrival);
      this.pump();
    });
  }

  private report(arrival: Arrival): void {
    const events = this.events as PipeEvents;
    if (arrival === "reset") {
      this.close(new PipeError("ECONNRESET", "connection reset by peer"));
    } else if (arrival === "end") {
      this.hasReceivedEnd = true;
      events.onEnd();
      this.closeIfEnded();
    } else {
      const { chunkBytes } = this.link.manner;
      if (chunkBytes !== undefined && arrival.bytes.length > chunkBytes)
        this.arrivals.unshift({ bytes: arrival.bytes.subarray(chunkBytes) });
      // Borrowed bytes: they are spoiled as soon as the receiver has returned.
      const bytes = arrival.bytes.slice(0, chunkBytes);
      this.link.onDelivered(this, bytes);
      events.onData(bytes, false);
      bytes.fill(0xee);
    }
  }

  private written(bytes: Uint8Array): void {
    if (this.isClosed || this.isDestroyed) return;
    bytes.fill(0xee);
    this.isWriting = false;
    this.events?.onWritten();
  }

  private closeIfEnded(): void {
    if (this.hasEnded && this.hasReceivedEnd) this.world.post(() => this.close(undefined));
  }

  private close(error: PipeError | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.events?.onClose(error);
  }
}
