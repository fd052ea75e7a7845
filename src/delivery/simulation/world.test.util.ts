import { RandomStream } from "./random.test.util.js";

/** Why {@link World.run} has stopped. */
export type Stopped =
  | "done"
  /** Nothing is left that could happen. */
  | "idle"
  /** Something still happens, but only after the limit. */
  | "late"
  /** It does not come to an end. */
  | "endless";

/** The last lines of a trace that a world can show. */
const TRACE_LINES_KEPT = 120;

/** Macrotasks that are set at once: each has its own microtasks, and the event loop need not turn for each. */
const BATCH = 64;

/**
 * Time and order of what happens, the same for the same seed. An event is a callback at a point of virtual time; all
 * microtasks that it starts have run before the next event.
 */
export class World {
  readonly seed: number;
  nowMs = 0;
  /** Events that have happened. */
  eventCount = 0;
  /** Is told of each event before it happens: where a plan puts crashes and duplicates. */
  beforeEvent: ((count: number) => void) | undefined;
  private readonly heap: Event[] = [];
  private order = 0;
  private hashLow = 0x811c9dc5;
  private hashHigh = 0x1234567;
  private readonly lines: string[] = [];
  private readonly streams = new Map<string, RandomStream>();

  constructor(seed: number) {
    this.seed = seed;
  }

  /** The stream of a subsystem. */
  stream(name: string): RandomStream {
    let stream = this.streams.get(name);
    if (stream === undefined) this.streams.set(name, (stream = new RandomStream(this.seed, name)));
    return stream;
  }

  /** Lets something happen, `delayMs` from now. */
  after(delayMs: number, callback: () => void): Event {
    const event: Event = { dueMs: this.nowMs + delayMs, order: this.order++, callback, isCancelled: false };
    push(this.heap, event);
    return event;
  }

  /** Resolves `delayMs` of the world's time from now. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Writes down what happens. The trace of a seed is the same in every run of it. */
  note(what: string): void {
    const line = `${this.nowMs.toFixed(3)} ${what}`;
    for (let i = 0; i < line.length; i++) {
      this.hashLow = Math.imul(this.hashLow ^ line.charCodeAt(i), 0x01000193);
      this.hashHigh = (Math.imul(this.hashHigh, 31) + line.charCodeAt(i)) | 0;
    }
    if (this.lines.length === 2 * TRACE_LINES_KEPT) this.lines.splice(0, TRACE_LINES_KEPT);
    this.lines.push(line);
  }

  /** 16 hex digits for the whole trace. */
  get traceHash(): string {
    return hex(this.hashHigh) + hex(this.hashLow);
  }

  get lastLines(): readonly string[] {
    return this.lines.slice(-TRACE_LINES_KEPT);
  }

  /** Lets things happen until `isDone` says so, or nothing can happen by `limitMs` of the world's time any more. */
  run(isDone: () => boolean, limitMs: number, eventsMax = 200_000): Promise<Stopped> {
    const lastEvent = this.eventCount + eventsMax;
    return new Promise((resolve, reject) => {
      let isOver = false;
      const over = (): true => (isOver = true);
      const step = () => {
        if (isOver) return;
        try {
          const stopped = this.step(isDone, limitMs, lastEvent);
          if (stopped !== undefined && over()) resolve(stopped);
        } catch (error) {
          over();
          reject(error);
        }
      };
      const batch = () => {
        for (let i = 0; i < BATCH; i++) setImmediate(step);
        setImmediate(() => {
          if (!isOver) batch();
        });
      };
      batch();
    });
  }

  private step(isDone: () => boolean, limitMs: number, lastEvent: number): Stopped | undefined {
    if (isDone()) return "done";
    if (this.eventCount >= lastEvent) return "endless";
    while (this.heap[0]?.isCancelled) pop(this.heap);
    const next = this.heap[0];
    if (next === undefined) return "idle";
    if (next.dueMs > limitMs) return "late";
    pop(this.heap);
    this.nowMs = Math.max(this.nowMs, next.dueMs);
    this.eventCount++;
    this.beforeEvent?.(this.eventCount);
    next.callback();
    return undefined;
  }
}

/** Something that is to happen. */
export interface Event {
  readonly dueMs: number;
  readonly order: number;
  callback: () => void;
  isCancelled: boolean;
}

function isBefore(a: Event, b: Event): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

/** A binary heap, earliest first. */
function push(heap: Event[], event: Event): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(event, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
