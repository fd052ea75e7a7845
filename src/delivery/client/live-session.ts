import { CallRing } from "../call-ring.js";
import type { AttemptEnd } from "./attempts.js";
import type { DeliveredCall, DeliveryWorld } from "./delivered-call.js";
import { CLOSE, closeRequest } from "./delivery-requests.js";
import { Inquiry, type InquiryListener } from "./inquiry.js";
import { KeepAlive } from "./keep-alive.js";
import type { Session } from "./session.js";

/** An open session with all that is going on in it. */
export class LiveSession<Call extends DeliveredCall> {
  readonly session: Session;
  /** Calls that are being sent. */
  readonly calls = new CallRing<Call>();
  /** Calls that were given up and may have been carried out. */
  readonly inquiries = new CallRing<Inquiry>();
  readonly keepAlive: KeepAlive;
  private readonly world: DeliveryWorld;

  constructor(
    world: DeliveryWorld,
    session: Session,
    onSessionOver: (session: Session, end: AttemptEnd) => void,
  ) {
    this.world = world;
    this.session = session;
    this.keepAlive = new KeepAlive(world, session, (end) => onSessionOver(session, end));
  }

  /** Gives a call its number. False: the window is full. */
  take(call: Call): boolean {
    const sequence = this.session.numbers.take();
    if (sequence === undefined) return false;
    call.sequence = sequence;
    this.calls.add(call);
    this.keepAlive.onCall();
    return true;
  }

  /** Finds out what became of a call that nobody waits for any more. */
  inquire(sequence: number, listener: InquiryListener): Inquiry {
    const inquiry = new Inquiry(this.world, this.session, sequence, listener);
    this.inquiries.add(inquiry);
    inquiry.ask();
    return inquiry;
  }

  /** Nothing more is said. */
  stop(): void {
    this.keepAlive.stop();
    for (const inquiry of this.inquiries.all()) {
      inquiry.stop();
      inquiry.leaveRing();
    }
  }

  /** Tells the home to forget the session; resolves, never rejects, once it was heard or enough time has passed. */
  close(): Promise<void> {
    this.stop();
    return new Promise((resolve) => {
      const request = { path: CLOSE, call: undefined, number: 1, request: closeRequest(this.session) };
      this.world.attempts.make(
        { ...request, timeoutMs: CLOSE_MS_MAX, options: undefined },
        { onAttemptEnd: () => resolve() },
      );
    });
  }
}

/** A channel that closes waits so long at most for the home to hear that the session is over, in milliseconds. */
const CLOSE_MS_MAX = 250;
