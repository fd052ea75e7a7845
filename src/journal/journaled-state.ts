/**
 * What a journal keeps durable. It is rebuilt from a checkpoint and the records after it when the journal is opened,
 * and from then on the program changes it itself: each time right after the `add` of the record that says so, in one
 * synchronous step, so that at any time it is what the records added so far make of it.
 */
export interface JournaledState {
  /** One record of a checkpoint, in the order in which `snapshot` gave them. The array is borrowed until this returns. */
  restore(record: Uint8Array): void;
  /** One record of the log and its end position. The array is borrowed until this returns. */
  apply(record: Uint8Array, position: number): void;
  /**
   * The state as of this call, as records that `restore` understands: better many small ones than a large one, and none
   * of more than 1 GiB. The first is pulled at once, so that this can be a generator; the others over several turns of the
   * event loop while the state goes on to change, which must not show in them. Where no more are wanted, `return` of the
   * iterator is called. The arrays are borrowed until the next is pulled.
   */
  snapshot(): Iterable<Uint8Array>;
}

/** What is fed what a journal has recorded. */
export type RecoveredState = Pick<JournaledState, "restore" | "apply">;
