/**
 * Receiving side of a flow-control window, RFC 9113 §5.2 and §6.9.
 *
 * `target` is the window that the peer sees when everything received was consumed. The three parts always add up:
 *
 *     target = credit (what the peer may still send)
 *            + held   (received, not consumed yet)
 *            + owed   (consumed, not yet given back with a WINDOW_UPDATE)
 *
 * Credit is given back in steps of half the target, so that a stream of small messages costs two updates per
 * window instead of one per message. (Example: target 1,048,576; 600,000 received and consumed; owed exceeds
 * 524,288, one WINDOW_UPDATE of 600,000 goes out and credit is 1,048,576 again.) Where much is held, less is given
 * back at a time, down to a sixteenth of the target: otherwise a peer without credit could wait for bytes that are
 * owed, but not half the target.
 */
export class ReceiveWindow {
  target: number;
  private credit: number;
  private owed = 0;

  /** `credit` is more than `target` for a peer that may still go by a larger window. */
  constructor(target: number, credit = target) {
    this.target = target;
    this.credit = credit;
  }

  /** What the peer may still send. */
  get creditBytes(): number {
    return this.credit;
  }

  /** Counts bytes that came in; false if the peer has overstepped its window. */
  receive(bytes: number): boolean {
    this.credit -= bytes;
    return this.credit >= 0;
  }

  /** Counts bytes as consumed; returns the increment to send now, 0 for none. */
  consume(bytes: number): number {
    this.owed += bytes;
    const half = this.owed * 2 >= this.target;
    const peerRunsDry = this.owed >= this.credit && this.owed * 16 >= this.target;
    if (!half && !peerRunsDry) return 0;
    const increment = this.owed;
    this.owed = 0;
    this.credit += increment;
    return increment;
  }

  /** Raises the target; returns by how much. The caller tells the peer: WINDOW_UPDATE or SETTINGS. */
  enlarge(target: number): number {
    const increment = Math.max(0, target - this.target);
    this.target += increment;
    this.credit += increment;
    return increment;
  }
}
