/** What a process has allocated, in bytes. */
export interface MemoryFigures {
  readonly heap: number;
  /** Outside of the heap, the contents of arrays included. */
  readonly external: number;
  readonly arrayBuffers: number;
  readonly rss: number;
}

/** After everything that is garbage was collected; several rounds, since finalizers make more of it. */
export async function settledMemory(): Promise<MemoryFigures> {
  for (let round = 0; round < COLLECTIONS; round++) {
    gc?.();
    await nextTurn();
  }
  return memoryNow();
}

export function memoryNow(): MemoryFigures {
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed, external, arrayBuffers, rss };
}

const COLLECTIONS = 4;

export interface PeakFigures extends MemoryFigures {
  /** Heap and arrays together, after a collection. */
  readonly liveBytes: number;
}

/**
 * Keeps the highest figures that were seen. Garbage is in all of them but `liveBytes`: how much of it lies about is
 * V8's to decide, and since Node 22 it lets 64 MiB of dead arrays alone gather before it looks.
 */
export class MemoryPeak {
  private peak = memoryNow();
  private samples = 0;
  /** Heap and arrays that were alive, from samples after a collection. */
  private liveBytes = 0;
  private readonly interval: NodeJS.Timeout;

  constructor() {
    this.interval = setInterval(() => this.sample(), SAMPLE_MS);
  }

  sample(): void {
    const now = memoryNow();
    if (this.samples++ % SAMPLES_PER_COLLECTION === 0) this.sampleLive();
    const { peak } = this;
    this.peak = {
      heap: Math.max(peak.heap, now.heap),
      external: Math.max(peak.external, now.external),
      arrayBuffers: Math.max(peak.arrayBuffers, now.arrayBuffers),
      rss: Math.max(peak.rss, now.rss),
    };
  }

  stop(): PeakFigures {
    clearInterval(this.interval);
    this.sample();
    return { ...this.peak, liveBytes: this.liveBytes };
  }

  /** Collects twice: dead arrays are swept beside the program, and only the next collection waits for that. */
  private sampleLive(): void {
    gc?.();
    gc?.();
    const { heap, external } = memoryNow();
    this.liveBytes = Math.max(this.liveBytes, heap + external);
  }
}

const SAMPLES_PER_COLLECTION = 10;

const SAMPLE_MS = 5;

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** `12.3 MiB` */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
