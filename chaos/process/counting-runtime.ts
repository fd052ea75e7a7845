import {
  type AcceptedPipe,
  type Address,
  type Listener,
  nodeRuntime,
  type Pipe,
  type PipeEvents,
  type Runtime,
  type Timer,
} from "@redoubt/rpc";

/** Node's runtime, with a count of what is open; `killPipes` closes all pipes under their owners' feet. */
export class CountingRuntime implements Runtime {
  timers = 0;
  private readonly node = nodeRuntime();
  readonly compressor = this.node.compressor;
  readonly storage = this.node.storage;
  readonly randomBytes = this.node.randomBytes;
  readonly sha256 = this.node.sha256;
  readonly sha256Text = this.node.sha256Text;
  readonly crc32 = this.node.crc32;
  private readonly pipes = new Set<Pipe>();

  get openPipes(): number {
    return this.pipes.size;
  }

  killPipes(): void {
    for (const pipe of this.pipes) pipe.destroy();
  }

  now(): number {
    return this.node.now();
  }

  epochMs(): number {
    return this.node.epochMs();
  }

  keepAlive(): ReturnType<Runtime["keepAlive"]> {
    return this.node.keepAlive();
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    let isOpen = true;
    const close = () => {
      if (isOpen) this.timers--;
      isOpen = false;
    };
    this.timers++;
    const timer = this.node.setTimer(() => {
      close();
      callback();
    }, delayMs);
    return {
      cancel: () => {
        close();
        timer.cancel();
      },
    };
  }

  afterTurn(callback: () => void): void {
    this.node.afterTurn(callback);
  }

  random(): number {
    return this.node.random();
  }

  connect(address: Address, events: PipeEvents): Pipe {
    const pipe = this.node.connect(
      address,
      this.counted(events, () => pipe),
    );
    this.pipes.add(pipe);
    return pipe;
  }

  listen(address: Address, onPipe: (pipe: AcceptedPipe) => void): Promise<Listener> {
    return this.node.listen(address, (pipe) => {
      this.pipes.add(pipe);
      const start = pipe.start.bind(pipe);
      pipe.start = (events) => start(this.counted(events, () => pipe));
      onPipe(pipe);
    });
  }

  lookup(host: string): Promise<string[]> {
    return this.node.lookup(host);
  }

  private counted(events: PipeEvents, pipe: () => Pipe): PipeEvents {
    return {
      onOpen: () => events.onOpen?.(),
      onData: (bytes, retainable) => events.onData(bytes, retainable),
      onWritten: () => events.onWritten(),
      onEnd: () => events.onEnd(),
      onClose: (error) => {
        this.pipes.delete(pipe());
        events.onClose(error);
      },
    };
  }
}
