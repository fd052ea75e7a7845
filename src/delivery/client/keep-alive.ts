import type { Timer } from "../../runtime/runtime.js";
import type { AttemptEnd } from "./attempts.js";
import { ControlCall } from "./control-call.js";
import type { DeliveryWorld } from "./delivered-call.js";
import { KEEP_ALIVE, keepAliveRequest, readKeepAliveReply } from "./delivery-requests.js";
import type { Session } from "./session.js";
import { isEndOfSession } from "./verdict.js";

/**
 * Tells a home that its client lives while it makes no calls, and, when it has just stopped making some, which answers
 * can be forgotten. Calls that are made pay one comparison for it.
 */
export class KeepAlive {
  private readonly world: DeliveryWorld;
  private readonly session: Session;
  private readonly call: ControlCall<unknown>;
  private timer: Timer | undefined = undefined;
  /** The timer is set for the next moment without calls. */
  private isBusy = false;
  private toldMs: number;
  private asking = 0;

  /** `onSessionOver`: the home no longer knows the session. */
  constructor(world: DeliveryWorld, session: Session, onSessionOver: (end: AttemptEnd) => void) {
    this.world = world;
    this.session = session;
    this.toldMs = world.runtime.now();
    this.call = new ControlCall(world, {
      path: KEEP_ALIVE,
      backoffMsMax: this.intervalMs / 4,
      request: () => this.request(),
      read: readKeepAliveReply,
      onReply: (mark) => {
        session.see(mark);
        session.toldAck = Math.max(session.toldAck, this.asking);
        this.told();
      },
      onFailure: () => true,
      // What else a home may say is no reason to think worse of the session.
      onRefused: (end, verdict) => (isEndOfSession(verdict) ? onSessionOver(end) : this.told()),
    });
    if (this.hasNews) this.watch();
    else this.set(this.intervalMs);
  }

  /** A call of the session has its number. */
  onCall(): void {
    if (!this.isBusy) this.watch();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.call.stop();
  }

  private get idleMs(): number {
    return Math.min(IDLE_MS, this.intervalMs / 2);
  }

  private get intervalMs(): number {
    return Math.min(Math.max(this.session.terms.expiresAfterMs / 3, 1), TIMER_MS_MAX);
  }

  private onTimer(): void {
    const nowMs = this.world.runtime.now();
    const { session, intervalMs } = this;
    if (session.hasSent) {
      session.hasSent = false;
      this.toldMs = nowMs;
      return this.watch();
    }
    this.isBusy = false;
    if (this.hasNews || nowMs - this.toldMs >= intervalMs) this.call.send();
    else if (session.numbers.unanswered > 0) this.watch();
    else this.set(intervalMs - (nowMs - this.toldMs));
  }

  /** Answers can be let go that the home has not been told of. */
  private get hasNews(): boolean {
    return this.session.numbers.ack > this.session.toldAck;
  }

  /** Looks again before long. */
  private watch(): void {
    this.isBusy = true;
    this.set(this.idleMs);
  }

  private request(): Uint8Array {
    this.asking = this.session.numbers.ack;
    return keepAliveRequest(this.session, this.asking);
  }

  private told(): void {
    this.toldMs = this.world.runtime.now();
    if (this.isBusy) return;
    if (this.hasNews || this.session.numbers.unanswered > 0) this.watch();
    else this.set(this.intervalMs);
  }

  private set(delayMs: number): void {
    this.timer?.cancel();
    this.timer = this.world.runtime.setTimer(() => this.onTimer(), delayMs);
  }
}

/** Without a call for so long the answers of the last ones can be let go, in milliseconds. */
const IDLE_MS = 5_000;

/** As far as timers reach. */
const TIMER_MS_MAX = 2 ** 31 - 1;
