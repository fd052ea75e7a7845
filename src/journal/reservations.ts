/** Room in the log for one later record, allocated on the disk. */
export interface Reservation {
  /** How large that record may be. */
  readonly bytes: number;
  /** Gives the room back; without effect where it was used or released already. */
  release(): void;
}
