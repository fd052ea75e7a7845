/**
 * Keeps a peer from making us work for nothing with frames that cost it little (PING, SETTINGS, PRIORITY,
 * RST_STREAM, WINDOW_UPDATE, empty DATA and CONTINUATION, unknown types: CVE-2019-9511 … 9518, CVE-2023-44487,
 * CVE-2024-27316).
 *
 * A token bucket: such a frame costs a token; frames that carry something, in either direction, and time bring
 * tokens in. A busy honest peer earns far more than it spends: nghttp2, the most talkative one measured, sends two
 * WINDOW_UPDATEs per DATA frame; a client that cancels every call spends one token per request and earns
 * {@link EARNED_PER_FRAME}. What resets cost beyond the frame itself (handlers that still run) is bounded by the
 * stream slots they keep, see `Connection.holdSlot`.
 */
export class FloodBudget {
  private tokens = TOKENS_MAX;
  private refilledMs: number;

  constructor(nowMs: number) {
    this.refilledMs = nowMs;
  }

  earn(): void {
    if (this.tokens < TOKENS_MAX) this.tokens += EARNED_PER_FRAME;
  }

  /** False when the budget is used up. */
  spend(nowMs: number): boolean {
    if (--this.tokens >= 0) return true;
    const elapsedMs = Math.min(nowMs - this.refilledMs, TOKENS_MAX / TOKENS_PER_MS);
    this.refilledMs = nowMs;
    this.tokens = Math.floor(elapsedMs * TOKENS_PER_MS) - 1;
    return this.tokens >= 0;
  }
}

/** Bursts of this many are nobody's business. */
export const TOKENS_MAX = 10_000;
const TOKENS_PER_MS = 1;
const EARNED_PER_FRAME = 4;
