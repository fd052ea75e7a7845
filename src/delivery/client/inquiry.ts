import type { CallOutcome } from "../../client/call-delivery.js";
import { RingPlace } from "../call-ring.js";
import type { Mark } from "../mark.js";
import type { AttemptEnd } from "./attempts.js";
import { ControlCall } from "./control-call.js";
import { type DeliveryWorld, describeEnd } from "./delivered-call.js";
import { OUTCOME, outcomeRequest, readOutcomeReply } from "./delivery-requests.js";
import { outcomeFrom } from "./outcome.js";
import type { Session } from "./session.js";

/** Who wants to know what became of a call. */
export interface InquiryListener {
  onOutcome(inquiry: Inquiry, outcome: CallOutcome): void;
  /** The home has nothing to say about that number any more. */
  onGone(inquiry: Inquiry, end: AttemptEnd): void;
  onSessionOver(session: Session, end: AttemptEnd): void;
  /** It could not be asked for a reason that may go by; it is asked again. */
  onRefused(inquiry: Inquiry, end: AttemptEnd): void;
}

/** Asks a home what became of one call, until it can tell. A call that it has not seen is refused from then on. */
export class Inquiry extends RingPlace {
  readonly session: Session;
  readonly sequence: number;
  /** What is known so far, for whom it takes too long. */
  standing = "nothing was heard of the home yet";
  private readonly call: ControlCall<{ outcome: CallOutcome | undefined; mark: Mark }>;

  constructor(world: DeliveryWorld, session: Session, sequence: number, listener: InquiryListener) {
    super();
    this.session = session;
    this.sequence = sequence;
    this.call = new ControlCall(world, {
      path: OUTCOME,
      backoffMsMax: ASK_AGAIN_MS_MAX,
      request: () => outcomeRequest(session, sequence),
      read: (response) => {
        const { outcome, mark } = readOutcomeReply(response);
        return { outcome: outcomeFrom(outcome), mark };
      },
      onReply: ({ outcome, mark }) => {
        session.see(mark);
        if (outcome !== undefined) return listener.onOutcome(this, outcome);
        this.standing = "the home is carrying it out still, or again: home.openIntents says why";
        this.call.sendLater();
      },
      onFailure: (end) => {
        this.standing = `the last attempt to ask has failed: ${describeEnd(end)}`;
        return true;
      },
      onRefused: (end, verdict) => {
        if (verdict === "session-over") return listener.onSessionOver(session, end);
        if (verdict === "gone") return listener.onGone(this, end);
        this.call.sendLater();
        listener.onRefused(this, end);
      },
    });
  }

  get callId(): string {
    return this.session.callId(this.sequence);
  }

  /** Asks now. */
  ask(): void {
    this.call.send();
  }

  stop(): void {
    this.call.stop();
  }
}

/** A home that does not know yet, or cannot be reached, is asked that often at least: nobody waits but a number. */
const ASK_AGAIN_MS_MAX = 30_000;
