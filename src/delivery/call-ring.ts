/** A place in a {@link CallRing}; what stands in rings extends it. */
export class RingPlace {
  /** Neighbours; undefined while it stands in no ring. */
  previous: RingPlace | undefined = undefined;
  next: RingPlace | undefined = undefined;
  ring: { size: number } | undefined = undefined;

  /** Leaves its ring, if it stands in one. */
  leaveRing(): void {
    if (this.ring === undefined) return;
    (this.previous as RingPlace).next = this.next;
    (this.next as RingPlace).previous = this.previous;
    this.previous = undefined;
    this.next = undefined;
    this.ring.size--;
    this.ring = undefined;
  }
}

/**
 * Calls in the order in which they came. In the place of a Set: each new table of a Set that calls enter and leave is
 * held by the one before it, and keeps what had left meanwhile, so that young garbage grows old with it.
 */
export class CallRing<Place extends RingPlace> {
  size = 0;
  private readonly head = new RingPlace();

  constructor() {
    this.head.previous = this.head;
    this.head.next = this.head;
  }

  get first(): Place | undefined {
    return this.size === 0 ? undefined : (this.head.next as Place);
  }

  /** Puts `place` last; it stands in no ring. */
  add(place: Place): void {
    this.insert(place, this.head.previous as RingPlace);
  }

  /** Puts `place` first; it stands in no ring. */
  addFirst(place: Place): void {
    this.insert(place, this.head);
  }

  /** Those that stand in it now. */
  all(): Place[] {
    const places: Place[] = [];
    for (let place = this.head.next as RingPlace; place !== this.head; place = place.next as RingPlace)
      places.push(place as Place);
    return places;
  }

  private insert(place: RingPlace, previous: RingPlace): void {
    place.previous = previous;
    place.next = previous.next;
    (previous.next as RingPlace).previous = place;
    previous.next = place;
    place.ring = this;
    this.size++;
  }
}
