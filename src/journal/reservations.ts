/** Room in the log for one later record, allocated on the disk. */
export interface Reservation {
  /** How large that record may be. */
  readonly bytes: number;
  /** Gives the room back; without effect where it was used or released already. */
  release(): void;
}

/**
 * How much room is promised. Records are not divided among segments: what does not fit into the rest of one leaves that
 * unused. So beside the sum it is known how large the largest can be.
 */
export class Reservations {
  /** The most that what is promised may take, headers and all, and always something for the journal's own batches. */
  totalBytes = OWN_BYTES;
  /** How many there are of each size, rounded up. */
  private readonly ofSize = new Uint32Array(SIZES);
  private largestSize = 0;
  private readonly held = new WeakSet<Reservation>();

  /** Room that holds any of the promised records, if it is not smaller. */
  get largestBytes(): number {
    return Math.max(OWN_BATCH_BYTES, Math.ceil(2 ** (this.largestSize / SIZE_STEPS)));
  }

  /** Promises room for a record. */
  make(bytes: number): Reservation {
    this.count(bytes, 1);
    const reservation: Reservation = { bytes, release: () => void this.use(reservation) };
    this.held.add(reservation);
    return reservation;
  }

  holds(reservation: Reservation): boolean {
    return this.held.has(reservation);
  }

  /** Takes the promise back, since the room is used now, or not needed; false if it does not stand. */
  use(reservation: Reservation): boolean {
    if (!this.held.delete(reservation)) return false;
    this.count(reservation.bytes, -1);
    return true;
  }

  private count(bytes: number, change: 1 | -1): void {
    const cost = bytes + RECORD_COST_BYTES;
    const size = Math.ceil(Math.log2(cost) * SIZE_STEPS);
    this.totalBytes += change * cost;
    this.ofSize[size] += change;
    this.largestSize = Math.max(this.largestSize, size);
    while (this.largestSize > 0 && this.ofSize[this.largestSize] === 0) this.largestSize--;
  }
}

/** What a record takes beside its bytes, at most: its length, the header of a batch of its own, and what fills that up. */
export const RECORD_COST_BYTES = 64;

/** A batch of the journal's own, at most: an epoch, a seal. */
export const OWN_BATCH_BYTES = 128;

/** Of those on a full disk: four openings and closings. */
const OWN_BYTES = 8 * OWN_BATCH_BYTES;

/** Sizes are told apart in so many steps to the double. */
const SIZE_STEPS = 8;
/** Up to 2^32. */
const SIZES = 32 * SIZE_STEPS;
