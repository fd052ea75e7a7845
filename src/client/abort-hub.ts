/** What ends when a signal aborts. */
export interface Abortable {
  onAborted(signal: AbortSignal): void;
}

/** A call's place among those that watch one signal. */
export class AbortWatch {
  readonly call: Abortable | undefined;
  /** Neighbours in the ring; the watch is in force while `next` is set. */
  previous: AbortWatch | undefined = undefined;
  next: AbortWatch | undefined = undefined;

  constructor(call: Abortable | undefined) {
    this.call = call;
  }

  /** Ends the watch; without effect where it has ended. */
  end(): void {
    if (this.next === undefined) return;
    (this.previous as AbortWatch).next = this.next;
    this.next.previous = this.previous;
    this.previous = undefined;
    this.next = undefined;
  }
}

/**
 * Watches AbortSignals for any number of calls with one listener a signal: adding and removing a listener costs
 * more than the rest of a small call, and Node warns of a leak where one signal has more than ten.
 *
 * The calls of a signal form a ring (not a Set, whose discarded tables would keep them alive until a full
 * collection). The listener stays with its signal once no call needs it any more, and holds an empty ring.
 */
export class AbortHub {
  private readonly rings = new WeakMap<AbortSignal, AbortWatch>();

  watch(signal: AbortSignal, call: Abortable): AbortWatch {
    const head = this.rings.get(signal) ?? this.listen(signal);
    const watch = new AbortWatch(call);
    watch.next = head;
    watch.previous = head.previous;
    (head.previous as AbortWatch).next = watch;
    head.previous = watch;
    return watch;
  }

  private listen(signal: AbortSignal): AbortWatch {
    const head = new AbortWatch(undefined);
    head.previous = head;
    head.next = head;
    this.rings.set(signal, head);
    const onAbort = () => {
      while (head.next !== head) {
        const watch = head.next as AbortWatch;
        watch.end();
        watch.call?.onAborted(signal);
      }
    };
    signal.addEventListener("abort", onAbort, { once: true });
    return head;
  }
}
