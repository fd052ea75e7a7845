import type { PipeError, PipeEvents } from "./runtime.js";

/** Keeps what a pipe reports, and lets tests wait for it. */
export class PipeRecorder implements PipeEvents {
  /** The names of the calls, in order; those of `onData` that follow each other count once. */
  readonly calls: string[] = [];
  /** All bytes so far, copied. */
  received = new Uint8Array(0);
  /** The very arrays that `onData` was given. */
  readonly chunks: { readonly bytes: Uint8Array; readonly isRetainable: boolean }[] = [];
  writtenCount = 0;
  /** Called from inside `onData`. */
  onDataHook: (() => void) | undefined;
  error: PipeError | undefined;
  private waiting: (() => void)[] = [];

  onOpen(): void {
    this.record("open");
  }

  onData(bytes: Uint8Array, isRetainable: boolean): void {
    this.chunks.push({ bytes, isRetainable });
    const joined = new Uint8Array(this.received.length + bytes.length);
    joined.set(this.received);
    joined.set(bytes, this.received.length);
    this.received = joined;
    this.onDataHook?.();
    this.record("data");
  }

  onWritten(): void {
    this.writtenCount++;
    this.record("written");
  }

  onEnd(): void {
    this.record("end");
  }

  onClose(error: PipeError | undefined): void {
    this.error = error;
    this.record("close");
  }

  get text(): string {
    return new TextDecoder().decode(this.received);
  }

  has(call: string): boolean {
    return this.calls.includes(call);
  }

  /** Resolves once `condition` holds; it is tried after each call. */
  async until(condition: (recorder: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  untilClosed(): Promise<void> {
    return this.until(() => this.has("close"));
  }

  private record(call: string): void {
    if (call !== "data" || this.calls.at(-1) !== "data") this.calls.push(call);
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Full turns of the event loop, poll phase included: what the system has for us by now has then been reported. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
