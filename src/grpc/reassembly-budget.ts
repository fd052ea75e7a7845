/**
 * Bounds what one connection keeps of messages that are not complete yet. Their bytes are credited ahead, or a
 * message larger than the window could never arrive, so that flow control alone does not bound them.
 */
export class ReassemblyBudget {
  private taken = 0;

  /** False where the connection keeps too much already. */
  take(bytes: number): boolean {
    if (this.taken + bytes > REASSEMBLY_BYTES_MAX) return false;
    this.taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}

/** 64 messages of the default limit, all on their way at once on one connection; one more ends in RESOURCE_EXHAUSTED. */
export const REASSEMBLY_BYTES_MAX = 256 * 1024 * 1024;
