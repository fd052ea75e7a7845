/** What is told of a service: as the `ServingStatus` of grpc.health.v1, but for what only Watch says. */
export type ServingStatus = "SERVING" | "NOT_SERVING" | "UNKNOWN";

/** How each service is, and who wants to hear of changes. */
export class ServingStatuses {
  private readonly statuses = new Map<string, ServingStatus>();
  private readonly watches = new Map<string, Set<StatusWatch>>();
  private watchCount = 0;
  private closed = false;

  /** Those that something is told of. */
  get entries(): ReadonlyMap<string, ServingStatus> {
    return this.statuses;
  }

  /** Watches under way. */
  get watching(): number {
    return this.watchCount;
  }

  get(service: string): ServingStatus | undefined {
    return this.statuses.get(service);
  }

  /** Without effect once closed. `undefined`: nothing is told of it any more. */
  set(service: string, status: ServingStatus | undefined): void {
    if (this.closed || this.statuses.get(service) === status) return;
    if (status === undefined) this.statuses.delete(service);
    else this.statuses.set(service, status);
    for (const watch of this.watches.get(service) ?? []) watch.wake();
  }

  /** All are NOT_SERVING for good, and watches end. */
  close(): void {
    for (const service of this.statuses.keys()) this.set(service, "NOT_SERVING");
    this.closed = true;
    for (const watches of this.watches.values()) for (const watch of watches) watch.wake();
  }

  /**
   * The status of a service now and after each change, undefined while nothing is told of it. Who is slow misses those
   * in between and gets the latest. Ends after `close`, and when `signal` aborts.
   */
  async *watch(service: string, signal: AbortSignal): AsyncGenerator<ServingStatus | undefined> {
    const watch = this.begin(service);
    const wake = () => watch.wake();
    signal.addEventListener("abort", wake);
    try {
      let told: ServingStatus | undefined;
      let toldAny = false;
      while (!signal.aborted) {
        const status = this.statuses.get(service);
        if (!toldAny || status !== told) {
          told = status;
          toldAny = true;
          yield status;
        } else if (this.closed) return;
        else await watch.woken();
      }
    } finally {
      signal.removeEventListener("abort", wake);
      this.end(service, watch);
    }
  }

  private begin(service: string): StatusWatch {
    const watch = new StatusWatch();
    const watches = this.watches.get(service);
    if (watches === undefined) this.watches.set(service, new Set([watch]));
    else watches.add(watch);
    this.watchCount++;
    return watch;
  }

  private end(service: string, watch: StatusWatch): void {
    const watches = this.watches.get(service);
    watches?.delete(watch);
    if (watches?.size === 0) this.watches.delete(service);
    this.watchCount--;
  }
}

/** One who waits for a change. */
class StatusWatch {
  private resolve: () => void = () => {};

  /** Resolves with the next {@link wake}. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  wake(): void {
    this.resolve();
  }
}
