import type { AcceptedPipe, Address, Listener, Pipe, PipeEvents, Runtime, Timer } from "@redoubt/rpc";
import type { SimulatedStorage } from "../../src/runtime/simulated-storage.test.util.js";
import type { VirtualRuntime } from "../virtual/runtime.js";

/** The runtime of a program that can be killed: from then on nothing happens in it, and its connections are gone. */
export class MortalRuntime implements Runtime {
  readonly storage: SimulatedStorage;
  readonly compressor: Runtime["compressor"];
  readonly randomBytes: Runtime["randomBytes"];
  readonly sha256: Runtime["sha256"];
  readonly sha256Text: Runtime["sha256Text"];
  readonly crc32: Runtime["crc32"];
  isAlive = true;
  private readonly inner: VirtualRuntime;
  private readonly pipes = new Set<Pipe>();
  private readonly listeners = new Set<Listener>();

  constructor(inner: VirtualRuntime, storage: SimulatedStorage) {
    this.inner = inner;
    this.storage = storage;
    this.compressor = inner.compressor;
    this.randomBytes = inner.randomBytes;
    this.sha256 = inner.sha256;
    this.sha256Text = inner.sha256Text;
    this.crc32 = inner.crc32;
  }

  kill(): void {
    this.isAlive = false;
    this.storage.kill();
    for (const pipe of this.pipes) pipe.destroy();
    for (const listener of this.listeners) void listener.close();
  }

  now(): number {
    return this.inner.now();
  }

  epochMs(): number {
    return this.inner.epochMs();
  }

  keepAlive(): { cancel(): void } {
    return { cancel() {} };
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    return this.inner.setTimer(() => this.whileAlive(callback), delayMs);
  }

  afterTurn(callback: () => void): void {
    this.inner.afterTurn(() => this.whileAlive(callback));
  }

  random(): number {
    return this.inner.random();
  }

  connect(address: Address, events: PipeEvents): Pipe {
    const pipe = this.inner.connect(address, this.guarded(events));
    this.pipes.add(pipe);
    return pipe;
  }

  async listen(address: Address, onPipe: (pipe: AcceptedPipe) => void): Promise<Listener> {
    const listener = await this.inner.listen(address, (pipe) => {
      if (!this.isAlive) return pipe.destroy();
      this.pipes.add(pipe);
      const { start } = pipe;
      pipe.start = (events) => start.call(pipe, this.guarded(events));
      onPipe(pipe);
    });
    this.listeners.add(listener);
    return listener;
  }

  lookup(host: string): Promise<string[]> {
    return this.inner.lookup(host);
  }

  private guarded(events: PipeEvents): PipeEvents {
    return {
      onOpen: () => this.whileAlive(() => events.onOpen?.()),
      onData: (bytes, retainable) => this.whileAlive(() => events.onData(bytes, retainable)),
      onWritten: () => this.whileAlive(() => events.onWritten()),
      onEnd: () => this.whileAlive(() => events.onEnd()),
      onClose: (error) => this.whileAlive(() => events.onClose(error)),
    };
  }

  private whileAlive(callback: () => void): void {
    if (this.isAlive) callback();
  }
}
