/** What waits for a key. */
export interface KeyWaiter {
  readonly key: string;
  /** The key is this one's from now on. */
  onKey(): void;
}

/** A key's queue is served one by one, each after a trip to the disk or more: the last of a thousand has waited long enough. */
const WAITERS_MAX = 1000;

/** Gives each key to one at a time, first come first served. */
export class ConflictKeys {
  /** Keys that somebody has, and who waits for them. */
  private readonly held = new Map<string, Set<KeyWaiter>>();
  private readonly released: string[] = [];
  private releasing = false;

  /** `held`: it is this one's. `waits`: `onKey` is called later. `refused`: too many wait. */
  take(waiter: KeyWaiter): "held" | "waits" | "refused" {
    const waiting = this.held.get(waiter.key);
    if (waiting === undefined) {
      this.held.set(waiter.key, new Set());
      return "held";
    }
    if (waiting.size >= WAITERS_MAX) return "refused";
    waiting.add(waiter);
    return "waits";
  }

  /** Who has waited does not want the key any more. */
  withdraw(waiter: KeyWaiter): void {
    this.held.get(waiter.key)?.delete(waiter);
  }

  /** Who has the key gives it back. */
  release(key: string): void {
    this.released.push(key);
    if (this.releasing) return;
    this.releasing = true;
    // Those who are served may be done at once: a queue, and not a stack.
    try {
      for (let next = this.released.pop(); next !== undefined; next = this.released.pop())
        this.handOver(next);
    } finally {
      this.releasing = false;
    }
  }

  private handOver(key: string): void {
    const waiting = this.held.get(key);
    const [next] = waiting ?? [];
    if (next === undefined) this.held.delete(key);
    else {
      waiting?.delete(next);
      next.onKey();
    }
  }
}
