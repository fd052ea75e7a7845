import type { Runtime } from "../../runtime/runtime.js";
import type { Ledger } from "./ledger.js";
import { LogClock } from "./log-clock.js";

/** So many sessions end in one step: ending one takes some microseconds, and the others wait for the next step. */
const ENDED_PER_STEP_MAX = 1000;

const MINUTE_MS = 60_000;

/** Forgets clients that have been silent for too long, by time that passes only while a server serves. */
export class Expiry {
  private readonly ledger: Ledger;
  private readonly silentMs: number;
  private readonly clock: LogClock;
  /** Nobody is forgotten before, in log time: whoever could not be heard while no server ran has time to speak up. */
  private readonly fromMs: number;

  constructor(runtime: Runtime, ledger: Ledger, afterMs: number) {
    this.ledger = ledger;
    this.fromMs = ledger.state.logMs + Math.min(afterMs / 8, 60 * MINUTE_MS);
    const stepMs = Math.min(Math.ceil(afterMs / 16), MINUTE_MS);
    // Who is heard of gets the time of the last step, and until the next one up to two steps' time can pass.
    this.silentMs = afterMs + 2 * stepMs;
    this.clock = new LogClock(runtime, stepMs, (elapsedMs) => this.onStep(elapsedMs));
  }

  /** `isServing`: whether time counts. */
  start(isServing: () => boolean): void {
    this.clock.start(isServing);
  }

  stop(): void {
    this.clock.stop();
  }

  private onStep(elapsedMs: number): void {
    const { state } = this.ledger;
    if (state.sessions.size === 0) return;
    this.ledger.recordIfRoom({ kind: "time", logMs: state.logMs + elapsedMs });
    if (state.logMs < this.fromMs) return;
    for (const session of this.silentSessions()) this.ledger.recordIfRoom({ kind: "ended", session });
  }

  /** Their numbers. */
  private silentSessions(): number[] {
    const { sessions, logMs } = this.ledger.state;
    const silent: number[] = [];
    for (const session of sessions.values()) {
      if (session.activeMs + this.silentMs > logMs || silent.length === ENDED_PER_STEP_MAX) break;
      if (!session.ended) silent.push(session.number);
    }
    return silent;
  }
}
